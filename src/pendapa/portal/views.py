"""Pages without sign-in. Whoever looks, they show what the public may see: a signed-in officer sees no more here."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Institution
from pendapa.portal import feed as feeds
from pendapa.portal import queries, sentences
from pendapa.roadmap.queries import public as roadmap


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The one institution's own page; the list where there are several; how to begin where there is none."""
    found = queries.some_institutions()
    if not found:
        return render(request, "portal/first_run.html")
    if len(found) == 1:
        return _institution(request, found[0])
    return render(
        request, "portal/directory.html", {"listing": queries.directory(request.GET.get("after", ""))}
    )


@require_safe
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """The public home of an institution."""
    return _institution(request, _found(code))


def _institution(request: HttpRequest, here: Institution) -> HttpResponse:
    request.institution = here  # type: ignore[attr-defined]
    open_to_all = queries.home(here)
    figures = [
        {"value": one["count"], "label": one["label"], "url": _list(here, domain=one["domain"])}
        for one in open_to_all.numbers
        if one["count"]
    ]
    context = {
        "home": open_to_all,
        "said": sentences.index(open_to_all.history),
        "figures": figures,
        "list_url": _list(here),
        "comparison": queries.comparison(here.kind),
        "results": feeds.results(here),
        "opened": roadmap.opened(here),
    }
    return render(request, "portal/institution.html", context)


@require_safe
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """The public results as Atom. Without consent of the coordinator there is none, as of an institution that is not there."""
    here = _found(code)
    shown = feeds.results(here)
    if not shown:
        raise NotFound
    page = request.build_absolute_uri(reverse("portal:institution", args=[here.code]))
    text = feeds.atom(here, shown, page, request.build_absolute_uri(request.path))
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@require_safe
def architecture(request: HttpRequest, code: str) -> HttpResponse:
    """Everything of the architecture that is public, in pages; narrowed by domain and words."""
    here = _found(code)
    request.institution = here  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "")[:200] for name in ("domain", "q", "after", "before")}
    shown = queries.listing(here, **asked)
    if shown is None:
        raise NotFound
    kept = {"domain": asked["domain"], "q": asked["q"]}
    context = {
        "shown": shown,
        "asked": asked,
        "next_url": _list(here, **kept, after=shown.page.next) if shown.page.next else "",
        "previous_url": _list(here, **kept, before=shown.page.previous) if shown.page.previous else "",
        "doors": [
            (one, _list(here, domain=one["domain"], q=asked["q"])) for one in shown.numbers if one["count"]
        ],
        "all_url": _list(here, q=asked["q"]),
    }
    return render(request, "portal/architecture.html", context)


def _found(code: str) -> Institution:
    found = Institution.objects.filter(code__iexact=code).first()
    if found is None:
        raise NotFound
    return found


def _list(here: Institution, **query: str) -> str:
    address = reverse("portal:architecture", args=[here.code])
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{address}?{asked}" if asked else address
