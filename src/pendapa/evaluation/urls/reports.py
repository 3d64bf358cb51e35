"""Addresses of the reports of a round."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import reports as views

urlpatterns: list[URLPattern] = [
    path("<int:year>/<slug:instrument>/laporan/", views.reports, name="reports"),
    path("<int:year>/<slug:instrument>/laporan/<uuid:uid>/", views.report_file, name="report_file"),
]
