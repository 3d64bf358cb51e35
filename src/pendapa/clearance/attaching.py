"""Files beside a request: kept by what they are, taken away again, both recorded."""

from __future__ import annotations

from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.clearance import queries
from pendapa.clearance.models import ClearanceFile, ClearanceRequest
from pendapa.clearance.permissions import WRITE
from pendapa.clearance.rules import attachments
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.files import taking
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold


def attach(
    actor: Actor, row: ClearanceRequest, kind: str, name: str, size: int, content: BinaryIO
) -> ClearanceFile:
    """Keep a file of at most 10 MB that is a PDF, docx, xlsx, odt, PNG or JPEG by its content. Raises :class:`Refused`."""
    actor.require(WRITE, row.institution, row.unit)
    if kind not in {one.key for one in queries.pack().file_kinds}:
        raise Refused({"kind": _("Choose one of the list.")})
    looked = taking.look(door(), content, name, size)
    with transaction.atomic():
        hold(row.institution)
        now = queries.request(actor, row.institution, row.uid)
        if not queries.may_write(actor, now):
            raise Refused({"file": _("Files can be added only while the request is being written.")})
        if len(queries.attachments(now)) >= attachments.MOST:
            raise Refused({"file": _("There are %(most)s files already.") % {"most": attachments.MOST}})
        with taking.kept(looked, row.institution, actor.user) as kept:
            file = ClearanceFile(
                institution=row.institution, request=now, file=kept, kind=kind, name=kept.name, type=looked.kind,
                size=kept.size, sha256=kept.sha256,
            )  # fmt: skip
            file.moving = True
            history.write(actor, row.institution, "edit", history.Writes(add=[file]), unit=now.unit)
    return file


def detach(actor: Actor, row: ClearanceRequest, uid: UUID) -> None:
    """Take a file away while the request is being written; its content stays for the history. Raises :class:`Refused`."""
    actor.require(WRITE, row.institution, row.unit)
    with transaction.atomic():
        hold(row.institution)
        now = queries.request(actor, row.institution, row.uid)
        file = queries.attachment(now, uid)
        if not queries.may_write(actor, now):
            raise Refused({"file": _("Files can be taken away only while the request is being written.")})
        file.moving = True
        history.write(actor, row.institution, "edit", history.Writes(delete=[file]), unit=now.unit)


def door() -> taking.Door:
    """What is taken beside a request."""
    return taking.Door(attachments.LARGEST, attachments.TYPES, _words)


def _words(why: str) -> str:
    told = {
        "empty": _("The file is empty."),
        "large": _("The file is larger than %(most)s MB.") % {"most": attachments.LARGEST >> 20},
        "macros": _("The file holds macros. Save it without macros, or as PDF."),
        "broken": _("The file is damaged. Open and save it again, or save it as PDF."),
    }
    return told.get(why) or _("The file is none of these: PDF, docx, xlsx, odt, PNG, JPEG.")
