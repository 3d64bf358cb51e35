"""Addresses of the webhooks of an institution."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="list"),
    path("baru/", views.new, name="new"),
    path("<uuid:uid>/", views.webhook, name="one"),
    path("<uuid:uid>/uji/", views.test, name="test"),
    path("<uuid:uid>/keadaan/", views.switch, name="switch"),
    path("<uuid:uid>/rahasia/", views.secret, name="secret"),
    path("<uuid:uid>/kirim/<int:delivery>/", views.redeliver, name="redeliver"),
]
