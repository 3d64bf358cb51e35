"""The page of reminders: the own digests and ways for everybody, the ladder of the institution for the secretariat."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.notices import actions, choices, forms, mail, queries, rules, whatsapp, words
from pendapa.kernel.notices.forms import ChoicesForm, ReachForm
from pendapa.kernel.notices.permissions import REMINDERS, SET_LADDER
from pendapa.kernel.refusing import blame
from pendapa.regulations import packs

INVALID, TAKEN = 422, 409
AT_ONCE = 500


@require_safe
@never_cache
@page(REMINDERS)
def mine(request: PageRequest) -> HttpResponse:
    """The own digests, the own ways, and the ladder."""
    return _page(request)


@require_POST
@never_cache
@page(REMINDERS)
def reach(request: PageRequest) -> HttpResponse:
    """Choose the own ways."""
    form = ReachForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.set_reach(
                request.actor,
                request.institution,
                email=said["email"],
                whatsapp_too=said["whatsapp"],
                phone=said["phone"],
            )
        except actions.Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("From now on you are told this way."))
            return redirect("notices:mine", request.institution.code)
    return _page(request, reach_form=form, status=INVALID)


@require_POST
@never_cache
@page(SET_LADDER)
def choose(request: PageRequest) -> HttpResponse:
    """Set ladder, quiet hours, days of work and ways of the institution."""
    form = ChoicesForm(request.POST)
    rows, steps, fault = forms.read_ladder(request.POST)
    status = INVALID
    if form.is_valid() and not fault:
        said = form.cleaned_data
        wanted = choices.Choices(
            steps, said["quiet_from"], said["quiet_until"], frozenset(said["workdays"]), said["email"], said["whatsapp"]
        )  # fmt: skip
        try:
            actions.set_choices(request.actor, request.institution, wanted, said["mark"])
        except actions.Refused as refused:
            if refused.field == "ladder":
                fault = str(refused)
            else:
                blame(form, refused)
        except actions.Conflict:
            status = TAKEN
            form.add_error(
                None,
                _(
                    "Somebody else changed these settings meanwhile. Yours stand below: compare, then save again."
                ),
            )
            request.institution.refresh_from_db()
            data = request.POST.copy()
            data["mark"] = choices.of(request.institution).mark
            form.data = data
        else:
            messages.success(
                request, _("From now on reminders go this way. What was told is not told again.")
            )
            return redirect("notices:mine", request.institution.code)
    return _page(request, choices_form=form, rows=rows, fault=fault, status=status)


@require_safe
@never_cache
@page(REMINDERS)
def digest(request: PageRequest, uid: UUID) -> HttpResponse:
    """One of the own digests."""
    found = queries.digest(request.actor, request.institution, uid)
    facts = {
        "notice": found,
        "subject": words.subject(found.items, found.day),
        "lines": words.lines(found.items, found.day),
    }
    return render(request, "notices/digest.html", facts)


@require_POST
@page(REMINDERS)
def read(request: PageRequest, uid: UUID) -> HttpResponse:
    """Mark one of the own digests as read."""
    actions.read(request.actor, request.institution, uid)
    return _back(request)


@require_POST
@page(REMINDERS)
def remind(request: PageRequest) -> HttpResponse:
    """Remind of one or several things (``key``) by one tap. The right is asked for each thing, as its room set it."""
    keys = request.POST.getlist("key")[:AT_ONCE]
    done = actions.remind_many(request.actor, request.institution, keys)
    names = ", ".join(done.names[:5]) + (" …" if len(done.names) > 5 else "")
    if request.headers.get("HX-Request") == "true":
        return render(request, "notices/reminded.html", {"names": names})
    if done.names:
        messages.success(request, _("Reminded: %(names)s.") % {"names": names})
    else:
        messages.info(request, _("They were reminded of this today already, or there is nobody to remind."))
    return _back(request)


def _back(request: PageRequest) -> HttpResponse:
    """To the page that asked, as far as it is one of ours."""
    to = request.POST.get("next", "")
    if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        return redirect(to)
    return redirect("notices:mine", request.institution.code)


def _page(
    request: PageRequest,
    *,
    reach_form: ReachForm | None = None,
    choices_form: ChoicesForm | None = None,
    rows: list[forms.Row] | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    actor, institution = request.actor, request.institution
    known, chosen = queries.reach(actor, institution), choices.of(institution)
    own = {"email": known.email, "whatsapp": known.whatsapp, "phone": known.phone}
    facts: dict[str, Any] = {
        "digests": [(one, words.subject(one.items, one.day)) for one in queries.own(actor, institution)[: queries.SHOWN]],
        "unread": queries.unread(actor, institution).count(),
        "reach_form": reach_form or ReachForm(initial=own),
        "address": mail.address(actor.user) if actor.user else "",
        "mail_works": mail.available(),
        "whatsapp_works": whatsapp.available(),
        "chosen": chosen,
        "ladder": [(words.rung(step.key), dict(forms.WHOM)[step.to]) for step in chosen.steps],
        "days": [label for number, label in forms.WEEKDAYS if number in chosen.workdays],
        "quiet": chosen.quiet_from != chosen.quiet_until,
        "unassigned": -packs.reminders().unassigned,
        "writes": actor.may(SET_LADDER, institution),
        "choices_form": choices_form or ChoicesForm(initial=forms.initial(chosen)),
        "rows": rows if rows is not None else forms.rows_of(chosen.steps),
        "fault": fault,
        "sides": forms.SIDES,
        "whom": forms.WHOM,
        "farthest": rules.FARTHEST,
    }  # fmt: skip
    return render(request, "notices/mine.html", facts, status=status)
