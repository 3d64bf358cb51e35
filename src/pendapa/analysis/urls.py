"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("dampak/", views.impact_choice, name="impact"),
    path("dampak/<uuid:uid>/", views.impact, name="impact"),
    path("orang/", views.people, name="people"),
    path("keamanan/", views.security, name="security"),
    path("integrasi/", views.integration, name="integration"),
    path("matriks/", views.matrix, name="matrix"),
    path("lanskap/", views.landscape, name="landscape"),
]
