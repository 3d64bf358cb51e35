"""Addresses of one's own keys."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.keys, name="list"),
    path("baru/<str:institution>/", views.new, name="new"),
    path("<uuid:uid>/cabut/", views.revoke, name="revoke"),
]
