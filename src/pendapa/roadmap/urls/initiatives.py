"""Addresses of initiatives."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import initiatives as views

urlpatterns: list[URLPattern] = [
    path("unduh.<str:form>", views.export, name="export"),
    path("<uuid:uid>/hapus/", views.delete, name="delete"),
]
