"""What may follow which state, what a commitment must hold, and the text that is hashed."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.regulations import packs
from pendapa.roadmap.models import Commitment
from pendapa.roadmap.rules import commitments as rules

FROM, TO = date(2027, 1, 1), date(2027, 12, 31)
STEP = rules.Step("Portal berjalan", date(2027, 6, 30))
GOOD = rules.Values("Satu portal", "Kami menyatukan portal.", FROM, TO, milestones=(STEP,))
DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))
WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40)
STEPS = st.builds(rules.Step, text=WORDS, due=DAYS)
VALUES = st.builds(
    rules.Values, title=WORDS, text=WORDS, starts_on=DAYS, ends_on=DAYS, problem=WORDS, evidence_asked=WORDS,
    milestones=st.lists(STEPS, max_size=4).map(tuple), public=st.booleans(),
)  # fmt: skip


def fields(values: rules.Values, *, whole: bool = False) -> dict[str, str]:
    return {one.field: one.key for one in rules.check(rules.tidy(values), whole=whole)}


def test_what_is_whole_has_no_fault() -> None:
    assert rules.check(GOOD, whole=True) == []


@pytest.mark.parametrize(
    ("values", "field", "key"),
    [
        (replace(GOOD, title="  "), "title", "missing"),
        (replace(GOOD, text="\n"), "text", "missing"),
        (replace(GOOD, title="x" * 301), "title", "long"),
        (replace(GOOD, ends_on=FROM - timedelta(1)), "ends_on", "before"),
        (replace(GOOD, starts_on=None), "starts_on", "missing"),
        (replace(GOOD, ends_on=date(2101, 1, 1)), "ends_on", "year"),
        (
            replace(GOOD, milestones=(STEP, rules.Step("Terlambat", TO + timedelta(1)))),
            "milestone-1",
            "outside",
        ),
        (replace(GOOD, milestones=(rules.Step("Dini", FROM - timedelta(1)),)), "milestone-0", "outside"),
        (replace(GOOD, milestones=(rules.Step("Kapan", None),)), "milestone-0", "no_day"),
        (replace(GOOD, milestones=(rules.Step("", TO),)), "milestone-0", "missing"),
        (replace(GOOD, milestones=(STEP,) * 21), "milestones", "many"),
    ],
)
def test_each_fault_is_told_at_its_field(values: rules.Values, field: str, key: str) -> None:
    assert fields(values)[field] == key


def test_a_draft_may_wait_for_its_milestones_but_not_go_to_the_head_without_one() -> None:
    bare = replace(GOOD, milestones=())
    assert fields(bare) == {}
    assert fields(bare, whole=True) == {"milestones": "none"}


@given(st.lists(st.sampled_from(rules.VERBS), max_size=12))
def test_however_one_goes_what_is_committed_was_with_the_head_and_the_end_is_the_end(way: list[str]) -> None:
    state, before = rules.DRAFT, ""
    for verb in way:
        to = rules.after(state, verb)
        if to is None:
            continue
        before, state = state, to
        if state == rules.APPROVED:
            assert before == rules.PROPOSED and verb == "approve"
        if before == rules.ENDED:
            raise AssertionError("nothing follows the end")
    assert state in {key for key, _label in Commitment.STATES}


def test_each_verb_that_is_offered_leads_somewhere() -> None:
    for state, _label in Commitment.STATES:
        assert all(rules.after(state, verb) for verb in rules.verbs(state))
    assert rules.verbs(rules.ENDED) == ()


@given(VALUES)
def test_the_hash_is_of_what_was_agreed_and_not_of_how_it_was_typed(values: rules.Values) -> None:
    steps = tuple(replace(one, uid="11111111") for one in values.milestones)
    typed = replace(
        values, title=f"  {values.title} ", text=unicodedata.normalize("NFD", values.text) + "\r\n\r\n", milestones=steps
    )  # fmt: skip
    assert rules.digest(typed) == rules.digest(replace(values, public=not values.public))


@given(VALUES, st.sampled_from(["title", "problem", "text", "evidence_asked"]), WORDS)
def test_one_other_word_is_another_hash(values: rules.Values, name: str, word: str) -> None:
    other = replace(values, **{name: getattr(values, name) + " lain " + word})
    assert rules.digest(other) != rules.digest(values)


@given(VALUES, STEPS)
def test_one_more_milestone_or_another_day_is_another_hash(values: rules.Values, step: rules.Step) -> None:
    kept = rules.tidy(values)
    more = replace(kept, milestones=(*kept.milestones, replace(step, text="Tonggak " + step.text)))
    assert rules.digest(more) != rules.digest(kept)
    moved = replace(kept, ends_on=kept.ends_on + timedelta(1)) if kept.ends_on else kept
    assert rules.digest(moved) != rules.digest(kept)


@given(VALUES)
def test_fields_cannot_run_into_each_other(values: rules.Values) -> None:
    kept = rules.tidy(values)
    swapped = replace(kept, problem=kept.text, text=kept.problem)
    assert (rules.digest(swapped) == rules.digest(kept)) == (kept.problem == kept.text)


def test_the_hash_of_a_known_document_stays_as_it_is() -> None:
    assert rules.canonical(GOOD) == (
        '{"evidence":"","format":"pendapa-komitmen-1","milestones":[["Portal berjalan","2027-06-30"]],'
        '"period":["2027-01-01","2027-12-31"],"problem":"","text":"Kami menyatukan portal.","title":"Satu portal"}'
    )
    assert rules.digest(GOOD) == "a6c9c87adf77e5b08444212068e6a355bae8b692d06b3f08275ddc5b13467db5"


def test_no_evidence_is_advised_only_where_nothing_proves_anything() -> None:
    open_one, done = rules.Reached(TO), rules.Reached(TO, done_on=TO)
    assert rules.advice([]) == rules.advice([open_one, done]) == "no_evidence"
    assert rules.advice([open_one, replace(done, proven=True)]) == ""


def test_nothing_lacks_evidence_before_anything_is_due() -> None:
    ahead = rules.Reached(date(2027, 6, 30))
    assert not rules.without_evidence([ahead], date(2027, 6, 29))
    assert rules.without_evidence([ahead], date(2027, 6, 30))
    assert not rules.without_evidence([replace(ahead, proven=True)], date(2027, 7, 1))
    assert not rules.without_evidence([], date(2027, 7, 1))


def test_a_milestone_is_late_after_its_day_and_never_when_it_was_reached() -> None:
    one = rules.Reached(date(2027, 6, 30))
    assert not one.late(date(2027, 6, 30)) and one.late(date(2027, 7, 1))
    assert not replace(one, done_on=date(2027, 8, 1)).late(date(2027, 9, 1))


@pytest.mark.parametrize(
    ("end", "day"),
    [
        (date(2026, 12, 31), date(2027, 4, 30)),
        (date(2026, 10, 31), date(2027, 2, 28)),
        (date(2027, 10, 31), date(2028, 2, 29)),
        (date(2027, 3, 15), date(2027, 7, 15)),
    ],
)
def test_assessing_is_advised_four_months_after_the_period(end: date, day: date) -> None:
    assert rules.assess_from(end) == day


def test_the_values_of_completion_are_those_of_the_pack() -> None:
    assert [one.key for one in packs.roadmap().completions] == [key for key, _label in Commitment.COMPLETIONS]
    assert packs.roadmap().completions[0].key == rules.NO_EVIDENCE
