"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:uid>/", views.job, name="job"),
    path("<uuid:uid>/kemajuan/", views.progress, name="progress"),
    path("<uuid:uid>/hentikan/", views.cancel, name="cancel"),
]
