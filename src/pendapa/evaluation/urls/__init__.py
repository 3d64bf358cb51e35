"""Addresses of this room, one module a part. Fixed words come before the years of assessments."""

from __future__ import annotations

from django.urls import URLPattern

from pendapa.evaluation.urls import (
    assessments,
    comparing,
    cycles,
    evidence,
    iku,
    instruments,
    planning,
    reports,
    signals,
    work,
)

app_name = "evaluation"
urlpatterns: list[URLPattern] = [
    *evidence.urlpatterns,
    *comparing.urlpatterns,
    *iku.urlpatterns,
    *reports.urlpatterns,
    *cycles.urlpatterns,
    *work.urlpatterns,
    *planning.urlpatterns,
    *signals.urlpatterns,
    *instruments.urlpatterns,
    *assessments.urlpatterns,
]
