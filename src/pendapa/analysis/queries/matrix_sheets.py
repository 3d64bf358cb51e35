"""The whole matrix as sheets: the table, its pairs, and what is linked with nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from pendapa.analysis.queries import matrix as queries
from pendapa.kernel.tables.writing import Page, Sheet
from pendapa.kernel.ui.templatetags.ui import angka
from pendapa.regulations.metamodel import Metamodel

GRID_LIMIT, PAIR_LIMIT = 1_000_000, 500_000
"""A workbook holds the table up to so many cells, and up to so many pairs; more goes as csv."""


def book(model: Metamodel, found: queries.Whole) -> Iterator[Sheet | Page]:
    """The table as far as a sheet holds one, all pairs, and what is linked with nothing."""
    rows, columns = found.rows, found.columns
    if columns and len(rows) * len(columns) <= GRID_LIMIT and len(columns) < 16_000:
        yield _grid(model, found)
    else:
        text = _("The table has %(rows)s rows and %(columns)s columns; it stands here as pairs.")
        words = {"rows": angka(len(rows)), "columns": angka(len(columns))}
        yield Page(_("Matrix"), _("Matrix"), [("", text % words)], (14.0, 90.0))
    yield pairs_sheet(model, found)
    yield _empty_sheet(model, found)


def _grid(model: Metamodel, found: queries.Whole) -> Sheet:
    headers = [_("Code"), _("Name"), _("Unit"), *(f"{one.name} ({one.code})" for one in found.columns)]

    def lines() -> Iterator[list[Any]]:
        pairs = found.pairs()
        pair = next(pairs, None)
        for row in found.rows:
            marks: dict[int, str] = {}
            while pair is not None and pair[0].pk == row.pk:
                marks[pair[1].pk] = mark(pair[2])
                pair = next(pairs, None)
            yield [row.code, row.name, row.unit, *(marks.get(one.pk, "") for one in found.columns)]

    widths = {0: 14.0, 1: 40.0, 2: 30.0} | dict.fromkeys(range(3, len(headers)), 14.0)
    return Sheet(_("Matrix"), headers, lines(), widths)


def mark(cell: queries.Cell) -> str:
    """A cell as text: ● for a direct link, ◇ and the number of ways through others."""
    return " ".join((["●"] if cell.direct else []) + ([f"◇ {cell.count}"] if cell.count else []))


def pairs_sheet(model: Metamodel, found: queries.Whole) -> Sheet:
    """All pairs, one a line; at the end what is linked with nothing, with empty cells in the place of the other."""
    own, other = found.found.choice.rows, found.found.choice.columns
    sides = [queries.label(model, one).capitalize() for one in (own, other)]
    headers = [
        *(f"{side} ({word})" for side in sides for word in (_("code"), _("name"), _("unit"))),
        _("Direct relation"),
        _("Ways through others"),
        _("Through"),
    ]

    def lines() -> Iterator[list[Any]]:
        for row, column, cell in found.pairs():
            direct = ", ".join(queries.hop_label(model, hop) for hop in cell.direct)
            ways = "; ".join(" → ".join(f"{one.name} ({one.code})" for one in way) for way in cell.ways)
            more = cell.count - len(cell.ways)
            ways += "; …" if more > 0 else ""
            yield [
                row.code,
                row.name,
                row.unit,
                column.code,
                column.name,
                column.unit,
                direct,
                cell.count,
                ways,
            ]
        none = _("none yet")
        for one in found.empty_rows:
            yield [one.code, one.name, one.unit, "", "", "", none, 0, ""]
        for one in found.empty_columns if own != other else ():
            yield ["", "", "", one.code, one.name, one.unit, none, 0, ""]

    return Sheet(_("Pairs"), headers, lines(), {1: 40.0, 2: 30.0, 4: 40.0, 5: 30.0, 6: 22.0, 8: 60.0})


def _empty_sheet(model: Metamodel, found: queries.Whole) -> Sheet:
    own, other = (queries.label(model, one) for one in (found.found.choice.rows, found.found.choice.columns))
    lines = [[own, one.code, one.name, one.unit, other] for one in found.empty_rows]
    if found.found.choice.rows != found.found.choice.columns:
        lines += [[other, one.code, one.name, one.unit, own] for one in found.empty_columns]
    headers = [_("Domain"), _("Code"), _("Name"), _("Unit"), _("Has none of")]
    return Sheet(_("None yet"), headers, lines, {2: 40.0, 3: 34.0})
