"""Reads of scenarios: own ones and those that others shared."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from pendapa.evaluation.models import Assessment, Edition, Scenario
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import assessments, editions
from pendapa.evaluation.rules import scenarios as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.instruments import Instrument


@dataclass(frozen=True)
class Start:
    """Where a try sets out: an instrument in an edition, the levels, and how an address names it.

    ``sheet`` is the assessment whose levels they are; None for an empty sheet.
    """

    instrument: Instrument
    edition: Edition | None
    levels: dict[str, str]
    key: str
    sheet: Assessment | None = None


def visible(actor: Actor, institution: Institution) -> QuerySet[Scenario]:
    """The scenarios that the actor may read, the newest first."""
    rows = Scenario.objects.filter(institution=institution, deleted_at=None)
    rows = rows.select_related("edition", "institution").defer("edition__content", "edition__overlay")
    if not actor.may(VIEW, institution):
        return rows.none()
    if not actor.system:
        rows = rows.filter(Q(shared=True) | Q(author__isnull=False, author=actor.user))
    return rows.order_by("-created_at", "-pk")


def scenario(actor: Actor, institution: Institution, uid: UUID | str) -> Scenario:
    """One scenario. Raises NotFound for what is absent or not to be seen."""
    row = visible(actor, institution).filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def some(actor: Actor, institution: Institution, uids: list[UUID]) -> list[Scenario]:
    """Those of ``uids`` that the actor may read, in their order."""
    found = {row.uid: row for row in visible(actor, institution).filter(uid__in=uids)}
    return [found[uid] for uid in uids if uid in found]


def is_own(actor: Actor, row: Scenario) -> bool:
    """May the actor change it?"""
    return actor.system or (actor.user is not None and row.author_id == actor.user.pk)


def instrument(row: Scenario) -> Instrument:
    """The instrument in the edition with which the scenario was kept."""
    return editions.in_edition(row.instrument, row.edition)


def outcome(row: Scenario) -> rules.Outcome:
    """What the levels of a scenario give."""
    return rules.outcome(instrument(row), row.levels)


def starts(actor: Actor, institution: Institution) -> list[Start]:
    """Every sheet of levels that one can set out from, the newest first, and an empty one of each instrument."""
    rows = [_of_sheet(row) for row in assessments.assessments(actor, institution) if row.levels]
    empty = [Start(one, None, {}, id) for id, one in editions.known(institution).items()]
    return rows + empty


def start(actor: Actor, institution: Institution, key: str) -> Start:
    """What ``dari=`` of an address names: ``2026-spbe-2020-self`` or an instrument. Raises NotFound."""
    year, _dash, rest = key.partition("-")
    instrument_id, _dash, stage = rest.rpartition("-")
    number = whole(year, 4)
    if number is not None and instrument_id and stage in assessments.STAGE_ORDER:
        return _of_sheet(assessments.assessment(actor, institution, number, instrument_id, stage))
    known = editions.known(institution)
    if key not in known:
        raise NotFound
    edition = editions.newest(institution, key)
    plain = edition is None or editions.is_plain(edition)
    return Start(known[key], None if plain else edition, {}, key)


def newest(actor: Actor, institution: Institution) -> Start | None:
    """The sheet that is being worked on; None while there is none with levels."""
    row = assessments.current(actor, institution)
    return _of_sheet(row) if row is not None and row.levels else None


def key_of(row: Assessment) -> str:
    """How an address names a sheet."""
    return f"{row.year}-{row.instrument}-{row.stage}"


def _of_sheet(row: Assessment) -> Start:
    known = editions.of(row)
    numbers = {one.number for one in known.indicators}
    levels = {number: level for number, level in row.levels.items() if number in numbers}
    return Start(known, row.cycle.edition, levels, key_of(row), row)
