"""What hangs on an OPD in the roadmap moves along when it is merged or split; and whether a request stands in the roadmap."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pendapa.clearance import ports as clearance
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation import life
from pendapa.roadmap.models import Action, Commitment, Initiative, InitiativePartner, Programme
from pendapa.roadmap.queries import origins, reach

NAMED = 12
Rules = dict[int | None, life.Rule]
R = TypeVar("R", bound=Recorded)


class _Move:
    """One change of units, worked out for the things of this room: ``done`` gathers what is written."""

    def __init__(self, institution: Institution, moves: life.Moves) -> None:
        self.institution = institution
        self.rules: Rules = {unit.pk: rule for unit, rule in moves.items()}
        self.units = list(self.rules)
        self.done = life.Moved()
        self.owners: dict[int, int | None] = {}

    def initiatives(self) -> None:
        """Each to where it was handed, else to who takes the rest over."""
        rows = Initiative.objects.filter(institution=self.institution, unit__in=self.units, deleted_at=None)
        for row in rows.select_related("unit").order_by("pk"):
            self._go(row, self._to(row.unit_id, row.uid))
            self.owners[row.pk] = row.unit_id

    def partners(self) -> None:
        """A partner that would be there twice, or would be its own owner, goes."""
        live = InitiativePartner.objects.filter(institution=self.institution, deleted_at=None)
        mine = live.filter(initiative__deleted_at=None).select_related("unit", "initiative").order_by("pk")
        touched = set(mine.filter(unit__in=self.units).values_list("initiative", flat=True)) | set(
            self.owners
        )
        there: dict[int, set[int]] = defaultdict(set)
        going: list[InitiativePartner] = []
        for row in mine.filter(initiative__in=touched):
            owner = self.owners.get(row.initiative_id, row.initiative.unit_id)
            if row.unit_id in self.rules:
                going.append(row)
            elif row.unit_id == owner:
                self.done.writes.delete.append(self._own(row))
            else:
                there[row.initiative_id].add(row.unit_id)
        for row in going:
            to = self._to(row.unit_id, row.uid)
            if to is None or to.pk == row.unit_id:
                continue
            owner = self.owners.get(row.initiative_id, row.initiative.unit_id)
            if to.pk == owner or to.pk in there[row.initiative_id]:
                self.done.writes.delete.append(self._own(row))
            else:
                there[row.initiative_id].add(to.pk)
                self._go(row, to)

    def actions(self) -> None:
        """An action of the owner follows its initiative, another one its unit."""
        rows = Action.objects.filter(institution=self.institution, unit__in=self.units, deleted_at=None)
        for row in rows.select_related("unit", "initiative").order_by("pk"):
            rule = self.rules[row.unit_id]
            same = row.initiative.unit_id == row.unit_id
            self._go(row, rule.named.get(row.uid) or rule.of(row.initiative.uid if same else row.uid))

    def commitments(self) -> None:
        """What a head committed to binds who takes the work over; its approval stays as it was."""
        rows = Commitment.objects.filter(institution=self.institution, unit__in=self.units, deleted_at=None)
        for row in rows.select_related("unit").order_by("pk"):
            self._go(row, self._to(row.unit_id, row.uid))

    def programmes(self) -> None:
        """Lines of the budget, as far as they go along."""
        for row, to in lines_going(self.institution, self.rules):
            self._go(row, to)

    def _to(self, unit: int | None, uid: UUID) -> Unit | None:
        return self.rules[unit].of(uid)

    def _own(self, row: R) -> R:
        row.institution = self.institution
        return row

    def _go(
        self, row: Initiative | InitiativePartner | Action | Commitment | Programme, to: Unit | None
    ) -> None:
        if to is not None and to.pk != row.unit_id:
            row.institution, row.unit = self.institution, to
            self.done.writes.change.append(row)


def lines_going(institution: Institution, rules: Rules) -> list[tuple[Programme, Unit]]:
    """Lines of the budget and where they go. One that the successor has already of that year and code stays in the budget of
    the unit that ended, with what was planned on it: two ceilings become one by a revised budget, not here."""
    live = Programme.objects.filter(institution=institution, deleted_at=None).select_related("unit")
    wanted = [
        (row, to)
        for row in live.filter(unit__in=list(rules)).order_by("name", "pk")
        if (to := rules[row.unit_id].of(row.uid)) is not None and (to.pk is None or to.pk != row.unit_id)
    ]
    known = live.filter(unit__in={to.pk for _row, to in wanted if to.pk is not None})
    there: set[tuple[int, str, object]] = set(known.values_list("year", "code", "unit"))
    found = []
    for row, to in wanted:
        key = (row.year, row.code, to.pk or to.name)  # a unit of a preview is not stored yet
        if key not in there:
            there.add(key)
            found.append((row, to))
    return found


@life.mover
def _move(actor: Actor, institution: Institution, moves: life.Moves) -> life.Moved:
    """Initiatives, partners, actions, commitments and programmes follow what becomes of their unit; baselines do not."""
    move = _Move(institution, moves)
    for step in (move.initiatives, move.partners, move.actions, move.commitments, move.programmes):
        step()
    return move.done


@life.counter
def _count(actor: Actor, institution: Institution, moves: life.Moves) -> list[life.Counted]:
    """Each kind by where it goes."""
    kinds: tuple[tuple[str, type[Recorded], str], ...] = (
        (_("Initiatives"), Initiative, "title"),
        (_("Actions of the action plan"), Action, "title"),
        (_("Commitments"), Commitment, "title"),
    )
    units = {unit.pk: rule for unit, rule in moves.items()}
    found = []
    for title, model, field in kinds:
        going: dict[str, list[str]] = defaultdict(list)
        rows: QuerySet[Any] = model._default_manager.all()
        rows = rows.filter(institution=institution, unit__in=list(units), deleted_at=None)
        for name, uid, unit in rows.order_by(field, "pk").values_list(field, "uid", "unit"):
            if (to := units[unit].of(uid)) is not None:
                going[to.name].append(name)
        found += [life.Counted(title, len(names), names[:NAMED], to) for to, names in going.items()]
    lines: dict[str, list[str]] = defaultdict(list)
    for row, goal in lines_going(institution, dict(_Move(institution, moves).rules)):
        lines[goal.name].append(row.name)
    title = _("Lines of the budget")
    return found + [life.Counted(title, len(names), names[:NAMED], to) for to, names in lines.items()]


@life.things
def _things(actor: Actor, institution: Institution, unit: Unit) -> list[life.Thing]:
    """Initiatives and commitments of a unit that can be handed to one part of a split; actions follow their initiative."""
    rows = reach.initiatives(actor, institution).filter(unit=unit).order_by("title", "pk")
    found = [life.Thing(one.uid, one.title, one.code, _("Initiative")) for one in rows]
    committed = reach.commitments(actor, institution).filter(unit=unit).order_by("title", "pk")
    return found + [life.Thing(one.uid, one.title, "", _("Commitment")) for one in committed]


clearance.offer_roadmap(origins.lines_of_request)
