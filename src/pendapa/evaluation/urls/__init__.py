"""Addresses of this room, one module a part. Fixed words come before the years of assessments."""

from __future__ import annotations

from django.urls import URLPattern

from pendapa.evaluation.urls import assessments, comparing

app_name = "evaluation"
urlpatterns: list[URLPattern] = [
    *comparing.urlpatterns,
    *assessments.urlpatterns,
]
