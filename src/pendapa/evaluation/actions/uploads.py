"""Files that arrive in pieces: begun, moved on, and finished however often the line breaks. The only writers.

What was received lies under ``files/.uploads`` until the upload becomes a piece of evidence or is swept away.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions.keeping import refusal
from pendapa.evaluation.models import Cycle, Upload
from pendapa.evaluation.permissions import ANSWER
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

MOST = 20
"""Uploads on their way of one person."""


class Misplaced(Exception):
    """The chunk does not begin where the file ends; ``received`` bytes are there."""

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__(str(received))


def place(upload: Upload) -> Path:
    """Where the bytes lie that were received so far."""
    return Path(settings.MEDIA_ROOT) / ".uploads" / upload.uid.hex


def begin(
    actor: Actor, institution: Institution, name: str, size: int, fingerprint: str = "", cycle: Cycle | None = None
) -> Upload:  # fmt: skip
    """Begin an upload, or go on with the own one of the same file. Nothing is read that could not be kept in the end. Raises
    :class:`Refused`."""
    actor.require(ANSWER, institution)
    if actor.user is None:
        raise NotFound
    sweep()
    if size <= 0:
        raise Refused({"file": refusal("empty")})
    if size > packs.evidence().files.largest:
        raise Refused({"file": refusal("large")})
    name, mark, now = " ".join(name.split())[-255:] or "berkas", fingerprint[:80], timezone.now()
    mine = Upload.objects.filter(institution=institution, user=actor.user, file=None)
    known = mine.filter(name=name, size=size, fingerprint=mark).order_by("-pk").first() if mark else None
    if known is not None:
        return known
    if mine.count() >= MOST:
        raise Refused({"file": _("%(n)s of your uploads are still on their way. Finish or drop one first.") % {"n": MOST}})  # fmt: skip
    return Upload.objects.create(
        institution=institution, user=actor.user, name=name, size=size, fingerprint=mark, cycle=cycle,
        begun_at=now, moved_at=now,
    )  # fmt: skip


def find(actor: Actor, institution: Institution, uid: UUID | str) -> Upload:
    """An own upload on its way. Raises NotFound for others' as for none."""
    actor.require(ANSWER, institution)
    if actor.user is None:
        raise NotFound
    row = Upload.objects.filter(institution=institution, user=actor.user, uid=uid, file=None).first()
    if row is None:
        raise NotFound
    return row


def move(actor: Actor, institution: Institution, uid: UUID | str, offset: int, chunk: bytes) -> Upload:
    """Add ``chunk`` at ``offset``. Raises :class:`Misplaced` where the file ends elsewhere, :class:`Refused` where it would
    grow beyond what was announced."""
    with transaction.atomic():
        row = find(actor, institution, uid)
        row = Upload.objects.select_for_update().get(pk=row.pk)
        if offset != row.received:
            raise Misplaced(row.received)
        if row.received + len(chunk) > row.size:
            raise Refused({"file": _("More arrives than was announced. Choose the file again.")})
        path = place(row)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(0, 2)
            if file.tell() < row.received:  # what lay there was swept or lost: begin again
                row.received = 0
                row.save(update_fields=["received"])
                lost = True
            else:
                lost = False
                file.seek(row.received)
                file.truncate()  # a chunk whose transaction failed may lie behind
                file.write(chunk)
        if not lost:
            row.received += len(chunk)
            row.moved_at = timezone.now()
            row.save(update_fields=["received", "moved_at"])
    if lost:
        raise Misplaced(0)
    return row


def opened(row: Upload) -> BinaryIO:
    """The whole file, to be read. Raises :class:`Refused` while bytes are missing."""
    path = place(row)
    if row.received < row.size or not path.exists() or path.stat().st_size < row.size:
        raise Refused(
            {"file": _("The file has not arrived wholly yet. Choose it again: it goes on where it stood.")}
        )
    return cast(BinaryIO, path.open("rb"))


def done(row: Upload) -> None:
    """The file has become a piece, or is not wanted: forget what lies here."""
    path = place(row)
    row.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def drop(actor: Actor, institution: Institution, uid: UUID | str) -> None:
    """Do without an upload on its way."""
    done(find(actor, institution, uid))


def sweep() -> int:
    """Forget half uploads on which nothing moved for as long as the pack says; how many there were."""
    before = timezone.now() - timedelta(days=packs.evidence().files.keep_days)
    old = list(Upload.objects.filter(file=None, moved_at__lt=before)[:200])
    for row in old:
        done(row)
    return len(old)
