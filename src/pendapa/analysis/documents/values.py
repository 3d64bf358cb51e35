"""Values of elements as the book writes them: Indonesian numbers and days, values of lists by their labels, national
references with their names. What no source settles carries a dagger."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pendapa.kernel.documents.rules import day_in_words
from pendapa.kernel.tables.writing import text_of
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Column
from pendapa.regulations.references import References

DAGGER = "†"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """A text that every format can hold: without control characters."""
    return _CONTROL.sub("", text)


def writer(column: Column, references: References) -> Callable[[Any], str]:
    """How values of a column are written."""
    labels: Mapping[str, str] = {value.key: value.label.id for value in column.values}

    def write(value: Any) -> str:
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, list):
            return ", ".join(filter(None, (write(one) for one in value)))
        if (
            column.type in ("number", "money")
            and isinstance(value, int | float)
            and not isinstance(value, bool)
        ):
            return formats.rupiah(value, "id") if column.type == "money" else formats.number(value, "id")
        text = text_of(value)
        if column.type == "reference":
            return _reference(references, column, text)
        if column.type == "date" and _DAY.fullmatch(text):
            return _day(text)
        return clean(labels.get(text, text))

    return write


def _reference(references: References, column: Column, text: str) -> str:
    node = references.lookup(text, column.reference or "")
    if node is None:
        return clean(text)
    return (
        node.label
        if node.code_verified and node.name_verified and node.verified
        else f"{node.label} {DAGGER}"
    )


def _day(text: str) -> str:
    try:
        return day_in_words(date.fromisoformat(text))
    except ValueError:
        return text


def head(column: Column) -> str:
    """The official name of a field, with the dagger where its list of values is not verified."""
    return f"{column.label.id} {DAGGER}" if column.values and not column.values_verified else column.label.id
