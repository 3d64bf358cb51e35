"""What a row of an answer tells in its columns, as plain values, as texts of a file, and why a question is not answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.analysis.queries.query import EXPORTED, Row, everything
from pendapa.analysis.rules import query as rules
from pendapa.analysis.rules.query_words import Vocabulary
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.writing import Sheet
from pendapa.kernel.tenancy.models import Institution

_NAMES = {
    "name": gettext_lazy("a name or a value"),
    "end": gettext_lazy("the end of the question"),
}


class TooMany(Exception):
    """The answer is longer than a file may be."""


def value_of(row: Row | None, column: rules.Column) -> Any:
    """A value as it is kept; ``None`` where nothing is known."""
    if row is None:
        return None
    field = column.field
    if field.source == "attribute":
        kept = row["attributes"].get(field.key)
        return None if kept in ("", [], {}) else kept
    if field.source == "unit":
        return row["unit__name"]
    kept = row[field.source]
    return None if kept == "" else kept


def text_of(row: Row | None, column: rules.Column, language: str) -> Any:
    """The same as people read it in a file: labels instead of keys."""
    kept = value_of(row, column)
    labels = {key: label.in_language(language) for key, label in column.field.choices}
    if isinstance(kept, list):
        return [labels.get(str(one), one) for one in kept]
    return labels.get(kept, kept) if isinstance(kept, str) else kept


def heading(plan: rules.Plan, column: rules.Column, words: Vocabulary, language: str) -> tuple[str, str]:
    """The step (empty where there is one only) and the label of a column."""
    label = column.field.label.in_language(language)
    if not plan.paths and not plan.last:
        return "", label
    stop = plan.steps[column.step]
    several = sum(1 for one in plan.steps if one.target == stop.target) > 1
    step = words.label(stop.target).in_language(language)
    return (f"{column.step + 1}. {step}" if several else step), label


def key_of(plan: rules.Plan, column: rules.Column) -> str:
    """The name of a column in data: ``nama``, or with the place of its step, ``2.nama``."""
    return f"{column.step + 1}.{column.field.key}" if plan.paths else column.field.key


def sheet(
    actor: Actor, institution: Institution, line: str, words: Vocabulary, language: str, most: int = EXPORTED
) -> Sheet:
    """The whole answer as a sheet. Raises :class:`TooMany` where it is longer than a file may be."""
    plan, found = everything(actor, institution, line, most)
    rows = []
    for row in found:
        rows.append([text_of(row[column.step], column, language) for column in plan.columns])
        if len(rows) > most:
            raise TooMany
    heads = [heading(plan, column, words, language) for column in plan.columns]
    return Sheet(_("Answer"), [f"{step}: {label}" if step else label for step, label in heads], rows)


def fault_words(fault: rules.Fault) -> dict[str, Any]:
    """A fault for people: ``{"message", "at", "size", "expected": [...], "nearest": [...]}`` in the language of the page."""
    return {
        "message": fault.message.render(_),
        "at": fault.at,
        "size": fault.size,
        "expected": [str(_NAMES.get(one, one)) for one in fault.expected],
        "nearest": list(fault.nearest),
    }


def too_long() -> str:
    return _("This question takes too long. Narrow it: add a condition, or follow fewer relations.")


def too_many(most: int = EXPORTED) -> str:
    return _("The answer has more than %(most)d rows; a file holds no more. Narrow the question.") % {
        "most": most
    }


def bad_mark() -> str:
    return _("“after” must be what the field “next” of the page before says.")
