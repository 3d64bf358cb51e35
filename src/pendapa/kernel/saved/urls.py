"""Addresses of kept lists."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.saved import views

app_name = "saved"
urlpatterns = [
    path("", views.manage, name="list"),
    path("simpan/", views.save, name="save"),
    path("kolom/", views.columns, name="columns"),
    path("<uuid:uid>/ubah/", views.change, name="change"),
    path("<uuid:uid>/hapus/", views.delete, name="delete"),
]
