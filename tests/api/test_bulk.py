"""Many elements at once: by domain and code, all or nothing or the good ones, every fault by its index."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pendapa.architecture import bulk
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from pendapa.kernel.history.models import ChangeSet
from tests.api.programs import READ, program
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def row(code: str, **more: Any) -> dict[str, Any]:
    return {"domain": "applications", "code": code, "name": f"Aplikasi {code}", "unit": "1.02", **more}


def test_rows_are_created_changed_or_the_same_in_one_change_set(cast: Cast) -> None:
    theirs = program(cast, "operator")
    first = theirs.put(
        "elements/bulk", {"rows": [row("A"), row("B", attributes={"fungsi": "x"})], "reason": "Uji"}
    )
    assert first.status_code == 200
    assert {k: first.json()[k] for k in ("created", "changed", "same", "failed")} == {
        "created": 2, "changed": 0, "same": 0, "failed": 0,
    }  # fmt: skip
    sets = ChangeSet.objects.count()
    again = theirs.put("elements/bulk", {"rows": [row("A", name="Lain"), row("B"), row("C")]}).json()
    assert [one["result"] for one in again["rows"]] == ["changed", "same", "created"]
    assert ChangeSet.objects.count() == sets + 1
    kept = {e.code: e for e in Element.objects.all()}
    assert kept["A"].name == "Lain" and kept["A"].version == 2
    assert kept["B"].attributes == {"fungsi": "x"} and kept["B"].version == 1


def test_parts_of_the_strategy_map_come_like_elements_of_the_six_domains(cast: Cast) -> None:
    aim = row("IKU-1", domain="strategy", kind="iku", attributes={"target_tahunan": {"2026": "75,5"}})
    theirs = program(cast, "operator")
    assert theirs.put("elements/bulk", {"rows": [aim]}).json()["created"] == 1
    single = {**aim, "code": "IKU-2"}
    assert theirs.post("elements", single).status_code == 201
    one, other = Element.objects.order_by("code")
    assert one.attributes == other.attributes and one.kind == "iku"
    assert theirs.put("elements/bulk", {"rows": [aim]}).json()["same"] == 1


def test_sending_the_same_twice_writes_nothing(cast: Cast) -> None:
    theirs, body = program(cast, "operator"), {"rows": [row(str(n)) for n in range(50)]}
    theirs.put("elements/bulk", body)
    sets = ChangeSet.objects.count()
    again = theirs.put("elements/bulk", body).json()
    assert (again["same"], again["change_set"]) == (50, None) and ChangeSet.objects.count() == sets


FAULTY = [
    ({"domain": "applications"}, "code"),
    (row("B", domain="aplikasi"), "domain"),
    (row("B", name=" "), "name"),
    (row("B", name=7), "name"),
    (row("B", unit="9.99"), "unit"),
    (row("B", unit="2.12"), "unit"),
    (row("B", kind="server"), "kind"),
    (row("B", classification="rahasia"), "classification"),
    (row("B", valid_from="31-01-2026"), "valid_from"),
    (row("B", valid_from="2026-02-01", valid_to="2026-01-01"), "valid_to"),
    (row("B", attributes={"tak_ada": "x"}), "attributes.tak_ada"),
    (row("B", attributes={"fungsi": {"a": 1}}), "attributes.fungsi"),
    (row("B", attributes=["x"]), "attributes"),
    (row("B", warna="biru"), "warna"),
    (row("A"), "code"),
    ("bukan baris", ""),
    (None, ""),
]


@pytest.mark.parametrize(("faulty", "field"), FAULTY)
def test_one_faulty_row_keeps_all_out_and_is_told_by_index(cast: Cast, faulty: Any, field: str) -> None:
    theirs = program(cast, "operator")
    answer = theirs.put("elements/bulk", {"rows": [row("A"), faulty, row("C")]})
    assert answer.status_code == 422
    assert [(one["index"], one["field"]) for one in answer.json()["errors"]] == [(1, field)]
    assert answer.json()["errors"][0]["message"] and not Element.objects.exists()


def test_faults_are_told_in_the_order_of_the_rows(cast: Cast) -> None:
    rows = [row("A", unit="9.99"), row("B", domain="hewan"), row("C", unit="9.99")]
    told = program(cast, "operator").put("elements/bulk", {"rows": rows}).json()["errors"]
    assert [one["index"] for one in told] == [0, 1, 2]


def test_with_partial_the_good_rows_are_written(cast: Cast) -> None:
    rows = [row("A"), row("B", unit="9.99"), row("C"), row("D", name="")]
    answer = program(cast, "operator").put("elements/bulk?partial=true", {"rows": rows})
    assert answer.status_code == 200 and (answer.json()["created"], answer.json()["failed"]) == (2, 2)
    assert [one["index"] for one in answer.json()["errors"]] == [1, 3]
    assert sorted(Element.objects.values_list("code", flat=True)) == ["A", "C"]


def test_a_code_that_is_not_ones_own_tells_nothing_of_what_bears_it(cast: Cast) -> None:
    make(cast.other_unit, "Sangat rahasia", code="X", classification="restricted")
    gone = make(cast.unit, "Hapus", code="Y")
    Element.objects.filter(pk=gone.pk).update(deleted_at="2026-01-01T00:00Z")
    answer = program(cast, "operator").put("elements/bulk", {"rows": [row("X"), row("Y")]})
    words = {one["message"].replace("X", "_").replace("Y", "_") for one in answer.json()["errors"]}
    assert len(words) == 1 and "rahasia" not in answer.content.decode()


def test_a_program_that_may_not_write_finds_nothing_here(cast: Cast) -> None:
    body = {"rows": [row("A")]}
    assert program(cast, "operator", READ).put("elements/bulk", body).status_code == 404
    assert program(cast, "assessor").put("elements/bulk", body).status_code == 404
    assert program(cast, "foreigner").put("elements/bulk", body).status_code == 401


def test_too_many_rows_and_odd_bodies_are_refused(cast: Cast) -> None:
    theirs = program(cast, "operator")
    assert theirs.put("elements/bulk", {"rows": [row("A")] * 5001}).status_code == 413
    assert theirs.put("elements/bulk", b"{").status_code == 400
    for body in ([], {"rows": {}}, {"baris": []}, {"rows": [], "reason": 7}, None):
        assert theirs.put("elements/bulk", body).status_code in (400, 422)
    assert theirs.put("elements/bulk", {"rows": []}).status_code == 200


def test_doubtful_values_are_kept_and_told(cast: Cast) -> None:
    answer = program(cast, "operator").put(
        "elements/bulk", {"rows": [row("A", attributes={"status_aktif": "entah"})]}
    )
    assert answer.status_code == 200 and [one["index"] for one in answer.json()["warnings"]] == [0]


def test_an_operator_of_one_unit_need_not_name_it(cast: Cast) -> None:
    plain = row("A")
    del plain["unit"]
    assert program(cast, "operator").put("elements/bulk", {"rows": [plain]}).status_code == 200
    assert Element.objects.get().unit == cast.unit
    assert (
        program(cast, "diskominfo").put("elements/bulk", {"rows": [plain | {"code": "B"}]}).status_code == 422
    )


def test_where_changes_are_reviewed_all_rows_become_one_proposal(cast: Cast) -> None:
    from pendapa.kernel.review import actions as review

    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    answer = program(cast, "operator").put("elements/bulk", {"rows": [row("A"), row("B")]})
    assert answer.status_code == 202 and answer.json()["change_set"]["state"] == "draft"
    assert not Element.objects.exists()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
odd_rows = st.lists(
    anything | st.fixed_dictionaries({"domain": st.just("applications"), "code": st.text(max_size=5)}, optional=dict.fromkeys(bulk.FIELDS - {"domain", "code"}, anything)),
    max_size=4,
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=odd_rows)
def test_whatever_the_rows_hold_each_is_written_or_told(cast: Cast, rows: list[Any]) -> None:
    result = bulk.upsert(system(), cast.institution, rows, partial=True)
    told = {one.index for one in result.rows} | {one.index for one in result.errors}
    assert told == set(range(len(rows)))
    assert not {one.index for one in result.rows} & {one.index for one in result.errors}
