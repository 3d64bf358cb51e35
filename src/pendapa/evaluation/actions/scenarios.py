"""Verbs of scenarios: keep, change, share, delete. The only writers.

Whoever may read the levels of the institution may try others and keep them; a kept scenario belongs to its author, and a
shared one can be read by everybody there, never changed by others.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions.assessments import checked_levels
from pendapa.evaluation.models import Edition, Scenario
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution

MOST = 100
"""Scenarios that one person may keep in an institution."""
LONGEST = 200


def keep(
    actor: Actor,
    institution: Institution,
    name: str,
    instrument: str,
    edition: Edition | None,
    base: Mapping[str, str],
    levels: Mapping[str, str],
    *,
    shared: bool = False,
) -> Scenario:
    """Keep levels under a name. Raises :class:`Refused` for a missing name, wrong levels, or one scenario too many."""
    actor.require(VIEW, institution)
    known = editions.in_edition(instrument, edition)
    row = Scenario(
        institution=institution, name=_name(name), instrument=instrument, edition=edition, shared=shared,
        base=_levels(known, base), levels=_levels(known, levels), author=actor.user,
        author_name=actor.name, created_at=timezone.now(),
    )  # fmt: skip
    with transaction.atomic():
        hold(institution)
        mine = Scenario.objects.filter(institution=institution, author=actor.user, deleted_at=None)
        if mine.count() >= MOST:
            raise Refused(
                {
                    "name": _("You keep %(n)s scenarios already. Delete one that you no longer need.")
                    % {"n": MOST}
                }
            )
        history.write(actor, institution, "edit", history.Writes(add=[row]))
    return row


def change(
    actor: Actor,
    scenario: Scenario,
    version: int,
    *,
    name: str | None = None,
    levels: Mapping[str, str] | None = None,
    shared: bool | None = None,
) -> Scenario:
    """Change an own scenario. Raises :class:`Refused`, NotFound (another's) and Conflict."""
    row = _own(actor, scenario)
    if name is not None:
        row.name = _name(name)
    if levels is not None:
        row.levels = _levels(editions.in_edition(row.instrument, row.edition), levels)
    if shared is not None:
        row.shared = shared
    row.version = version
    with transaction.atomic():
        hold(row.institution)
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row


def delete(actor: Actor, scenario: Scenario, version: int) -> None:
    """Take an own scenario away; the history can bring it back. Raises NotFound (another's) and Conflict."""
    row = _own(actor, scenario)
    row.version = version
    with transaction.atomic():
        hold(row.institution)
        history.write(actor, row.institution, "edit", history.Writes(delete=[row]))


def _own(actor: Actor, scenario: Scenario) -> Scenario:
    """The row as it is now. What belongs to somebody else cannot be changed, whether it is shared or not."""
    actor.require(VIEW, scenario.institution)
    rows = Scenario.objects.select_related("edition", "institution").filter(pk=scenario.pk, deleted_at=None)
    row = rows.first()
    if row is None or not (actor.system or (actor.user is not None and row.author_id == actor.user.pk)):
        raise NotFound
    return row


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name:
        raise Refused({"name": _("Give the scenario a name, so that you find it again.")})
    if len(name) > LONGEST:
        raise Refused({"name": _("The name is longer than %(n)s characters. Shorten it.") % {"n": LONGEST}})
    return name


def _levels(instrument: object, levels: Mapping[str, str]) -> dict[str, str]:
    kept = checked_levels(instrument, levels)  # type: ignore[arg-type]
    return {number: level for number, level in kept.items() if level is not None}
