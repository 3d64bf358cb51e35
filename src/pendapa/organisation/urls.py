"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.organisation.views import handover, life, people, units

app_name = "organisation"
urlpatterns = [
    path("", units.tree, name="tree"),
    path("unit/baru/", units.unit_new, name="unit_new"),
    path("unit/<uuid:uid>/", units.unit, name="unit"),
    path("unit/<uuid:uid>/nama/", units.unit_rename, name="unit_rename"),
    path("unit/<uuid:uid>/pindah/", units.unit_move, name="unit_move"),
    path("unit/<uuid:uid>/tutup/", units.unit_close, name="unit_close"),
    path("unit/<uuid:uid>/buka/", units.unit_reopen, name="unit_reopen"),
    path("unit/<uuid:uid>/alias/", units.alias_add, name="alias_add"),
    path("unit/<uuid:uid>/alias/<uuid:alias>/hapus/", units.alias_remove, name="alias_remove"),
    path("unit/<uuid:uid>/gabung/", life.merge, name="unit_merge"),
    path("unit/<uuid:uid>/pecah/", life.split, name="unit_split"),
    path("unit/<uuid:uid>/perubahan/<uuid:change>/batalkan/", life.take_back, name="change_undo"),
    path("orang/", people.people, name="people"),
    path("orang/undang/", people.invite, name="invite"),
    path("orang/<int:assignment>/peran/", people.assign, name="assign"),
    path("orang/<int:assignment>/akhiri/", people.end, name="end"),
    path("orang/<int:assignment>/tautan/", people.link, name="link"),
    path("orang/<int:assignment>/serah-terima/", handover.hand_over, name="hand_over"),
    path("orang/<int:assignment>/jabatan/", handover.office, name="office"),
    path("orang/<int:assignment>/ambil-alih/", handover.take_duties, name="take_duties"),
    path("akun/", people.accounts, name="accounts"),
    path("akun/templat.xlsx", people.accounts_template, name="accounts_template"),
    path("akun/<uuid:uid>/", people.accounts_preview, name="accounts_preview"),
    path("akun/<uuid:uid>/buat/", people.accounts_make, name="accounts_make"),
    path("akun/<uuid:uid>/tautan.xlsx", people.accounts_links, name="accounts_links"),
    path("akun/<uuid:uid>/buang/", people.accounts_discard, name="accounts_discard"),
]
