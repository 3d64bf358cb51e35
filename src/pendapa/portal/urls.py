"""Addresses of this room: the front page, and one public place for each institution."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from pendapa.portal import views, views_commitments, views_roadmap

public: list[URLPattern] = [
    path("", views.institution, name="institution"),
    path("indeks.atom", views.feed, name="feed"),
    path("arsitektur/", views.architecture, name="architecture"),
    path("peta-rencana/", views_roadmap.roadmap, name="roadmap"),
    re_path(r"^peta-rencana/data\.(?P<form>json|csv)$", views_roadmap.roadmap_data, name="roadmap_data"),
    path("komitmen/", views_roadmap.commitments, name="commitments"),
    re_path(r"^komitmen/data\.(?P<form>json|csv)$", views_roadmap.commitments_data, name="commitments_data"),
    path("komitmen/opd/<uuid:unit>/", views_commitments.unit, name="commitment_unit"),
    path(
        "komitmen/opd/<uuid:unit>/data.<str:form>", views_commitments.unit_data, name="commitment_unit_data"
    ),
    path("komitmen/<uuid:uid>/", views_roadmap.commitment, name="commitment"),
    re_path(
        r"^komitmen/(?P<uid>[0-9a-f-]{36})/data\.(?P<form>json|csv)$",
        views_roadmap.commitment_data,
        name="commitment_data",
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("publik/<str:code>/", include((public, "portal"))),
]
