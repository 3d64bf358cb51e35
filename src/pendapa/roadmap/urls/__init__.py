"""Addresses of this room, one module a part. Fixed words come before the uids of initiatives."""

from __future__ import annotations

from django.urls import URLPattern

from pendapa.roadmap.urls import initiatives, views

app_name = "roadmap"
urlpatterns: list[URLPattern] = [
    *views.urlpatterns,
    *initiatives.urlpatterns,
]
