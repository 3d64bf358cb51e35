"""The chained ledger of an institution: appending to it, the digests it is made of, and proving that it holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from pendapa.kernel.history.models import ChangeSet, LedgerEntry
from pendapa.kernel.tenancy.models import Institution


def canonical(snap: dict[str, Any]) -> str:
    """JSON with one spelling for one meaning: sorted keys, no spaces, and numbers as every database gives them back."""
    try:
        body = orjson.dumps(snap, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:  # a number of more than 64 bits
        body = json.dumps(snap, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if "e+" in body or "e1" in body or "e2" in body:
        # 1e16 comes back from PostgreSQL as 10000000000000000: whole numbers are written out.
        plain = json.loads(
            body, parse_float=lambda text: int(float(text)) if float(text).is_integer() else float(text)
        )
        body = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return body


def revision_digest(salt: str, kind: str, uid: UUID, version: int, verb: str, snap: dict[str, Any]) -> str:
    """sha256 over salt, identity and canonical JSON of the snapshot."""
    return digest_of(salt, kind, uid, version, verb, canonical(snap))


def digest_of(salt: str, kind: str, uid: UUID, version: int, verb: str, body: str) -> str:
    return hashlib.sha256(f"{salt}|{kind}|{uid}|{version}|{verb}|{body}".encode()).hexdigest()


def link_digest(previous: str, seq: int, what: str, content: str) -> str:
    """Digest of a ledger entry: chains it to the one before."""
    return hashlib.sha256(f"{previous}|{seq}|{what}|{content}".encode()).hexdigest()


def append(
    institution: Institution, change_set: ChangeSet | None, what: str, content: str, now: datetime
) -> None:
    """One more link of the chain. The writer holds the institution (:func:`pendapa.kernel.tenancy.actions.hold`)."""
    last = LedgerEntry.objects.filter(institution=institution).order_by("-seq").first()
    seq, previous = (last.seq + 1, last.digest) if last else (1, "")
    LedgerEntry.objects.create(
        institution=institution,
        seq=seq,
        change_set=change_set,
        what=what,
        digest=link_digest(previous, seq, what, content),
        previous=previous,
        created_at=now,
    )


@dataclass(frozen=True)
class Broken:
    """A place where the chain does not hold: ``seq`` of the entry and why."""

    seq: int
    why: str


def verify(institution: Institution) -> list[Broken]:
    """Recompute the whole chain of an institution; an empty list means that nothing was tampered with."""
    broken, previous = [], ""
    entries = LedgerEntry.objects.filter(institution=institution).select_related("change_set").order_by("seq")
    for number, entry in enumerate(entries.iterator(), start=1):
        content = hashlib.sha256()
        if entry.change_set is not None:
            for r in entry.change_set.revisions.order_by("pk").iterator():
                true = revision_digest(r.salt, r.target_type, r.target_uid, r.version, r.verb, r.snapshot)
                if true != r.digest:
                    broken.append(Broken(entry.seq, f"revision {r.pk} was altered"))
                content.update(r.digest.encode())
        if entry.seq != number or entry.previous != previous:
            broken.append(Broken(entry.seq, "the chain is interrupted"))
        if entry.digest != link_digest(entry.previous, entry.seq, entry.what, content.hexdigest()):
            broken.append(Broken(entry.seq, "the entry does not fit its change set"))
        previous = entry.digest
    return broken
