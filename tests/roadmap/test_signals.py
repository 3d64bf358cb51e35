"""What the roadmap says for the evaluation: numbers of what one may see, nothing of drafts, unknown where nothing is recorded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.architecture import actions as architecture
from pendapa.evaluation.queries import signals
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.measures import ports
from pendapa.regulations import packs
from pendapa.roadmap.actions import baselines, reviews
from pendapa.roadmap.models import Action, Commitment, Initiative, Programme, Roadmap
from pendapa.roadmap.rules.initiatives import BudgetRow
from tests.cast import Cast, cast
from tests.roadmap.frozen import FIRST, decreed, initiative, roadmap

__all__ = ["cast"]
TODAY = timezone.localdate()
KEYS = sorted(key for key in ports.known() if key.startswith("roadmap."))
CODE = "2.16.03.2.02.0035"


def told(cast: Cast, key: str) -> ports.Reading:
    return ports.read(cast.institution, [f"roadmap.{key}"])[f"roadmap.{key}"]


def value(cast: Cast, key: str) -> Fraction | None:
    return told(cast, key).value


def added(cast: Cast, row: Any) -> Any:
    row.institution = cast.institution
    history.write(system(), cast.institution, "edit", history.Writes(add=[row]))
    return row


def action(cast: Cast, row: Initiative, **more: Any) -> Action:
    return added(cast, Action(initiative=row, title="Susun SOP", created_at=timezone.now(), **more))


def now(cast: Cast, row: Roadmap | None, title: str = "Antrean", **more: Any) -> Initiative:
    """Work of this year."""
    dates = {"starts_on": date(FIRST, 1, 1), "ends_on": date(FIRST, 12, 31), "budgets": ()}
    return initiative(cast, row, title, **{**dates, **more})


@pytest.mark.parametrize("key", KEYS)
def test_without_a_roadmap_nothing_is_known(cast: Cast, key: str) -> None:
    found = ports.read(cast.institution, [key])[key]
    assert found.value is None and found.told and not found.failed


def test_a_draft_of_a_roadmap_changes_no_signal(cast: Cast) -> None:
    before = ports.read(cast.institution, KEYS)
    row = roadmap(cast)
    made = now(cast, row, partners=(cast.other_unit.uid,))
    action(cast, made, due=TODAY, state="done", done_on=TODAY)
    assert ports.read(cast.institution, KEYS) == before


def test_a_set_roadmap_and_its_contents_are_told(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row)
    now(cast, row, "Audit", content="audit")
    decreed(cast, row)
    now(cast, row, "Rancangan", content="security", state="draft")
    assert value(cast, "set") == 1 and "Perbup 52/2026" in told(cast, "set").told
    assert value(cast, "contents") == 2
    assert len(told(cast, "contents").missing) == len(packs.roadmap().contents) - 2


def test_a_roadmap_of_other_years_does_not_count(cast: Cast) -> None:
    row = roadmap(cast, first_year=FIRST - 9)
    initiative(cast, row, starts_on=date(FIRST - 8, 1, 1), ends_on=date(FIRST - 8, 2, 1), budgets=())
    decreed(cast, row)
    assert value(cast, "set") is None


def test_a_review_and_a_baseline_after_it_are_told(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row)
    row = decreed(cast, row)
    assert (value(cast, "reviewed"), value(cast, "renewed")) == (0, 0)
    reviews.add(cast.actor("sekda"), row, reviews.Values("needed", TODAY, "Ada"))
    assert (value(cast, "reviewed"), value(cast, "renewed")) == (1, 0)
    reviews.add(cast.actor("sekda"), row, reviews.Values("needed", TODAY, "Ada", freeze="Sesudah reviu"))
    assert value(cast, "renewed") == 1


def test_what_was_frozen_before_a_review_is_not_its_renewal(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row)
    row = decreed(cast, row)
    baselines.freeze(cast.actor("sekda"), row, "Lebih dulu")
    reviews.add(cast.actor("sekda"), row, reviews.Values("needed", TODAY, "Ada"))
    assert value(cast, "renewed") == 0


def test_money_counts_by_year_and_by_the_line_of_the_budget(cast: Cast) -> None:
    line = Programme(year=FIRST, unit=cast.unit, code=CODE, name="SPBE", ceiling=Decimal(10**9))
    added(cast, line)
    row = roadmap(cast)
    now(cast, row, budgets=(BudgetRow(FIRST, CODE, planned=Decimal(5), budgeted=Decimal(5)),))
    now(cast, row, "Tanpa kode", unit=cast.other_unit, budgets=(BudgetRow(FIRST, planned=Decimal(5)),))
    now(cast, row, "Tanpa uang")
    decreed(cast, row)
    assert value(cast, "budgeted") == Fraction(1, 3)
    assert value(cast, "aligned") == Fraction(1, 2)
    assert told(cast, "aligned").missing == (cast.other_unit.name,)
    assert value(cast, "budget_years") == 1


def test_nothing_budgeted_is_not_known_rather_than_none(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row)
    decreed(cast, row)
    assert value(cast, "budgeted") is None and value(cast, "budget_years") is None


def test_partners_and_commitments_of_heads_tell_of_collaboration(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row, partners=(cast.other_unit.uid,))
    now(cast, row, "Sendiri")
    decreed(cast, row)
    assert value(cast, "with_partners") == Fraction(1, 2)
    kept = Commitment(
        unit=cast.subunit, title="x", text="y", starts_on=TODAY - timedelta(days=9), ends_on=TODAY + timedelta(days=9),
        state="approved", approved_hash="a" * 64, created_at=timezone.now(),
    )  # fmt: skip
    added(cast, kept)
    assert value(cast, "units_committed") == Fraction(1, 3)


def test_processes_that_an_initiative_changes_count_and_restricted_ones_do_not(cast: Cast) -> None:
    def process(name: str, **more: str) -> Any:
        actor = cast.actor("diskominfo")
        made = architecture.create_element(actor, cast.institution, "processes", cast.unit, name=name, **more)
        return made.row

    row = roadmap(cast)
    now(cast, row, state="doing", elements=((process("Melayani pasien").uid, "change"),))
    now(cast, row, "Memakai", state="doing", elements=((process("Mendata").uid, "use"),))
    hidden = process("Rahasia", classification="restricted")
    now(cast, row, "Tertutup", state="doing", elements=((hidden.uid, "change"),))
    decreed(cast, row)
    assert value(cast, "process_initiatives") == 1


def test_actions_done_by_their_day_count_and_those_to_come_do_not(cast: Cast) -> None:
    row = roadmap(cast)
    made = now(cast, row)
    now(cast, row, "Tanpa aksi")
    decreed(cast, row)
    day = date(FIRST, 1, 1)
    action(cast, made, due=day, state="done", done_on=day)
    action(cast, made, due=day, state="done", done_on=day + timedelta(days=1))
    action(cast, made, due=day, unit=cast.unit)
    action(cast, made, due=day, state="cancelled")
    action(cast, made, due=TODAY)
    action(cast, made, due=TODAY + timedelta(days=1))
    assert value(cast, "actions_on_time") == Fraction(1, 3)
    assert cast.unit.name in told(cast, "actions_on_time").missing
    assert value(cast, "with_actions") == Fraction(1, 2)


def test_actions_of_an_initiative_that_was_put_off_are_not_waited_for(cast: Cast) -> None:
    row = roadmap(cast)
    day = date(FIRST, 1, 1)
    action(cast, now(cast, row), due=day, state="done", done_on=day)
    action(cast, now(cast, row, "Ditunda", state="postponed"), due=day)
    decreed(cast, row)
    assert value(cast, "actions_on_time") == 1


def test_the_signal_of_the_roadmap_climbs_with_its_records(cast: Cast) -> None:
    row = roadmap(cast)
    for content in packs.roadmap().contents:
        now(cast, row, content.key, content=content.key)
    decreed(cast, row)
    spbe = packs.instrument("spbe-2020")
    found = signals.of(cast.institution, spbe, actor=cast.actor("sekda"))["12"]
    assert (found.level, found.verified) == (3, False)


def test_what_an_opd_does_not_read_of_others_it_is_not_told(cast: Cast) -> None:
    for key in ("units_committed", "with_actions", "actions_on_time"):
        needs = ports.known()[f"roadmap.{key}"].needs
        assert not cast.actor("operator").scope(needs, cast.institution).everything
        assert cast.actor("sekda").scope(needs, cast.institution).everything


def test_many_initiatives_ask_no_more_queries_than_few(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row)
    row = decreed(cast, row)

    def asked() -> int:
        with CaptureQueriesContext(connection) as known:
            ports.read(cast.institution, KEYS)
        return len(known)

    few = asked()
    Initiative.objects.bulk_create(
        Initiative(
            institution=cast.institution, roadmap=row, title=f"I {n}", unit=cast.unit, year=FIRST, state="planned",
            created_at=timezone.now(),
        )
        for n in range(200)
    )  # fmt: skip
    assert asked() == few
