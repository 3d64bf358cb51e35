"""Which three things come first: plain facts in, plain steps out."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from pendapa.cockpit.rules.home import GROWTH, Agency, Assessed, Facts, Rights, Waiting, first, least

OFFICER = Rights(imports=True, units=True, edits=True, assesses=True, publishes=True, everywhere=True)
OPERATOR = Rights(imports=True, edits=True)
LEADER = Rights(publishes=True, everywhere=True)
FULL = dict.fromkeys(GROWTH, 5)
DONE = Assessed(missing=0, total=47, has_target=True, is_public=True, below_target=False)


def keys(facts: Facts) -> list[str]:
    return [step.key for step in first(facts)]


def test_a_new_institution_imports_agencies_then_applications_then_begins_the_assessment() -> None:
    assert keys(Facts(OFFICER, units=0, elements={})) == [
        "import_units",
        "import_applications",
        "begin_assessment",
    ]


def test_an_import_that_waits_comes_before_everything() -> None:
    facts = Facts(OPERATOR, units=3, elements=FULL, waiting=Waiting("x", faulty=7, ready=41), gaps={"a": 3})
    assert keys(facts)[:2] == ["repair_import", "close_gap"]
    assert keys(replace(facts, waiting=Waiting("x", faulty=0, ready=48)))[0] == "confirm_import"


def test_the_assessment_asks_first_for_levels_then_for_a_target_then_for_publishing() -> None:
    facts = Facts(
        OFFICER, units=3, elements=FULL, assessed=replace(DONE, missing=16, has_target=False, is_public=False)
    )
    assert keys(facts)[0] == "enter_levels"
    facts = replace(facts, assessed=replace(DONE, has_target=False, is_public=False))
    assert keys(facts)[:2] == ["set_target", "publish"]
    facts = replace(facts, assessed=replace(DONE, below_target=True))
    assert keys(facts)[0] == "towards_target"


def test_the_largest_kind_of_gap_comes_first() -> None:
    steps = first(Facts(OPERATOR, units=3, elements=FULL, gaps={"small": 2, "large": 9, "none": 0}))
    assert [(s.key, s.about, s.count) for s in steps[:2]] == [
        ("close_gap", "large", 9),
        ("close_gap", "small", 2),
    ]


def test_who_may_not_change_anything_is_only_asked_to_read() -> None:
    told = first(
        Facts(Rights(), units=3, elements=FULL, gaps={"a": 1, "b": 1}, assessed=replace(DONE, missing=3))
    )
    assert all(step.key.startswith("read_") for step in told)


def test_a_leader_reads_what_holds_the_index_and_who_is_silent() -> None:
    facts = Facts(
        LEADER,
        units=40,
        elements=FULL,
        gaps={"a": 9},
        agencies_without_data=3,
        assessed=replace(DONE, missing=3),
    )
    assert keys(facts) == ["read_levels", "read_gap", "agencies_without_data"]


def test_an_empty_domain_is_offered_once_there_are_applications() -> None:
    facts = Facts(OPERATOR, units=3, elements={"applications": 4}, assessed=DONE)
    assert ("import_domain", "services") in [(step.key, step.about) for step in first(facts)]
    assert "import_domain" not in keys(replace(facts, elements={}))


def test_the_poorest_domain_asks_to_be_completed() -> None:
    facts = Facts(
        OPERATOR,
        units=3,
        elements=FULL,
        completeness={"services": 50, "data": 20, "security": None},
        assessed=DONE,
    )
    assert ("complete_domain", "data", 20) in [(step.key, step.about, step.count) for step in first(facts)]
    assert "complete_domain" not in keys(replace(facts, completeness={"services": 90}))


rights = some.builds(Rights, *(some.booleans() for _ in range(6)))
counts = some.dictionaries(some.sampled_from(GROWTH), some.integers(0, 10**6))
facts = some.builds(
    Facts,
    rights,
    units=some.integers(0, 5000),
    elements=counts,
    completeness=some.dictionaries(some.sampled_from(GROWTH), some.none() | some.integers(0, 100)),
    gaps=some.dictionaries(some.text(max_size=5), some.integers(0, 10**6)),
    waiting=some.none() | some.builds(Waiting, some.text(), some.integers(0, 99), some.integers(0, 99)),
    assessed=some.none()
    | some.builds(Assessed, some.integers(0, 47), some.just(47), *(some.booleans(),) * 3),
    agencies_without_data=some.integers(0, 200),
)


@given(facts)
def test_there_are_always_three_different_things_in_falling_weight(known: Facts) -> None:
    steps = first(known)
    assert len(steps) == len({(step.key, step.about) for step in steps}) == 3
    assert [step.weight for step in steps] == sorted((step.weight for step in steps), reverse=True)


@given(facts)
def test_nobody_is_asked_for_what_the_rights_do_not_allow(known: Facts) -> None:
    asked = {step.key for step in first(known, most=99)}
    allowed = known.rights
    assert allowed.imports or not any("import" in key for key in asked)
    assert allowed.edits or not asked & {"close_gap", "complete_domain"}
    assert allowed.assesses or not asked & {"begin_assessment", "enter_levels", "set_target"}
    assert allowed.publishes or "publish" not in asked


def test_agencies_with_nothing_stand_first_then_the_least_complete() -> None:
    found = least(
        [
            Agency("a", "A", 9, 80),
            Agency("b", "B", 0, None),
            Agency("c", "C", 4, 10),
            Agency("d", "D", 2, 10),
        ],
        3,
    )
    assert [one.name for one in found] == ["B", "D", "C"]
