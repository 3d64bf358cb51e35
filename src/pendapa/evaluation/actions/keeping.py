"""The door for files that prove something: what the pack of evidence takes, and the words where a file is not taken."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from pendapa.kernel.files import taking
from pendapa.regulations import packs


def door() -> taking.Door:
    """What is taken as evidence, of an indicator as of an action."""
    limits = packs.evidence().files
    return taking.Door(limits.largest, {one.key: one.media for one in limits.types}, refusal, "bukti")


def looked_at(content: BinaryIO, name: str, size: int) -> taking.Looked:
    """Look into a file of ``size`` bytes, to be kept with :func:`.taking.kept`. Raises Refused (``file``) for what is not taken."""
    return taking.look(door(), content, name, size)


def refusal(why: str) -> str:
    """Why a file is not taken, and what would be."""
    limits = packs.evidence().files
    kinds = ", ".join(one.key for one in limits.types)
    told = {
        "empty": _("The file is empty."),
        "large": _("The file is larger than %(most)s MB. Hand in the part that matters, or a link.")
        % {"most": limits.largest >> 20},
        "program": _("The file is a program, whatever its name says. Programs are not taken."),
        "macros": _("The file holds macros. Save it without macros, or as PDF."),
        "broken": _("The file is damaged. Open and save it again, or save it as PDF."),
        "locked": _("The archive is locked with a password. Hand it in open."),
    }
    return told.get(why) or _("By its content the file is none of these: %(kinds)s.") % {"kinds": kinds}
