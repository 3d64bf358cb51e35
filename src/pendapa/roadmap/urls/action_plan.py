"""Addresses of the action plan."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.roadmap.views import action_plan as views
from pendapa.roadmap.views import action_plan_one as one

urlpatterns: list[URLPattern] = [
    path("aksi/", views.listing, name="actions"),
    path("aksi/pindahkan/", views.reassign, name="actions_reassign"),
    path("aksi/<uuid:uid>/", one.show, name="action"),
    path("aksi/<uuid:uid>/ubah/", views.change, name="action_change"),
    path("aksi/<uuid:uid>/hapus/", one.delete, name="action_delete"),
    path("aksi/<uuid:uid>/kerja/", one.work, name="action_work"),
    path("aksi/<uuid:uid>/butir/", one.check, name="action_check"),
    path("aksi/<uuid:uid>/bukti/", one.prove, name="action_prove"),
    path("aksi/<uuid:uid>/bukti/<uuid:piece>/", one.piece, name="action_piece"),
    path("aksi/<uuid:uid>/bukti/<uuid:piece>/hapus/", one.unprove, name="action_unprove"),
    path("aksi/<uuid:uid>/usulan/", one.proposal, name="action_proposal"),
    path("<uuid:uid>/aksi/baru/", views.new, name="action_new"),
]
