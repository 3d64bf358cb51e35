"""Addresses of evidence, uploads and decrees."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import decrees, evidence, evidence_zip, uploads

_CYCLE = "<int:year>/<slug:instrument>/"
_INDICATOR = _CYCLE + "indikator/<str:number>/bukti/"
urlpatterns: list[URLPattern] = [
    path("bukti/", evidence.library, name="evidence"),
    path("bukti/baru/", evidence.new, name="evidence_new"),
    path("bukti/unggah/", uploads.begin, name="upload_begin"),
    path("bukti/unggah/<uuid:uid>/", uploads.one, name="upload"),
    path("bukti/unggah/<uuid:uid>/batal/", uploads.drop, name="upload_drop"),
    path("bukti/<uuid:uid>/", evidence.detail, name="evidence_one"),
    path("bukti/<uuid:uid>/ubah/", evidence.change, name="evidence_change"),
    path("bukti/<uuid:uid>/hapus/", evidence.remove, name="evidence_remove"),
    path("bukti/<uuid:uid>/periksa/", evidence.check, name="evidence_check"),
    path("bukti/<uuid:uid>/pakai/", evidence.use, name="evidence_reuse"),
    path("bukti/<uuid:uid>/berkas/", evidence.file, name="evidence_file"),
    path("kebijakan/", decrees.register, name="decrees"),
    path("kebijakan/baru/", decrees.new, name="decree_new"),
    path("kebijakan/<uuid:uid>/", decrees.one, name="decree"),
    path("kebijakan/<uuid:uid>/berkas/", decrees.file, name="decree_file"),
    path("kebijakan/<uuid:uid>/hapus/", decrees.remove, name="decree_remove"),
    path(_CYCLE + "arsip-bukti/", evidence_zip.ask, name="evidence_zip"),
    path(_CYCLE + "arsip-bukti/<uuid:job>/", evidence_zip.download, name="evidence_zip_file"),
    path(_INDICATOR, evidence.add, name="evidence_add"),
    path(_INDICATOR + "<uuid:uid>/", evidence.use_one, name="evidence_use"),
    path(_INDICATOR + "<uuid:uid>/nilai/", evidence.judge, name="evidence_judge"),
    path(_INDICATOR + "<uuid:uid>/lepas/", evidence.take_off, name="evidence_take_off"),
]
