"""A plan as a spreadsheet: its steps, its years, and what bound it."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Plan
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import problems as rules
from pendapa.evaluation.rules import scoring
from pendapa.kernel.files import serving
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from pendapa.regulations.instruments import Instrument

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def sent(row: Plan, instrument: Instrument, form: str, name: str) -> HttpResponse:
    """The file as an answer; csv holds the steps alone."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    sheets = [_steps(row, instrument), _years(row)]
    if form == "csv":
        write_csv(file, sheets[0])
    else:
        write_xlsx(file, sheets)
    return serving.sent(file, name, TYPES[form])


def _steps(row: Plan, instrument: Instrument) -> Sheet:
    days = row.problem.get("days", {})
    rows: list[list[Any]] = []
    for step in row.result.get("steps", []):
        number = step["indicator"]
        taken = days.get(number, {}).get(step["to"])
        rows.append([
            row.first_year + step["year"] - 1, number, words(instrument.indicator(number).short_name),
            _number(step["from"]), _number(step["to"]), _number(step["cost"]), None if taken is None else _number(taken),
        ])  # fmt: skip
    headers = [
        _("Year"), _("No."), _("Indicator"), _("From"), _("To"), _("Cost (Rp, partly assumed)"), _("Person-days"),
    ]  # fmt: skip
    return Sheet(_("Steps"), headers, rows, {2: 48.0, 5: 24.0})


def _years(row: Plan) -> Sheet:
    rows = [
        [one.year, Decimal(scoring.display(one.index, 4)), _number(str(one.cost)),
         None if one.budget is None else _number(str(one.budget)), len(one.steps)]
        for one in rules.by_year(row.problem, row.result, row.first_year)
    ]  # fmt: skip
    return Sheet(_("Years"), [_("Year"), _("Index"), _("Cost (Rp)"), _("Ceiling (Rp)"), _("Steps")], rows)


def _number(text: str) -> Decimal | int:
    value = Fraction(text)
    return int(value) if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
