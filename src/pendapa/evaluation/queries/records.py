"""Records of Pendapa as evidence: which can be pinned, what one was at its version, and whether the actor may see it.

Every type of the history can be pinned, and releases, which are frozen as they are. What the room of a thing hides stays
hidden: such a piece shows its title alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pendapa.architecture.models import Release
from pendapa.architecture.queries.moments import releases
from pendapa.evaluation.models import Evidence
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import queries as past
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.search import index
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats

RELEASE = "release"
FOUND, LOOKED_AT = 8, 60
# What this room itself keeps of an assessment is no evidence of it, and what only joins two things says nothing alone.
NOT_EVIDENCE = frozenset(
    {"answer", "cycle", "cycle_member", "decree", "duty", "evidence", "evidence_use", "index_plan", "scenario",
     "instrument_edition", "peer_result", "step_cost", "unit_alias", "assessment", "clearance_file"}
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """A thing that can be pinned, as it is now: ``key`` names type, uid and version in a form."""

    type: str
    uid: UUID
    version: int
    name: str
    title: str

    @property
    def key(self) -> str:
        return f"{self.type}:{self.uid}:{self.version}"


@dataclass(frozen=True)
class Pinned:
    """A pinned record as it was: fields in words; ``now`` is its version today (0: deleted, or a release)."""

    name: str
    title: str
    fields: list[tuple[str, str]]
    now: int
    intact: bool


def find(actor: Actor, institution: Institution, words: str) -> list[Record]:
    """Things that hold the words and that the actor may see, a few of each type."""
    if not index.words_of(words):
        return []
    found = [
        _of_release(one) for one in releases(actor, institution) if _matches(f"{one.code} {one.name}", words)
    ]
    for type_ in history.types():
        if type_ not in NOT_EVIDENCE and not history.registered(type_).joins:
            found += _of_type(actor, institution, type_, words)
    return found


def _matches(text: str, words: str) -> bool:
    held = index.normalise(text).split()
    return all(any(one.startswith(word) for one in held) for word in index.words_of(words))


def _of_type(actor: Actor, institution: Institution, type_: str, words: str) -> list[Record]:
    known = history.registered(type_)
    rows: QuerySet[Recorded] = known.model._default_manager.filter(institution=institution, deleted_at=None)
    if known.text is not None:
        rows = rows.filter(pk__in=index.matching(type_, words))
        held: Sequence[Recorded] = list(rows.order_by("-pk")[:LOOKED_AT])
    else:
        held = [row for row in rows.order_by("-pk")[:500] if _matches(str(row), words)][:LOOKED_AT]
    if not held:
        return []
    open_ = known.visible(actor, institution, [row.uid for row in held])
    title = str(known.title)
    return [Record(type_, row.uid, row.version, str(row), title) for row in held if row.uid in open_][:FOUND]


def _of_release(one: Release) -> Record:
    return Record(RELEASE, one.uid, 1, one.name, _("Release of the architecture"))


def take(actor: Actor, institution: Institution, key: str) -> tuple[Record, str]:
    """The record that a form names, and the sha256 of its revision. Raises NotFound, also for what is hidden."""
    try:
        type_, uid, version = key.split(":")
        wanted, number = UUID(uid), int(version[:9])
    except ValueError:
        raise NotFound from None
    if type_ == RELEASE:
        one = releases(actor, institution).filter(uid=wanted).first()
        if one is None:
            raise NotFound
        return _of_release(one), one.digest
    if type_ in NOT_EVIDENCE or type_ not in history.types():
        raise NotFound
    known = history.registered(type_)
    revision = _revision(actor, institution, type_, wanted, number)
    if revision is None:
        raise NotFound
    name = str(revision.snapshot.get("name") or "") or _name_now(known.model, wanted)
    return Record(type_, wanted, number, name[:600], str(known.title)), revision.digest


def _name_now(model: type[Recorded], uid: UUID) -> str:
    row = model._default_manager.filter(uid=uid).first()
    return str(row) if row is not None else ""


def _revision(actor: Actor, institution: Institution, type_: str, uid: UUID, version: int) -> Revision | None:
    """The revision, where the actor may see the thing now and could have seen it as it was."""
    known = history.registered(type_)
    if uid not in known.visible(actor, institution, [uid]):
        return None
    revision = Revision.objects.filter(
        target_type=type_, target_uid=uid, version=version, change_set__institution=institution
    ).first()
    if revision is None or (known.then is not None and not known.then(actor, institution)(revision.snapshot)):
        return None
    return revision


def pinned(actor: Actor, row: Evidence) -> Pinned | None:
    """The record of a piece as it was at its version; None where the actor may not see the thing itself."""
    if row.record_uid is None:
        return None
    if row.record_type == RELEASE:
        one = releases(actor, row.institution).filter(uid=row.record_uid).first()
        if one is None:
            return None
        fields = [
            (_("Code"), one.code),
            (_("Number of the decree"), one.decree_number),
            (_("Set on"), formats.day(one.decree_date, formats.language()) if one.decree_date else ""),
            (_("Elements and relations"), str(one.items.count())),
        ]
        told = [(label, text) for label, text in fields if text]
        return Pinned(one.name, _("Release of the architecture"), told, 0, one.digest == row.sha256)
    if row.record_type not in history.types():
        return None
    revision = _revision(actor, row.institution, row.record_type, row.record_uid, row.record_version or 0)
    if revision is None:
        return None
    known = history.registered(row.record_type)
    fields = [(one.label, one.after) for one in past.differences(revision, None) if one.after]
    now = known.model._default_manager.filter(uid=row.record_uid, deleted_at=None).values_list(
        "version", flat=True
    )
    intact = revision.digest == row.sha256
    return Pinned(row.record_name, str(known.title), fields, now.first() or 0, intact)
