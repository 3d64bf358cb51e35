"""Reads of signed papers (*naskah bertanda tangan*) of a round, and what the check of their signatures says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Cycle, SignedPaper
from pendapa.evaluation.queries import cycles
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Signature:
    """One signature in words. ``tone``: ok (same as signed, known signer), warn (same, signer not checked), bad."""

    tone: str
    told: str
    signer: str
    issuer: str
    at: datetime | None
    timestamped: bool


@dataclass(frozen=True)
class Paper:
    """A paper with its signatures; ``told`` is the finding in one sentence."""

    row: SignedPaper
    signatures: list[Signature]
    tone: str
    told: str


def roots_folder(institution: Institution) -> Path:
    """Where the institution puts the root certificates that it trusts; none are shipped."""
    return Path(settings.HOME) / "trust" / institution.code


def papers(actor: Actor, row: Cycle) -> list[Paper]:
    """The papers of a round, the latest first; none for who may not read all of it."""
    if not cycles.sees_all(actor, row.institution):
        return []
    rows = SignedPaper.objects.filter(cycle=row, deleted_at=None).select_related("file").order_by("-pk")
    return [told(one) for one in rows]


def paper(actor: Actor, row: Cycle, uid: UUID) -> SignedPaper:
    """One paper. Raises NotFound."""
    rows = SignedPaper.objects.filter(cycle=row, deleted_at=None, uid=uid)
    found = rows.select_related("file", "institution", "cycle").first()
    if found is None or not cycles.sees_all(actor, row.institution):
        raise NotFound
    return found


def told(row: SignedPaper) -> Paper:
    """What the check found, in words."""
    found = [_signature(one) for one in row.signatures]
    if row.checked_at is None:
        return Paper(row, found, "warn", _("The signatures could not be checked in time. Check them again."))
    if not found:
        return Paper(row, found, "warn", _("There is no electronic signature in this file."))
    tones = [one.tone for one in found]
    tone = "bad" if "bad" in tones else "warn" if "warn" in tones else "ok"
    words = {
        "bad": _("Not every signature holds."),
        "warn": _("What was signed is unchanged; who signed is not proven."),
        "ok": _("What was signed is unchanged, and the signers are known."),
    }
    return Paper(row, found, tone, words[tone])


def _signature(one: dict[str, Any]) -> Signature:
    tone, words = _verdict(one)
    return Signature(
        tone, words, str(one.get("signer", "")), str(one.get("issuer", "")),
        parse_datetime(str(one.get("at", ""))), bool(one.get("timestamped")),
    )  # fmt: skip


def _verdict(one: dict[str, Any]) -> tuple[str, str]:
    reason = one.get("reason", "")
    if reason == "unreadable":
        return "bad", _("This signature is damaged and cannot be read.")
    if not one.get("intact"):
        if reason == "added":
            return "bad", _("Content was added to the file after signing.")
        return "bad", _("The file was changed after signing.")
    part = "" if one.get("covers") else " " + _("A later signature or entry follows it.")
    if one.get("trusted") is None:
        return "warn", _("Unchanged. Certificate not checked against BSrE: no root given.") + part
    if one.get("trusted"):
        return "ok", _("Unchanged, and signed under a root that the institution trusts.") + part
    if reason == "expired":
        return "bad", _("Unchanged, but the certificate has expired.") + part
    return "bad", _("Unchanged, but the signer is under no root that the institution trusts.") + part
