"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.cockpit import views

app_name = "cockpit"
urlpatterns: list[URLPattern] = [
    path("beranda/", views.home, name="home"),
    path("beranda/kembaran/", views.twins, name="twins"),
    path("beranda/perubahan/", views.changes, name="changes"),
]
