"""Addresses of the metamodel of an institution, and of completeness."""

from __future__ import annotations

from django.urls import path

from pendapa.architecture.views import completeness, model

urlpatterns = [
    path("kelengkapan/", completeness.completeness, name="completeness"),
    path("model/", model.model, name="model"),
    path("model/atribut/", model.model_column, name="model_column"),
    path("model/jenis/", model.model_kind, name="model_kind"),
    path("model/pakai/", model.model_retire, name="model_retire"),
    path("model/simpan/", model.model_keep, name="model_keep"),
    path("model/versi/<int:version>/", model.model_version, name="model_version"),
]
