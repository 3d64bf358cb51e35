"""What a row tells, laid over what stands: an empty cell changes nothing. Pure.

Money by year is told as sums, as the printed table has them: where a year holds several rows of money (other codes, other
sources), the sums are only compared; which row should change nobody can tell from a sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.rules.money import total

PARTS = ("planned", "budgeted", "spent")


def merged(
    before: rules.Values,
    title: str,
    code: str,
    told: Mapping[str, Any],
    unit: UUID | None,
    partners: Sequence[UUID] | None,
) -> tuple[rules.Values, list[int]]:
    """The values after the row, and the years whose money could not be told apart. ``unit`` and ``partners`` None: not told."""
    plain = {
        name: told[name] for name in ("content", "description", "output", "note", "state") if name in told
    }
    days: dict[str, Any] = {
        name: date.fromisoformat(told[name]) for name in ("starts_on", "ends_on") if name in told
    }
    after = replace(
        before, title=same_words(before.title, title), code=code or before.code, unit=unit or before.unit, **plain, **days,
        cost=Decimal(told["cost"]) if "cost" in told else before.cost,
        days=Decimal(told["days"]) if "days" in told else before.days,
        targets=_targets(before.targets, told.get("targets", {}), told.get("done", {})),
        lifts=_lifts(before.lifts, told.get("lifts", ())),
        partners=before.partners if partners is None or set(partners) == set(before.partners) else tuple(partners),
    )  # fmt: skip
    budgets, untold = _budgets(before.budgets, told, after)
    return replace(after, budgets=budgets), untold


def noted(before: rules.Values | None, after: rules.Values, line: str) -> rules.Values:
    """With a ``line`` in the note of what is new, or where it stands there already."""
    lines = after.note.splitlines()
    if not line or line in lines or (before is not None and line not in before.note.splitlines()):
        return after
    return replace(after, note="\n".join([*lines, line]))


def same_words(before: str, after: str) -> str:
    """What stands, where a cell says the same but for spaces and lines; a cell does not keep those."""
    return before if before.split() == after.split() else after


def _targets(
    before: Mapping[int, rules.Target], targets: Mapping[str, str], done: Mapping[str, str]
) -> dict[int, rules.Target]:
    found = dict(before)
    for year, text in targets.items():
        found[int(year)] = replace(
            found.get(int(year), rules.Target()),
            target=same_words(found.get(int(year), rules.Target()).target, text),
        )
    for year, text in done.items():
        found[int(year)] = replace(
            found.get(int(year), rules.Target()),
            done=same_words(found.get(int(year), rules.Target()).done, text),
        )
    return dict(sorted(found.items()))


def _lifts(before: tuple[rules.Lift, ...], told: Sequence[Mapping[str, str]]) -> tuple[rules.Lift, ...]:
    """Those that stand, with levels where the row tells them, and those that the row adds."""
    found = {(one.instrument, one.indicator): one for one in before}
    for one in told:
        key = (one["instrument"], one["indicator"])
        there = found.get(key, rules.Lift(*key))
        found[key] = replace(
            there, level_from=one["from"] or there.level_from, level_to=one["to"] or there.level_to
        )
    return tuple(found.values())


def _budgets(
    before: tuple[rules.BudgetRow, ...], told: Mapping[str, Any], after: rules.Values
) -> tuple[tuple[rules.BudgetRow, ...], list[int]]:
    start = rules.start_year(after, 0)
    money = {int(year or start): parts for year, parts in told.get("money", {}).items() if year or start}
    code = told["code"] if told.get("codes") == 1 else ""
    source = str(told.get("source", ""))
    rows = list(before)
    untold = []
    for year, parts in money.items():
        amounts: dict[str, Any] = {name: Decimal(text) for name, text in parts.items()}
        same = [n for n, row in enumerate(rows) if row.year == year]
        if not same:
            rows.append(rules.BudgetRow(year, code, source or "apbd", **amounts))
        elif len(same) == 1:
            rows[same[0]] = replace(rows[same[0]], **amounts)
        elif any(total(getattr(rows[n], name) for n in same) != value for name, value in amounts.items()):
            untold.append(year)
    if code and not rows and start:
        rows.append(rules.BudgetRow(start, code, source or "apbd"))
    return tuple(_coded(rows, code, source)), untold


def _coded(rows: list[rules.BudgetRow], code: str, source: str) -> list[rules.BudgetRow]:
    """The code and the source of the row, where all money of the initiative is under one (or under none yet)."""
    if code and len({row.programme_code for row in rows} - {""}) <= 1 and _once(rows):
        rows = [replace(row, programme_code=code) for row in rows]
    if source and len({row.source for row in rows}) <= 1 and _once(rows):
        rows = [replace(row, source=source) for row in rows]
    return rows


def _once(rows: list[rules.BudgetRow]) -> bool:
    """Has each year one row of money only? Else two rows could become one and the same."""
    return len({row.year for row in rows}) == len(rows)
