"""How codes are given: a pattern a domain, with the code that would come next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.architecture import coding
from pendapa.architecture.permissions import CODES
from pendapa.architecture.rules.codes import LONGEST
from pendapa.architecture.views.common import address, language, room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.regulations import packs

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@page(CODES)
def codes(request: PageRequest) -> HttpResponse:
    """The patterns of all domains; ``POST`` sets them. Codes that exist never change."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        told = {d.key: request.POST[d.key][:200] for d in packs.metamodel().domains if d.key in request.POST}
        for domain, text in told.items():
            try:
                if text.strip():
                    coding.read_pattern(text, domain)
            except coding.Refused as refused:
                faults[domain] = str(refused)
        if not faults:
            coding.set_patterns(request.actor, request.institution, told)
            messages.success(request, _("New codes are given by these patterns from now on."))
            return HttpResponseRedirect(address(request.institution, "codes"))
    rows = [_row(request, domain, faults) for domain in packs.metamodel().domains]
    context = room(request, "codes") | {"rows": rows, "faulty": bool(faults), "longest": LONGEST}
    return render(request, "architecture/codes.html", context, status=UNPROCESSABLE if faults else 200)


def _row(request: PageRequest, domain: Any, faults: dict[str, str]) -> dict[str, Any]:
    kept = coding.pattern_of(request.institution, domain.key)
    typed = request.POST.get(domain.key, kept.text)
    return {
        "key": domain.key,
        "label": domain.plural.in_language(language()),
        "text": typed,
        "standard": coding.standard_of(domain.key).text,
        "fault": faults.get(domain.key, ""),
        "example": "" if domain.key in faults else _example(request, domain.key, typed),
        "samples": coding.samples(request.institution, domain.key),
        "url": address(request.institution, "code_example", domain=domain.key),
    }


def _example(request: PageRequest, domain: str, text: str) -> str:
    pattern = coding.read_pattern(text, domain) if text.strip() else coding.standard_of(domain)
    return coding.example(request.institution, domain, pattern)


@require_safe
@page(CODES)
def code_example(request: PageRequest) -> HttpResponse:
    """The code that a pattern would give next, or what is wrong with it: while somebody types."""
    domain = request.GET.get("domain", "")
    if domain not in {known.key for known in packs.metamodel().domains}:
        raise NotFound
    row: dict[str, Any] = {"key": domain}
    try:
        row["example"] = _example(request, domain, request.GET.get(domain, "")[:200])
    except coding.Refused as refused:
        row["fault"] = str(refused)
    return render(request, "architecture/code_example.html", {"row": row})
