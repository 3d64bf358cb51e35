"""What the pages of the work on indicators send: shares of the division, facts of an explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from pendapa.evaluation.queries.work import Share
from pendapa.evaluation.rules.answers import FIELDS, MOST_FACTS
from pendapa.kernel.numbers import whole

_FACT = re.compile(r"fact-(\d{1,3})-([a-z]+)")
_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")


def facts_from(posted: QueryDict) -> list[dict[str, str]]:
    """The rows of facts in their order, also the empty ones: ``fact-0-document``, ``fact-0-page``, …"""
    rows: dict[int, dict[str, str]] = {}
    for name, value in posted.items():
        found = _FACT.fullmatch(name)
        if found and found[2] in FIELDS and int(found[1]) <= 2 * MOST_FACTS:
            rows.setdefault(int(found[1]), dict.fromkeys(FIELDS, ""))[found[2]] = str(value).replace("\0", "")
    return [rows[order] for order in sorted(rows)]


def code_of(share: Share) -> str:
    """A share in one word, for a hidden field: ``7|9,12|2026-08-01``."""
    helpers = ",".join(str(one) for one in share.helpers)
    lead = "" if share.lead is None else share.lead
    return f"{lead}|{helpers}|{share.due or ''}"


def share_of(code: str) -> Share:
    """Back from that word; what cannot be read is nobody."""
    lead, helpers, due = [*code.split("|"), "", "", ""][:3]
    day, _fault = day_of(due)
    return Share(whole(lead), _ids(helpers.split(",")), day)


def day_of(text: str) -> tuple[date | None, str]:
    """A day as it is typed, and what is wrong with it (empty: nothing)."""
    text = text.strip()[:20]
    if not text:
        return None, ""
    for form in _DAYS:
        try:
            return datetime.strptime(text.partition(" ")[0], form).date(), ""  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None, _("“%(given)s” is no day. Write it as 2026-08-31 or 31-08-2026.") % {"given": text}


def shares_from(
    posted: QueryDict, numbers: Iterable[str]
) -> tuple[dict[str, Share], dict[str, Share], dict[str, str]]:
    """What the page of the division sends: wanted shares, shares as they were read, faults by indicator.

    ``mark`` names the ticked indicators: these get ``all-unit`` as the unit that answers (``all-as`` "lead") or as one that
    helps ("help"), and ``all-due``.
    """
    wanted, seen, faults = {}, {}, {}
    ticked = set(posted.getlist("mark")) if posted.get("all") else set()
    all_due, all_fault = day_of(posted.get("all-due", ""))
    if ticked and all_fault:
        faults[""] = all_fault
    for number in numbers:
        if f"lead-{number}" not in posted:
            continue
        due, fault = day_of(posted.get(f"due-{number}", ""))
        if fault:
            faults[number] = fault
        share = Share(whole(posted[f"lead-{number}"]), _ids(posted.getlist(f"help-{number}")), due)
        if number in ticked:
            share = _over(share, whole(posted.get("all-unit", "")), posted.get("all-as") == "help", all_due)
        lead = share.lead
        wanted[number] = Share(lead, tuple(one for one in share.helpers if one != lead), share.due)
        seen[number] = share_of(posted.get(f"seen-{number}", ""))
    return wanted, seen, faults


def _over(share: Share, unit: int | None, helps: bool, due: date | None) -> Share:
    if unit is None:
        return Share(share.lead, share.helpers, due or share.due)
    if helps and share.lead is not None:
        return Share(share.lead, tuple(sorted({*share.helpers, unit})), due or share.due)
    return Share(unit, share.helpers, due or share.due)


def _ids(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({number for text in texts if (number := whole(text)) is not None}))


HEADERS = {
    "indicator": ("indikator", "no", "no.", "nomor", "indicator", "number"),
    "unit": ("opd", "perangkat daerah", "unit", "penanggung jawab", "lead"),
    "helpers": ("opd pendamping", "pendamping", "helpers", "helping units"),
    "due": ("tenggat", "batas waktu", "due", "due date"),
}


def columns_of(headers: Iterable[str]) -> dict[str, int]:
    """Where the columns of a division stand; absent ones are absent."""
    found: dict[str, int] = {}
    for place, text in enumerate(headers):
        bare = " ".join(text.lower().split())
        for name, words in HEADERS.items():
            if bare in words:
                found.setdefault(name, place)
    return found


def cells_of(line: Iterable[str], columns: Mapping[str, int]) -> dict[str, Any]:
    """The cells of a row under the names of their columns; absent ones are empty."""
    cells = list(line)
    return {
        name: cells[columns[name]].strip() if name in columns and columns[name] < len(cells) else ""
        for name in HEADERS
    }
