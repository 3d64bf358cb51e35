"""Choose which IKU the index is, and write the index of a year into it as its realisation."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.architecture import actions as architecture
from pendapa.architecture.outcomes import Outcome
from pendapa.evaluation.models import IkuLink
from pendapa.evaluation.permissions import RUN, VIEW
from pendapa.evaluation.queries import iku as queries
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs


def choose(actor: Actor, institution: Institution, element: str, instrument: str = "") -> IkuLink | None:
    """Say which IKU the index is; an empty ``element`` takes the choice away. ``instrument`` empty: whatever measured the year.

    Raises :class:`Refused`, NotFound.
    """
    actor.require(RUN, institution)
    if instrument and instrument not in packs.instrument_ids():
        known = ", ".join(packs.instrument_ids())
        raise Refused(
            _("“%(given)s” is no known instrument. Accepted: %(known)s.")
            % {"given": instrument[:40], "known": known}
        )
    chosen = next((one for one in queries.choices(actor, institution) if str(one.uid) == element), None)
    if element and chosen is None:
        raise Refused(_("Choose one of the IKU of the strategy map."))
    with transaction.atomic():
        hold(institution)
        link = queries.link_of(institution)
        if chosen is None:
            if link is not None:
                history.write(actor, institution, "edit", history.Writes(delete=[link]))
            return None
        if link is None:
            link = IkuLink(institution=institution, element=chosen.uid, instrument=instrument)
            history.write(actor, institution, "edit", history.Writes(add=[link]))
        elif (link.element, link.instrument) != (chosen.uid, instrument):
            link.element, link.instrument = chosen.uid, instrument
            history.write(actor, institution, "edit", history.Writes(change=[link]))
    return link


def write_year(actor: Actor, institution: Institution, year: int, version: int) -> Outcome:
    """Write the index of ``year``, rounded as reports print it, into the realisation of the IKU read at ``version``.

    The right is that of the architecture, and so is the path of review. Raises :class:`Refused`, Conflict, NotFound.
    """
    actor.require(VIEW, institution)
    known = queries.iku(actor, institution)
    if known.element is None or known.link is None:
        raise NotFound
    point = queries.points_by_year(actor, institution, known.link.instrument).get(year)
    if point is None:
        raise Refused(_("No index of %(year)s is known.") % {"year": year})
    kept = known.element.attributes.get(queries.RESULT) or {}
    if not isinstance(kept, Mapping):
        raise Refused(
            _(
                "The realisation of this IKU is a text without years (“%(text)s”). Put it in order in the strategy map first."
            )
            % {"text": str(kept)[:60]}
        )
    values = {**kept, str(year): scoring.display(point.index)}
    return architecture.change_element(
        actor, known.element, version=version, attributes={queries.RESULT: values}
    )
