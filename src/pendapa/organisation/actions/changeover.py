"""What a merge or a split would do, worked out before anything is written: the preview tells it, the verb does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Writes
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit
from pendapa.organisation import life, queries
from pendapa.organisation.life import Moves, Plain, Rule
from pendapa.organisation.models import Succession, UnitAlias
from pendapa.organisation.rules.life import day_before


@dataclass(frozen=True)
class Seat:
    """What becomes of one role: ``how`` is ``moves``, or ``doubles`` where the person has the same role there already."""

    held: Assignment
    to: Unit
    how: str
    known: Assignment | None = None
    name: str = ""


@dataclass
class Changeover:
    """Units that begin, end and change their place, and where what hangs on them goes. ``faults`` forbid it.

    ``ended`` pairs a unit with the one that inherits its names (``None``: nobody does).
    """

    institution: Institution
    kind: str
    on: date
    decree: str = ""
    opened: list[Unit] = field(default_factory=list)
    ended: list[tuple[Unit, Unit | None]] = field(default_factory=list)
    moved: list[tuple[Unit, Unit]] = field(default_factory=list)
    followed: list[tuple[Unit, Unit]] = field(default_factory=list)
    moves: dict[Unit, Rule] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    aliases: list[UnitAlias] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def last_day(self) -> date:
        """The last day of what ends."""
        return day_before(self.on)

    # ---- working out

    def settle(self, places: dict[int, dict[int, Unit]] | None = None) -> None:
        """Seats, names and collisions, once units and moves are told. ``places``: unit → role → where it goes."""
        self._check_new_units()
        self._check_places()
        self._seat_people(places or {})
        self._pass_names_on()

    def _check_new_units(self) -> None:
        live = Unit.objects.filter(institution=self.institution, deleted_at=None)
        seen: set[str] = set()
        for unit in self.opened:
            code = unit.code.casefold()
            taken = live.filter(code__iexact=unit.code).first()
            if taken or code in seen:
                self.faults.append(
                    _("The code “%(code)s” belongs to %(name)s. Codes are not used again: give another one.")
                    % {"code": unit.code, "name": taken.name if taken else unit.name}
                )
            seen.add(code)

    def _check_places(self) -> None:
        """No two open units of one name in one place."""
        gone = {unit.pk for unit, _heir in self.ended} | {unit.pk for unit, _to in self.moved}
        live = Unit.objects.filter(
            queries.not_over(self.on), institution=self.institution, deleted_at=None
        ).exclude(pk__in=gone)
        coming = [(unit, unit.parent) for unit in self.opened] + list(self.moved)
        here: dict[tuple[Any, str], Unit] = {}
        for unit, place in coming:
            stored = place is None or bool(place.pk)
            standing = live.filter(parent=place, name_key=unit.name_key).first() if stored else None
            key = ((place and place.pk) if stored else id(place), unit.name_key)
            twin = standing or here.get(key)
            here[key] = unit
            if twin is not None:
                self.faults.append(
                    _("In this place there is already a unit of that name: %(name)s (%(code)s).")
                    % {"name": twin.name, "code": twin.code}
                )

    def _seat_people(self, places: dict[int, dict[int, Unit]]) -> None:
        held = Assignment.objects.filter(
            queries.not_over(self.on), institution=self.institution, unit__in=list(self.moves)
        ).select_related("user", "unit")
        names = queries.known_names(self.institution)
        standing = self._standing()
        for one in held.order_by("unit__code", "role", "user__name", "pk"):
            rule = next(rule for unit, rule in self.moves.items() if unit.pk == one.unit_id)
            to = places.get(one.unit_id or 0, {}).get(one.pk, rule.rest)
            if to is None:
                continue
            key = (one.user_id, one.role, to.pk or id(to))
            known = standing.get(key)
            double = known is not None and not (known.valid_to and known.valid_to < self.on)
            name = names.get(one.user_id, one.user.name)
            self.seats.append(Seat(one, to, "doubles" if double else "moves", known, name))
            if not double:
                standing[key] = one
        self._doubt_heads()

    def _standing(self) -> dict[tuple[int, str, int], Assignment]:
        targets = {unit.pk for rule in self.moves.values() for unit in _targets(rule) if unit.pk}
        places = {to.pk for _unit, to in self.ended if to is not None and to.pk}
        held = Assignment.objects.filter(institution=self.institution, unit__in=targets | places)
        return {(one.user_id, one.role, one.unit_id or 0): one for one in held.select_related("user", "unit")}

    def _doubt_heads(self) -> None:
        """Two heads of one office: somebody must end or hand over one of the roles."""
        heads: dict[int, list[str]] = {}
        units: dict[int, Unit] = {}
        for seat in self.seats:
            if seat.held.role == "head" and seat.how == "moves":
                key = seat.to.pk or id(seat.to)
                units[key] = seat.to
                heads.setdefault(key, []).append(seat.name)
        there = Assignment.objects.filter(
            queries.holding(self.on), role="head", unit__in=[unit.pk for unit in units.values() if unit.pk]
        )
        names = queries.known_names(self.institution)
        for one in there.select_related("user"):
            if one.unit_id in heads:
                heads[one.unit_id].append(names.get(one.user_id, one.user.name))
        for key, people in heads.items():
            if len(people) > 1:
                self.doubts.append(
                    _("%(unit)s will have several heads: %(names)s. Hand over or end what is too much.")
                    % {"unit": units[key].name, "names": ", ".join(people)}
                )

    def _pass_names_on(self) -> None:
        """Old names, short names, codes and aliases lead to the successor, as far as they lead nowhere else."""
        ending = {unit.pk for unit, _heir in self.ended}
        live = Unit.objects.filter(queries.not_over(self.on), institution=self.institution, deleted_at=None)
        open_units = {unit.name_key: unit for unit in live.exclude(pk__in=ending)}
        aliases: dict[int, list[UnitAlias]] = {}
        taken: dict[str, Unit] = dict(open_units)
        for alias in UnitAlias.objects.filter(institution=self.institution, deleted_at=None).select_related(
            "unit"
        ):
            aliases.setdefault(alias.unit_id, []).append(alias)
            if alias.unit_id not in ending and not queries.is_closed(alias.unit):
                taken.setdefault(alias.key, alias.unit)
        for unit in self.opened:
            taken[unit.name_key] = unit
        for unit, heir in self.ended:
            if heir is None:
                continue
            told = [(unit.name, unit.valid_from), (unit.short_name, unit.valid_from), (unit.code, None)]
            told += [(alias.name, alias.valid_from) for alias in aliases.get(unit.pk, [])]
            for name, since in told:
                self._pass_on(name, since, heir, taken)

    def _pass_on(self, name: str, since: date | None, heir: Unit, taken: dict[str, Unit]) -> None:
        if not any(letter.isalnum() for letter in name):
            return
        since = None if since and since > self.last_day else since
        alias = UnitAlias(
            institution=self.institution, unit=heir, name=name, valid_from=since, valid_to=self.last_day
        )
        alias.derive()
        other = taken.get(alias.key)
        if other is None:
            taken[alias.key] = heir
            self.aliases.append(alias)
        elif other is not heir and other.pk != (heir.pk or -1):
            self.doubts.append(
                _("The name “%(name)s” leads to %(unit)s already and stays there.")
                % {"name": name, "unit": other.name}
            )

    # ---- doing

    def parts(self, actor: Actor, plain: list[Plain]) -> Iterator[Writes]:
        """The writes, one after the other; what is not recorded goes into ``plain``."""
        if self.opened:
            yield Writes(add=list(self.opened))
        changed: list[Recorded] = []
        for unit, to in self.moved:
            unit.parent = to
            changed.append(unit)
        for unit, _heir in self.ended:
            unit.valid_to = self.last_day
            changed.append(unit)
        for one in changed:
            one.institution = self.institution
        yield Writes(change=changed)
        chain: list[Recorded] = [
            Succession(
                institution=self.institution,
                kind=self.kind,
                source=unit,
                target=to,
                on=self.on,
                decree=self.decree,
            )
            for unit, to in self.followed
        ]
        yield Writes(add=[*self.aliases, *chain])
        for move in life.movers():
            moved = move(actor, self.institution, self.moves)
            plain += moved.plain
            if moved.writes:
                yield moved.writes
        for seat in self.seats:
            plain += self._seat(seat)

    def _seat(self, seat: Seat) -> list[Plain]:
        held, to = seat.held, seat.to
        ahead = held.accepted_at is None or bool(held.valid_from and held.valid_from >= self.on)
        if seat.how == "doubles":
            return self._double(seat, ahead)
        if seat.known is not None:  # held there before, over since: it begins anew
            old = self._end(held, ahead)
            fresh = {"valid_from": self.on, "valid_to": held.valid_to, "acting": held.acting}
            return [*old, life.set_plain(seat.known, **fresh, taken_over_from_id=None if ahead else held.pk)]
        if ahead:
            return [life.set_plain(held, unit_id=to.pk)]
        new = Assignment.objects.create(
            user_id=held.user_id,
            institution=self.institution,
            unit=to,
            role=held.role,
            valid_from=self.on,
            valid_to=held.valid_to,
            acting=held.acting,
            accepted_at=held.accepted_at,
            taken_over_from=held,
        )
        return [*self._end(held, ahead), Plain(new._meta.label_lower, new.pk, None, life.whole(new))]

    def _double(self, seat: Seat, ahead: bool) -> list[Plain]:
        """The same role of the same person in both: the old one ends, the other holds as long as either did."""
        held = seat.held
        known = Assignment.objects.filter(
            user_id=held.user_id, institution=self.institution, unit=seat.to, role=held.role
        ).first()
        done = self._end(held, ahead)
        if known is not None and known.valid_to and (held.valid_to is None or held.valid_to > known.valid_to):
            done.append(life.set_plain(known, valid_to=held.valid_to))
        return done

    def _end(self, held: Assignment, ahead: bool) -> list[Plain]:
        if ahead:
            before = life.whole(held)
            pk = held.pk
            held.delete()
            return [Plain(held._meta.label_lower, pk, before, None)]
        return [life.set_plain(held, valid_to=self.last_day)]


def _targets(rule: Rule) -> Sequence[Unit]:
    return [*([rule.rest] if rule.rest is not None else []), *rule.named.values()]


def reach(moves: Moves) -> list[Unit]:
    """The units to which something goes."""
    found: dict[int, Unit] = {}
    for rule in moves.values():
        for unit in _targets(rule):
            found[id(unit)] = unit
    return list(found.values())
