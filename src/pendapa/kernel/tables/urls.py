"""Addresses of the import."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.tables import downloads, explaining, views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("baru/", views.new, name="new"),
    path("templat/<slug:kind>.xlsx", downloads.template, name="template"),
    path("<uuid:uid>/", views.preview, name="preview"),
    path("<uuid:uid>/baris/<int:sheet>/<int:row>/", views.repair, name="repair"),
    path("<uuid:uid>/unit/", views.set_unit, name="unit"),
    path("<uuid:uid>/kolom/<int:sheet>/", explaining.columns, name="columns"),
    path("<uuid:uid>/lembar/<int:number>/", explaining.sheet, name="sheet"),
    path("<uuid:uid>/periksa/", views.recheck, name="recheck"),
    path("<uuid:uid>/simpan/", views.confirm, name="confirm"),
    path("<uuid:uid>/hentikan/", views.stop, name="stop"),
    path("<uuid:uid>/buang/", views.discard, name="discard"),
    path("<uuid:uid>/batalkan/", views.undo, name="undo"),
    path("<uuid:uid>/galat.xlsx", downloads.faulty, name="faulty"),
]
