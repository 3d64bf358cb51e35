"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.clearance import views

app_name = "clearance"
_ONE = "<uuid:uid>/"
urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    path("unduh/", views.export, name="export"),
    path("baru/", views.begin, name="begin"),
    path(_ONE, views.detail, name="detail"),
    path(_ONE + "isi/risiko/", views.risks, name="risks"),
    path(_ONE + "isi/berkas/", views.attach, name="files"),
    path(_ONE + "isi/<slug:step>/", views.step, name="step"),
    path(_ONE + "isi/<slug:step>/cari/<slug:key>/", views.find, name="find"),
    path(_ONE + "berkas/<uuid:file>/", views.download, name="file"),
    path(_ONE + "berkas/<uuid:file>/hapus/", views.detach, name="detach"),
    path(_ONE + "langkah/", views.move, name="move"),
    path(_ONE + "rekomendasi/", views.recommend, name="recommend"),
    path(_ONE + "pertimbangan/", views.justify, name="justify"),
    path(_ONE + "putusan/", views.decide, name="decide"),
    path(_ONE + "surat.<slug:form>", views.letter, name="letter"),
]
