"""Addresses of what if, of plans to a target, and of what steps cost."""

from __future__ import annotations

from django.urls import URLPattern, path

from pendapa.evaluation.views import costs, plans, scenarios

urlpatterns: list[URLPattern] = [
    path("andaikan/", scenarios.listing, name="scenarios"),
    path("andaikan/coba/", scenarios.attempt, name="scenario_try"),
    path("andaikan/simpan/", scenarios.save, name="scenario_save"),
    path("andaikan/sandingkan/", scenarios.side_by_side, name="scenario_compare"),
    path("andaikan/<uuid:uid>/", scenarios.detail, name="scenario"),
    path("andaikan/<uuid:uid>/ubah/", scenarios.change, name="scenario_change"),
    path("rencana/", plans.listing, name="plans"),
    path("rencana/baru/", plans.new, name="plan_new"),
    path("rencana/<uuid:uid>/", plans.detail, name="plan"),
    path("rencana/<uuid:uid>/unduh.<str:form>", plans.download, name="plan_file"),
    path("rencana/<uuid:uid>/inisiatif/", plans.send, name="plan_send"),
    path("rencana/<uuid:uid>/hapus/", plans.delete, name="plan_delete"),
    path("biaya/", costs.listing, name="costs"),
    path("biaya/<slug:instrument>/", costs.detail, name="costs_of"),
]
