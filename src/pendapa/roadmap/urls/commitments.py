"""Addresses of commitments."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import commitment_unit
from pendapa.roadmap.views import commitments as views

urlpatterns: list[URLPattern] = [
    path("komitmen/", views.listing, name="commitments"),
    path("komitmen/baru/", views.new, name="commitment_new"),
    path("komitmen/opd/<uuid:unit>/", commitment_unit.show, name="commitment_unit"),
    path("komitmen/<uuid:uid>/", views.show, name="commitment"),
    path("komitmen/<uuid:uid>/ubah/", views.change, name="commitment_change"),
    path("komitmen/<uuid:uid>/langkah/", views.move, name="commitment_move"),
    path("komitmen/<uuid:uid>/nilai/", views.assess, name="commitment_assess"),
    path("komitmen/<uuid:uid>/publik/", views.publish, name="commitment_publish"),
    path("komitmen/<uuid:uid>/komitmen.pdf", views.paper, name="commitment_paper"),
    path("komitmen/<uuid:uid>/tonggak/<uuid:step>/", views.report, name="commitment_milestone"),
    path("komitmen/<uuid:uid>/tonggak/<uuid:step>/bukti/", views.file, name="commitment_file"),
]
