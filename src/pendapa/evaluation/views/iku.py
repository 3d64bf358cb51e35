"""The index as IKU: choose, see target and realisation beside it, write a year."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import iku as actions
from pendapa.evaluation.permissions import RUN, VIEW
from pendapa.evaluation.queries import iku as queries
from pendapa.evaluation.queries.assessments import short_title
from pendapa.evaluation.views.common import room
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.regulations import packs


@page(VIEW)
@require_safe
def iku(request: PageRequest) -> HttpResponse:
    """Target, realisation and index of each year."""
    known = queries.iku(request.actor, request.institution)
    measured = [one for one in known.years if one.point]
    last = measured[-1] if measured else None
    context = room(request, "iku") | {
        "iku": known,
        "last": last,
        "gap": _gap(last),
        "open": sum(1 for one in known.years if one.differs),
        "may_run": request.actor.may(RUN, request.institution),
        "models": [(one.id, short_title(one.title)) for one in packs.instruments()],
        "mixed": len({one.point.instrument for one in measured if one.point}) > 1,
    }
    return render(request, "evaluation/iku.html", context)


def _gap(last: queries.Year | None) -> Decimal | None:
    """The rounded index minus the target of its year; None where one of both is no number."""
    if last is None:
        return None
    try:
        return Decimal(last.written) - Decimal(last.target)
    except ArithmeticError:
        return None


@page(RUN)
@require_POST
def iku_choose(request: PageRequest) -> HttpResponse:
    """Say which IKU the index is."""
    try:
        actions.choose(
            request.actor, request.institution, request.POST.get("element", ""), request.POST.get("instrument", "")
        )  # fmt: skip
        messages.success(request, _("The choice is saved."))
    except Refused as error:
        messages.warning(request, str(error))
    return redirect("evaluation:iku", institution=request.institution.code)


@page(VIEW)
@require_POST
def iku_write(request: PageRequest, year: int) -> HttpResponse:
    """Write the index of a year into the IKU."""
    version = whole(request.POST.get("version", "")) or 0
    try:
        made = actions.write_year(request.actor, request.institution, year, version)
    except Refused as error:
        messages.warning(request, str(error))
    except Conflict:
        messages.warning(request, _("This IKU was changed meanwhile. Look at it again."))
    else:
        if made.draft:
            messages.info(request, _("Proposed; it counts once the proposal is accepted."))
        else:
            messages.success(request, _("The realisation of %(year)s is written.") % {"year": year})
    return redirect("evaluation:iku", institution=request.institution.code)
