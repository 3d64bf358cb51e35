"""Addresses of the reminders of an institution."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("cara/", views.reach, name="reach"),
    path("jenjang/", views.choose, name="choices"),
    path("ingatkan/", views.remind, name="remind"),
    path("ringkasan/<uuid:uid>/", views.digest, name="digest"),
    path("ringkasan/<uuid:uid>/dibaca/", views.read, name="read"),
]
