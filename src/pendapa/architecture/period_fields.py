"""The fields of a form for a value a year and a value a quarter: a small table of periods, with room for another year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pendapa.kernel.tables import periods

BEFORE, AFTER = 1, 4
"""Years around this one that are always offered of a value a year: the five of a plan."""


@dataclass(frozen=True)
class Layout:
    """How a kind of period is asked for: the keys of a year, and what its fields are called where the year is typed."""

    steps: tuple[str, ...]

    def keys(self, year: str) -> list[str]:
        return [step.replace("YEAR", year) for step in self.steps]


LAYOUTS = {
    "yearly": Layout(("YEAR",)),
    "quarterly": Layout(tuple(f"YEAR-TW{number}" for number in periods.QUARTERS)),
}


class PeriodsInput(forms.Widget):
    """One input a period. Its value is the text of a cell ("2025: 70; 2026: 75,5"), which may be handed in whole as well.

    A text in which no periods were found stays one input, so that nothing of it is lost.
    """

    def __init__(self, type: str = "yearly", attrs: Any = None) -> None:
        super().__init__(attrs)
        self.kind, self.layout = periods.KINDS[type], LAYOUTS[type]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        if name in data:
            return str(data[name]).strip()
        keys = {key[len(name) + 1 :]: key for key in data if key.startswith(f"{name}_")}
        typed = {one: str(data[keys[one]]).strip() for one in sorted(keys) if one[:4].isdecimal()}
        parts = [f"{periods.label(one)}: {value}" for one, value in typed.items() if value]
        year = str(data.get(f"{name}_year", "")).strip()
        values = [
            str(data.get(f"{name}_{self._more(place)}", "")).strip()
            for place in range(len(self.layout.steps))
        ]
        told = zip(self.layout.keys(year), values, strict=True)
        parts += [f"{periods.label(one)}: {value}" for one, value in told if value]
        if year and not any(values):
            parts.append(f"{year}:")
        return "; ".join(parts)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key == name or key.startswith(f"{name}_") for key in data)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attrs = {**(attrs or {})}
        text = str(value or "").strip()
        kept = self.kind.read(text)[0] if text else {}
        if not isinstance(kept, Mapping):
            return format_html('<input type="text" name="{}" value="{}"{}>', name, text, _flat(attrs))
        rest = {key: told for key, told in attrs.items() if key != "id"}
        shown = [key for year in self._years(kept) for key in self.layout.keys(year)]
        cells = [
            _cell(periods.label(key), f"{name}_{key}", _comma(kept, key), rest if place else attrs)
            for place, key in enumerate(shown)
        ]
        # What belongs to one year stays on one line, as far as there is room.
        width = len(self.layout.steps)
        rows = [cells] if width == 1 else [cells[at : at + width] for at in range(0, len(cells), width)]
        more = [_cell(_("Another year"), f"{name}_year", "", rest, mode="numeric", most=4)]
        more += [_cell(self._label(place), f"{name}_{self._more(place)}", "", rest) for place in range(width)]
        if width == 1:
            rows = [[*cells, _row(more)]]
        else:
            rows.append(more)
        return format_html_join("", "{}", ((_row(row, under=bool(place)),) for place, row in enumerate(rows)))

    def _years(self, kept: Iterable[str]) -> list[str]:
        this = timezone.localdate().year
        around = range(this - BEFORE, this + AFTER + 1) if len(self.layout.steps) == 1 else (this,)
        return sorted({*(key[:4] for key in kept), *map(str, around)})

    def _more(self, place: int) -> str:
        return "value" if len(self.layout.steps) == 1 else f"value_{place + 1}"

    def _label(self, place: int) -> str:
        return _("Its value") if len(self.layout.steps) == 1 else f"TW {periods.ROMAN[place]}"

    def id_for_label(self, id_: str) -> str:
        return id_


class PeriodsField(forms.CharField):
    """Takes what :mod:`pendapa.kernel.tables.periods` reads of a type of column; ``kept`` is a text of old that it lets stand."""

    def __init__(self, type: str, *, kept: Any = None, **options: Any) -> None:
        super().__init__(widget=PeriodsInput(type), **options)
        self.kind, self.kept = periods.KINDS[type], kept

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if text and text != self.kept:
            found, remark = self.kind.read(text)
            if isinstance(found, str) and remark is not None:
                raise ValidationError(remark.message.render(_))
        return text


def _cell(
    label: str, name: str, value: str, attrs: Mapping[str, Any], mode: str = "decimal", most: int = 0
) -> SafeString:
    return format_html(
        '<label style="flex:1 1 60px;max-width:88px"><span class="tiny muted">{}</span>'
        '<input type="text" inputmode="{}"{} name="{}" value="{}"{}></label>',
        label,
        mode,
        _flat({"maxlength": most} if most else {}),
        name,
        value,
        _flat(attrs),
    )


def _row(cells: Iterable[SafeString], under: bool = False) -> SafeString:
    joined = format_html_join("", "{}", ((one,) for one in cells))
    style = "display:flex;flex-wrap:wrap;gap:8px" + (";margin-top:8px" if under else "")
    return format_html('<div style="{}">{}</div>', style, joined)


def _comma(kept: Mapping[str, str], key: str) -> str:
    return periods.with_comma(kept[key]) if key in kept else ""


def _flat(attrs: Mapping[str, Any]) -> SafeString:
    return format_html_join("", ' {}="{}"', attrs.items())
