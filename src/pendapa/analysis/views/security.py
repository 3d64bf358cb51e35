"""What stands without the seven kinds of security, what expires, and personal data without a record of processing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import security as queries
from pendapa.analysis.rules import security as rules
from pendapa.analysis.views.common import address, language, room
from pendapa.analysis.views.tables import FORMATS, OPDS, download, part
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.views.common import address as register
from pendapa.architecture.views.common import unit_options
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tables.writing import Sheet

_NUMBERS = {"applications": 4, "data": 3}
_TONES = {
    rules.EXPIRED: "bad",
    rules.NEAR: "warn",
    rules.UNKNOWN: "line",
    rules.LATER: "ok",
    rules.ENDLESS: "ok",
}


@require_safe
@page(VIEW)
def security(request: PageRequest) -> HttpResponse:
    """Coverage by OPD and by element, ends within 90 days first, and personal data."""
    unit, domain = request.GET.get("unit", "")[:40], _chosen(request, "domain", rules.DOMAINS)
    lacks = _chosen(request, "lacks", ("bare", *rules.KINDS))
    ends = _chosen(request, "ends", (rules.AUDIT, rules.STANDARD, rules.LICENCE))
    found = queries.security(request.actor, request.institution, unit, domain)
    form = request.GET.get("format", "")
    if form in FORMATS:
        return download(request, _sheets(request, found), form, "keamanan")

    def url(**more: str) -> str:
        asked = {"unit": unit, "domain": domain, "lacks": lacks, "ends": ends}
        return address(request.institution, "security", **asked | more)

    expiries = [one for one in found.expiries if ends in ("", one.what)]
    things = part(request, queries.without(found.things, lacks), "at", url)
    lines = part(request, expiries, "e", url)
    lacking = part(request, found.lacking, "d", url)
    context = room(request, "security") | {
        "found": found,
        "kinds": _kinds(request),
        "units": unit_options(request, unit),
        "kept": [("domain", domain), ("lacks", lacks), ("ends", ends)],
        "unit": unit,
        "domain": domain,
        "lacks": lacks,
        "ends": ends,
        "domains": _domains(request),
        "intervals": rules.INTERVALS,
        "all": _shares(found.coverage),
        "opds": part(request, [_opd(one, url(unit=one.opd.uid)) for one in found.opds], "o", url, OPDS),
        "things": things,
        "rows": [_row(request, one) for one in things.rows],
        "lines": lines,
        "expiries": [_expiry(request, one) for one in lines.rows],
        "expired": sum(counted[rules.EXPIRED] for counted in found.states.values()),
        "near": sum(counted[rules.NEAR] for counted in found.states.values()),
        "days": rules.SOON,
        "lacking": lacking,
        "data": sum(found.personal.values()),
        "base": register(request.institution, "list"),
        "xlsx_url": url(format="xlsx"),
        "csv_url": url(format="csv"),
    }
    return render(request, "analysis/security.html", context)


def _chosen(request: PageRequest, name: str, known: tuple[str, ...]) -> str:
    said = request.GET.get(name, "")
    return said if said in known else ""


def _kinds(request: PageRequest) -> list[tuple[str, str]]:
    """The seven kinds with their labels, as the institution's metamodel has them."""
    domain = metamodel.of(request.institution).domain("security")
    labels = {kind.key: kind.label.in_language(language()) for kind in domain.kinds}
    return [(key, labels.get(key, key)) for key in rules.KINDS]


def _domains(request: PageRequest) -> list[tuple[str, str, int]]:
    model = metamodel.of(request.institution)
    return [(key, model.domain(key).plural.in_language(language()), _NUMBERS[key]) for key in rules.DOMAINS]


def _shares(one: rules.Coverage) -> list[tuple[int, int]]:
    """(covered, percent) for each kind."""
    return [(count, round(100 * count / one.things) if one.things else 0) for count in one.covered]


def _opd(one: queries.OfOpd, url: str) -> dict[str, Any]:
    return {"row": one, "url": url, "shares": _shares(one.coverage)}


def _row(request: PageRequest, one: queries.Thing) -> dict[str, Any]:
    return {
        "thing": one,
        "number": _NUMBERS[one.domain],
        "cells": [(label, key in one.kinds) for key, label in _kinds(request)],
        "count": len(one.kinds & set(rules.KINDS)),
    }


def _expiry(request: PageRequest, one: queries.Expiry) -> dict[str, Any]:
    return {
        "one": one,
        "what": what_word(one.what),
        "tone": _TONES[one.end.state],
        "state": state_word(one.end),
        "why": why_word(one.end),
    }


def what_word(what: str) -> str:
    """The words are looked up in the language of the page."""
    words = {rules.AUDIT: _("Audit"), rules.STANDARD: _("Standard"), rules.LICENCE: _("Licence")}
    return words[what]


def state_word(end: rules.End) -> str:
    words = {
        rules.EXPIRED: _("expired"),
        rules.NEAR: _("expires soon"),
        rules.LATER: _("holds"),
        rules.ENDLESS: _("no end"),
        rules.UNKNOWN: _("not known yet"),
    }
    return words[end.state]


def why_word(end: rules.End) -> str:
    """What is missing to know it, or the empty text."""
    if end.why == "unreadable":
        return _("“%(text)s” is not read as a date") % {"text": end.text[:80]}
    words = {
        "no_date": _("no date is recorded"),
        "no_class": _("the class of the application (Umum or Khusus) is not recorded"),
    }
    return words.get(end.why, "")


def personal_word(state: str) -> str:
    words = {
        rules.MISSING: _("personal data without a record of processing"),
        rules.RECORDED: _("personal data with a record of processing"),
        rules.NOT_PERSONAL: _("no personal data"),
        rules.UNKNOWN: _("not known yet"),
    }
    return words.get(state, "")


def _sheets(request: PageRequest, found: queries.Security) -> list[Sheet]:
    """Elements with their kinds, OPD, ends."""
    kinds = [label for _key, label in _kinds(request)]
    labels = {key: label for key, label, _number in _domains(request)}
    things = Sheet(
        _("Security coverage"),
        [_("Code"), _("Name"), _("Domain"), _("Unit"), *kinds, _("Personal data")],
        (
            [t.code, t.name, labels[t.domain], t.unit, *(key in t.kinds for key in rules.KINDS), personal_word(t.personal)]
            for t in found.things
        ),
        {1: 40.0, 3: 40.0},
    )  # fmt: skip
    opds = Sheet(
        _("By OPD"),
        [_("OPD"), _("Elements"), *kinds, _("Without any")],
        ([o.opd.name, o.coverage.things, *o.coverage.covered, o.coverage.bare] for o in found.opds),
        {0: 44.0},
    )
    ends = Sheet(
        _("What ends"),
        [_("What"), _("Code"), _("Name"), _("Unit"), _("Until"), _("State"), _("Note"), _("Audit")],
        (
            [what_word(e.what), e.code, e.name, e.unit, _iso(e.end.until), state_word(e.end), why_word(e.end), e.by]
            for e in found.expiries
        ),
        {2: 40.0, 3: 40.0, 6: 40.0},
    )  # fmt: skip
    return [things, opds, ends]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
