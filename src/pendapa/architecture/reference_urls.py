"""Addresses of the national references and of the patterns of codes."""

from __future__ import annotations

from django.urls import path

from pendapa.architecture.views.codes import code_example, codes
from pendapa.architecture.views.references import map_reference, reference_new, references_page

urlpatterns = [
    path("referensi/", references_page, name="references"),
    path("referensi/<str:tree>/baru/", reference_new, name="reference_new"),
    path("kode/", codes, name="codes"),
    path("kode/contoh/", code_example, name="code_example"),
    path("<uuid:uid>/petakan/", map_reference, name="map_reference"),
]
