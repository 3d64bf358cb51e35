"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.review import views

app_name = "review"
urlpatterns = [
    path("", views.proposals, name="list"),
    path("tahapan/", views.settings, name="settings"),
    path("<uuid:uid>/", views.proposal, name="set"),
    path("<uuid:uid>/ajukan/", views.submit, name="submit"),
    path("<uuid:uid>/putuskan/", views.decide, name="decide"),
    path("<uuid:uid>/tarik/", views.withdraw, name="withdraw"),
    path("<uuid:uid>/buang/", views.discard, name="discard"),
    path("<uuid:uid>/terapkan/", views.realise, name="realise"),
    path("<uuid:uid>/keluarkan/<uuid:target>/", views.drop, name="drop"),
    path("<uuid:uid>/selesaikan/<uuid:target>/", views.settle, name="settle"),
]
