"""What steps cost an institution: its own numbers instead of what the pack assumes. The only writer."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.evaluation.models import StepCost
from pendapa.evaluation.permissions import PLAN
from pendapa.evaluation.queries import editions
from pendapa.evaluation.rules import problems as rules
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution

Key = tuple[str, int]
Pair = tuple[str, str]
"""Cost and days as they were typed; empty: what the pack assumes."""
Own = tuple[Fraction | None, Fraction | None]


def key_text(key: Key) -> str:
    """How a step is named in a form: ``35.1_2``."""
    return f"{key[0]}_{key[1]}"


def set_costs(
    actor: Actor,
    institution: Institution,
    instrument: str,
    given: Mapping[Key, Pair],
    seen: Mapping[Key, Own],
) -> int:
    """Set cost and days of steps; an empty text takes the own number away. Gives how many steps changed.

    ``seen`` are the own numbers as the form showed them: what differs there from now was changed by others, and raises
    Conflict where this person changes the same step. Raises :class:`Refused` with a fault for each wrong number.
    """
    actor.require(PLAN, institution)
    wanted = _read(institution, instrument, given)
    with transaction.atomic():
        hold(institution)
        rows = StepCost.objects.filter(institution=institution, instrument=instrument, deleted_at=None)
        there = {(row.indicator, row.level): row for row in rows}
        writes = history.Writes()
        for key, pair in wanted.items():
            row = there.get(key)
            now = _own(row)
            if pair in (now, seen.get(key, (None, None))):
                continue
            if now != seen.get(key, (None, None)):
                raise history.Conflict([_("indicator %(number)s, level %(level)s") % _named(key)])
            _put(writes, row, institution, instrument, key, pair)
        if writes:
            history.write(actor, institution, "edit", writes)
    return len(writes.add) + len(writes.change) + len(writes.delete)


def _put(
    writes: history.Writes,
    row: StepCost | None,
    institution: Institution,
    instrument: str,
    key: Key,
    pair: Own,
) -> None:
    if pair == (None, None):
        if row is not None:
            row.cost, row.days = (_text(one) for one in _own(row))
            writes.delete.append(row)
        return
    if row is None:
        row = StepCost(institution=institution, instrument=instrument, indicator=key[0], level=key[1])
        writes.add.append(row)
    else:
        writes.change.append(row)
    row.cost, row.days = (_text(one) for one in pair)


def _text(value: Fraction | None) -> Any:
    """Two places, as the column keeps them: the history keeps numbers as text."""
    return None if value is None else scoring.display(value, 2)


def _own(row: StepCost | None) -> Own:
    if row is None:
        return None, None
    return (
        None if row.cost is None else Fraction(row.cost),
        None if row.days is None else Fraction(row.days),
    )


def _read(institution: Institution, instrument: str, given: Mapping[Key, Pair]) -> dict[Key, Own]:
    known = editions.known(institution).get(instrument)
    if known is None:
        raise Refused({"instrument": _("This instrument is not known here.")})
    numbers, levels = {one.number for one in known.indicators}, rules.steps(known)
    found: dict[Key, Own] = {}
    faults = {}
    for key, texts in given.items():
        if key[0] not in numbers or key[1] not in levels:
            faults[key_text(key)] = _("Indicator %(number)s has no step to level %(level)s.") % _named(key)
            continue
        pair: list[Fraction | None] = []
        for text in texts:
            value = rules.amount(text) if text.strip() else None
            if text.strip() and value is None:
                faults[key_text(key)] = _(
                    "Indicator %(number)s, level %(level)s: “%(given)s” is no amount. Write it as 40000000, 40.000.000 or 40 jt."
                ) % {**_named(key), "given": text.strip()[:40]}
            pair.append(value)
        found[key] = (pair[0], pair[1])
    if faults:
        raise Refused(faults)
    return found


def _named(key: Key) -> dict[str, str]:
    return {"number": str(key[0])[:20], "level": str(key[1])[:4]}
