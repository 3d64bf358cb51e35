"""Gathering in a draft what somebody writes whose changes are reviewed.

The very same work is done in a savepoint, read off, rolled back and kept as items of a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import stream
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeItem, ChangeSet, Recorded, Revision
from pendapa.kernel.permissions import DIRECT
from pendapa.kernel.review import items as proposals
from pendapa.kernel.review import queries
from pendapa.kernel.review.rules import steps_of
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit

T = TypeVar("T")
_inside: ContextVar[bool] = ContextVar("a proposal is being made", default=False)
_laid: ContextVar[ChangeSet | None] = ContextVar("what a draft says is laid over the register", default=None)


def gathers(actor: Actor, institution: Institution) -> bool:
    """Whether what this person changes is gathered in a draft, to be reviewed."""
    if actor.system or actor.user is None or not steps_of(institution.settings):
        return False
    reviewed = institution.settings.get("review", {}).get("secretariat", False)
    return reviewed or not actor.may(DIRECT, institution)


def through(
    actor: Actor,
    institution: Institution,
    work: Callable[[], T],
    *,
    kind: str = "edit",
    about: set[str] | None = None,
    undoes: ChangeSet | None = None,
) -> tuple[T, ChangeSet | None]:
    """Do ``work`` and give its result; where the actor's changes are reviewed, gather what it wrote in the draft that comes
    back with it, and leave the register as it was.

    ``about`` (uids) says which things of the draft the work can meet; without it all of the draft lies under it. Work within
    such work is simply done.
    """
    if _inside.get() or not gathers(actor, institution):
        return work(), None
    return _gather(actor, institution, work, kind=kind, about=about, undoes=undoes)


def things(*found: Any) -> set[str]:
    """The uids of recorded things, and of what joins are made of: what a piece of work is about."""
    uids: set[str] = set()
    for one in found:
        if isinstance(one, Recorded):
            uids.add(str(one.uid))
            for name in history.registered(one.recorded_type).joins:
                uids.add(str(getattr(one, name).uid))
    return uids


@transaction.atomic
def _gather(
    actor: Actor,
    institution: Institution,
    work: Callable[[], T],
    *,
    kind: str,
    about: set[str] | None,
    undoes: ChangeSet | None,
) -> tuple[T, ChangeSet | None]:
    hold(institution)
    # An undo stands alone: what it takes back must not be mixed with what somebody is writing.
    draft = None if undoes else queries.open_set(actor, institution)
    with transaction.atomic(), _making():
        before = proposals.last_revision()
        laying = _lay(actor, institution, draft, about)
        mark = proposals.last_revision()
        result = work()
        worked = proposals.fresh(institution, mark).exists()
        written = proposals.captured(institution, before) if worked else []
        transaction.set_rollback(True)
    if not worked:
        return result, None
    if draft is None:
        draft = _new(actor, institution, kind, undoes)
    _keep(draft, laying, written)
    return result, draft


def undo(actor: Actor, change_set: ChangeSet) -> tuple[undoing.Undone, ChangeSet | None]:
    """Take a set back, or propose to, where the actor's changes are reviewed; then the proposal comes back as well.

    Raises what :func:`pendapa.kernel.history.undoing.undo` raises.
    """
    waiting = ChangeSet.objects.filter(undoes=change_set).exclude(state__in=[*ChangeSet.WRITTEN, "withdrawn"])
    if gathers(actor, change_set.institution) and waiting.exists():
        raise undoing.Already(_("A proposal to take this back is on its way already."))
    done, draft = through(
        actor,
        change_set.institution,
        lambda: undoing.undo(actor, change_set),
        kind="undo",
        undoes=change_set,
    )
    change_set.refresh_from_db(fields=["state"])
    return done, draft


@contextmanager
def _making() -> Iterator[None]:
    inside, laid = _inside.set(True), _laid.set(None)
    try:
        yield
    finally:
        _laid.reset(laid)
        _inside.reset(inside)


def _lay(
    actor: Actor, institution: Institution, draft: ChangeSet | None, about: set[str] | None
) -> proposals.Laying:
    """Write what the draft says, as far as it can be written."""
    items = list(draft.items.order_by("pk")) if draft else []
    laying = proposals.Laying(institution, items if about is None else proposals.about(items, about))
    if laying.items:
        _laid.set(history.write(actor, institution, "edit", laying.parts()))
    return laying


def ground(row: Recorded) -> int:
    """The version of a thing in the register, also where the actor's draft is laid over it and ``row`` shows one more."""
    laid = _laid.get()
    if laid is None:
        return row.version
    written = Revision.objects.filter(change_set=laid, target_uid=row.uid).order_by("version")
    first = written.values_list("version", flat=True).first()
    return row.version if first is None else first - 1


@contextmanager
def laid_over(actor: Actor, draft: ChangeSet, about: set[str] | None = None) -> Iterator[None]:
    """Inside, the register is as the draft would leave it; afterwards it is as before."""
    with transaction.atomic(), _making():
        hold(draft.institution)
        _lay(actor, draft.institution, draft, about)
        yield
        transaction.set_rollback(True)


def _new(actor: Actor, institution: Institution, kind: str, undoes: ChangeSet | None) -> ChangeSet:
    now = timezone.now()
    return ChangeSet.objects.create(
        institution=institution,
        kind=kind,
        state="draft",
        author=actor.user,
        author_name=actor.name,
        unit=_home(actor, institution),
        reason=undoes.reason if undoes else "",
        created_at=now,
        drafted_at=now,
        undoes=undoes,
    )


def _home(actor: Actor, institution: Institution) -> Unit | None:
    """The unit for which a person proposes: the first in which the person holds a role."""
    return next((a.unit for a in actor.roles(institution) if a.unit is not None), None)


def _keep(draft: ChangeSet, laying: proposals.Laying, written: list[proposals.Captured]) -> None:
    """Put what came out in the place of what was laid; what could not be laid stays as it was proposed, unless it was worked
    at once more."""
    old = {item.target_uid: item for item in laying.items}
    replaced = [item.pk for uid, item in old.items() if uid not in laying.skipped]
    replaced += [old[one.target_uid].pk for one in written if one.target_uid in laying.skipped]
    for some in history.chunks(replaced, history.CHUNK):
        draft.items.filter(pk__in=some).delete()
    ChangeItem.objects.bulk_create([_item(draft, laying, old, one) for one in written], batch_size=500)
    count(draft)


def _item(
    draft: ChangeSet,
    laying: proposals.Laying,
    old: Mapping[UUID, ChangeItem],
    one: proposals.Captured,
) -> ChangeItem:
    was = old.get(one.target_uid)
    base, patch = one.base_version, one.patch
    if was is not None and one.target_uid in laying.skipped and was.verb == "change":
        # What could not be laid was not on the page either: it is proposed still, beside what was written now.
        patch = was.patch | patch
        base = was.base_version if one.verb == "change" else base
    elif was is not None and one.target_uid in laying.clashing:
        # Both still disagree: the proposal keeps the ground it stood on, so that this is not forgotten.
        base = was.base_version
    return ChangeItem(
        change_set=draft,
        target_type=one.target_type,
        target_uid=one.target_uid,
        verb=one.verb,
        base_version=base,
        patch=patch,
        name=one.name,
    )


def count(draft: ChangeSet) -> None:
    """Count what the draft holds now, by verb, and tell the pages that show it."""
    counts = dict.fromkeys(("add", "change", "delete", "restore"), 0)
    for verb in draft.items.order_by().values_list("verb", flat=True).iterator():
        counts[verb] += 1
    draft.counts, draft.created_at = counts, timezone.now()
    draft.save(update_fields=["counts", "created_at"])
    stream.publish(draft.institution_id, "changed")
