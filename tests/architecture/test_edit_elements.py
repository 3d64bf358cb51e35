"""Create, change, delete and bring back: rights, codes, conflicts, what is linked."""

from __future__ import annotations

import pytest

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.events import bus
from pendapa.kernel.history.actions import Conflict, verify
from pendapa.kernel.history.models import ChangeSet, Revision
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_operator_writes_in_the_own_unit_and_below(cast: Cast) -> None:
    operator = cast.actor("operator")
    for unit in (cast.unit, cast.subunit):
        element = make(unit, "SIMPUS", actor=operator)
        done = actions.change_element(operator, element, version=1, attributes={"fungsi": "Rekam medis"})
        assert done.row.attributes == {"fungsi": "Rekam medis"}


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "assessor", "stranger", "foreigner", "public"])
def test_nobody_else_writes_in_another_unit(cast: Cast, who: str) -> None:
    theirs = make(cast.other_unit, "SIAK Lokal")
    actor = cast.actor(who)
    with pytest.raises(NotFound):
        make(cast.other_unit, "Baru", actor=actor)
    with pytest.raises(NotFound):
        actions.change_element(actor, theirs, version=1, name="Diubah")
    with pytest.raises(NotFound):
        actions.delete_element(actor, theirs)


def test_an_operator_cannot_push_an_element_into_another_unit(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS")
    with pytest.raises(NotFound):
        actions.change_element(cast.actor("operator"), mine, version=1, unit=cast.other_unit)


def test_an_element_never_stands_in_a_unit_of_another_institution(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS")
    with pytest.raises(NotFound):
        actions.change_element(system(), mine, version=1, unit=cast.foreign_unit)
    with pytest.raises(NotFound):
        actions.create_element(system(), cast.institution, "applications", cast.foreign_unit, name="X")


def test_codes_run_on_by_domain_and_are_never_given_again(cast: Cast) -> None:
    first, second = make(cast.unit, "Satu"), make(cast.unit, "Dua")
    assert (first.code, second.code) == ("DAA-001", "DAA-002")
    assert make(cast.unit, "Layanan", "services").code == "DAL-001"
    actions.delete_element(system(), second)
    assert make(cast.unit, "Tiga").code == "DAA-003"
    with pytest.raises(actions.Refused, match="DAA-002"):
        make(cast.unit, "Empat", code="DAA-002")


def test_a_given_code_is_kept_and_a_taken_one_refused(cast: Cast) -> None:
    assert make(cast.unit, "Satu", code=" APL 7 ").code == "APL 7"
    with pytest.raises(actions.Refused) as refused:
        make(cast.other_unit, "Dua", code="APL 7")
    assert refused.value.field == "code"


def test_values_are_kept_as_written_and_doubts_are_told(cast: Cast) -> None:
    done = actions.create_element(
        system(), cast.institution, "applications", cast.unit, name="  Si   Tanda ",
        attributes={"basis": ["web", "Wesite"], "raa": "RAA.99 Entah", "operator": "", "fungsi": "a\r\nb"},
    )  # fmt: skip
    assert done.row.name == "Si Tanda"
    assert done.row.attributes == {"basis": ["web", "Wesite"], "raa": "RAA.99 Entah", "fungsi": "a\nb"}
    assert ["Wesite" in done.warnings[0], "RAA.99" in done.warnings[1]] == [True, True]


@pytest.mark.parametrize(
    ("name", "more", "field"),
    [
        ("   ", {}, "name"),
        ("x" * 301, {}, "name"),
        ("X", {"attributes": {"warna": "biru"}}, "warna"),
        ("X", {"attributes": {"fungsi": "x" * 10_001}}, "fungsi"),
        ("X", {"kind": "kapal"}, "kind"),
        ("X", {"classification": "rahasia"}, "classification"),
        ("X", {"code": "x" * 61}, "code"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field(cast: Cast, name: str, more: dict, field: str) -> None:
    with pytest.raises(actions.Refused) as refused:
        make(cast.unit, name, **more)
    assert refused.value.field == field
    assert not Element.objects.exists()


def test_nothing_is_recorded_where_nothing_differs(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"fungsi": "Rekam medis"})
    before = ChangeSet.objects.count()
    done = actions.change_element(
        system(), element, version=1, name="SIMPUS", attributes={"fungsi": "Rekam medis "}
    )
    assert done.change_set is None and ChangeSet.objects.count() == before


def test_who_comes_too_late_gets_a_conflict_and_writes_nothing(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    actions.change_element(system(), element, version=1, name="SIMPUS 2")
    with pytest.raises(Conflict):
        actions.change_element(system(), element, version=1, name="SIMPUS 3")
    assert Element.objects.get(pk=element.pk).name == "SIMPUS 2"


def test_an_emptied_field_goes_and_completeness_follows(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"fungsi": "x", "uraian": "y"})
    done = actions.change_element(system(), element, version=1, attributes={"fungsi": ""})
    assert "fungsi" not in done.row.attributes
    assert done.row.completeness < element.completeness


def test_a_linked_element_is_not_deleted_before_one_is_asked(cast: Cast) -> None:
    application, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    join(application, "application_service", service)
    with pytest.raises(actions.Linked) as linked:
        actions.delete_element(cast.actor("operator"), service)
    assert linked.value.names == ["SIMPUS"] and "SIMPUS" in str(linked.value)
    assert queries.visible(system(), cast.institution).count() == 2


def test_deleting_along_with_relations_is_one_change_set_and_comes_back_whole(cast: Cast) -> None:
    application, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    relation = join(application, "application_service", service)
    done = actions.delete_element(cast.actor("operator"), service, with_relations=True)
    assert done.change_set is not None and done.change_set.counts["delete"] == 2
    assert Relation.objects.get(pk=relation.pk).deleted_at
    actions.restore_element(cast.actor("operator"), cast.institution, str(service.uid))
    assert queries.visible(system(), cast.institution).count() == 2
    assert not Relation.objects.get(pk=relation.pk).deleted_at
    assert verify(cast.institution) == []


def test_names_of_what_may_not_be_seen_stay_out_of_the_refusal(cast: Cast) -> None:
    service = make(cast.unit, "Rawat jalan", "services")
    hidden = make(cast.other_unit, "Sandi Negara", classification="restricted")
    join(hidden, "application_service", service)
    with pytest.raises(actions.Linked) as linked:
        actions.delete_element(cast.actor("operator"), service)
    assert linked.value.names == [] and linked.value.hidden == 1 and "Sandi" not in str(linked.value)


def test_a_relation_whose_other_end_is_gone_stays_away_when_one_end_comes_back(cast: Cast) -> None:
    application, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    relation = join(application, "application_service", service)
    actions.delete_element(system(), service, with_relations=True)
    actions.delete_element(system(), application)
    actions.restore_element(system(), cast.institution, str(service.uid))
    assert Relation.objects.get(pk=relation.pk).deleted_at


@pytest.mark.parametrize("who", ["other_operator", "assessor", "sekda", "stranger", "foreigner"])
def test_bringing_back_needs_the_right_to_write(cast: Cast, who: str) -> None:
    element = make(cast.unit, "SIMPUS")
    actions.delete_element(system(), element)
    with pytest.raises(NotFound):
        actions.restore_element(cast.actor(who), cast.institution, str(element.uid))


def test_each_verb_leaves_revisions_and_tells_the_other_rooms(
    cast: Cast, django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    monkeypatch.setitem(
        bus._listeners, "architecture.changed", [lambda institution_id: heard.append(institution_id)]
    )
    with django_capture_on_commit_callbacks(execute=True):
        element = make(cast.unit, "SIMPUS")
        other = make(cast.unit, "Rawat jalan", "services")
        relation = join(element, "application_service", other)
        actions.unlink(system(), relation)
        actions.change_element(system(), element, version=1, name="SIMPUS 2")
        actions.delete_element(system(), element)
    assert heard == [cast.institution.pk] * 6
    verbs = Revision.objects.filter(target_uid=element.uid).order_by("version").values_list("verb", flat=True)
    assert list(verbs) == ["add", "change", "delete"]
