"""Addresses of this room, one module a part. Fixed words come before the uids of initiatives."""

from __future__ import annotations

from django.urls import URLPattern

from pendapa.roadmap.urls import (
    action_plan,
    baselines,
    commitments,
    initiatives,
    money,
    origins,
    roadmaps,
    views,
)

app_name = "roadmap"
urlpatterns: list[URLPattern] = [
    *baselines.urlpatterns,
    *roadmaps.urlpatterns,
    *origins.urlpatterns,
    *action_plan.urlpatterns,
    *commitments.urlpatterns,
    *money.urlpatterns,
    *views.urlpatterns,
    *initiatives.urlpatterns,
]
