"""The field of a form for a value a year: a small table of years, with room for one more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pendapa.kernel.tables.values import yearly, yearly_text

BEFORE, AFTER = 1, 4
"""Years around this one that are always offered: the five of a plan."""
_YEAR = re.compile(r"[0-9]{4}")


class YearlyInput(forms.Widget):
    """One input a year. Its value is the text of a cell ("2025: 70; 2026: 75,5"), which may be handed in whole as well.

    A text in which no years were found stays one input, so that nothing of it is lost.
    """

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        if name in data:
            return str(data[name]).strip()
        typed = {
            key[len(name) + 1 :]: str(data[key]).strip()
            for key in data
            if key.startswith(f"{name}_") and _YEAR.fullmatch(key[len(name) + 1 :])
        }
        parts = [f"{year}: {typed[year]}" for year in sorted(typed) if typed[year]]
        year, value = (str(data.get(f"{name}_{part}", "")).strip() for part in ("year", "value"))
        if year or value:
            parts.append(f"{year}: {value}")
        return "; ".join(parts)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key == name or key.startswith(f"{name}_") for key in data)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attrs = {**(attrs or {})}
        text = str(value or "").strip()
        kept = yearly(text)[0] if text else {}
        if not isinstance(kept, Mapping):
            return format_html('<input type="text" name="{}" value="{}"{}>', name, text, _flat(attrs))
        this = timezone.localdate().year
        shown = sorted({*kept, *(str(year) for year in range(this - BEFORE, this + AFTER + 1))})
        rest = {key: told for key, told in attrs.items() if key != "id"}
        cells = format_html_join(
            "",
            '<label style="width:88px"><span class="tiny muted">{}</span>'
            '<input type="text" inputmode="decimal" name="{}_{}" value="{}"{}></label>',
            (
                (year, name, year, _comma(kept, year), _flat(attrs if index == 0 else rest))
                for index, year in enumerate(shown)
            ),
        )
        return format_html(
            '<div style="display:flex;flex-wrap:wrap;gap:8px">{}'
            '<span style="display:flex;gap:8px"><label style="width:88px"><span class="tiny muted">{}</span>'
            '<input type="text" inputmode="numeric" maxlength="4" name="{}_year"{}></label>'
            '<label style="width:88px"><span class="tiny muted">{}</span>'
            '<input type="text" inputmode="decimal" name="{}_value"{}></label></span></div>',
            cells,
            _("Another year"),
            name,
            _flat(rest),
            _("Its value"),
            name,
            _flat(rest),
        )

    def id_for_label(self, id_: str) -> str:
        return id_


class YearlyField(forms.CharField):
    """Takes what :func:`pendapa.kernel.tables.values.yearly` reads; ``kept`` is a text of old that it lets stand."""

    widget = YearlyInput

    def __init__(self, *, kept: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.kept = kept

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if text and text != self.kept and isinstance(yearly(text)[0], str):
            raise ValidationError(
                _(
                    "Each value needs a year of four digits, once, and each such year a value: 2025: 70; 2026: 75,5."
                )
            )
        return text


def _comma(kept: Mapping[str, str], year: str) -> str:
    return yearly_text({year: kept[year]}).partition(": ")[2] if year in kept else ""


def _flat(attrs: Mapping[str, Any]) -> SafeString:
    return format_html_join("", ' {}="{}"', attrs.items())
