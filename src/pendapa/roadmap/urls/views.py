"""Addresses of the views that show all initiatives: table, timeline, board, by OPD."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import board, by_unit, listing, timeline

urlpatterns: list[URLPattern] = [
    path("", listing.listing, name="list"),
    path("linimasa/", timeline.timeline, name="timeline"),
    path("linimasa/data.json", timeline.data, name="timeline_data"),
    path("papan/", board.board, name="board"),
    path("papan/pindah/", board.move, name="board_move"),
    path("menurut-opd/", by_unit.by_unit, name="by_unit"),
]
