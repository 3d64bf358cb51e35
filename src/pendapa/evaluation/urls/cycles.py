"""Addresses of rounds and findings."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import cycles, findings

_ONE = "<int:year>/<slug:instrument>/"
_ROUND = _ONE + "putaran/"
urlpatterns: list[URLPattern] = [
    path("mulai/", cycles.begin, name="begin"),
    path(_ROUND, cycles.show, name="round"),
    path(_ROUND + "langkah/", cycles.step, name="round_step"),
    path(_ROUND + "tenggat/", cycles.deadlines, name="round_deadlines"),
    path(_ROUND + "tim/", cycles.member, name="round_member"),
    path(_ROUND + "tim/<uuid:uid>/", cycles.member_remove, name="round_member_remove"),
    path(_ROUND + "kegiatan/", cycles.event, name="round_event"),
    path(_ROUND + "kegiatan/<uuid:uid>/", cycles.event_edit, name="round_event_edit"),
    path(_ROUND + "naskah/", cycles.paper, name="round_paper"),
    path(_ROUND + "naskah/<uuid:uid>/", cycles.paper_file, name="round_paper_file"),
    path(_ROUND + "naskah/<uuid:uid>/ubah/", cycles.paper_verb, name="round_paper_verb"),
    path(_ONE + "temuan/", findings.show, name="findings"),
    path(_ONE + "temuan/tambah/", findings.add, name="finding_add"),
    path(_ONE + "temuan/<uuid:uid>/", findings.change, name="finding"),
]
