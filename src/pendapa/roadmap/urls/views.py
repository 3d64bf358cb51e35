"""Addresses of the views that show all initiatives: table, timeline, board, by OPD."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import listing

urlpatterns: list[URLPattern] = [
    path("", listing.listing, name="list"),
]
