"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.inbox import views

app_name = "inbox"
urlpatterns: list[URLPattern] = [
    path("", views.inbox, name="list"),
]
