"""Components of the look as template tags: ``{% load ui %}``. Each says in its docstring how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, pgettext

from pendapa.kernel.ui import chart, formats

register = template.Library()

DOMAINS = {
    "units": (0, gettext_lazy("Agency")),
    "processes": (1, gettext_lazy("Business process")),
    "services": (2, gettext_lazy("Service")),
    "data": (3, gettext_lazy("Data and information")),
    "applications": (4, gettext_lazy("Application")),
    "infrastructure": (5, gettext_lazy("Infrastructure")),
    "security": (6, gettext_lazy("Security")),
    "strategy": (0, gettext_lazy("Strategy map")),
    "outside": (0, gettext_lazy("Outside SPBE")),
}
TONE_ICONS = {
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-octagon",
    "info": "info-circle",
    "line": "circle-dashed",
}
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "bad"}


# ---- icons and states


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """``{% icon "search" %}``; with ``label`` it is read aloud, without it is decoration."""
    return _icon(str(name), str(label), str(css))


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, css: str) -> SafeString:
    # Kept: a page has half a hundred of them, and they are always the same.
    classes = f"i {css}" if css else "i"
    address = f"{static('pendapa/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, address)


@register.simple_tag
def chip(tone: str, text: Any, icon_name: str | None = None) -> SafeString:
    """``{% chip "ok" _("Accepted") %}``: ok, warn, bad, info, line; a third argument names another icon, ``""`` none."""
    name = TONE_ICONS.get(tone, "") if icon_name is None else icon_name
    return format_html('<span class="chip {}">{}{}</span>', tone, icon(name) if name else "", text)


@register.simple_tag
def domain_mark(domain: str, text: Any = None) -> SafeString:
    """``{% domain_mark "applications" %}``: coloured square and the word; what is none of the six has a hollow square."""
    number, word = DOMAINS[domain]
    return format_html('<span class="dom d{}">{}</span>', number, word if text is None else text)


@register.simple_tag
def bar(value: Any, maximum: Any = 100, target: Any = None, label: str = "") -> SafeString:
    """``{% bar 64 100 target=80 %}``: drawn from zero; write the number beside it, or give a ``label`` to be read."""
    part, aim = _share(value, maximum), None if target is None else _share(target, maximum)
    said = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    tick = format_html('<b style="left:{}%"></b>', aim) if aim is not None else ""
    return format_html(
        '<span class="bar{}"{}><i style="width:{}%"></i>{}</span>',
        " t" if aim is not None else "",
        said,
        part,
        tick,
    )


def _share(value: Any, maximum: Any) -> str:
    exact, whole = Fraction(str(value)), Fraction(str(maximum))
    return f"{float(max(Fraction(0), min(Fraction(1), exact / whole)) * 100) if whole else 0:.1f}"


@register.simple_tag
def level_ladder(level: int | None, signal: int | None = None, levels: int = 5) -> SafeString:
    """``{% level_ladder 3 signal=4 %}``: rungs 1–5, the reached one filled, the one a signal suggests dashed."""
    if level is None:
        said = gettext("No level yet")
    else:
        said = gettext("Level %(level)s of %(levels)s") % {"level": level, "levels": levels}
    if signal is not None:
        said += "; " + gettext("the signal suggests %(signal)s") % {"signal": signal}
    css = {level: "on", signal: "sig"} if level != signal else {level: "on sig"}
    rungs = format_html_join(
        "", '<i class="{}">{}</i>', ((css.get(rung, ""), rung) for rung in range(1, levels + 1))
    )
    return format_html('<span class="ladder" role="img" aria-label="{}">{}</span>', said, rungs)


@register.filter
def in_sentence(label: Any) -> str:
    """``{{ label|in_sentence }}``: "Daftar OPD" → "daftar OPD"."""
    return formats.in_sentence(str(label))


@register.filter
def tone(level_tag: str) -> str:
    """Tone of one of Django's messages: success → ok, warning → warn, error → bad, others → info."""
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def tone_icon(name: str) -> str:
    """Icon of a tone."""
    return TONE_ICONS.get(name, "info-circle")


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word: "Operator Dinas Kesehatan" → OK."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


# ---- boxes


@register.simple_block_tag
def note(content: str, tone: str = "info", title: Any = "", alert: bool = False) -> SafeString:
    """``{% note "warn" title=_("Assumed.") %}…{% endnote %}``; ``alert=True`` for what must interrupt."""
    head = format_html("<b>{}</b> ", title) if title else ""
    role = mark_safe(' role="alert"') if alert else ""
    return format_html(
        '<div class="note {}"{}>{}<div>{}{}</div></div>', tone, role, icon(tone_icon(tone)), head, content
    )


@register.simple_block_tag
def nothing(content: str, title: Any = "", heading: int = 2) -> SafeString:
    """``{% nothing _("No applications yet") %}what will be here, the next step{% endnothing %}`` (``empty`` belongs to ``for``)."""
    return format_html('<section class="kosong"><h{0}>{1}</h{0}>{2}</section>', heading, title, content)


@register.simple_tag
def crumb(text: Any, url: str = "") -> SafeString:
    """``{% crumb _("Architecture") url %}{% crumb element.name %}`` inside the block ``crumbs``; the last has no address."""
    if url:
        return format_html('<a href="{}">{}</a>{}', url, text, icon("chevron-right"))
    return format_html('<span aria-current="page">{}</span>', text)


@register.inclusion_tag("ui/figs.html")
def figs(items: Iterable[Any], label: str = "", filters: bool = False) -> dict[str, Any]:
    """``{% figs items label=_("In numbers") %}``: each with ``value``, ``label``; perhaps ``note``, ``url``, ``tone``, ``icon``, ``current``.

    ``filters=True`` puts the number first and marks the chosen one: the verdicts of an import.
    """
    return {"items": items, "label": label, "filters": filters}


@register.inclusion_tag("ui/pager.html")
def pager(previous_url: str = "", next_url: str = "", text: Any = "") -> dict[str, Any]:
    """``{% pager previous next text=_("1–50 of 189") %}``: keyset paging, plain links."""
    return {"previous_url": previous_url, "next_url": next_url, "text": text}


# ---- forms


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: Any = None, hint: Any = None, css: str = "") -> dict[str, Any]:
    """``{% field form.name %}``: label, hint, input, errors below. Optional fields say so; required ones say nothing."""
    widget = bound.field.widget
    several = isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect)
    single_check = isinstance(widget, forms.CheckboxInput)
    select = isinstance(widget, forms.Select) and not several
    identifier = bound.auto_id or bound.html_name
    hint = bound.help_text if hint is None else hint
    described = [f"{identifier}_hint"] if hint else []
    described += [f"{identifier}_error"] if bound.errors else []
    attrs: dict[str, Any] = {}
    if not several and not single_check:
        own = widget.attrs.get("class", "")
        drops_down = select and not getattr(widget, "allow_multiple_selected", False)
        attrs["class"] = f"{'sel' if drops_down else 'inp'} {own}".strip()
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "identifier": identifier,
        "label": bound.label if label is None else label,
        "hint": hint,
        "css": css,
        "several": several,
        "check": single_check,
        "hidden": bound.is_hidden,
        "optional": not bound.field.required and not single_check,
        "control": bound.as_widget(attrs=attrs),
    }


# ---- charts


@register.inclusion_tag("ui/index_chart.html")
def index_chart(
    points: Iterable[Any],
    target: Any = None,
    bands: Iterable[tuple[str, Any]] | None = None,
    title: Any = "",
    places: int = 2,
    open_table: bool = False,
) -> dict[str, Any]:
    """``{% index_chart points target %}``: history of an index, the plan, the target, and the same in a table.

    ``points``: mappings or objects with ``year`` (or None: "earlier"), ``value``, perhaps ``plan=True``. ``target``: a number,
    or the same with its year. ``bands``: names of the predicates with where each begins; without it those of SPBE.
    """
    marks = chart.points_of(points, target)
    edges = tuple(chart.SPBE_BANDS if bands is None else bands)
    words = _ChartWords(formats.language(), places)
    name = str(title) or gettext("Index over the years")
    return {
        # One drawing for wide and one for narrow pages, so that its words keep their size.
        "drawings": [
            (css, chart.draw(marks, edges, words.value, words.edge, words.when, width, height))
            for css, width, height in (("hide-n", 640, 236), ("only-n", 346, 210))
        ],
        "label": f"{name}: " + "; ".join(words.said(point) for point in marks),
        "name": name,
        "rows": [(words.when(point), words.value(point.value), words.kinds[point.what]) for point in marks],
        "has_plan": any(point.what == "plan" for point in marks),
        "has_target": any(point.what == "target" for point in marks),
        "has_undated": any(point.year is None and point.what == "done" for point in marks),
        "open_table": open_table,
    }


class _ChartWords:
    """How a chart writes its values and its years."""

    def __init__(self, language: str, places: int) -> None:
        self.language, self.places = language, places
        self.kinds = {"done": gettext("measured"), "plan": gettext("planned"), "target": gettext("target")}

    def value(self, number: Decimal) -> str:
        return formats.number(number, self.language, self.places)

    def edge(self, number: Decimal) -> str:
        return formats.number(number, self.language, 1)

    def when(self, point: chart.Point) -> str:
        if point.year is not None:
            return str(point.year)
        return self.kinds["target"] if point.what == "target" else pgettext("year unknown", "earlier")

    def said(self, point: chart.Point) -> str:
        plain = point.what == "done" or point.year is None
        return f"{self.when(point)} {self.value(point.value)}" + (
            "" if plain else f" ({self.kinds[point.what]})"
        )


# ---- numbers and dates


@register.filter
def angka(value: Any, places: int | None = None) -> str:
    """``{{ index|angka:2 }}``: 1.234,56 in Indonesian, 1,234.56 in English; what is no number stays as it is."""
    number = _number(value)
    return _as_it_is(value) if number is None else formats.number(number, formats.language(), places)


@register.filter
def persen(value: Any, places: int = 0) -> str:
    """``{{ share|persen }}``, of a value in hundredths: 83 % in Indonesian, 83% in English."""
    number = _number(value)
    return _as_it_is(value) if number is None else formats.percent(number, formats.language(), places)


@register.filter
def rupiah(value: Any, form: str = "") -> str:
    """``{{ cost|rupiah }}``: Rp 148.500.000; ``|rupiah:"short"``: Rp 1,2 M."""
    number = _number(value)
    return _as_it_is(value) if number is None else formats.rupiah(number, formats.language(), form == "short")


@register.filter
def tanggal(value: date | datetime | None, form: str = "") -> str:
    """``{{ day|tanggal }}``: 28 Des 2021; ``|tanggal:"due"``: Jum, 27 Nov 2026; ``|tanggal:"time"``: 28 Des 2021, 09.12."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    text = formats.day(value, formats.language(), weekday=form == "due")
    return (
        f"{text}, {formats.clock(value, formats.language())}"
        if form == "time" and isinstance(value, datetime)
        else text
    )


def _as_it_is(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> formats.Number | None:
    if isinstance(value, int | Fraction):
        return value
    if isinstance(value, str) and not PLAIN_NUMBER.fullmatch(value):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= 30 else None
