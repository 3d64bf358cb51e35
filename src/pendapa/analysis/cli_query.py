"""``pendapa query "…"``: a question in one line, its whole answer."""

from __future__ import annotations

import itertools
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pendapa.kernel.commands import Fault, Format, chosen, institution, ready, show

if TYPE_CHECKING:
    from pendapa.analysis.rules.query import Fault as Question

MOST = 1_000
"""Rows that a terminal shows."""


class QueryFormat(StrEnum):
    """How the answer is told."""

    table = "table"
    json = "json"
    csv = "csv"


def query(
    line: Annotated[
        str,
        typer.Argument(
            help="The question, such as: aplikasi dengan basis_data = MySQL -> infrastruktur",
            metavar="QUESTION",
        ),
    ],
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    form: Annotated[
        QueryFormat | None,
        typer.Option("--format", help="table, json or csv (table on a terminal, json elsewhere)"),
    ] = None,
) -> None:
    """Filter, follow relations and show columns. The language is told in docs/query.md."""
    ready()
    from django.utils.translation import get_language, gettext

    from pendapa.analysis.queries import query as queries
    from pendapa.analysis.queries import query_cells as cells
    from pendapa.analysis.queries.query_sql import TooLong
    from pendapa.analysis.rules.query import Fault as Unclear
    from pendapa.kernel.access.actor import system

    place, actor = institution(code), system("pendapa query")
    language = get_language() or "id"
    try:
        words = queries.words(actor, place)
        if form is QueryFormat.csv:
            from pendapa.kernel.tables.writing import write_csv

            made = cells.sheet(actor, place, line, words, language)
            write_csv(sys.stdout.buffer, made, mark=False)
            return
        told = chosen(Format(form.value) if form else None)
        most = MOST if told is Format.table else queries.EXPORTED
        plan, found = queries.everything(actor, place, line, most)
        rows = list(itertools.islice(found, most + 1))
    except Unclear as fault:
        raise Fault(_told(line, fault)) from fault
    except TooLong as error:
        raise Fault(cells.too_long()) from error
    except cells.TooMany as error:
        raise Fault(cells.too_many()) from error
    keys = [(cells.key_of(plan, column), column) for column in plan.columns]
    data = [{key: cells.value_of(row[one.step], one) for key, one in keys} for row in rows[:most]]
    if told is Format.json and len(rows) > most:
        raise Fault(cells.too_many())
    show(data, told, [key for key, _one in keys], plan.line)
    if len(rows) > most:
        sys.stderr.write(gettext("Only the first %(most)d rows are shown.") % {"most": most} + "\n")


def _told(line: str, fault: Question) -> str:
    """What is wrong, with the place marked below the question."""
    from django.utils.translation import gettext

    from pendapa.analysis.queries.query_cells import fault_words

    told = fault_words(fault)
    flat = "".join(c if c.isprintable() else " " for c in line)
    # A long question is told around the place only.
    start = max(0, fault.at - 60)
    mark = " " * (fault.at - start) + "^" * max(1, min(fault.size, 40))
    lines = [told["message"], f"  {flat[start : start + 110]}", f"  {mark}"]
    if told["nearest"]:
        lines.append(gettext("Perhaps:") + " " + ", ".join(told["nearest"]))
    if told["expected"]:
        lines.append(gettext("Expected here:") + " " + " · ".join(told["expected"]))
    return "\n".join(lines)
