"""Addresses of instruments, their editions, and what a round takes over."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import carrying, instrument_edit
from pendapa.evaluation.views import instruments as views

_ONE = "instrumen/<slug:id>/"
_CYCLE = "<int:year>/<slug:instrument>/"
urlpatterns: list[URLPattern] = [
    path("instrumen/", views.listing, name="instruments"),
    path("instrumen/impor/", views.bring, name="instrument_import"),
    path("instrumen/padanan/<slug:source>/<slug:target>/", views.crosswalk, name="crosswalk"),
    path(_ONE, views.detail, name="instrument"),
    path(_ONE + "unduh/", views.download, name="instrument_file"),
    path(_ONE + "ubah/", instrument_edit.frame, name="instrument_frame"),
    path(_ONE + "ubah/<str:number>/", instrument_edit.indicator, name="instrument_edit"),
    path(_ONE + "simpan/", instrument_edit.keep, name="instrument_keep"),
    path(_CYCLE + "edisi/", views.edition, name="edition"),
    path(_CYCLE + "edisi/pakai/", views.adopt, name="edition_adopt"),
    path(_CYCLE + "bawa/", carrying.carry, name="carry"),
]
