"""Addresses of the comparison and of the results of others."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import comparing as views

urlpatterns: list[URLPattern] = [
    path("banding/", views.compare, name="compare"),
    path("banding/instansi/", views.peers, name="peers"),
    path("banding/instansi/unggah/", views.peers_bring, name="peers_bring"),
    path("banding/instansi/templat.xlsx", views.peers_template, name="peers_template"),
    path("banding/instansi/<uuid:uid>/hapus/", views.peers_remove, name="peers_remove"),
]
