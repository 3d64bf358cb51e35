"""The place of proposals in the navigation."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.permissions import DRAFTS
from pendapa.kernel.review import queries
from pendapa.kernel.review.rules import steps_of
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import navigation
from pendapa.kernel.waiting import duties
from pendapa.kernel.waiting.duties import Duty
from pendapa.kernel.waiting.ports import MOST, Waiting, offer


def _to_decide(actor: Actor, institution: Institution) -> list[Waiting]:
    """Proposals on which this person decides now."""
    if not steps_of(institution.settings):
        return []
    return [
        Waiting(
            title=queries.title(one),
            detail=_("%(author)s asks: %(step)s")
            % {"author": one.author_name, "step": queries.step_label(one.step)},
            url=reverse("review:set", args=[institution.code, one.uid]),
            since=one.submitted_at,
            kind="review",
            action=_("Decide"),
        )
        for one in queries.waiting_for(actor, institution)[:MOST]
    ]


def _count_to_decide(actor: Actor, institution: Institution) -> int:
    return queries.waiting_for(actor, institution).count() if steps_of(institution.settings) else 0


def _to_mend(actor: Actor, institution: Institution) -> list[Waiting]:
    """The own proposals that came back."""
    own = queries.own(actor, institution).filter(state="returned")
    return [
        Waiting(
            title=queries.title(one),
            detail=_("Came back to be mended"),
            url=reverse("review:set", args=[institution.code, one.uid]),
            since=one.created_at,
            kind="returned",
            action=_("Mend"),
        )
        for one in own[:MOST]
    ]


def _drafts(actor: Actor, institution: Institution) -> list[Waiting]:
    """The own draft that nobody has been given to read."""
    own = queries.own(actor, institution).filter(state="draft")
    return [
        Waiting(
            title=queries.title(one),
            detail=_("Not handed in yet"),
            url=reverse("review:set", args=[institution.code, one.uid]),
            since=one.drafted_at,
            kind="draft",
            action=_("Hand in"),
        )
        for one in own[:MOST]
    ]


def _unit_duties(actor: Actor, institution: Institution, unit: Unit) -> list[Duty]:
    """What of a unit waits to be decided, as far as the actor may see it."""
    found = queries.visible(actor, institution).filter(state="submitted", unit__path__startswith=unit.path)
    url = reverse("review:list", args=[institution.code])
    return [Duty(_("Proposals under review"), found.count(), url)]


offer(
    "review",
    gettext_lazy("Proposals to decide on"),
    _to_decide,
    count=_count_to_decide,
    order=10,
    icon="file-certificate",
)
offer(
    "returned",
    gettext_lazy("Proposals to mend"),
    _to_mend,
    count=lambda actor, institution: queries.own(actor, institution).filter(state="returned").count(),
    order=20,
    icon="edit",
)
offer(
    "drafts",
    gettext_lazy("Drafts to hand in"),
    _drafts,
    count=lambda actor, institution: queries.own(actor, institution).filter(state="draft").count(),
    order=60,
    icon="upload",
)
duties.offer("review", _unit_duties, order=10)
navigation.add(
    "review",
    gettext_lazy("Proposals"),
    "file-certificate",
    "review:list",
    15,
    permission=DRAFTS,
    group=navigation.MORE,
)
