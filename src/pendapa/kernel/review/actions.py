"""Verbs of a proposal: gather, hand in, agree, return, withdraw, settle, put into force.

Whose changes must be reviewed writes through :func:`through` (:mod:`.gathering`). Who passes the last step applies the items of the
draft, as one change set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel import refusing
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.access.actor import of as actor_of
from pendapa.kernel.events import bus, stream
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet, Review
from pendapa.kernel.permissions import APPROVE, DIRECT, REVIEW_SETTINGS, VALIDATE, VERIFY
from pendapa.kernel.review import items as proposals
from pendapa.kernel.review import queries
from pendapa.kernel.review.gathering import count
from pendapa.kernel.review.gathering import gathers as gathers
from pendapa.kernel.review.gathering import ground as ground
from pendapa.kernel.review.gathering import laid_over as laid_over
from pendapa.kernel.review.gathering import things as things
from pendapa.kernel.review.gathering import through as through
from pendapa.kernel.review.gathering import undo as undo
from pendapa.kernel.review.rules import STEPS, next_step, steps_of
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Assignment, Institution, User

PERMISSION = {"approve": APPROVE, "verify": VERIFY, "validate": VALIDATE}


class Refused(refusing.Refused):
    """It cannot be done. Beside the text, ``problems`` name the items of the draft that are in the way."""

    def __init__(self, message: str, problems: list[proposals.Problem] | None = None) -> None:
        self.problems = problems or []
        super().__init__(message)


# ---- on its way


def _locked(change_set: ChangeSet, *states: str) -> ChangeSet:
    hold(change_set.institution)
    fresh = ChangeSet.objects.select_related("institution", "unit", "author").get(pk=change_set.pk)
    if fresh.state not in states:
        raise Refused(_("Somebody has gone on with this proposal meanwhile. Look at it again."))
    return fresh


def _own(actor: Actor, change_set: ChangeSet) -> None:
    if actor.user is None or change_set.author_id != actor.user.pk:
        raise NotFound


def _say(change_set: ChangeSet, actor: Actor | None, verdict: str, step: str = "", comment: str = "") -> None:
    if actor is not None:
        actor.here = change_set.institution
    Review.objects.create(
        change_set=change_set,
        step=step,
        verdict=verdict,
        by=actor.user if actor else None,
        by_name=actor.name if actor else "",
        office=actor.role_label if actor else "",
        comment=comment.strip(),
        at=timezone.now(),
    )


@transaction.atomic
def submit(
    actor: Actor, change_set: ChangeSet, *, comment: str = "", effective_on: date | None = None
) -> ChangeSet:
    """Hand a draft in. Raises :class:`Refused` where it is empty or something is in its way (``problems``)."""
    _own(actor, change_set)
    found = _locked(change_set, *ChangeSet.OPEN)
    if not queries.writes_for(actor, found.institution).covers(found.unit):
        raise Refused(
            _(
                "You do not write for the unit of this proposal any more. Throw it away, or hand it to who does."
            )
        )
    if not found.items.exists():
        raise Refused(_("The proposal is empty: there is nothing to hand in."))
    problems = queries.problems(found)
    if problems:
        raise Refused(
            _("Something has changed since you wrote this. Settle it first, then hand in."), problems
        )
    found.submitted_at = found.created_at = timezone.now()
    found.effective_on = effective_on
    found.reason = comment.strip() or found.reason
    found.kind = "plan" if effective_on else ("edit" if found.kind == "plan" else found.kind)
    _say(found, actor, "submitted", comment=comment)
    _go_on(actor, found, "")
    return found


def _go_on(actor: Actor, found: ChangeSet, done: str) -> None:
    """To the next step, or into force after the last."""
    steps = steps_of(found.institution.settings)
    skipped = _without_anybody(found, steps)
    for step in steps:
        if step in skipped and step == next_step(steps, done):
            _say(found, None, "skipped", step)
    found.state, found.step = "submitted", next_step(steps, done, skipped)
    if found.step:
        found.save()
        bus.emit("change_set.submitted", change_set_id=found.pk, step=found.step)
        stream.publish(found.institution_id, "changed")
        return
    if found.effective_on and found.effective_on > timezone.localdate():
        found.state = "agreed"
        found.save()
        bus.emit("change_set.agreed", change_set_id=found.pk)
        return
    _apply(actor, found)


def _without_anybody(found: ChangeSet, steps: tuple[str, ...]) -> set[str]:
    """The head's step falls away where no other head can take it and a later step remains; the later ones wait."""
    if "approve" not in steps or steps[-1] == "approve" or queries.can_take(found, "approve").exists():
        return set()
    return {"approve"}


@transaction.atomic
def agree(actor: Actor, change_set: ChangeSet, *, comment: str = "", seen: str = "") -> ChangeSet:
    """Pass the step at which a set waits. Nobody passes the own change; what is in the way is told.

    ``seen`` is the :func:`.queries.mark` of what the actor has read: what was taken back and handed in anew since then, or has
    passed this step already, is :class:`Refused`.
    """
    found = _may_decide(actor, change_set, seen)
    problems = queries.problems(found)
    if problems:
        raise Refused(_("Something has changed since this was handed in. Return it to be settled."), problems)
    _say(found, actor, "agreed", found.step, comment)
    _go_on(actor, found, found.step)
    return found


@transaction.atomic
def give_back(actor: Actor, change_set: ChangeSet, *, comment: str, seen: str = "") -> ChangeSet:
    """Return a set to its author, saying why. ``seen`` as for :func:`agree`."""
    if not comment.strip():
        raise Refused(_("Say what should be mended, so that the author knows what to do."))
    found = _may_decide(actor, change_set, seen)
    _say(found, actor, "returned", found.step, comment)
    found.state, found.step = "returned", ""
    found.save()
    bus.emit("change_set.returned", change_set_id=found.pk)
    stream.publish(found.institution_id, "changed")
    return found


def _may_decide(actor: Actor, change_set: ChangeSet, seen: str) -> ChangeSet:
    if not queries.may_see(actor, change_set):
        raise NotFound
    found = _locked(change_set, "submitted")
    if seen and seen != queries.mark(found):
        raise Refused(_("Somebody has gone on with this proposal meanwhile. Look at it again."))
    actor.require(PERMISSION[found.step], found.institution, found.unit)
    if actor.user is not None and found.author_id == actor.user.pk:
        raise Refused(_("This is your own proposal: somebody else has to agree to it."))
    return found


def remark(actor: Actor, change_set: ChangeSet, comment: str) -> None:
    """Say something about a set without deciding."""
    if not queries.may_see(actor, change_set):
        raise NotFound
    if comment.strip():
        _say(change_set, actor, "commented", change_set.step, comment)


@transaction.atomic
def withdraw(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """Take a set back that waits for others: it is a draft again."""
    _own(actor, change_set)
    found = _locked(change_set, "submitted", "agreed")
    _say(found, actor, "withdrawn", found.step)
    found.state, found.step = "draft", ""
    found.save()
    return found


@transaction.atomic
def discard(actor: Actor, change_set: ChangeSet) -> None:
    """Throw a draft away, with all it proposes."""
    _own(actor, change_set)
    found = _locked(change_set, *ChangeSet.OPEN)
    found.items.all().delete()
    found.state = "withdrawn"
    found.save(update_fields=["state"])


@transaction.atomic
def drop(actor: Actor, change_set: ChangeSet, uids: list[UUID]) -> None:
    """Take single things out of a draft, with what joins them to others where they were to be made by it."""
    _own(actor, change_set)
    found = _locked(change_set, *ChangeSet.OPEN)
    gone = {str(uid) for uid in uids}
    new = {
        str(u)
        for u in found.items.filter(target_uid__in=uids, verb="add").values_list("target_uid", flat=True)
    }
    ends = Q(pk__in=[])
    for uid in new:
        ends |= Q(patch__source__uid=uid) | Q(patch__target__uid=uid)
    found.items.filter(Q(target_uid__in=gone) | ends).delete()
    count(found)


@transaction.atomic
def settle(actor: Actor, change_set: ChangeSet, uid: UUID, choices: Mapping[str, str]) -> None:
    """Settle an item that clashes: by field ``mine`` keeps the proposal, ``theirs`` takes what stands now."""
    _own(actor, change_set)
    found = _locked(change_set, *ChangeSet.OPEN)
    item = found.items.filter(target_uid=uid).first()
    if item is None:
        raise NotFound
    row = history.registered(item.target_type).model._default_manager.filter(uid=uid).first()
    if row is None and item.verb == "add":
        told = [problem.why for problem in queries.problems(found, {uid})]
        raise Refused(" ".join(told) or _("There is nothing to settle any more. Look at it again."))
    if row is None or (row.deleted_at and item.verb != "restore"):
        item.delete()  # it is gone: what was to be changed about it goes with it
        count(found)
        return
    open_ones = {clash.field for p in queries.problems(found, {uid}) for clash in p.clashes}
    missing = open_ones - {name for name, whose in choices.items() if whose in ("mine", "theirs")}
    if missing:
        raise Refused(_("Choose for every field which value shall stand."))
    compared = proposals.compare(item.target_type, [item], {uid: row})
    values = compared[0].values if compared else item.patch
    item.patch = {name: value for name, value in values.items() if choices.get(name) != "theirs"}
    item.base_version = row.version
    if item.patch or item.verb == "delete":
        item.save()
    else:
        item.delete()
    count(found)


# ---- into force


@transaction.atomic
def realise(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """What was agreed for later has come about: to-be becomes as-is."""
    if not queries.may_see(actor, change_set):
        raise NotFound
    found = _locked(change_set, "agreed")
    actor.require(DIRECT, found.institution, found.unit)
    _apply(actor, found)
    return found


def _apply(actor: Actor, found: ChangeSet) -> None:
    laying = proposals.Laying(found.institution, list(found.items.order_by("pk")), strict=True)
    author = actor_of(found.author) if found.author else actor
    try:
        with transaction.atomic():
            history.write(author, found.institution, found.kind, laying.parts(), into=found)
    except proposals.Blocked as blocked:
        raise Refused(_("Something has changed since this was handed in."), blocked.problems) from blocked
    except (IntegrityError, history.Conflict) as error:
        raise Refused(_("Somebody wrote the same things at this very moment. Try again.")) from error
    found.items.all().delete()
    if found.undoes is not None:
        ChangeSet.objects.filter(pk=found.undoes.pk).update(state="undone")
    _say(found, actor, "applied")
    bus.emit("change_set.applied", change_set_id=found.pk)


# ---- how an institution reviews


@transaction.atomic
def set_steps(actor: Actor, institution: Institution, steps: list[str], *, secretariat: bool = False) -> None:
    """Choose the steps that a change goes through; without any, changes count at once."""
    actor.require(REVIEW_SETTINGS, institution)
    hold(institution)
    fresh = Institution.objects.get(pk=institution.pk)
    chosen = [step for step in STEPS if step in steps]
    if secretariat and chosen and not _others(actor, fresh):
        raise Refused(
            _("Nobody else could verify the secretariat's changes: give a second person that role first.")
        )
    fresh.settings = fresh.settings | {
        "review": {"steps": chosen, "secretariat": bool(secretariat and chosen)}
    }
    fresh.save(update_fields=["settings"])
    institution.settings = fresh.settings
    bus.emit("review.settings", institution_id=institution.pk)


def _others(actor: Actor, institution: Institution) -> bool:
    roles = {"diskominfo", "verifier"}
    held = Assignment.objects.filter(institution=institution, role__in=roles, accepted_at__isnull=False)
    people = User.objects.filter(assignments__in=held, is_active=True)
    return people.exclude(pk=actor.user.pk if actor.user else 0).exists()
