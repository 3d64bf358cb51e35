"""Addresses of the signals."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import signals as views

urlpatterns: list[URLPattern] = [path("sinyal/", views.listing, name="signals")]
