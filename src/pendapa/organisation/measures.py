"""What the tree of OPD and the people say for the signals of the evaluation."""

from __future__ import annotations

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit

ROOM = "organisation"


def _holding(institution: Institution, role: str) -> set[int]:
    """OPD in which somebody holds a role today, for the OPD or a unit below it."""
    today = timezone.localdate()
    held = Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        institution=institution,
        role=role,
        accepted_at__isnull=False,
        user__is_active=True,
    )
    paths = held.order_by().values_list("unit__path", flat=True).distinct()
    return {int(path.split("/")[1]) for path in paths}


def _units_with_operator(institution: Institution) -> Reading:
    """How many OPD have an operator: two queries."""
    tops = Unit.objects.filter(institution=institution, parent=None, deleted_at=None).order_by("name", "pk")
    known, having = dict(tops.values_list("pk", "name")), _holding(institution, "operator")
    lacking = tuple(name for pk, name in known.items() if pk not in having)
    part, whole = len(known) - len(lacking), len(known)
    told = _("%(part)s of %(whole)s OPD have an operator of their own.") % {"part": part, "whole": whole}
    url = reverse("organisation:tree", args=[institution.code])
    return ports.share(part, whole, told, _("No OPD is registered."), url, lacking)


def _marks(institution: Institution) -> str:
    """Roles are given and end without an entry in the ledger."""
    held = Assignment.objects.filter(institution=institution)
    ended = Count("pk", filter=Q(valid_to__isnull=False) | Q(accepted_at=None) | Q(user__is_active=False))
    known = held.aggregate(n=Count("pk"), last=Max("pk"), ended=ended, until=Max("valid_to"))
    return f"{timezone.localdate()} {known}"


ports.register(
    f"{ROOM}.units_with_operator", gettext_lazy("OPD with an operator"), "share", ROOM, _units_with_operator
)
ports.stamp(ROOM, _marks)
