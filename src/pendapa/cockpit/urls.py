"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.cockpit.views import home, leader

app_name = "cockpit"
urlpatterns: list[URLPattern] = [
    path("beranda/", home.home, name="home"),
    path("beranda/kembaran/", home.twins, name="twins"),
    path("beranda/perubahan/", home.changes, name="changes"),
    path("kokpit/", leader.leader, name="leader"),
    path("kokpit/liga/", leader.league, name="league"),
    path("kokpit/belum-lapor/", leader.silent, name="silent"),
    path("kokpit/keputusan/", leader.decisions, name="decisions"),
    path("kokpit/ingatkan/<uuid:unit>/", leader.remind, name="remind"),
    path("kokpit/rapat.pdf", leader.download, {"form": "pdf"}, name="pdf"),
    path("kokpit/slide.pptx", leader.download, {"form": "pptx"}, name="slides"),
]
