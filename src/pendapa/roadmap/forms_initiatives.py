"""The form of an initiative: what was typed (kept as it is), what it means, and what there is to choose from.

One form in sections that works without a script: rows end with an empty one, a button adds more, and search buttons bring what
can be chosen. Nothing is saved by those buttons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture.queries import is_uid
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats
from pendapa.roadmap.rules import dirt
from pendapa.roadmap.rules import initiatives as rules

TEXTS = (
    "title", "content", "description", "output", "goal", "unit", "starts_on", "ends_on", "cost", "days", "note", "roadmap",
)  # fmt: skip
ROWS: Mapping[str, tuple[str, ...]] = {
    "lifts": ("indicator", "level_from", "level_to"),
    "targets": ("year", "target", "done"),
    "budgets": ("year", "programme_code", "source", "planned", "budgeted", "spent"),
    "partners": ("unit",),
    "elements": ("element", "effect"),
    "waits_for": ("initiative",),
}
PRESET = {"source": "apbd", "effect": "change"}
"""Columns that are filled by themselves: alone they make no row."""
LONGEST = 40_000
Row = dict[str, str]


@dataclass
class Typed:
    """What stands in the form: texts by field, rows of texts by part."""

    texts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TEXTS, ""))
    rows: dict[str, list[Row]] = field(default_factory=lambda: {part: [] for part in ROWS})


def typed_of(values: rules.Values) -> Typed:
    """The form of what stands there."""
    told = Typed()
    language = formats.language()
    for name in ("title", "content", "description", "output", "note"):
        told.texts[name] = getattr(values, name)
    for name, uid in (("goal", values.goal_uid), ("unit", values.unit), ("roadmap", values.roadmap)):
        told.texts[name] = str(uid or "")
    for name in ("starts_on", "ends_on"):
        told.texts[name] = _iso(getattr(values, name))
    told.texts["cost"] = _amount(values.cost, language)
    told.texts["days"] = "" if values.days is None else formats.number(values.days.normalize(), language)
    told.rows["lifts"] = [
        {
            "indicator": f"{one.instrument}|{one.indicator}",
            "level_from": one.level_from,
            "level_to": one.level_to,
        }
        for one in values.lifts
    ]
    told.rows["targets"] = [
        {"year": str(year), "target": one.target, "done": one.done}
        for year, one in sorted(values.targets.items())
    ]
    told.rows["budgets"] = [
        {
            "year": str(one.year), "programme_code": one.programme_code, "source": one.source,
            "planned": _amount(one.planned, language), "budgeted": _amount(one.budgeted, language),
            "spent": _amount(one.spent, language),
        }
        for one in values.budgets
    ]  # fmt: skip
    told.rows["partners"] = [{"unit": str(one)} for one in values.partners]
    told.rows["elements"] = [{"element": str(uid), "effect": effect} for uid, effect in values.elements]
    told.rows["waits_for"] = [{"initiative": str(one)} for one in values.waits_for]
    return told


def typed_in(data: QueryDict) -> Typed:
    """The form as it was sent: rows without any value, and those that are ticked to go, fall away."""
    told = Typed()
    for name in TEXTS:
        told.texts[name] = _bare(data.get(name, ""))
    for part, columns in ROWS.items():
        for n in range(rules.MOST_ROWS + 20):
            row = {key: _bare(data.get(f"{part}-{n}-{key}", "")).strip() for key in columns}
            if data.get(f"{part}-{n}-hapus") or not any(row[key] for key in columns if key not in PRESET):
                continue
            told.rows[part].append(row)
        taken = {row[columns[0]] for row in told.rows[part]}
        for new in data.getlist(f"{part}-tambah")[: rules.MOST_ROWS]:
            if new not in taken:
                told.rows[part].append(
                    {columns[0]: _bare(new), **{key: PRESET.get(key, "") for key in columns[1:]}}
                )
    told.rows["targets"].sort(key=lambda row: whole(row["year"], 4) or 9999)
    return told


def values_in(typed: Typed, kept: rules.Values | None = None) -> tuple[rules.Values, dict[str, str]]:
    """What was typed as values, and faults by field of what is no day, no number, no choice. ``kept`` gives what the form does
    not hold: state, code, where it comes from."""
    reader = _Reader()
    text, before = typed.texts, kept or rules.Values(title="")
    values = rules.Values(
        title=text["title"], content=text["content"], description=text["description"], output=text["output"],
        goal_uid=reader.uid("goal_uid", text["goal"]), lifts=reader.lifts(typed.rows["lifts"]),
        unit=reader.uid("unit", text["unit"]), partners=reader.uids("partners", typed.rows["partners"], "unit"),
        starts_on=reader.day("starts_on", text["starts_on"]), ends_on=reader.day("ends_on", text["ends_on"], end=True),
        targets=reader.targets(typed.rows["targets"]), cost=reader.money("cost", text["cost"]),
        days=reader.number("days", text["days"]), note=text["note"], roadmap=reader.uid("roadmap", text["roadmap"]),
        elements=reader.elements(typed.rows["elements"]),
        waits_for=reader.uids("waits_for", typed.rows["waits_for"], "initiative"),
        budgets=reader.budgets(typed.rows["budgets"]), state=before.state, code=before.code, year=before.year,
        origin=before.origin, origin_uid=before.origin_uid, plan=before.plan,
    )  # fmt: skip
    return values, reader.faults


def spent_in(
    data: QueryDict, budgets: tuple[rules.BudgetRow, ...]
) -> tuple[dict[Any, Decimal | None], Typed, dict[str, str]]:
    """What was spent, row by row of the plan, as it was sent."""
    reader, typed, found = _Reader(), Typed(), {}
    for n, row in enumerate(budgets):
        text = _bare(data.get(f"budgets-{n}-spent", "")).strip()
        typed.rows["budgets"].append({"spent": text})
        found[row.key] = reader.money(f"budgets.{n}.spent", text)
    return found, typed, reader.faults


class _Reader:
    """Reads texts and gathers what they are not."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def uid(self, name: str, text: str) -> UUID | None:
        if not text:
            return None
        if not is_uid(text):
            self.faults.setdefault(name, _("Choose one of the list."))
            return None
        return UUID(text)

    def uids(self, name: str, rows: list[Row], key: str) -> tuple[UUID, ...]:
        found = [self.uid(name, row[key]) for row in rows]
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def day(self, name: str, text: str, end: bool = False) -> date | None:
        read = dirt.day(text, end)
        if text.strip() and read.value is None:
            self.faults[name] = _("“%(given)s” is no day. Write it as 31-12-2027.") % {"given": text[:40]}
        return read.value

    def money(self, name: str, text: str) -> Decimal | None:
        read = dirt.rupiah(text)
        if read.value is None and read.key == "negative":
            self.faults[name] = _("A number below zero cannot stay here. Write it without a sign.")
        elif read.value is None and text.strip():
            words = _("“%(given)s” is no amount in rupiah. Write it as 850.000.000.")
            self.faults[name] = words % {"given": text[:40]}
        return read.value

    def number(self, name: str, text: str) -> Decimal | None:
        if not text.strip():
            return None
        if not re.fullmatch(r"[0-9]{1,8}([.,][0-9]{1,2})?", text.strip()):
            self.faults[name] = _("“%(given)s” is no number. Write it as 22,5.") % {"given": text[:40]}
            return None
        return Decimal(text.strip().replace(",", "."))

    def year(self, name: str, text: str) -> int:
        found = whole(text, 4)
        if found is None:
            self.faults[name] = _("“%(given)s” is no year. Write four digits.") % {"given": text[:20]}
        return found or rules.FIRST_YEAR

    def lifts(self, rows: list[Row]) -> tuple[rules.Lift, ...]:
        found = []
        for row in rows:
            instrument, _bar, number = row["indicator"].partition("|")
            found.append(rules.Lift(instrument, number, row["level_from"], row["level_to"]))
        return tuple(found)

    def targets(self, rows: list[Row]) -> dict[int, rules.Target]:
        found: dict[int, rules.Target] = {}
        for n, row in enumerate(rows):
            year = self.year(f"targets.{n}.year", row["year"])
            if year in found and f"targets.{n}.year" not in self.faults:
                self.faults[f"targets.{n}.year"] = _("This year stands here twice. Put both into one row.")
            found[year] = rules.Target(row["target"], row["done"])
        return found

    def budgets(self, rows: list[Row]) -> tuple[rules.BudgetRow, ...]:
        return tuple(
            rules.BudgetRow(
                self.year(f"budgets.{n}.year", row["year"]), row["programme_code"], row["source"] or "apbd",
                *(self.money(f"budgets.{n}.{part}", row[part]) for part in ("planned", "budgeted", "spent")),
            )
            for n, row in enumerate(rows)
        )  # fmt: skip

    def elements(self, rows: list[Row]) -> tuple[tuple[UUID, str], ...]:
        found = []
        for row in rows:
            uid = self.uid("elements", row["element"])
            if uid is not None:
                found.append((uid, row["effect"] or "change"))
        return tuple(found)


def blank(unit: str = "", roadmap: str = "") -> Typed:
    """An empty form with what is likely."""
    told = Typed()
    told.texts["unit"], told.texts["roadmap"] = unit, roadmap
    return told


def this_year() -> int:
    return timezone.localdate().year


def _bare(text: str) -> str:
    """What can be shown again: no NUL, and of absurd lengths as much as is refused."""
    return text[:LONGEST].replace("\x00", "")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _amount(value: Decimal | None, language: str) -> str:
    if value is None:
        return ""
    places = 0 if value == value.to_integral_value() else 2
    return formats.number(value, language, places)
