"""The rows of a list as HTML, put together by hand: a page has fifty, and a template takes most of its time for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from pendapa.architecture.views.common import language, written
from pendapa.kernel.ui import formats
from pendapa.regulations.gaps import Rule
from pendapa.regulations.metamodel import Column, Domain, Metamodel

_ROW = (
    '<tr><td>{tick}<a class="name" href="{base}{uid}/">{name}</a>{mark}<span class="sub mono">{code}</span></td><td>{unit}</td>'
    '{kind}{more}<td data-l="{word_gaps}">{gaps}</td><td data-l="{word_full}"><span class="hb" style="flex-wrap:nowrap;gap:8px;'
    'display:inline-flex"><span class="bar" style="width:56px" aria-hidden="true"><i style="width:{share}%"></i></span>'
    '<span class="num" style="width:44px">{full}</span></span></td></tr>'
)


_TICK = '<input type="checkbox" name="uid" value="{uid}" form="ubah-banyak" style="vertical-align:-3px;margin-right:6px" aria-label="{word}: {name}"> '
CELL = 140


def drawn(
    model: Metamodel,
    rows: list[dict[str, Any]],
    gaps: Mapping[int, list[Rule]],
    base: str,
    domain: Domain | None,
    columns: Sequence[Column] = (),
    *,
    ticked: bool = False,
) -> SafeString:
    """Rows of :func:`pendapa.architecture.queries.elements`, with chosen ``columns``; nothing unescaped gets in.

    ``ticked`` puts a box before each, by which it can be chosen for the form ``ubah-banyak``."""
    tongue = language()
    words = {"base": escape(base), "word_gaps": escape(_("Gaps")), "word_full": escape(_("Completeness"))}
    # Messages stand outside of formatted strings, where they would not be found to be translated.
    nothing, restricted, public = escape(_("none")), escape(_("restricted")), escape(_("public"))
    none = f'<span class="muted">{nothing}</span>'
    word_tick = escape(_("Choose"))
    marks = {
        "restricted": f' <span class="chip warn">{restricted}</span>',
        "public": f' <span class="chip line">{public}</span>',
    }
    lines = [
        _ROW.format(
            uid=row["uid"],
            tick=_TICK.format(uid=row["uid"], word=word_tick, name=escape(row["name"])) if ticked else "",
            more=_more(row, columns, tongue) if columns else "",
            name=escape(row["name"]),
            mark=marks.get(row["classification"], ""),
            code=escape(row["code"]),
            unit=escape(row["unit__name"]),
            kind=_kind(model, row, domain, tongue),
            gaps=_gaps(gaps[row["id"]], tongue) if gaps.get(row["id"]) else none,
            share=row["completeness"],
            full=_percent(row["completeness"], tongue),
            **words,
        )
        for row in rows
    ]
    return mark_safe("\n".join(lines))  # noqa: S308 (each part is escaped above)


def _more(row: dict[str, Any], columns: Sequence[Column], tongue: str) -> str:
    """The cells of chosen columns, cut where they are long: the page of the element has the whole."""
    cells = []
    for number, column in enumerate(columns):
        value = row.get(f"column_{number}")
        told = conditional_escape(written(column, value)) if value not in (None, "", []) else ""
        # Links stay whole; they are short, or their own page is the better place.
        told = told if told.startswith("<a ") else Truncator(told).chars(CELL, html=True)
        cells.append(f'<td data-l="{escape(column.label.in_language(tongue))}" class="small">{told}</td>')
    return "".join(cells)


def _gaps(rules: list[Rule], tongue: str) -> str:
    told = escape("; ".join(rule.message.in_language(tongue) for rule in rules))
    return f'<span class="chip warn" title="{told}">{len(rules)}<span class="sr"> {told}</span></span>'


def _kind(model: Metamodel, row: dict[str, Any], domain: Domain | None, tongue: str) -> str:
    """The kind in a domain that has several; where several domains are mixed, the domain."""
    kind = _kind_names(model, tongue).get((row["domain"], row["kind"]), "")
    if domain is not None:
        return f"<td>{kind}</td>" if len(domain.kinds) > 1 else ""
    number, name = _domain_names(model, tongue)[row["domain"]]
    below = f'<span class="sub">{kind}</span>' if kind else ""
    return f'<td><span class="dom d{number}">{name}</span>{below}</td>'


@lru_cache
def _percent(value: int, tongue: str) -> str:
    return formats.percent(value, tongue)


@lru_cache
def _kind_names(model: Metamodel, tongue: str) -> dict[tuple[str, str], str]:
    several = (domain for domain in model.all_domains if len(domain.kinds) > 1)
    return {
        (domain.key, kind.key): escape(kind.label.in_language(tongue))
        for domain in several
        for kind in domain.kinds
    }


@lru_cache
def _domain_names(model: Metamodel, tongue: str) -> dict[str, tuple[int, str]]:
    six = {d.key: number for number, d in enumerate(model.domains, 1)}
    return {d.key: (six.get(d.key, 0), escape(d.label.in_language(tongue))) for d in model.all_domains}
