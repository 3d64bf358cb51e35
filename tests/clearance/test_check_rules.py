"""The automatic checks as plain rules."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.clearance.rules import checks
from pendapa.clearance.rules.checks import Evidence, Facts
from pendapa.regulations import packs

PACK = packs.clearance()
GOOD = Facts(
    year=2027,
    field="bukan",
    comparable=True,
    roadmap=(Evidence("Antrean"),),
    processes=(Evidence("Pelayanan rawat jalan", uid="p"),),
    services=(Evidence("Layanan rawat jalan", uid="s"),),
    data=(Evidence("Data kunjungan", uid="d"),),
    owners=(Evidence("Dinas Kesehatan"),),
    hosting="Pusat data daerah",
    risks=1,
    personal="umum",
    impact=True,
    code="2.16.03.2.02.0035",
    ceiling=1,
    ceiling_name="Rp 1",
)
evidence = st.builds(Evidence, name=st.text(max_size=8), uid=st.sampled_from(["", "a", "b", "c"]))
several = st.lists(evidence, max_size=3).map(tuple)
facts = st.builds(
    Facts,
    year=st.integers(2000, 2100),
    field=st.sampled_from(["", "bukan", "records"]),
    comparable=st.booleans(),
    national=several,
    twins=several,
    roadmap=st.none() | several,
    processes=several,
    services=several,
    data=several,
    infrastructure=several,
    owners=several,
    hosting=st.sampled_from(["", "PDN"]),
    risks=st.integers(0, 3),
    personal=st.sampled_from(["", "tidak", "umum", "spesifik"]),
    impact=st.booleans(),
    code=st.text(max_size=12),
    ceiling=st.none() | st.integers(0, 10**12),
)


def outcome(known: Facts, key: str) -> checks.Result:
    return next(one for one in checks.run(PACK.checks, known) if one.key == key)


def test_every_check_of_the_pack_has_its_rule_and_the_other_way_round() -> None:
    assert {check.key for check in PACK.checks} == set(checks.RULES)


def test_all_is_passed_where_everything_is_told() -> None:
    assert {one.outcome for one in checks.run(PACK.checks, GOOD)} == {"passed"}


@pytest.mark.parametrize(
    ("key", "change", "expected"),
    [
        ("national_application", {"field": ""}, "unknown"),
        ("national_application", {"field": "records", "field_name": "Kearsipan"}, "failed"),
        ("national_application", {"national": (Evidence("SRIKANDI"),)}, "failed"),
        ("twin", {"comparable": False}, "unknown"),
        ("twin", {"twins": (Evidence("SIMPUS", uid="x"),)}, "failed"),
        ("roadmap", {"roadmap": None}, "unknown"),
        ("roadmap", {"roadmap": ()}, "failed"),
        ("process", {"processes": ()}, "failed"),
        ("service", {"services": ()}, "failed"),
        ("data_owner", {"owners": ()}, "failed"),
        ("hosting", {"hosting": ""}, "failed"),
        ("risk", {"risks": 0}, "failed"),
        ("personal_data", {"personal": ""}, "unknown"),
        ("personal_data", {"impact": False}, "failed"),
        ("personal_data", {"personal": "tidak", "impact": False}, "passed"),
        ("programme_code", {"code": ""}, "unknown"),
        ("programme_code", {"code": "2.16.3"}, "failed"),
        ("programme_code", {"code": "2.16.03"}, "passed"),
        ("programme_code", {"code": "2.16.03.2.02.0035\n"}, "failed"),
        ("ceiling", {"ceiling": None}, "unknown"),
        ("ceiling", {"ceiling": 0}, "failed"),
    ],
)
def test_one_missing_fact_changes_its_own_check_alone(key: str, change: dict, expected: str) -> None:  # type: ignore[type-arg]
    before = {one.key: one.outcome for one in checks.run(PACK.checks, GOOD)}
    after = {one.key: one.outcome for one in checks.run(PACK.checks, replace(GOOD, **change))}
    assert after == before | {key: expected}


def test_only_the_national_application_stops_a_recommendation() -> None:
    bad = Facts(year=2027, national=(Evidence("SRIKANDI"),), field="records")
    assert [one.key for one in checks.blocking(checks.run(PACK.checks, bad))] == ["national_application"]


@given(facts)
def test_every_outcome_has_a_whole_sentence_in_both_languages(known: Facts) -> None:
    for one in checks.run(PACK.checks, known):
        for language in ("id", "en"):
            assert one.reason(language).strip()
            assert bool(one.advice(language)) == (one.outcome != "passed")


@given(facts)
def test_what_is_kept_is_read_again_as_it_was(known: Facts) -> None:
    assert checks.facts_of(json.loads(json.dumps(checks.plain(known)))) == known


@given(facts, st.sets(st.sampled_from(["a", "b", "c"])))
def test_a_reader_learns_the_same_whether_a_hidden_thing_is_there_or_not(
    known: Facts, seen: set[str]
) -> None:
    def without(name: str) -> object:
        rows = getattr(known, name)
        return rows if rows is None else tuple(one for one in rows if not one.uid or one.uid in seen)

    names = ("national", "twins", "roadmap", "processes", "services", "data", "infrastructure", "owners")
    bare = replace(known, **{name: without(name) for name in names})
    assert checks.run(PACK.checks, checks.seen_by(known, seen)) == checks.run(
        PACK.checks, checks.seen_by(bare, seen)
    )


@given(facts)
def test_a_letter_names_nothing_that_is_not_open(known: Facts) -> None:
    named = [Evidence(f"RAHASIA-{n}", uid="a") for n in range(2)]
    known = replace(
        known, twins=(named[0],), data=(named[1],), owners=(named[1],), infrastructure=(named[0],)
    )
    told = " ".join(one.reason("id") for one in checks.run(PACK.checks, checks.masked(known, set())))
    assert "RAHASIA" not in told


def test_a_shared_process_is_told_as_a_reason_only_where_all_the_request_names_is_open() -> None:
    twin = Evidence(
        "SIMPUS", uid="t", reasons=(("process", {"shared": "Rahasia"}), ("name", {"shared": "puskesmas"}))
    )
    known = replace(GOOD, twins=(twin,))
    told = {key for key, _params in checks.seen_by(known, {"t"}).twins[0].reasons}
    assert told == {"name"}
    whole = checks.seen_by(known, {"t", "p", "s", "d"}).twins[0].reasons
    assert {key for key, _params in whole} == {"process", "name"}
