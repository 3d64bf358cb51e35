"""What is to be told of a file as a whole: columns and sheets that were not used, sheets that are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .columns import letter
from .messages import Message, _, kept, say, storable

Kept = dict[str, Any]
"""A finding as it is stored; its ``row`` is that of the headings, or ``None`` where a whole sheet is meant."""


def of_sheet(facts: Mapping[str, Any], rows: int) -> list[Kept]:
    """Of a staged sheet with so many rows, as its headings are understood now."""
    row = facts["header_row"] or None
    bound, told = dict(facts["columns"]), facts.get("remembered", {})
    found = [] if not facts.get("hidden") else [_kept(None, "", facts["sheet"] or "", _hidden(facts))]
    if not rows:
        words = _("There are headings, but no rows below them: there is nothing to save.")
        found.append(_kept(row, "", "", say(words)))
    for index, name in facts.get("filled", ()):
        if bound.get(name) is None and name not in told:
            found.append(_kept(row, name, "", _unused(index, name)))
    return found


def without_heading(facts: Mapping[str, Any], rows: int) -> list[Kept]:
    """Those that the page shows nowhere else: it lists headings that are not known, and sheets."""
    return [one for one in of_sheet(facts, rows) if not one["column"] or _is_bare(one["column"])]


def of_file(problem: Mapping[str, Any] | None) -> list[Kept]:
    """Of the sheets that are no table that is known."""
    words = _("The sheet %(sheet)s was not read: none of its rows is known as a row of headings.")
    return [_kept(None, "", name, say(words, sheet=name)) for name in (problem or {}).get("unread", ())]


def as_stored(unknown: list[dict[str, Any]], unread: Iterable[str]) -> dict[str, Any] | None:
    """The problem of a batch: sheets that somebody may explain, and all that were not read. Nothing where there are none."""
    names = list(unread)
    return {"unknown": unknown, "unread": names} if unknown or names else None


def beyond_headings(cells: int, headings: int) -> Message:
    """The sentence about a row of a text file with more cells than there are headings."""
    return say(
        _(
            "The row has %(cells)s cells, but there are %(headings)s headings: nobody can tell what belongs where. Put texts and "
            'amounts that hold the separator in quotation marks, as in "850,000,000".'
        ),
        cells=cells,
        headings=headings,
    )


def _kept(row: int | None, column: str, value: str, message: Message) -> Kept:
    return {"row": row, "column": column, "value": storable(value), **kept(message), "suggestion": None}


def _hidden(facts: Mapping[str, Any]) -> Message:
    words = _(
        "The hidden sheet %(sheet)s was read like the others. Delete it in the file where it is not meant."
    )
    return say(words, sheet=facts["sheet"])


def _unused(index: int, name: str) -> Message:
    if _is_bare(name):
        return say(
            _("Column %(letter)s has no heading; what stands in it was not used."), letter=letter(index)
        )
    return say(
        _("The column “%(header)s” was not used: its heading is not known, or stands there twice."),
        header=name,
    )


def _is_bare(name: str) -> bool:
    return bool(re.fullmatch(r"(?: \(\d+\))?", name))
