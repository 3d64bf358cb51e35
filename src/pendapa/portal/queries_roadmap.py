"""The public roadmap and public commitments as a page, as JSON and as CSV: one shape for all three, so that they say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.models import Baseline, Commitment, Initiative, Roadmap
from pendapa.roadmap.queries import commitments as officers
from pendapa.roadmap.queries import items as source
from pendapa.roadmap.queries import public
from pendapa.roadmap.rules import drift as drifts

ROWS = 40
TONES = {"planned": "line", "doing": "info", "done": "ok", "postponed": "warn", "cancelled": "line"}
COMPLETION_TONES = {
    "no_evidence": "bad", "not_started": "bad", "limited": "warn", "substantial": "info", "complete": "ok",
}  # fmt: skip


def today() -> date:
    return timezone.localdate()


def language() -> str:
    return get_language() or "id"


# ---- the roadmap


@dataclass
class Content:
    """One content (*muatan*) of the roadmap in numbers, with the initiatives of the page. ``share`` is the mean of what is known
    of their progress in percent, None where nothing is; ``unknown`` counts the others."""

    key: str
    label: str
    all: list[public.Shown] = field(default_factory=list)
    rows: list[public.Shown] = field(default_factory=list)

    @property
    def live(self) -> list[source.Item]:
        return [one.item for one in self.all if one.item.state != "cancelled"]

    @property
    def late(self) -> int:
        return sum(one.late for one in self.live)

    @property
    def done(self) -> int:
        return sum(one.state == "done" for one in self.live)

    @property
    def unknown(self) -> int:
        return sum(one.progress is None for one in self.live)

    @property
    def share(self) -> int | None:
        known = [one.progress for one in self.live if one.progress is not None]
        return sum(known) // len(known) if known else None


@dataclass(frozen=True)
class Map:
    """The public roadmap on a day. ``contents`` are all of them that hold something, ``shown`` those of the page; ``measure`` is
    the decreed baseline that delays are told against."""

    institution: Institution
    roadmap: Roadmap
    day: date
    chosen: str
    contents: list[Content]
    shown: list[Content]
    totals: source.Totals
    start: int
    count: int
    measure: Baseline | None = None

    @property
    def finding(self) -> str:
        """What it says, in one sentence."""
        told = self.totals
        parts = [ngettext("%(n)s initiative", "%(n)s initiatives", told.count) % {"n": number(told.count)}]
        parts.append(ngettext("%(n)s done", "%(n)s done", told.done) % {"n": number(told.done)})
        parts.append(ngettext("%(n)s late", "%(n)s late", told.late) % {"n": number(told.late)})
        unknown = sum(one.unknown for one in self.contents)
        if unknown:
            parts.append(_("of %(n)s it is not known how far they are") % {"n": number(unknown)})
        return ", ".join(parts) + "."

    @property
    def rows(self) -> list[public.Shown]:
        """Everything of the chosen content, also beyond the page."""
        return [
            one for part in self.contents for one in part.all if not self.chosen or part.key == self.chosen
        ]


def roadmap(institution: Institution, chosen: str = "", start: int = 0) -> Map:
    """The public roadmap, narrowed to a content, from row ``start`` on. Raises NotFound where none is public, and for a content
    that is none."""
    row, day = public.roadmap(institution), today()
    parts = {one.key: Content(one.key, one.label.in_language(language())) for one in packs.roadmap().contents}
    parts["-"] = Content("-", _("Other"))
    if chosen and chosen not in parts:
        raise NotFound
    measure = public.measure(row)
    found = public.initiatives(institution, row, day, measure)
    for one in found:
        parts.get(one.item.content, parts["-"]).all.append(one)
    contents = [part for part in parts.values() if part.all]
    wanted = [part for part in contents if not chosen or part.key == chosen]
    flat = [(part, one) for part in wanted for one in part.all]
    for part, one in flat[start : start + ROWS]:
        part.rows.append(one)
    totals = source.totals(one.item for one in found)
    return Map(
        institution,
        row,
        day,
        chosen,
        contents,
        [part for part in wanted if part.rows],
        totals,
        start,
        len(flat),
        measure,
    )


def state_label(state: str) -> str:
    return str(dict(Initiative.STATES).get(state, state))


def moved(one: source.Item) -> str:
    """How far its end has moved since the roadmap was set; empty where it did not, or nothing was frozen."""
    known = one.drift
    if known is None or known.added or known.way != drifts.LATER:
        return ""
    months = abs(drifts.months(known.days))
    if not months:
        return ngettext("%(n)s day later than set", "%(n)s days later than set", known.days) % {
            "n": abs(known.days)
        }
    return ngettext("%(n)s month later than set", "%(n)s months later than set", months) % {"n": months}


def map_data(shown: Map) -> dict[str, Any]:
    """The same as JSON: money as decimal strings in rupiah, days as ISO text, null for what is not known."""
    base = shown.measure
    return {
        "institution": shown.institution.name,
        "as_of": shown.day.isoformat(),
        "roadmap": {
            "title": shown.roadmap.title, "first_year": shown.roadmap.first_year, "last_year": shown.roadmap.last_year,
            "decree": shown.roadmap.decree_number or None, "decree_on": _iso(shown.roadmap.decree_on),
        },
        "measured_against": {"decree": base.decree_number, "decree_on": _iso(base.decree_on)} if base else None,
        "initiatives": [_initiative(one) for one in shown.rows],
    }  # fmt: skip


def _initiative(one: public.Shown) -> dict[str, Any]:
    item = one.item
    return {
        "code": item.code, "title": item.title, "content": item.content or None, "unit": item.unit_name or None,
        "starts_on": _iso(item.starts_on), "ends_on": _iso(item.ends_on), "done_on": _iso(item.done_on),
        "state": item.state, "late": item.late, "progress": item.progress, "moved": moved(item) or None,
        "budget": [{"year": year, **_money(money)} for year, money in sorted(item.money.items())],
        "targets": [{"year": t.year, "target": t.target or None, "done": t.done or None} for t in one.targets],
    }  # fmt: skip


def _money(money: source.Money) -> dict[str, str | None]:
    return {"planned": _rp(money.planned), "budgeted": _rp(money.budgeted), "spent": _rp(money.spent)}


def map_rows(shown: Map) -> tuple[list[str], Iterator[list[Any]]]:
    """The same as a table: heads, and a row each; money of all years together."""
    heads = [
        _("Code"), _("Initiative"), _("Content"), _("Agency"), _("From"), _("Until"), _("Done on"), _("State"),
        _("Late"), _("Progress (%)"), _("Ceiling (Rp)"), _("In the budget (Rp)"), _("Spent (Rp)"), _("Targets"), _("As of"),
    ]  # fmt: skip
    names = {part.key: part.label for part in shown.contents}

    def rows() -> Iterator[list[Any]]:
        for one in shown.rows:
            item, money = one.item, one.item.total
            targets = "; ".join(f"{t.year}: {t.target} → {t.done or _('not known yet')}" for t in one.targets)
            yield [
                item.code, item.title, names.get(item.content or "-", ""), item.unit_name, _iso(item.starts_on) or "",
                _iso(item.ends_on) or "", _iso(item.done_on) or "", state_label(item.state), _("yes") if item.late else _("no"),
                "" if item.progress is None else item.progress, _rp(money.planned) or "", _rp(money.budgeted) or "",
                _rp(money.spent) or "", targets, shown.day.isoformat(),
            ]  # fmt: skip

    return heads, rows()


# ---- commitments


@dataclass(frozen=True)
class Pledges:
    """The public commitments on a day by OPD."""

    institution: Institution
    day: date
    groups: list[tuple[str, list[officers.Line]]]

    @property
    def lines(self) -> list[officers.Line]:
        return [one for _name, found in self.groups for one in found]

    @property
    def finding(self) -> str:
        """What it says, in one sentence."""
        lines = self.lines
        late, bare = sum(one.late for one in lines), sum(one.unproven for one in lines)
        told = [ngettext("%(n)s commitment", "%(n)s commitments", len(lines)) % {"n": number(len(lines))}]
        if late:
            told.append(ngettext("%(n)s milestone late", "%(n)s milestones late", late) % {"n": number(late)})
        if bare:
            told.append(
                ngettext("%(n)s without evidence", "%(n)s without evidence", bare) % {"n": number(bare)}
            )
        return ", ".join(told) + "."


def pledges(institution: Institution) -> Pledges:
    """Raises NotFound where none is public."""
    day = today()
    groups: dict[int, tuple[str, list[officers.Line]]] = {}
    for one in public.lines(public.commitments(institution), day):
        groups.setdefault(one.row.unit_id, (one.row.unit.name, []))[1].append(one)
    return Pledges(institution, day, list(groups.values()))


def completion_label(key: str) -> str:
    found = packs.roadmap().completion(key)
    return found.label.in_language(language()) if found else key


def pledge_data(institution: Institution, lines: Sequence[officers.Line], day: date) -> dict[str, Any]:
    """Public commitments as JSON: days as ISO text, null for what is not known or not said yet."""
    return {
        "institution": institution.name,
        "as_of": day.isoformat(),
        "commitments": [_commitment(one.row, day) for one in lines],
    }


def _commitment(row: Commitment, day: date) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "title": row.title, "unit": row.unit.name, "problem": row.problem or None,
        "text": row.text, "starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat(),
        "evidence_asked": row.evidence_asked or None, "state": row.state,
        "approved": {
            "name": row.approved_name, "office": row.approved_office, "acting": row.approved_acting,
            "at": row.approved_at.isoformat() if row.approved_at else None, "sha256": row.approved_hash,
        },
        "completion": row.completion or None, "assessed_on": _iso(row.assessed_on),
        "milestones": [
            {
                "text": one.text, "due": one.due.isoformat(), "done_on": _iso(one.done_on),
                "late": officers.reached(one).late(day), "link": one.link or None, "file": one.file_id is not None,
            }
            for one in officers.steps(row)
        ],
    }  # fmt: skip


def pledge_rows(lines: Sequence[officers.Line], day: date) -> tuple[list[str], Iterator[list[Any]]]:
    """The same as a table: a row each milestone."""
    heads = [
        _("Agency"), _("Commitment"), _("From"), _("Until"), _("How far it came"), _("Milestone"), _("Due"),
        _("Reached on"), _("Late"), _("Evidence"), _("As of"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for line in lines:
            row = line.row
            told = completion_label(row.completion) if row.completion else ""
            head = [row.unit.name, row.title, row.starts_on.isoformat(), row.ends_on.isoformat(), told]
            for one in officers.steps(row):
                late = _("yes") if officers.reached(one).late(day) else _("no")
                proof = one.link or (_("file kept inside") if one.file_id else "")
                yield [
                    *head,
                    one.text,
                    one.due.isoformat(),
                    _iso(one.done_on) or "",
                    late,
                    proof,
                    day.isoformat(),
                ]

    return heads, rows()


# ---- words


def number(value: int) -> str:
    return formats.number(value, formats.language(), 0)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _rp(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
