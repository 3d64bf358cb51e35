"""Addresses of baselines and reviews."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import baselines as views

urlpatterns: list[URLPattern] = [
    path("dokumen/<uuid:uid>/baku/", views.listing, name="baselines"),
    path("dokumen/<uuid:uid>/baku/baru/", views.freeze, name="baseline_freeze"),
    path("dokumen/<uuid:uid>/baku/<uuid:baseline>/", views.show, name="baseline"),
    path("dokumen/<uuid:uid>/baku/<uuid:baseline>/keputusan/", views.decree, name="baseline_decree"),
    path("dokumen/<uuid:uid>/reviu/", views.review, name="review_add"),
    path("dokumen/<uuid:uid>/reviu/<uuid:review>/", views.change_review, name="review"),
]
