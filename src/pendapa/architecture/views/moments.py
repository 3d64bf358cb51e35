"""The register at another moment: its list, one element, releases, and two states beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.architecture import metamodel, releasing
from pendapa.architecture.forms import ReleaseForm
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import RELEASE, VIEW
from pendapa.architecture.queries import Filters, comparing, moments
from pendapa.architecture.queries.past import kind_label, openness, plain
from pendapa.architecture.rules.metamodel import attribute_columns
from pendapa.architecture.rules.moments import NOW, Moment, moment
from pendapa.architecture.views.common import address, domain_of, language, room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Metamodel

AHEAD, COMPARED = 5, 100


def asked(request: PageRequest) -> Moment:
    """The moment that the address asks for (``pada``); what cannot be read is now."""
    return moment(request.GET.get("pada", ""), releases=False) or NOW


def words(at: Moment) -> str:
    """A moment in words."""
    if at.kind == "known" and at.day is not None:
        return _("as it was known on %(day)s") % {"day": formats.day(at.day, language())}
    if at.kind == "planned":
        return _("as it is planned for %(year)s") % {"year": at.year}
    if at.kind == "release":
        return _("as release %(code)s has it") % {"code": at.code}
    return _("as it is now")


@dataclass(frozen=True)
class Choice:
    """One line of the switcher."""

    key: str
    label: str
    current: bool


def switcher(request: PageRequest, at: Moment) -> dict[str, Any]:
    """What the switcher offers: now, a day, the years ahead, the releases. Part of every page that knows moments."""
    year = timezone.localdate().year
    years = sorted({*range(year, year + AHEAD + 1), *([at.year] if at.kind == "planned" else [])})
    # Now is what most pages show, and they must be light: from there the way to the releases is a link.
    offered = moments.releases(request.actor, request.institution).values_list("code", "name")
    found = [] if at.is_now else offered[:20]
    return {
        "moment": at,
        "moment_words": words(at),
        "moment_day": at.day.isoformat() if at.day else "",
        "moment_years": [
            Choice(f"rencana-{y}", str(y), at.kind == "planned" and at.year == y) for y in years
        ],
        "moment_releases": [
            Choice(f"rilis-{code}", name, at.kind == "release" and at.code == code) for code, name in found
        ],
        "moment_keep": [(k, v) for k, v in request.GET.items() if k in ("domain", "kind", "unit", "q") and v],
        "moment_today": timezone.localdate().isoformat(),
        "compare_url": address(request.institution, "compare", sebelum=at.key or "sekarang"),
        "releases_url": address(request.institution, "releases"),
    }


def list_at(request: PageRequest, filters: Filters, at: Moment) -> HttpResponse:
    """The list as it was or will be: read only, with the way back."""
    if at.kind == "release":
        moments.release(request.actor, request.institution, at.code)
    found = moments.elements_at(request.actor, request.institution, at, filters)
    model, base = metamodel.of(request.institution), address(request.institution, "list")
    keep = {"domain": filters.domain, "kind": filters.kind, "unit": filters.unit, "q": filters.query}
    again = {**{k: v for k, v in keep.items() if v}, "pada": at.key}
    rows = [
        {
            "url": address(request.institution, "detail", record.uid, pada=at.key),
            "name": record.name,
            "code": record.snapshot.get("code", ""),
            "domain": record.snapshot.get("domain", ""),
            "kind": kind_label(model, record.snapshot.get("domain", ""), record.snapshot.get("kind")),
            "unit": record.snapshot.get("_names", {}).get("unit", ""),
            "planned": record.mark.startswith("plan"),
        }
        for record in found.rows
    ]
    domain = domain_of(request.institution, filters.domain)
    context = room(request, filters.domain) | switcher(request, at)
    context |= {
        "what": domain.plural.in_language(language()) if domain else _("Elements"),
        "rows": rows,
        "filters": filters,
        "now_url": f"{base}?{urlencode({k: v for k, v in keep.items() if v})}",
        "next_url": f"{base}?{urlencode({**again, 'after': found.next})}" if found.next else "",
        "previous_url": f"{base}?{urlencode(again)}" if filters.after else "",
    }
    return render(request, "architecture/list_at.html", context)


def detail_at(request: PageRequest, uid: UUID, at: Moment) -> HttpResponse:
    """One element as it was or will be."""
    if at.kind == "release":
        moments.release(request.actor, request.institution, at.code)
    record = moments.element_at(request.actor, request.institution, at, uid)
    snap, model = record.snapshot, metamodel.of(request.institution)
    element = Element(
        pk=-1,
        uid=uid,
        institution=request.institution,
        unit_id=snap.get("unit") or 0,
        domain=snap.get("domain", ""),
        kind=snap.get("kind") or "",
        attributes=snap.get("attributes") or {},
    )
    told = moments.readable_at(request.actor, request.institution, [element])[element.pk]
    labels = {c.key: c.label.in_language(language()) for c in attribute_columns(model, element.domain)}
    # A revision names its ends by number, a plan by uid; never by name, which two of them may share.
    own = (
        Element.objects.filter(institution=request.institution, uid=uid).values_list("pk", flat=True).first()
    )
    found = moments.relations_at(request.actor, request.institution, at, uid)
    links = [_link(other, model, outgoing=other.snapshot.get("source") in (own, str(uid))) for other in found]
    context = room(request, element.domain) | switcher(request, at)
    context |= {
        "name": record.name,
        "element_code": snap.get("code", ""),
        "kind_name": kind_label(model, element.domain, element.kind),
        "unit": snap.get("_names", {}).get("unit", ""),
        "openness": openness(snap.get("classification")),
        "facts": [(labels.get(key, key), plain(value)) for key, value in told.items() if value],
        "links": sorted(links, key=lambda link: (link["label"], link["name"])),
        "now_url": address(request.institution, "detail", uid),
        "domain_url": address(request.institution, "list", domain=element.domain, pada=at.key),
        "domain_name": model.domain(element.domain).plural.in_language(language()),
    }
    return render(request, "architecture/detail_at.html", context)


def _link(link: moments.Record, model: Metamodel, *, outgoing: bool) -> dict[str, str]:
    try:
        known = model.relation(link.snapshot["type"])
        label = (known.forward if outgoing else known.backward).in_language(language())
    except KeyError:  # a kind of relation that the metamodel of today has no more
        label = str(link.snapshot["type"])
    return {
        "label": label,
        "name": link.snapshot.get("_names", {}).get("target" if outgoing else "source", ""),
    }


@require_safe
@page(VIEW)
def releases(request: PageRequest) -> HttpResponse:
    """What was set by decree, and the way to compare."""
    found = list(moments.releases(request.actor, request.institution)[:200])
    counts = {one.pk: moments.release_counts(request.actor, request.institution, one) for one in found}
    shown = [
        {
            "release": one,
            "url": address(request.institution, "list", domain="applications", pada=f"rilis-{one.code}"),
            "compare_url": address(
                request.institution, "compare", sebelum=f"rilis-{older.code}", sesudah=f"rilis-{one.code}"
            )
            if older
            else "",
            "since_url": address(
                request.institution, "compare", sebelum=f"rilis-{one.code}", sesudah="sekarang"
            ),
            "elements": sum(n for key, n in counts[one.pk].items() if key != "relations"),
            "relations": counts[one.pk].get("relations", 0),
        }
        for one, older in zip(found, [*found[1:], None], strict=False)
    ]
    context = room(request, "releases") | {
        "releases": shown,
        "may_release": request.actor.may(RELEASE, request.institution),
    }
    return render(request, "architecture/releases.html", context)


@require_http_methods(["GET", "POST"])
@page(RELEASE)
def new_release(request: PageRequest) -> HttpResponse:
    """Freeze the architecture as it stands."""
    form = ReleaseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = releasing.create_release(request.actor, request.institution, **form.cleaned_data)
            except releasing.Refused as refused:
                blame(form, refused)
            else:
                messages.success(request, _("Release %(name)s is frozen.") % {"name": made.name})
                return redirect("architecture:releases", institution=request.institution.code)
    context = room(request, "releases") | {"form": form, "back": address(request.institution, "releases")}
    return render(request, "architecture/release_form.html", context, status=status)


@require_safe
@page(VIEW)
def compare(request: PageRequest) -> HttpResponse:
    """Two states beside each other: added, removed, changed field by field."""
    before = moment(request.GET.get("sebelum", ""), releases=False)
    after = moment(request.GET.get("sesudah", "sekarang"), releases=False)
    day = request.GET.get("tanggal", "")
    if request.GET.get("sebelum") == "tanggal":
        before = moment(day, releases=False) if day else None
    found = None
    start = whole(request.GET.get("mulai", ""), digits=9) or 0
    if before is not None and after is not None and request.GET.get("sebelum"):
        try:
            found = comparing.compare(
                request.actor, request.institution, before, after, start=start, size=COMPARED
            )
        except NotFound:
            messages.warning(request, _("There is no such release."))
    elif request.GET.get("sebelum"):
        messages.warning(request, _("Choose two states; a day is written as 2026-01-31."))
    again = {
        "sebelum": request.GET.get("sebelum", ""),
        "sesudah": request.GET.get("sesudah", ""),
        "tanggal": day,
    }
    own = "?" + urlencode({k: v for k, v in again.items() if v})
    more = bool(found and found.total > start + COMPARED)
    context = room(request, "releases") | {
        "choices": _choices(request),
        "before": request.GET.get("sebelum", ""),
        "after": request.GET.get("sesudah", "sekarang"),
        "day": day,
        "found": found,
        "totals": {verb: sum(n.values()) for verb, n in found.counts.items()} if found else {},
        "before_words": words(before) if before else "",
        "after_words": words(after) if after else "",
        "next_url": f"{own}&mulai={start + COMPARED}" if more else "",
        "previous_url": f"{own}&mulai={max(start - COMPARED, 0)}" if start else "",
        "base": address(request.institution, "list"),
    }
    return render(request, "architecture/compare.html", context)


def _choices(request: PageRequest) -> list[tuple[str, str]]:
    year = timezone.localdate().year
    found = moments.releases(request.actor, request.institution)[:100]
    named = [(f"rilis-{one.code}", _("Release %(name)s") % {"name": one.name}) for one in found]
    planned = [(f"rencana-{y}", _("Plan for %(year)s") % {"year": y}) for y in range(year, year + AHEAD + 1)]
    return [("sekarang", _("Now")), *named, *planned]
