"""An office: who held it when, and handing it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import office as office_words
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tenancy.models import Assignment
from pendapa.organisation import actions, forms, queries
from pendapa.organisation.actions import NewHolder
from pendapa.organisation.permissions import PEOPLE, SEE_PEOPLE
from pendapa.organisation.rules.accounts import username_of
from pendapa.organisation.views.people import show_link
from pendapa.organisation.views.shared import submit


@require_safe
@page(SEE_PEOPLE)
def office(request: PageRequest, assignment: int) -> HttpResponse:
    """Everybody who held this office, holds it or will hold it."""
    held = queries.seen_assignment(request.actor, request.institution, assignment)
    people = queries.office(request.actor, request.institution, held)
    return render(
        request,
        "organisation/office.html",
        {"held": held, "people": people, "title": _office(held)},
    )


def _office(held: Assignment) -> str:
    return f"{held.get_role_display()}, {held.unit.name}" if held.unit else str(held.get_role_display())


@require_http_methods(["GET", "HEAD", "POST"])
@page(PEOPLE)
@never_cache
@sensitive_variables("done")
def hand_over(request: PageRequest, assignment: int) -> HttpResponse:
    """Another person takes the office over."""
    held = queries.find_assignment(request.actor, request.institution, assignment)
    known = queries.successors(request.actor, request.institution, held)
    users = {str(user.pk): user for user, _name in known}
    choice = [(user.pk, name) for user, name in known]
    form = forms.HandoverForm(request.POST or None, people=choice)

    def run(wish: dict[str, Any]) -> HttpResponse:
        to = users.get(wish["to"]) or NewHolder(username_of(wish["username"]), wish["name"])
        done = actions.hand_over(
            request.actor,
            held,
            to,
            wish["on"],
            until=wish["until"],
            acting=wish["acting"],
            note=wish["note"],
        )
        name = queries.known_name(request.institution, done.begun.user)
        messages.success(
            request, _("%(office)s goes to %(name)s.") % {"office": office_words(done.begun), "name": name}
        )
        _tell_moved(request, done.moved)
        if done.later:
            messages.info(
                request, _("Open work stays where it is until that day; then take it over on this page.")
            )
        if done.link:
            waits = done.begun.accepted_at is None
            return show_link(request, name, done.begun.user.username, done.link, waits)
        return redirect("organisation:office", request.institution.code, done.begun.pk)

    context = {
        "title": _("Hand over"),
        "button": _("Hand the office over"),
        "finding": f"{queries.known_name(request.institution, held.user)}: {_office(held)}",
        "back": reverse("organisation:office", args=[request.institution.code, held.pk]),
        "people_page": True,
    }
    return submit(request, form, run, "organisation/form.html", context)


def _tell_moved(request: PageRequest, moved: list[tuple[Any, int]]) -> None:
    for title, count in moved:
        told = ngettext("%(title)s: %(n)s goes along.", "%(title)s: %(n)s go along.", count)
        messages.info(request, told % {"title": title, "n": count})


@require_POST
@page(PEOPLE)
def take_duties(request: PageRequest, assignment: int) -> HttpResponse:
    """The open work of the predecessor, for a handover that was written down beforehand."""
    held = queries.find_assignment(request.actor, request.institution, assignment)
    try:
        moved = actions.take_duties(request.actor, held)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    else:
        _tell_moved(request, moved)
        if not moved:
            messages.info(request, _("There is no open work left to take over."))
    return redirect("organisation:office", request.institution.code, held.pk)
