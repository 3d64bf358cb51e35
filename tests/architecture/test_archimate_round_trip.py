"""What goes out as an exchange file comes back the same, and what another program wrote is kept whole."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from pendapa.architecture.archimate.export import export
from pendapa.architecture.models import Element, ForeignId, Relation
from pendapa.kernel.history.undoing import undo
from pendapa.kernel.tables import actions, queries
from pendapa.kernel.tables.models import ImportBatch
from pendapa.regulations import packs
from tests.architecture.scene import join, make
from tests.architecture.test_archimate_reading import MINIMAL
from tests.cast import Cast


def out(cast: Cast, who: str = "diskominfo", **options: Any) -> bytes:
    return b"".join(export(cast.actor(who), cast.institution, **options))


def hand_in(cast: Cast, content: bytes, who: str = "diskominfo", **options: Any) -> ImportBatch:
    return actions.receive(cast.actor(who), cast.institution, io.BytesIO(content), "model.xml", **options)


def saved(cast: Cast, content: bytes, who: str = "diskominfo", **options: Any) -> ImportBatch:
    return actions.confirm(cast.actor(who), hand_in(cast, content, who, **options))


def totals(batch: ImportBatch) -> dict[str, int]:
    numbers = queries.counts(batch).values()
    return {key: sum(one[key] for one in numbers) for key in ("new", "changed", "same", "faulty")}


def only_same(batch: ImportBatch) -> bool:
    told = totals(batch)
    return told["same"] > 0 and not (told["new"] or told["changed"] or told["faulty"])


def faults(batch: ImportBatch) -> list[Any]:
    rows = batch.rows.exclude(verdict="same").order_by("sheet", "row")
    return [(r.verdict, r.data["name"], [queries.say(e) for e in r.errors], r.data) for r in rows]


def every_kind(cast: Cast) -> list[Element]:
    return [
        make(cast.unit, f"{kind.label.id} contoh", domain.key, kind=kind.key if len(domain.kinds) > 1 else "")
        for domain in packs.metamodel().all_domains
        for kind in domain.kinds
    ]


def test_every_kind_comes_back_the_same(cast: Cast) -> None:
    every_kind(cast)
    batch = hand_in(cast, out(cast))
    assert only_same(batch), faults(batch)
    assert totals(batch)["same"] == Element.objects.count()


def every_relation(cast: Cast) -> list[Relation]:
    """One relation of each type that the metamodel offers, between the first kinds that it allows."""
    by_kind = {(e.domain, e.kind): e for e in every_kind(cast)}
    again = {
        (e.domain, e.kind): make(e.unit, f"{e.name} kedua", e.domain, kind=e.kind) for e in by_kind.values()
    }
    made = []
    for kind in packs.metamodel().relations:
        pairs = [(a, b) for a in by_kind for b in again if kind.allows(a, b)]
        if kind.offered:
            made += [join(by_kind[a], kind.key, again[b]) for a, b in pairs[:2]]
    return made


def test_every_relation_comes_back_the_same(cast: Cast) -> None:
    made = every_relation(cast)
    batch = hand_in(cast, out(cast))
    assert only_same(batch), faults(batch)
    assert totals(batch)["same"] == Element.objects.count() + len(made)


ATTRIBUTES: dict[str, Any] = {
    "uraian": "Baris satu\nbaris dua & <tiga>",
    "fungsi": "  ruang di tepi  ",
    "basis": ["web", "mobile"],
    "tahun": "2024",
    "kelompok_lama": "tak dikenal metamodel",
}


def test_attributes_validity_and_openness_come_back_the_same(cast: Cast) -> None:
    element = make(cast.unit, "SIAP", classification="restricted", valid_from=date(2026, 1, 2))
    Element.objects.filter(pk=element.pk).update(attributes=ATTRIBUTES)
    file = out(cast)
    batch = hand_in(cast, file)
    assert only_same(batch), faults(batch)
    for word in ("Klasifikasi", "restricted", "Berlaku sejak", "2026-01-02", "Dinas Kesehatan"):
        assert word in file.decode()


def test_a_mark_that_no_xml_can_hold_does_not_make_a_row_look_changed(cast: Cast) -> None:
    element = make(cast.unit, "SIAP")
    Element.objects.filter(pk=element.pk).update(name="Si\x0bAP", attributes={"uraian": "a\x01b"})
    assert only_same(hand_in(cast, out(cast)))


def test_a_foreign_model_is_taken_whole_and_comes_again_the_same(cast: Cast) -> None:
    saved(cast, MINIMAL, unit=cast.unit)
    assert Element.objects.count() == 12
    assert Relation.objects.count() == 12
    kept = Element.objects.get(name="Audit keamanan aplikasi")
    assert (kept.domain, kept.attributes["tipe_asal"]) == ("outside", "Requirement")
    again = hand_in(cast, MINIMAL, unit=cast.unit)
    assert only_same(again), faults(again)


def test_a_foreign_model_keeps_its_identifiers_when_it_goes_out(cast: Cast) -> None:
    saved(cast, MINIMAL, unit=cast.unit)
    file = out(cast).decode()
    for identifier in ("id-opd-dpmptsp", "id-pb-izin", "id-plateau-2027", "id-r1", "id-r7", "id-r12"):
        assert f'identifier="{identifier}"' in file
    batch = hand_in(cast, file.encode())
    assert only_same(batch), faults(batch)


def test_relations_of_a_foreign_model_become_ours_where_both_ends_fit(cast: Cast) -> None:
    saved(cast, MINIMAL, unit=cast.unit)
    found = {(r.source.name, r.type, r.target.name) for r in Relation.objects.all()}
    assert ("SIAP (aplikasi perizinan)", "application_flow", "Sistem kepegawaian") in found
    assert ("SIAP (aplikasi perizinan)", "application_server", "Server virtual PDN") in found
    assert ("Layanan perizinan berusaha", "service_process", "Menerbitkan izin usaha") in found
    flow = Relation.objects.get(type="application_flow")
    assert flow.attributes["data"] == "data pegawai penanda tangan"
    foreign = Relation.objects.get(type="foreign_relation", source__name="DPMPTSP")
    assert foreign.attributes["tipe_asal"] == "Assignment"


def test_what_was_imported_can_be_undone_and_imported_again(cast: Cast) -> None:
    batch = saved(cast, MINIMAL, unit=cast.unit)
    assert batch.change_set is not None
    undo(cast.actor("diskominfo"), batch.change_set)
    assert not Element.objects.filter(deleted_at=None).exists()
    saved(cast, MINIMAL, unit=cast.unit)
    assert Element.objects.filter(deleted_at=None).count() == 12
    assert only_same(hand_in(cast, MINIMAL, unit=cast.unit))


def test_a_change_in_the_file_changes_that_element_only(cast: Cast) -> None:
    saved(cast, MINIMAL, unit=cast.unit)
    changed = MINIMAL.replace(b"Sistem kepegawaian", b"Sistem kepegawaian daerah")
    batch = hand_in(cast, changed, unit=cast.unit)
    assert (totals(batch)["changed"], totals(batch)["new"], totals(batch)["faulty"]) == (1, 0, 0)
    actions.confirm(cast.actor("diskominfo"), batch)
    assert Element.objects.filter(name="Sistem kepegawaian daerah").count() == 1


def test_without_a_unit_the_preview_asks_for_one(cast: Cast) -> None:
    batch = hand_in(cast, MINIMAL)
    assert totals(batch)["faulty"] >= 12
    actions.set_unit(cast.actor("diskominfo"), batch, cast.unit)
    assert totals(batch)["faulty"] == 0


def test_an_actor_named_like_a_unit_owns_what_is_assigned_to_it(cast: Cast) -> None:
    file = MINIMAL.replace(b">DPMPTSP<", b">Dinas Kesehatan<")
    saved(cast, file, unit=cast.other_unit)
    assert Element.objects.get(name="Menerbitkan izin usaha").unit == cast.unit
    assert Element.objects.get(name="Sistem kepegawaian").unit == cast.other_unit


def test_the_identifiers_of_a_release_are_those_of_the_register(cast: Cast) -> None:
    make(cast.unit, "SIAP")
    assert not ForeignId.objects.exists()
    uid = Element.objects.get().uid
    assert f'identifier="id-{uid}"' in out(cast).decode()


@pytest.mark.parametrize("who", ["operator", "other_operator"])
def test_an_operator_may_hand_in_the_whole_model_again(cast: Cast, who: str) -> None:
    every_relation(cast)
    batch = hand_in(cast, out(cast, who), who)
    assert only_same(batch), faults(batch)


def test_an_operator_changes_nothing_of_another_unit_by_a_model(cast: Cast) -> None:
    make(cast.unit, "SIAP")
    file = out(cast, "other_operator").replace(b">SIAP<", b">SIAP baru<")
    assert totals(hand_in(cast, file, "other_operator"))["faulty"] == 1
