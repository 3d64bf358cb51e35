"""Addresses of money: the budget page, what its numbers are made of, the lines of the budget, and the file of initiatives."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import exporting, money, programmes

urlpatterns: list[URLPattern] = [
    path("unduh.<str:form>", exporting.export, name="export"),
    path("anggaran/", money.overview, name="money"),
    path("anggaran/rincian/", money.rows, name="money_rows"),
    path("program/", programmes.listing, name="programmes"),
    path("program/baru/", programmes.new, name="programme_new"),
    path("program/<uuid:uid>/", programmes.one, name="programme"),
    path("program/<uuid:uid>/hapus/", programmes.delete, name="programme_delete"),
]
