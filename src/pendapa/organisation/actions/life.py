"""The life of an OPD (*perubahan kelembagaan*): merged, split, renamed — each one change set that can be taken back whole.

Nothing is deleted: what ends gets its last day and says what became of it; people, elements and whatever else hangs on it
(:mod:`pendapa.organisation.life`) go along. Dates to come are refused: what hangs on a unit moves at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit
from pendapa.organisation import life, queries
from pendapa.organisation.actions import units as verbs
from pendapa.organisation.actions.changeover import Changeover
from pendapa.organisation.life import Counted, Plain, Rule
from pendapa.organisation.models import Succession
from pendapa.organisation.permissions import MANAGE
from pendapa.organisation.rules import life as rules
from pendapa.organisation.rules import tree

K = TypeVar("K")
DECREE_LIMIT = 200
MOVED = "moved"
"""Where a change set keeps, beside its counts, the rows that are not recorded (``life.Plain``). Pages and the API tell the
counts of verbs alone."""


@dataclass(frozen=True)
class NewUnit:
    """A unit that a merge or a split begins. Without a code it is given one."""

    name: str
    code: str = ""
    short_name: str = ""
    kind: str = ""
    parent: Unit | None = None


@dataclass(frozen=True)
class Part:
    """One of the units into which another is split, and what goes there: units right below, things and roles."""

    unit: Unit | NewUnit
    subunits: Sequence[Unit] = ()
    things: Sequence[UUID] = ()
    people: Sequence[Assignment] = ()
    heir: bool = False


@dataclass(frozen=True)
class Outcome:
    """What happened, or with ``change_set`` ``None`` what would happen; ``targets`` in the order in which they were told."""

    plan: Changeover
    counts: list[Counted]
    change_set: ChangeSet | None = None
    targets: list[Unit] = field(default_factory=list)


@transaction.atomic
def merge(
    actor: Actor,
    institution: Institution,
    sources: Sequence[Unit],
    target: Unit | NewUnit,
    *,
    on: date | None = None,
    decree: str = "",
    reason: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Join ``sources`` into ``target`` from ``on`` (today): they end the day before. Raises :class:`Refused`.

    Units below move along; one that has a namesake in its new place is joined with it. With ``dry_run`` nothing is written
    and what forbids it stands in ``plan.faults``.
    """
    on = _begin(actor, institution, [*sources, *([target] if isinstance(target, Unit) else [])], on)
    standing = _Standing(institution, on)
    ending = list({unit.pk: standing.fresh(unit) for unit in sources}.values())
    plan = Changeover(institution, "merge", on, _decree(decree))
    to = standing.place(target, plan)
    if not ending:
        raise Refused(_("Choose at least one unit that is joined with the other."))
    _check_ending(ending, on)
    for unit in ending:
        _check_into(unit, to, ending)
    found = rules.gather(ending, to, standing.below, lambda unit: unit.name_key)
    plan.ended, plan.followed, plan.moved = list(found.joined), list(found.joined), found.moved
    plan.moves = {unit: Rule(rest=heir) for unit, heir in found.joined}
    plan.settle()
    return _finish(actor, plan, [to], reason, dry_run)


@transaction.atomic
def split(
    actor: Actor,
    institution: Institution,
    source: Unit,
    parts: Sequence[Part],
    *,
    closes: bool = True,
    on: date | None = None,
    decree: str = "",
    reason: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Split ``source`` into ``parts`` from ``on`` (today). Raises :class:`Refused`.

    With ``closes`` it ends the day before, and what no part names goes to the heir: the part marked so, else the first; the
    old names lead there. Without, what no part names stays.
    """
    known = [part.unit for part in parts if isinstance(part.unit, Unit)]
    on = _begin(actor, institution, [source, *known, *(u for part in parts for u in part.subunits)], on)
    standing = _Standing(institution, on)
    source = standing.fresh(source)
    plan = Changeover(institution, "split", on, _decree(decree))
    targets = [standing.place(part.unit, plan) for part in parts]
    _check_parts(source, parts, targets, closes)
    heir = next((to for part, to in zip(parts, targets, strict=True) if part.heir), targets[0])
    named: dict[UUID, Unit] = {}
    seats: dict[int, Unit] = {}
    below: dict[int, Unit] = {}
    for part, to in zip(parts, targets, strict=True):
        _hand(named, dict.fromkeys(part.things, to))
        _hand(seats, {one.pk: to for one in part.people})
        _hand(below, {unit.pk: to for unit in part.subunits})
    _check_named(actor, institution, source, named, seats)
    plan.moved = _subunits(standing, source, below, heir if closes else None)
    plan.moves = {source: Rule(rest=heir if closes else None, named=named)}
    plan.followed = [(source, to) for to in targets]
    if closes:
        _check_ending([source], on)
        plan.ended = [(source, heir)]
    plan.settle({source.pk: seats})
    return _finish(actor, plan, targets, reason, dry_run)


@transaction.atomic
def rename(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    *,
    name: str,
    short_name: str | None = None,
    on: date | None = None,
    decree: str = "",
    reason: str = "",
    version: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Another name by decree from ``on`` (today); the old one stays as an alias with its time. Raises :class:`Refused`."""
    on = _begin(actor, institution, [unit], on)
    plan = Changeover(institution, "rename", on, _decree(decree))
    sid = transaction.savepoint()
    done = verbs.rename_unit(
        actor,
        institution,
        unit,
        name=name,
        short_name=short_name,
        since=on,
        decree=plan.decree,
        reason=reason,
        version=version,
    )
    if dry_run:
        transaction.savepoint_rollback(sid)
        return Outcome(plan, [], None, [done])
    transaction.savepoint_commit(sid)
    made = ChangeSet.objects.filter(revisions__target_uid=done.uid).order_by("-pk").first()
    return Outcome(plan, [], made, [done])


@transaction.atomic
def take_back(actor: Actor, change_set: ChangeSet) -> undoing.Undone:
    """Take a merge or a split back whole. What it began goes only when what was moved there is back: so in two steps."""
    done = undoing.undo(actor, change_set)
    if not done.kept:
        return done
    try:
        again = undoing.undo(actor, change_set)
    except undoing.Already:
        return done
    return undoing.Undone(done.count + again.count, again.kept, done.change_set or again.change_set)


# ---- shared


class _Standing:
    """The open units of an institution, each once, with what stands right below them."""

    def __init__(self, institution: Institution, on: date) -> None:
        self._institution = institution
        live = Unit.objects.filter(queries.not_over(on), institution=institution, deleted_at=None)
        self._units = {unit.pk: unit for unit in live.order_by("code", "pk")}
        for unit in self._units.values():
            unit.institution = institution
        self._below: dict[int | None, list[Unit]] = {}
        for unit in self._units.values():
            if unit.parent_id in self._units:
                unit.parent = self._units[unit.parent_id]
            self._below.setdefault(unit.parent_id, []).append(unit)

    def fresh(self, unit: Unit) -> Unit:
        """That unit as it is now; refused when it is over."""
        found = self._units.get(unit.pk)
        if found is None:
            raise Refused(_("%(unit)s is closed. Choose an open unit.") % {"unit": unit.name})
        return found

    def below(self, unit: Unit) -> list[Unit]:
        """What stands right below, by code; below a new unit nothing."""
        return self._below.get(unit.pk, []) if unit.pk else []

    def place(self, wanted: Unit | NewUnit, plan: Changeover) -> Unit:
        """The unit itself, or the new one that the plan then begins."""
        if isinstance(wanted, Unit):
            return self.fresh(wanted)
        unit = Unit(
            institution=self._institution,
            name=verbs.clean_name(wanted.name),
            code=verbs.clean_text(wanted.code, verbs.CODE_LIMIT, _("The code"))
            or verbs.next_code(self._institution, len(plan.opened)),
            short_name=verbs.clean_text(wanted.short_name, verbs.SHORT_LIMIT, _("The short name")),
            kind=verbs.clean_text(wanted.kind, verbs.KIND_LIMIT, _("The kind")),
            parent=self.fresh(wanted.parent) if wanted.parent else None,
            valid_from=plan.on,
        )
        unit.derive()
        plan.opened.append(unit)
        return unit


def _begin(actor: Actor, institution: Institution, units: Sequence[Unit], on: date | None) -> date:
    verbs.begin(actor, institution, *units)
    actor.require(MANAGE, institution, None)
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise Refused(
            _(
                "%(day)s is still to come. What belongs to the units moves at once, so write the change down on that day; "
                "the preview shows beforehand what it will do."
            )
            % {"day": on.isoformat()}
        )
    return on


def _decree(text: str) -> str:
    return verbs.clean_text(text, DECREE_LIMIT, _("The decree"))


def _check_ending(units: Sequence[Unit], on: date) -> None:
    for unit in units:
        if unit.valid_from and unit.valid_from >= on:
            raise Refused(
                _("%(unit)s exists only since %(first)s; it cannot end before. Choose a later day.")
                % {"unit": unit.name, "first": unit.valid_from.isoformat()}
            )


def _check_into(unit: Unit, to: Unit, ending: Sequence[Unit]) -> None:
    parent = to.parent if to.pk is None else to
    if unit.pk == to.pk:
        raise Refused(_("%(unit)s cannot be joined with itself. Choose another unit.") % {"unit": unit.name})
    if parent is not None and tree.is_below(parent.path, unit.path):
        raise Refused(
            _("%(target)s stands below %(unit)s, which ends. Move it elsewhere first.")
            % {"target": to.name if to.pk else parent.name, "unit": unit.name}
        )
    above = next((one for one in ending if one is not unit and tree.is_below(unit.path, one.path)), None)
    if above is not None:
        raise Refused(
            _("%(unit)s stands below %(above)s and goes along with it. Choose only %(above)s.")
            % {"unit": unit.name, "above": above.name}
        )


def _check_parts(source: Unit, parts: Sequence[Part], targets: Sequence[Unit], closes: bool) -> None:
    if len(parts) < (2 if closes else 1):
        raise Refused(
            _("A unit that ends is split into at least two. To join it with one other, merge them.")
            if closes
            else _("Name at least one unit that takes something over.")
        )
    if len({id(unit) for unit in targets}) < len(targets):
        raise Refused(_("One unit stands twice among the parts. Name each once."))
    for to in targets:
        parent = to.parent if to.pk is None else to
        if to is source or (closes and parent is not None and tree.is_below(parent.path, source.path)):
            raise Refused(
                _("%(target)s stands below %(unit)s, which ends. Move it elsewhere first.")
                % {"target": to.name if to.pk else (parent or to).name, "unit": source.name}
                if to is not source
                else _("%(unit)s cannot take over from itself. Choose another unit.") % {"unit": source.name}
            )
    if not closes and not any(part.subunits or part.things or part.people for part in parts):
        raise Refused(_("Nothing is handed over. Say what goes to the new units."))


def _hand(known: dict[K, Unit], more: Mapping[K, Unit]) -> None:
    if known.keys() & more.keys():
        raise Refused(_("The same thing is handed to two parts. Give it to one of them."))
    known.update(more)


def _check_named(
    actor: Actor,
    institution: Institution,
    source: Unit,
    things: Mapping[UUID, Unit],
    seats: Mapping[int, Unit],
) -> None:
    """What is handed over hangs on the unit; else it does not exist for whoever asks."""
    if things and set(things) - {one.uid for one in life.things_of(actor, institution, source)}:
        raise NotFound
    if seats and set(seats) - set(source.assignments.values_list("pk", flat=True)):
        raise NotFound


def _subunits(
    standing: _Standing, source: Unit, handed: Mapping[int, Unit], heir: Unit | None
) -> list[tuple[Unit, Unit]]:
    below = {unit.pk: unit for unit in standing.below(source)}
    if set(handed) - set(below):
        raise Refused(_("Only units right below %(unit)s can be handed over.") % {"unit": source.name})
    if any(unit is to for unit in below.values() for to in (*handed.values(), heir)):
        raise Refused(_("A unit cannot take over itself. Leave it out of what is handed over."))
    return [(unit, to) for pk, unit in below.items() if (to := handed.get(pk, heir)) is not None]


def _finish(actor: Actor, plan: Changeover, targets: list[Unit], reason: str, dry_run: bool) -> Outcome:
    counts = life.counted(actor, plan.institution, plan.moves)
    if dry_run:
        return Outcome(plan, counts, None, targets)
    if plan.faults:
        raise Refused(" ".join(plan.faults))
    plain: list[Plain] = []
    told = "; ".join(text for text in (plan.decree, " ".join(reason.split())) if text)
    over = targets[0] if targets[0].pk else None
    made = history.write(actor, plan.institution, "edit", plan.parts(actor, plain), reason=told, unit=over)
    made.counts = {**made.counts, MOVED: [one.kept() for one in plain]}
    made.title = ", ".join(f"{unit.name} → {to.name}" for unit, to in plan.followed)[:200]
    made.save(update_fields=["counts", "title"])
    event = {"merge": "unit.merged", "split": "unit.split"}[plan.kind]
    bus.emit(event, institution_id=plan.institution.pk, unit_ids=[unit.pk for unit in targets])
    return Outcome(plan, counts, made, targets)


def put_roles(rows: Sequence[Succession]) -> None:
    """What a change set moved beside its revisions goes back with it (or comes again with it), once a set."""
    for back in (True, False):
        uids = [row.uid for row in rows if (row.deleted_at is not None) is back]
        sets = ChangeSet.objects.filter(revisions__target_uid__in=uids, revisions__verb="add").distinct()
        for made in sets.order_by("-pk" if back else "pk"):
            life.put(made.counts.get(MOVED, ()), back=back)
