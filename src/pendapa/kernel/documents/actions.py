"""Take an institution's letterhead and templates, and keep what was made. Every version stays, with who brought it."""

from __future__ import annotations

import io
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.documents import kinds
from pendapa.kernel.documents.checking import LOGO_LIMIT, TEMPLATE_LIMIT, check_logo, check_template
from pendapa.kernel.documents.models import DocumentLetterhead, DocumentTemplate, GeneratedDocument
from pendapa.kernel.documents.permissions import TEMPLATES
from pendapa.kernel.documents.queries import letterhead_row, sight_of, template_row
from pendapa.kernel.documents.rules import Letterhead, pattern_faults
from pendapa.kernel.files import store
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution

LINES, LINE = 8, 160
FILE_LIMIT = 200 << 20
KEPT = 20


def set_letterhead(
    actor: Actor, institution: Institution, head: Letterhead, *, logo: bytes | None = None
) -> DocumentLetterhead:
    """Set the letterhead. ``logo``: None keeps the arms there are, empty takes them away. Raises :class:`Refused`."""
    actor.require(TEMPLATES, institution)
    content = _content(head)
    if logo:
        check_logo(logo)
    with transaction.atomic():
        hold(institution)
        before = letterhead_row(institution)
        kept = before.logo if before and logo is None else None
        if logo:
            kept = store.keep(io.BytesIO(logo), "logo", institution, actor.user, LOGO_LIMIT)
        return DocumentLetterhead.objects.create(
            institution=institution,
            content=content,
            logo=kept,
            author=actor.user,
            author_name=actor.name[:200],
        )


def _content(head: Letterhead) -> dict[str, Any]:
    lines = [" ".join(line.split()) for line in head.lines if line.strip()]
    if not lines or len(lines) > LINES or any(len(line) > LINE for line in lines):
        raise Refused(
            _("The letterhead takes 1 to %(lines)s lines of at most %(line)s characters.")
            % {"lines": LINES, "line": LINE},
            "lines",
        )
    pattern = head.number_pattern.strip()
    if len(pattern) > LINE:
        raise Refused(
            _("The pattern of numbers takes at most %(line)s characters.") % {"line": LINE}, "number_pattern"
        )
    if fault := pattern_faults(pattern):
        raise Refused(
            _(
                "The pattern of numbers has to name {nomor} and {tahun}, and may name {bulan}; “%(part)s” is missing or unknown."
            )
            % {"part": fault[:40]},
            "number_pattern",
        )
    nip = re.sub(r"\s", "", head.official.nip)
    if nip and not re.fullmatch(r"[0-9]{18}", nip):
        raise Refused(_("A NIP has 18 digits."), "nip")
    official = {
        name: " ".join(str(getattr(head.official, name)).split())[:LINE]
        for name in ("office", "name", "acting", "rank")
    }
    return {
        "lines": lines,
        "place": " ".join(head.place.split())[:LINE],
        "number_pattern": pattern,
        "official": official | {"nip": nip},
    }


def upload_template(
    actor: Actor, institution: Institution, key: str, content: bytes, name: str
) -> DocumentTemplate:
    """Put the institution's own docx template in place of the one that held. Raises :class:`Refused`, :class:`NotFound`."""
    actor.require(TEMPLATES, institution)
    kind = _kind(key)
    check_template(content, kind)
    with transaction.atomic():
        hold(institution)
        with store.keeping(
            io.BytesIO(content), name or "templat.docx", institution, actor.user, TEMPLATE_LIMIT
        ) as file:
            return _template(actor, institution, key, file)


def use_shipped(actor: Actor, institution: Institution, key: str) -> None:
    """Go back to the shipped template; the own one stays in the history."""
    actor.require(TEMPLATES, institution)
    _kind(key)
    with transaction.atomic():
        hold(institution)
        before = template_row(institution, key)
        if before is not None and before.file_id is not None:
            _template(actor, institution, key, None)


def _template(actor: Actor, institution: Institution, key: str, file: Any) -> DocumentTemplate:
    return DocumentTemplate.objects.create(
        institution=institution, kind=key, file=file, author=actor.user, author_name=actor.name[:200]
    )


def _kind(key: str) -> kinds.Kind:
    found = kinds.find(key)
    if found is None:
        raise NotFound
    return found


def ask(
    actor: Actor,
    institution: Institution,
    *,
    kind: str,
    subject: str,
    title: str,
    format: str,
    options: dict[str, Any] | None = None,
) -> GeneratedDocument:
    """A row for a document that is to be made for the actor; a job fills it. Of the actor's documents the newest
    ``KEPT`` stay, and whatever a job is still at. The rights of the key with which a program asks are kept with it."""
    before = GeneratedDocument.objects.filter(institution=institution, owner=actor.user).select_related(
        "file", "job"
    )
    for old in before.order_by("-pk")[KEPT - 1 :]:
        if old.job is None or old.job.is_over:
            forget(actor, old)
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    return GeneratedDocument.objects.create(
        institution=institution,
        owner=actor.user,
        kind=kind,
        subject=subject,
        title=title[:300],
        format=format,
        options=(options or {}) | {"scopes": scopes, "sight": sight_of(actor, institution, kind)},
    )


def scopes_of(document: GeneratedDocument) -> frozenset[str] | None:
    """What the key was allowed with which the document was asked for; None for a person."""
    kept = document.options.get("scopes")
    return None if kept is None else frozenset(kept)


def begin(document: GeneratedDocument, job: Job) -> None:
    """Tell which job makes the document."""
    document.job = job
    document.save(update_fields=["job"])


def see(actor: Actor, document: GeneratedDocument) -> None:
    """Keep that the document shows what the actor may see now, when it is made."""
    document.options["sight"] = sight_of(actor, document.institution, document.kind)
    GeneratedDocument.objects.filter(pk=document.pk).update(options=document.options)


def finish(document: GeneratedDocument, source: Any, name: str, pages: int | None = None) -> None:
    """Keep the bytes of ``source`` (a binary file) as the document's file, called ``name``. Raises ``DoesNotExist`` where the
    document is gone, and keeps nothing then."""
    with store.keeping(source, name, document.institution, document.owner, FILE_LIMIT) as kept:
        if not GeneratedDocument.objects.filter(pk=document.pk).update(file=kept, pages=pages):
            raise GeneratedDocument.DoesNotExist
    document.file, document.pages = kept, pages


def forget(actor: Actor, document: GeneratedDocument) -> None:
    """Delete an own document with its file. Raises :class:`NotFound` for another one's."""
    if actor.user is None or document.owner_id != actor.user.pk:
        raise NotFound
    with transaction.atomic():
        file = document.file
        document.delete()
        if file is not None:
            store.forget(file)
