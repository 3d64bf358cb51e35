"""What the requests for new IT spending say for the signals of the evaluation.

An OPD reads its own requests only, so these are told to who reads the requests of all.
"""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.permissions import WHOLE
from pendapa.clearance.rules import flow
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.tenancy.models import Institution

ROOM = "clearance"


def _numbers(institution: Institution) -> tuple[int, int]:
    """(decided, handed in) of this budget year and the one before and after."""

    def count() -> tuple[int, int]:
        year = timezone.localdate().year
        rows = ClearanceRequest.objects.filter(
            institution=institution, deleted_at=None, year__range=(year - 1, year + 1), number__isnull=False
        ).exclude(state=flow.WITHDRAWN)
        known = rows.aggregate(n=Count("pk"), decided=Count("pk", filter=Q(state=flow.DECIDED)))
        return known["decided"], known["n"]

    return ports.once("clearance.numbers", institution, count)


def _decided(institution: Institution) -> Reading:
    part, whole = _numbers(institution)
    url = reverse("clearance:list", args=[institution.code])
    told = _("%(n)s requests for new IT spending are decided for these budget years.")
    if not whole:
        return Reading(
            None, _("No request for new IT spending was handed in for these budget years."), 0, url
        )
    return ports.count(part, told % {"n": part}, url)


def _share(institution: Institution) -> Reading:
    part, whole = _numbers(institution)
    told = _("%(part)s of %(whole)s requests for new IT spending are decided for these budget years.")
    return ports.share(
        part, whole, told % {"part": part, "whole": whole},
        _("No request for new IT spending was handed in for these budget years."),
        reverse("clearance:list", args=[institution.code]),
    )  # fmt: skip


ports.register(
    f"{ROOM}.decided", gettext_lazy("Decided requests for IT spending"), "count", ROOM, _decided, needs=WHOLE
)
ports.register(
    f"{ROOM}.decided_share", gettext_lazy("Share of requests for IT spending that are decided"), "share", ROOM, _share, needs=WHOLE
)  # fmt: skip
