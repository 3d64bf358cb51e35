"""Addresses of the places where initiatives are born."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import origins as views

urlpatterns: list[URLPattern] = [
    path("dari-celah/", views.from_gaps, name="from_gaps"),
    path("dari-rekomendasi/", views.from_requests, name="from_requests"),
    path("dari-rencana/", views.from_plans, name="from_plans"),
]
