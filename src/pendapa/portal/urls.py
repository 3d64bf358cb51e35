"""Addresses of this room: the front page, and one public place for each institution."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pendapa.portal import views

public: list[URLPattern] = [
    path("", views.institution, name="institution"),
    path("indeks.atom", views.feed, name="feed"),
    path("arsitektur/", views.architecture, name="architecture"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("publik/<str:code>/", include((public, "portal"))),
]
