"""Addresses of calendar feeds of an institution; the calendar itself stands beside all pages (``/kalender/<secret>.ics``)."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.calendars import views_feeds as views

app_name = "feeds"
urlpatterns = [
    path("", views.own, name="list"),
    path("<int:number>/cabut/", views.revoke, name="revoke"),
]
