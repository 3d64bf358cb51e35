"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.listing, name="list"),
    path("unduh.<str:form>", views.export, name="export"),
    path("<uuid:uid>/hapus/", views.delete, name="delete"),
]
