"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import assessments as views

_ONE = "<int:year>/<slug:instrument>/<slug:stage>/"
urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    path("buka/", views.open_one, name="open"),
    path("terbitan/", views.record, name="record"),
    path(_ONE, views.detail, name="detail"),
    path(_ONE + "tingkat/", views.levels, name="levels"),
    path(_ONE + "target/", views.target, name="target"),
    path(_ONE + "terbit/", views.publish, name="publish"),
]
