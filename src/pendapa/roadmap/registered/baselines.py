"""Baselines and reviews with the history; what was frozen is not taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.actions import baselines, roadmaps
from pendapa.roadmap.models import Baseline, Roadmap, RoadmapReview
from pendapa.roadmap.queries import reach
from pendapa.roadmap.registered import roadmaps as _roadmaps  # noqa: F401  (what a baseline points to is registered first)


def _names(row: Recorded) -> dict[str, str]:
    names = {}
    if isinstance(row, Baseline | RoadmapReview):
        names["roadmap"] = str(row.roadmap)
    if isinstance(row, RoadmapReview) and row.baseline is not None:
        names["baseline"] = str(row.baseline)
    return names


def _seen(model: type[Baseline] | type[RoadmapReview]) -> history.Visible:
    def visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
        open_ = reach.roadmaps(actor, institution).order_by().values("pk")
        rows: QuerySet[Any] = model._default_manager.all()
        rows = rows.filter(institution=institution, uid__in=uids, roadmap__in=open_)
        return set(rows.values_list("uid", flat=True))

    return visible


history.register(Baseline, names=_names, visible=_seen(Baseline), title=_("Baseline of a roadmap"))
history.register(RoadmapReview, names=_names, visible=_seen(RoadmapReview), title=_("Review of a roadmap"))


@undoing.guard(Baseline.recorded_type)
def _frozen(actor: Actor, rows: Sequence[Recorded]) -> None:
    if rows:
        raise undoing.Refused(
            gettext("A baseline is what was set then: it stays as it was frozen. Freeze a new one instead.")
        )


@undoing.guard(Roadmap.recorded_type)
def _has_baseline(actor: Actor, rows: Sequence[Recorded]) -> None:
    """A roadmap that was frozen does not go away, nor behind its decree; its texts may still be put back."""
    now = {row.uid: row for row in Roadmap.objects.filter(uid__in=[row.uid for row in rows])}
    held = []
    for row in rows:
        known = now[row.uid]
        goes = history.plain_values(row) == history.plain_values(known)
        if isinstance(row, Roadmap) and (goes or row.state != known.state):
            held.append(row.pk)
    if Baseline.objects.filter(roadmap__in=held, deleted_at=None).exists():
        raise undoing.Refused(
            gettext("This roadmap has a baseline: it stays. End it on its own page instead.")
        )


roadmaps.on_decree(baselines.freeze)
