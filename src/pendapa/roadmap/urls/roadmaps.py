"""Addresses of roadmap documents."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import roadmaps as views

urlpatterns: list[URLPattern] = [
    path("dokumen/", views.listing, name="roadmaps"),
    path("dokumen/<uuid:uid>/", views.detail, name="roadmap"),
    path("dokumen/<uuid:uid>/ubah/", views.change, name="roadmap_change"),
    path("dokumen/<uuid:uid>/isi/", views.put_in, name="roadmap_put_in"),
    path("dokumen/<uuid:uid>/penetapan/", views.decree, name="roadmap_decree"),
    path("dokumen/<uuid:uid>/publik/", views.publish, name="roadmap_publish"),
    path("dokumen/<uuid:uid>/akhiri/", views.end, name="roadmap_end"),
    path("dokumen/<uuid:uid>/hapus/", views.delete, name="roadmap_delete"),
]
