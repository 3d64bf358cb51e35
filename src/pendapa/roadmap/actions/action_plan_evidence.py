"""Evidence of actions: a file or a link that proves one. The only writers."""

from __future__ import annotations

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import keeping, links
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.files import taking
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.roadmap.actions.action_plan_base import Closed, held, write
from pendapa.roadmap.models import Action, ActionEvidence
from pendapa.roadmap.queries import action_plan as queries

MOST_EVIDENCE = 50


def add_file(
    actor: Actor, action: Action, content: BinaryIO, name: str, size: int, title: str = ""
) -> ActionEvidence:
    """Keep a file as evidence; what it is goes by its bytes. Raises :class:`Refused`, NotFound."""
    looked = keeping.looked_at(content, name, size)
    with transaction.atomic():
        row = _provable(actor, action)
        with taking.kept(looked, row.institution, actor.user) as file:
            if any(one.file and one.file.sha256 == file.sha256 for one in queries.evidence(row)):
                raise Refused({"file": _("This very file is evidence of this action already.")})
            piece = _piece(actor, row, title or looked.stem)
            piece.file = file
            write(actor, row, history.Writes(add=[piece]))
    return piece


def add_link(actor: Actor, action: Action, link: str, title: str = "") -> ActionEvidence:
    """Keep a link as evidence. Raises :class:`Refused`, NotFound."""
    link = link.strip()
    try:
        links.parts(link)
    except links.Forbidden as error:
        raise Refused({"link": str(error)}) from error
    with transaction.atomic():
        row = _provable(actor, action)
        if any(one.link == link for one in queries.evidence(row)):
            raise Refused({"link": _("This link is evidence of this action already.")})
        piece = _piece(actor, row, title or link)
        piece.link = link
        write(actor, row, history.Writes(add=[piece]))
    return piece


def add_evidence(
    actor: Actor, action: Action, *, title: str = "", link: str = "", content: BinaryIO | None = None, name: str = "",
    size: int = 0,
) -> ActionEvidence:  # fmt: skip
    """Keep a file or a link as evidence. Raises :class:`Refused`, NotFound."""
    if content is not None:
        return add_file(actor, action, content, name, size, title)
    if not link.strip():
        raise Refused({"file": _("Choose a file, or give a link.")})
    return add_link(actor, action, link, title)


def remove_evidence(actor: Actor, piece: ActionEvidence, version: int) -> None:
    """Take a piece away while the action is open; the history keeps it. Raises :class:`Refused`, Conflict."""
    with transaction.atomic():
        row = held(actor, piece.action)
        if row.state == "done":
            raise Refused({"": _("The action is done: its evidence stays. Reopen it first.")})
        now = queries.piece(actor, row.institution, row.uid, piece.uid)
        now.version = version
        write(actor, row, history.Writes(delete=[now]))


def _provable(actor: Actor, action: Action) -> Action:
    row = held(actor, action)
    if row.state == "cancelled":
        raise Closed(row)
    if len(queries.evidence(row)) >= MOST_EVIDENCE:
        raise Refused({"file": _("There are %(most)s pieces already. Put them into one document.") % {"most": MOST_EVIDENCE}})  # fmt: skip
    return row


def _piece(actor: Actor, row: Action, title: str) -> ActionEvidence:
    told = " ".join(title.split())[:300]
    return ActionEvidence(
        institution=row.institution,
        action=row,
        title=told,
        given_by=actor.name[:200],
        given_at=timezone.now(),
    )
