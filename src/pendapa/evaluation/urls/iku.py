"""Addresses of the index as IKU."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import iku as views

urlpatterns: list[URLPattern] = [
    path("iku/", views.iku, name="iku"),
    path("iku/pilih/", views.iku_choose, name="iku_choose"),
    path("iku/<int:year>/tulis/", views.iku_write, name="iku_write"),
]
