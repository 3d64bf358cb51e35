"""Addresses of the views that show all initiatives: table, timeline, board, by OPD."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import listing, timeline

urlpatterns: list[URLPattern] = [
    path("", listing.listing, name="list"),
    path("linimasa/", timeline.timeline, name="timeline"),
    path("linimasa/data.json", timeline.data, name="timeline_data"),
]
