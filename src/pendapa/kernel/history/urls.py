"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.history import views

app_name = "history"
urlpatterns = [
    path("", views.change_sets, name="list"),
    path("<uuid:uid>/", views.change_set, name="set"),
    path("<uuid:uid>/batalkan/", views.undo, name="undo"),
]
