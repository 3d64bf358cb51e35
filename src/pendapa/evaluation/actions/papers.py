"""Verbs of signed papers: keep one with what the check of its signatures found, check it again, take it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions.rounds import part, require_any
from pendapa.evaluation.models import Cycle, SignedPaper
from pendapa.evaluation.permissions import AGREE, RUN
from pendapa.evaluation.queries import cycles, papers, signatures
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.files import store
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution

LARGEST = 20 * 1024 * 1024
HEAD = 1024
MOST = 30


def add(actor: Actor, cycle: Cycle, kind: str, name: str, content: BinaryIO) -> SignedPaper:
    """Keep a signed PDF of at most 20 MB and check its signatures, in a process of its own with a limit on time.

    A paper without a signature, or with one that does not hold, is kept: the page says so. Raises :class:`Refused` for what is
    no PDF that can be read; then nothing is kept.
    """
    require_any(actor, cycle.institution, RUN, AGREE)
    if kind not in dict(SignedPaper.KINDS):
        raise Refused({"kind": _("Choose one of the list.")})
    head = content.read(HEAD)
    content.seek(0)
    if not head:
        raise Refused({"file": _("The file is empty.")})
    if b"%PDF-" not in head:
        raise Refused({"file": _("This is no PDF. Choose the PDF as it came from the signing application.")})
    try:
        kept = store.keep(content, _name(name), cycle.institution, actor.user, LARGEST)
    except store.TooLarge as error:
        raise Refused(
            {"file": _("The file is larger than %(most)s MB.") % {"most": LARGEST >> 20}}
        ) from error
    try:
        found = _checked(cycle.institution, kept)
        with transaction.atomic():
            hold(cycle.institution)
            row = cycles.fresh(cycle)
            if SignedPaper.objects.filter(cycle=row, deleted_at=None).count() >= MOST:
                raise Refused({"file": _("There are %(most)s files already.") % {"most": MOST}})
            paper = SignedPaper(
                institution=row.institution, cycle=row, kind=kind, file=kept,
                signatures=list(found.signatures), checked_at=_when(found),
            )  # fmt: skip
            history.write(actor, row.institution, "edit", history.Writes(add=[paper]))
    except BaseException:
        store.forget(kept)
        raise
    return paper


def check_again(actor: Actor, cycle: Cycle, uid: UUID) -> SignedPaper:
    """Check the signatures once more, such as after a root certificate was put in. Raises :class:`Refused`, NotFound."""
    require_any(actor, cycle.institution, RUN, AGREE)
    paper = papers.paper(actor, cycle, uid)
    if not store.path(paper.file).exists():
        raise Refused({"file": _("The file is gone from the store. Upload it again.")})
    found = _checked(cycle.institution, paper.file)
    with transaction.atomic():
        hold(cycle.institution)
        row = part(SignedPaper, cycle, uid)
        row.signatures, row.checked_at = list(found.signatures), _when(found)
        # The day of the check is no recorded field: only what was found is told by the history.
        SignedPaper.objects.filter(pk=row.pk).update(checked_at=row.checked_at)
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row


def remove(actor: Actor, cycle: Cycle, uid: UUID) -> None:
    """Take a paper away; its file stays for the history. Raises NotFound."""
    require_any(actor, cycle.institution, RUN, AGREE)
    with transaction.atomic():
        hold(cycle.institution)
        row = part(SignedPaper, cycle, uid)
        history.write(actor, row.institution, "edit", history.Writes(delete=[row]))


def _checked(institution: Institution, kept: store.StoredFile) -> signatures.Found:
    found = signatures.check(
        store.path(kept), signatures.roots_in(papers.roots_folder(institution)), signatures.SECONDS
    )
    if found.state == "broken":
        raise Refused(
            {"file": _("The PDF is damaged and cannot be read. Download it anew and upload it again.")}
        )
    if found.state == "encrypted":
        raise Refused({"file": _("The PDF is locked by a password. Upload one without a password.")})
    return replace(found, signatures=found.signatures[: signatures.MOST])


def _when(found: signatures.Found) -> datetime | None:
    return timezone.now() if found.state == "read" else None


def _name(name: str) -> str:
    plain = " ".join(name.replace("/", " ").replace("\\", " ").split())[-200:] or "naskah"
    return plain if plain.lower().endswith(".pdf") else plain + ".pdf"
