"""Addresses of the holiday calendar of an institution."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.calendars import views

app_name = "calendars"
urlpatterns = [
    path("", views.holidays, name="holidays"),
    path("baru/", views.new, name="new"),
    path("<uuid:uid>/", views.edit, name="holiday"),
    path("<uuid:uid>/hapus/", views.remove, name="remove"),
]
