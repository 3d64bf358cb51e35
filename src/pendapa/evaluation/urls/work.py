"""Addresses of a cycle's table, of its indicators, and of the division among units. They come before the sheets' ones."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import work, work_answers, work_duties

_CYCLE = "<int:year>/<slug:instrument>/"
_ONE = _CYCLE + "indikator/<str:number>/"
urlpatterns: list[URLPattern] = [
    path(_CYCLE, work.cycle, name="cycle"),
    path(_CYCLE + "pembagian/", work_duties.duties, name="duties"),
    path(_CYCLE + "pembagian/baca/", work_duties.read_table, name="duties_read"),
    path(_CYCLE + "pembagian/unduh.<str:form>", work_duties.download, name="duties_file"),
    path(_ONE, work.indicator, name="indicator"),
    path(_ONE + "singkat/", work.in_short, name="indicator_short"),
    path(_ONE + "tingkat/<slug:stage>/", work.level, name="indicator_level"),
    path(_ONE + "penjelasan/", work_answers.save, name="answer"),
    path(_ONE + "penjelasan/langsung/", work_answers.live, name="answer_live"),
    path(_ONE + "penjelasan/pratinjau/", work_answers.preview, name="answer_preview"),
    path(_ONE + "penjelasan/pindah/", work_answers.move, name="answer_move"),
]
