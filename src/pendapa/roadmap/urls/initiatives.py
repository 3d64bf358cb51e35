"""Addresses of initiatives."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import initiative_form as form
from pendapa.roadmap.views import initiatives as views

urlpatterns: list[URLPattern] = [
    path("baru/", form.new, name="new"),
    path("cari/<slug:part>/", form.find, name="initiative_find"),
    path("<uuid:uid>/", views.detail, name="initiative"),
    path("<uuid:uid>/ubah/", form.change, name="initiative_change"),
    path("<uuid:uid>/laporan/", views.report, name="initiative_report"),
    path("<uuid:uid>/langkah/", views.move, name="initiative_move"),
    path("<uuid:uid>/hapus/", views.delete, name="delete"),
]
