"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.architecture import model_urls, reference_urls, views

app_name = "architecture"
urlpatterns = [
    *reference_urls.urlpatterns,
    *model_urls.urlpatterns,
    path("", views.list_elements, name="list"),
    path("ekspor/", views.export, name="export"),
    path("baru/", views.new, name="new"),
    path("ubah-banyak/", views.change_many, name="change_many"),
    path("celah/", views.gaps, name="gaps"),
    path("celah/ekspor/", views.export_gaps, name="export_gaps"),
    path("celah/putusan/", views.decide_gaps, name="decide_gaps"),
    path("celah/tren/", views.gap_trends, name="gap_trends"),
    path("kembaran/", views.twins, name="twins"),
    path("kembaran/ekspor/", views.export_twins, name="export_twins"),
    path("kembaran/bandingkan/", views.compare_twins, name="compare_twins"),
    path("kembaran/tanya-lagi/", views.ask_twins_again, name="ask_twins_again"),
    path("kembaran/nasional/", views.twins_national, name="twins_national"),
    path("kembaran/nasional/putusan/", views.decide_national, name="decide_national"),
    path("kembaran/nasional/ekspor/", views.export_national, name="export_national"),
    path("kembaran/kuadran/", views.twins_quadrant, name="twins_quadrant"),
    path("kembaran/kuadran/ekspor/", views.export_quadrant, name="export_quadrant"),
    path("kembaran/<str:group>/", views.twin, name="twin"),
    path("kembaran/<str:group>/putusan/", views.decide_twins, name="decide_twins"),
    path("strategi/", views.strategy, name="strategy"),
    path("opd/<uuid:uid>/", views.unit, name="unit"),
    path("rilis/", views.releases, name="releases"),
    path("rilis/baru/", views.new_release, name="new_release"),
    path("bandingkan/", views.compare, name="compare"),
    path("<uuid:uid>/", views.detail, name="detail"),
    path("<uuid:uid>/ubah/", views.edit, name="edit"),
    path("<uuid:uid>/hapus/", views.delete, name="delete"),
    path("<uuid:uid>/kembalikan/", views.restore, name="restore"),
    path("<uuid:uid>/hubungkan/", views.link, name="link"),
    path("<uuid:uid>/disebut/", views.mentioned, name="mentioned"),
    path("<uuid:uid>/relasi/<uuid:relation>/", views.change_relation, name="change_relation"),
    path("<uuid:uid>/lepas/<uuid:relation>/", views.unlink, name="unlink"),
    path("<uuid:uid>/kembaran/", views.element_twins, name="element_twins"),
]
