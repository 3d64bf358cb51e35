"""Addresses of this room, one module a part. Fixed words come before the years of assessments."""

from __future__ import annotations

from django.urls import URLPattern

from pendapa.evaluation.urls import (
    assessments,
    comparing,
    cycles,
    evidence,
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
    *reports.urlpatterns,
    *cycles.urlpatterns,
    *work.urlpatterns,
    *planning.urlpatterns,
    *signals.urlpatterns,
    *instruments.urlpatterns,
    *assessments.urlpatterns,
]
