"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.cockpit.views import home

app_name = "cockpit"
urlpatterns: list[URLPattern] = [
    path("beranda/", home.home, name="home"),
    path("beranda/kembaran/", home.twins, name="twins"),
    path("beranda/perubahan/", home.changes, name="changes"),
]
