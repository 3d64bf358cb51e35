"""Letterhead and templates of the institution's documents, for the secretariat."""

from __future__ import annotations

import io
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.analysis.views.common import address, room
from pendapa.analysis.views.documents import TYPES
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents import actions, kinds, letters, making, queries
from pendapa.kernel.documents.checking import LOGO_LIMIT, TEMPLATE_LIMIT
from pendapa.kernel.documents.permissions import TEMPLATES
from pendapa.kernel.documents.rules import Check, Letter, Letterhead, Official, numbered
from pendapa.kernel.files import serving
from pendapa.kernel.refusing import Refused

FIELDS = ("place", "number_pattern", "office", "name", "acting", "rank", "nip")
ACTING = ("", "Plt.", "Plh.", "Pj.", "Pjs.")


@require_http_methods(["GET", "HEAD", "POST"])
@page(TEMPLATES)
def document_templates(request: PageRequest) -> HttpResponse:
    """The letterhead as a form, and each kind of document with its template and placeholders."""
    head, faults = queries.letterhead(request.institution), {}
    if request.method == "POST":
        head = _said(request)
        try:
            actions.set_letterhead(request.actor, request.institution, head, logo=_logo(request))
        except Refused as refused:
            faults = {refused.field or "lines": str(refused)}
        else:
            messages.success(request, _("From now on documents carry this letterhead."))
            return _back(request)
    return _page(request, head, faults)


def _page(request: PageRequest, head: Letterhead, faults: dict[str, str], status: int = 200) -> HttpResponse:
    context = room(request, "documents") | {
        "head": head,
        "lines": "\n".join(head.lines),
        "row": queries.letterhead_row(request.institution),
        "faults": faults,
        "acting": ACTING,
        "rows": [
            {"kind": kind, "own": own, "fault": faults.get(kind.key)}
            for kind, own in queries.templates(request.actor, request.institution)
        ],
    }
    return render(request, "analysis/document_templates.html", context, status=422 if faults else status)


def _said(request: HttpRequest) -> Letterhead:
    told = {name: request.POST.get(name, "").strip() for name in FIELDS}
    return Letterhead(
        lines=tuple(request.POST.get("lines", "").splitlines()),
        place=told["place"],
        number_pattern=told["number_pattern"],
        official=Official(**{name: told[name] for name in Official.__dataclass_fields__}),
    )


def _logo(request: HttpRequest) -> bytes | None:
    """None keeps the arms there are; empty takes them away."""
    file = request.FILES.get("logo")
    if file is not None and file.size:
        # One byte more than allowed tells that it is too large.
        return cast(bytes, file.read(LOGO_LIMIT + 1))
    return b"" if request.POST.get("no_logo") else None


def _back(request: PageRequest) -> HttpResponse:
    return HttpResponseRedirect(address(request.institution, "document_templates"))


@require_POST
@page(TEMPLATES)
def document_template(request: PageRequest, kind: str) -> HttpResponse:
    """Put an own template in place."""
    if kinds.find(kind) is None:
        raise NotFound
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Refused(_("Choose a file first."))
        content = file.read(TEMPLATE_LIMIT + 1)
        actions.upload_template(request.actor, request.institution, kind, content, file.name or "")
    except Refused as refused:
        return _page(request, queries.letterhead(request.institution), {kind: str(refused)})
    messages.success(request, _("From now on this template is used."))
    return _back(request)


@require_POST
@page(TEMPLATES)
def document_template_shipped(request: PageRequest, kind: str) -> HttpResponse:
    """Go back to the shipped template."""
    actions.use_shipped(request.actor, request.institution, kind)
    messages.success(request, _("The shipped template is used again."))
    return _back(request)


@require_safe
@page(TEMPLATES)
def document_template_file(request: PageRequest, kind: str) -> HttpResponse:
    """The template that holds, or with ``?shipped=1`` the shipped one, to change it in a word processor."""
    found = kinds.find(kind)
    if found is None:
        raise NotFound
    shipped = bool(request.GET.get("shipped"))
    content = found.shipped() if shipped else queries.template(request.institution, kind)
    return _file(content, f"templat-{kind}.docx", "docx")


@require_safe
@page(TEMPLATES)
def document_sample(request: PageRequest) -> HttpResponse:
    """A letter as it would look on the letterhead, as PDF or docx."""
    form = "docx" if request.GET.get("format") == "docx" else "pdf"
    write = letters.letter_docx if form == "docx" else letters.letter_pdf
    try:
        content = write(request.institution, sample(queries.letterhead(request.institution)))
    except making.NotMade as error:
        messages.warning(request, str(error))
        return _back(request)
    return _file(content, f"contoh-surat.{form}", form)


def sample(head: Letterhead) -> Letter:
    """A letter that shows all parts."""
    today = timezone.localdate()
    return Letter(
        subject="Contoh surat",
        day=today,
        number=numbered(head.number_pattern, "17", today),
        nature="Biasa",
        addressee=("Kepala Perangkat Daerah", "di Tempat"),
        body=("Surat ini memperlihatkan kop, nomor, tabel, dan penanda tangan sebagaimana akan tercetak.",),
        checks=(
            Check("Contoh pemeriksaan", "Sesuai", "Keterangan"),
            Check("Contoh kedua", "Perlu dilengkapi"),
        ),
        closing=("Demikian disampaikan, atas perhatian Saudara diucapkan terima kasih.",),
        notes=("Contoh ini tidak berkekuatan apa pun.",),
    )


def _file(content: bytes, name: str, form: str) -> HttpResponse:
    return serving.sent(io.BytesIO(content), name, TYPES[form])
