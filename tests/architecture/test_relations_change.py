"""What a relation itself tells: from both ends, by who may, with versions; trees without circles."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.models import Revision
from pendapa.kernel.history.undoing import undo
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/"


def pair(cast: Cast) -> tuple[Element, Element, Relation]:
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.other_unit, "Data penduduk", "data")
    return mine, theirs, join(mine, "application_data", theirs)


def test_a_link_carries_its_attributes_and_its_time(cast: Cast) -> None:
    one, other = make(cast.unit, "SIMPUS"), make(cast.unit, "SIAK")
    told = {"data": "NIK", "lewat": "web service", "sejak": "12 Januari 2024"}
    done = actions.link(
        system(), one, "application_flow", other, attributes=told, valid_from=date(2024, 1, 12)
    )
    done.row.refresh_from_db()
    assert done.row.attributes == {"data": "NIK", "lewat": "API", "sejak": "2024-01-12"}
    assert done.row.valid_from == date(2024, 1, 12) and done.warnings == []


def test_a_value_outside_the_list_is_kept_and_told_and_an_unknown_field_refused(cast: Cast) -> None:
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.unit, "Data penduduk", "data")
    with override("en"), pytest.raises(actions.Refused, match=r"“warna”\. Accepted: akses"):
        actions.link(system(), mine, "application_data", theirs, attributes={"warna": "biru"})
    done = actions.link(system(), mine, "application_data", theirs, attributes={"akses": "kadang"})
    assert done.row.attributes == {"akses": "kadang"} and "kadang" in done.warnings[0]


@pytest.mark.parametrize(("who", "may"), [
    ("operator", True), ("other_operator", True), ("diskominfo", True), ("assessor", False), ("stranger", False),
])  # fmt: skip
def test_who_may_edit_either_end_may_change_it_and_nobody_else(cast: Cast, who: str, may: bool) -> None:
    relation = pair(cast)[2]
    if not may:
        with pytest.raises(NotFound):
            actions.change_relation(cast.actor(who), relation, version=1, attributes={"akses": "Baca"})
        return
    actions.change_relation(cast.actor(who), relation, version=1, attributes={"akses": "Baca"})
    relation.refresh_from_db()
    assert relation.attributes == {"akses": "read"} and relation.version == 2


def test_a_relation_with_a_hidden_end_is_not_there(cast: Cast) -> None:
    hidden = make(cast.other_unit, "Data sandi", "data", classification="restricted")
    relation = join(make(cast.unit, "SIMPUS"), "application_data", hidden)
    with pytest.raises(NotFound):
        actions.change_relation(cast.actor("operator"), relation, version=1, attributes={"akses": "read"})


def test_who_comes_too_late_is_told_and_what_does_not_differ_is_not_written(cast: Cast) -> None:
    relation = pair(cast)[2]
    actions.change_relation(system(), relation, version=1, attributes={"akses": "read"})
    with pytest.raises(Conflict):
        actions.change_relation(system(), relation, version=1, attributes={"akses": "write"})
    assert (
        actions.change_relation(system(), relation, version=2, attributes={"akses": "read"}).change_set
        is None
    )
    actions.change_relation(system(), relation, version=2, attributes={"akses": ""})
    assert Revision.objects.filter(target_uid=relation.uid).order_by("-pk")[0].snapshot["attributes"] == {}


def test_a_time_that_ends_before_it_begins_is_refused(cast: Cast) -> None:
    relation = pair(cast)[2]
    with pytest.raises(actions.Refused):
        actions.change_relation(
            system(), relation, version=1, valid_from=date(2026, 1, 1), valid_to=date(2025, 1, 1)
        )


def test_a_part_of_the_strategy_hangs_only_under_the_level_above(cast: Cast) -> None:
    vision, indicator = (make(cast.unit, k, "strategy", kind=k) for k in ("visi", "iku"))
    with override("id"), pytest.raises(actions.Refused) as refused:
        actions.link(system(), indicator, "strategy_parent", vision)
    assert "Misi → Visi" in str(refused.value)


def test_a_circle_is_refused_with_the_way_named(cast: Cast) -> None:
    vision, mission = (make(cast.unit, k.title(), "strategy", kind=k) for k in ("visi", "misi"))
    join(mission, "strategy_parent", vision)
    for element, kind in ((vision, "misi"), (mission, "visi")):
        actions.change_element(system(), element, version=1, kind=kind)
        element.refresh_from_db()
    with pytest.raises(actions.Refused, match="Visi → Misi → Visi"):
        actions.link(system(), vision, "strategy_parent", mission)


def test_a_circle_through_something_hidden_does_not_name_it(cast: Cast) -> None:
    vision = make(cast.unit, "Visi", "strategy", kind="visi")
    mission = make(cast.other_unit, "Misi gelap", "strategy", kind="misi", classification="restricted")
    aim = make(cast.unit, "Tujuan", "strategy", kind="tujuan")
    join(aim, "strategy_parent", mission)
    join(mission, "strategy_parent", vision)
    for element, kind in ((vision, "misi"), (aim, "visi")):
        actions.change_element(system(), element, version=1, kind=kind)
        element.refresh_from_db()
    with pytest.raises(actions.Refused, match="Visi → Tujuan → … → Visi"):
        actions.link(cast.actor("operator"), vision, "strategy_parent", aim)


def test_a_relation_across_institutions_is_as_absent(cast: Cast) -> None:
    mine, foreign = make(cast.unit, "SIMPUS"), make(cast.foreign_unit, "SIAK")
    with pytest.raises(NotFound):
        actions.link(system(), mine, "application_flow", foreign)


def test_the_relation_is_changed_on_the_page_of_either_end_and_shown_on_both(cast: Cast) -> None:
    mine, theirs, relation = pair(cast)
    client = cast.client("diskominfo")
    for turn, (element, value) in enumerate(((mine, "read"), (theirs, "write")), 1):
        address = f"{BASE}{element.uid}/relasi/{relation.uid}/"
        assert client.get(address).status_code == 200
        answer = client.post(
            address, {"version": turn, "a_akses": value, "valid_from": "2024-02-01", "valid_to": ""}
        )
        assert answer.status_code == 302
    relation.refresh_from_db()
    assert relation.attributes == {"akses": "write"} and relation.version == 3
    for element in (mine, theirs):
        assert "Akses: Tulis" in client.get(f"{BASE}{element.uid}/").content.decode()


def test_a_late_change_on_the_page_keeps_the_text_and_tells(cast: Cast) -> None:
    mine, _theirs, relation = pair(cast)
    actions.change_relation(system(), relation, version=1, attributes={"akses": "read"})
    client, address = cast.client("diskominfo"), f"{BASE}{mine.uid}/relasi/{relation.uid}/"
    data = {"version": 1, "a_akses": "write", "valid_from": "", "valid_to": ""}
    answer = client.post(address, data)
    assert answer.status_code == 409 and answer.context["form"]["a_akses"].value() == "write"
    assert (
        client.post(address, data | {"version": answer.context["form"]["version"].value()}).status_code == 302
    )


def test_the_page_of_a_relation_is_closed_to_who_may_not_change_it(cast: Cast) -> None:
    mine, _theirs, relation = pair(cast)
    address = f"{BASE}{mine.uid}/relasi/{relation.uid}/"
    assert cast.client("assessor").get(address).status_code == 404
    assert cast.client("stranger").get(address).status_code == 404
    elsewhere = make(cast.unit, "Lain")
    assert cast.client("diskominfo").get(f"{BASE}{elsewhere.uid}/relasi/{relation.uid}/").status_code == 404


def test_only_what_may_be_joined_is_offered_and_nothing_that_an_import_alone_makes(cast: Cast) -> None:
    mission = make(cast.unit, "Misi", "strategy", kind="misi")
    page = cast.client("diskominfo").get(f"{BASE}{mission.uid}/hubungkan/")
    assert {key: ends for key, _said, ends in page.context["ways"]} == {
        "out:strategy_parent": "Visi",
        "in:strategy_parent": "Tujuan",
    }


def test_after_linking_what_the_relation_tells_is_asked_next(cast: Cast) -> None:
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.unit, "Data penduduk", "data")
    sent = {"type": "out:application_data", "other": str(theirs.uid)}
    answer = cast.client("diskominfo").post(f"{BASE}{mine.uid}/hubungkan/", sent)
    assert answer["Location"] == f"{BASE}{mine.uid}/relasi/{Relation.objects.get().uid}/"


def test_relations_tell_their_attributes_to_the_queries(cast: Cast) -> None:
    mine, _theirs, relation = pair(cast)
    actions.change_relation(
        system(), relation, version=1, attributes={"akses": "read"}, valid_from=date(2024, 2, 1)
    )
    (row,) = queries.relations_of(system(), mine)
    assert (row["attributes"], row["valid_from"], row["version"]) == ({"akses": "read"}, date(2024, 2, 1), 2)


def test_the_history_tells_what_changed_of_a_relation_in_words(cast: Cast) -> None:
    mine, theirs, relation = pair(cast)
    done = actions.change_relation(system(), relation, version=1, attributes={"akses": "read-write"})
    assert done.change_set is not None
    client = cast.client("diskominfo")
    told = client.get(f"/di/uji/riwayat/{done.change_set.uid}/").content.decode()
    assert "Akses" in told and "Baca dan tulis" in told
    for element, other in ((mine, theirs), (theirs, mine)):
        events = queries.history_of(cast.actor("diskominfo"), element)
        assert events is not None and (events[0].verb, events[0].other) == ("change", other.name)


def test_a_change_of_a_relation_is_taken_back_whole(cast: Cast) -> None:
    relation = pair(cast)[2]
    done = actions.change_relation(system(), relation, version=1, attributes={"akses": "read"})
    assert done.change_set is not None
    undo(system(), done.change_set)
    relation.refresh_from_db()
    assert relation.attributes == {}
