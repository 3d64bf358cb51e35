"""The books of releases: choose, watch them being made, take them along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.analysis.documents import actions, book
from pendapa.analysis.queries import documents as queries
from pendapa.analysis.views.common import address, language, room
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import RELEASE, VIEW
from pendapa.architecture.queries import moments
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents import queries as kept
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.documents.permissions import TEMPLATES
from pendapa.kernel.files import serving
from pendapa.kernel.jobs import queries as jobs
from pendapa.kernel.jobs import signs

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def documents(request: PageRequest) -> HttpResponse:
    """The actor's own books, and the form for another one."""
    if request.method == "POST":
        return _start(request)
    releases = queries.releases(request.actor, request.institution)
    return render(
        request,
        "analysis/documents.html",
        room(request, "documents")
        | {
            "releases": releases,
            "chosen": request.GET.get("release", ""),
            "chapters": _chapters(request),
            "rows": [_row(request, one) for one in queries.made(request.actor, request.institution)],
            "may_release": request.actor.may(RELEASE, request.institution),
            "may_templates": request.actor.may(TEMPLATES, request.institution),
        },
    )


def _start(request: PageRequest) -> HttpResponse:
    here = HttpResponseRedirect(address(request.institution, "documents"))
    try:
        release = moments.release(request.actor, request.institution, request.POST.get("release", "")[:40])
    except NotFound:
        messages.warning(request, _("Choose one of the releases there are."))
        return here
    chapters = request.POST.getlist("chapters")
    if not chapters:
        messages.warning(request, _("Choose at least one chapter."))
        return here
    try:
        actions.start(request.actor, release, request.POST.get("format", ""), chapters)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    return here


def _chapters(request: PageRequest) -> list[tuple[str, str]]:
    """Keys and names of the chapters that can be chosen."""
    model = metamodel.of(request.institution)
    names = {domain.key: domain.label.in_language(language()) for domain in model.all_domains}
    names |= {"coverage": _("Security coverage"), "gaps": _("Gaps and their decisions"), "twins": _("Twins")}
    return [(key, names[key]) for key in book.CHOSEN]


def _row(request: PageRequest, found: GeneratedDocument) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if found.job and not found.file:
        signs.freshen(found.job)
        told = jobs.told(found.job)
        told["url"] = ""
    return {
        "document": found,
        "told": told,
        "url": address(request.institution, "document_file", found.uid) if found.file else "",
    }


@require_safe
@page(VIEW)
def document_file(request: PageRequest, uid: UUID) -> HttpResponse:
    """One of the actor's own documents as a file."""
    found = kept.document(request.actor, request.institution, uid)
    if found.file is None:
        raise NotFound
    return sent(found)


def sent(found: GeneratedDocument) -> HttpResponse:
    """The file of a document as an answer; :class:`NotFound` where its bytes are gone."""
    assert found.file is not None
    return serving.served(found.file, TYPES[found.format])
