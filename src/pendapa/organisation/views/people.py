"""People and their roles; accounts from a spreadsheet."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tables import writing
from pendapa.kernel.ui import formats
from pendapa.organisation import actions, forms, queries
from pendapa.organisation.permissions import PEOPLE, SEE_PEOPLE
from pendapa.organisation.rules import accounts as rules
from pendapa.organisation.views.shared import INVALID, submit

SHOWN = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@page(SEE_PEOPLE)
def people(request: PageRequest) -> HttpResponse:
    """People and roles that the actor may see; ``?q=`` narrows, ``?berakhir=1`` adds roles that are over."""
    query, over = request.GET.get("q", "").strip()[:200], request.GET.get("berakhir") == "1"
    found = queries.people(request.actor, request.institution, query=query, over=over)
    return render(
        request,
        "organisation/people.html",
        {
            "people": found[:SHOWN],
            "count": len(found),
            "shown": SHOWN,
            "waiting": sum(person.waits and person.state != "over" for person in found),
            "query": query,
            "over": over,
            "may_invite": request.actor.may(PEOPLE, request.institution),
            "acting": queries.acting(request.actor, request.institution),
            "everywhere": request.actor.scope(SEE_PEOPLE, request.institution).everything,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(PEOPLE)
@never_cache
@sensitive_variables("invited")
def invite(request: PageRequest) -> HttpResponse:
    """Give a person a role, and an account with a one-time link where there is none."""
    form = forms.InviteForm(request.POST or None, **_role_fields(request))

    def run(wish: dict[str, Any]) -> HttpResponse:
        invited = actions.invite(request.actor, request.institution, **wish)
        if not invited.link:
            messages.success(
                request,
                _(
                    "An account with this sign-in name already exists; the role was added to it. The person signs in as before."
                ),
            )
            return _to_people(request)
        return show_link(request, wish["name"], invited.user.username, invited.link, invited.waits)

    context = {
        "title": _("Invite a person"),
        "button": _("Make the account"),
        "finding": _(
            "You get a one-time link to hand over. No e-mail is sent. Where the person has an account of another institution, the link accepts the role with it."
        ),
        "back": reverse("organisation:people", args=[request.institution.code]),
        "people_page": True,
    }
    return submit(request, form, run, "organisation/form.html", context)


def _role_fields(request: PageRequest) -> dict[str, Any]:
    """What a role form offers to this actor: units that they manage, roles that reach no further."""
    scope = request.actor.scope(PEOPLE, request.institution)
    rows = [row for row in queries.tree(request.actor, request.institution) if scope.covers(row.unit)]
    only = forms.first_unit(rows)
    wished = request.GET.get("unit", "")
    initial = {"unit": wished or (str(only.uid) if only and not scope.everything else ""), "role": "operator"}
    return {"units": rows, "wide": scope.everything, "initial": initial}


@require_http_methods(["GET", "HEAD", "POST"])
@page(PEOPLE)
def assign(request: PageRequest, assignment: int) -> HttpResponse:
    """One more role for a person who holds one already."""
    held = queries.find_assignment(request.actor, request.institution, assignment)
    name = queries.known_name(request.institution, held.user)
    form = forms.RoleForm(request.POST or None, **_role_fields(request))

    def run(wish: dict[str, Any]) -> HttpResponse:
        actions.assign(request.actor, request.institution, held.user, **wish)
        messages.success(request, _("%(name)s has one more role.") % {"name": name})
        if not held.user.has_usable_password():
            messages.info(
                request, _("An earlier link for this person no longer opens. Make a new one in this list.")
            )
        return _to_people(request)

    context = {
        "title": _("One more role"),
        "button": _("Give the role"),
        "finding": name,
        "back": reverse("organisation:people", args=[request.institution.code]),
        "people_page": True,
    }
    return submit(request, form, run, "organisation/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(PEOPLE)
def end(request: PageRequest, assignment: int) -> HttpResponse:
    """End a role."""
    held = queries.find_assignment(request.actor, request.institution, assignment)
    name = queries.known_name(request.institution, held.user)
    form = forms.EndForm(request.POST or None)

    def run(wish: dict[str, Any]) -> HttpResponse:
        actions.end_assignment(request.actor, request.institution, held, **wish)
        messages.success(request, _("The role of %(name)s ends.") % {"name": name})
        return _to_people(request)

    # A form without a filled field is a form all the same: request.POST always holds the token, or is empty in tests.
    if request.method == "POST":
        form = forms.EndForm(request.POST)
    where = f"{held.get_role_display()}, {held.unit.name}" if held.unit else str(held.get_role_display())
    context = {
        "title": _("End a role"),
        "button": _("End the role"),
        "finding": f"{name}: {where}",
        "back": reverse("organisation:people", args=[request.institution.code]),
        "people_page": True,
    }
    return submit(request, form, run, "organisation/form.html", context)


@require_POST
@page(PEOPLE)
@never_cache
@sensitive_variables("link")
def link(request: PageRequest, assignment: int) -> HttpResponse:
    """A new one-time link, shown once."""
    held = queries.find_assignment(request.actor, request.institution, assignment)
    waits = held.accepted_at is None
    make = actions.acceptance_link if waits else actions.renew_link
    try:
        made = make(request.actor, request.institution, held.user)
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return _to_people(request)
    name = queries.known_name(request.institution, held.user)
    return show_link(request, name, held.user.username, made, waits)


def show_link(request: PageRequest, name: str, username: str, path: str, waits: bool) -> HttpResponse:
    """The page that shows a one-time link, once."""
    link = request.build_absolute_uri(path)
    context = {"name": name, "username": username, "link": link, "waits": waits}
    return render(request, "organisation/link.html", context)


def _to_people(request: PageRequest) -> HttpResponse:
    return redirect("organisation:people", request.institution.code)


# ---- accounts from a spreadsheet


@require_http_methods(["GET", "HEAD", "POST"])
@page(PEOPLE)
def accounts(request: PageRequest) -> HttpResponse:
    """Hand in a spreadsheet of people."""
    form = (
        forms.AccountsForm(request.POST, request.FILES) if request.method == "POST" else forms.AccountsForm()
    )

    def run(wish: dict[str, Any]) -> HttpResponse:
        with tempfile.NamedTemporaryFile(suffix=".upload") as kept:
            for chunk in wish["file"].chunks():
                kept.write(chunk)
            kept.flush()
            batch = actions.stage(request.actor, request.institution, Path(kept.name), wish["file"].name)
        return redirect("organisation:accounts_preview", request.institution.code, batch.uid)

    return submit(request, form, run, "organisation/accounts.html", {"columns": _columns()})


def _columns() -> list[tuple[str, str]]:
    language = formats.language()
    told = {
        "name": _("as it should be shown"),
        "username": _("the NIP of 18 digits, or the office e-mail; the column as text"),
        "role": _("operator, kepala OPD, diskominfo, sekda, verifikator or asesor; the English words too"),
        "unit": _("name, short name, alias or code; for an operator and a head"),
        "acting": _("Plt, Pj, Pjs or ya; may stay empty"),
        "valid_from": _("first day; may stay empty"),
        "valid_to": _("last day; may stay empty"),
    }
    return [(column.text(language), told[column.name]) for column in rules.KIND.columns]


@require_safe
@page(PEOPLE)
def accounts_template(request: PageRequest) -> HttpResponse:
    """The empty spreadsheet to fill in."""
    example = ["Contoh Nama", "198001012005011001", "operator", "Dinas Kesehatan", "", "2026-01-01", ""]
    sheet = writing.template(rules.KIND, formats.language(), [example])
    return _workbook(sheet, "akun.xlsx")


@require_safe
@page(PEOPLE)
@never_cache
def accounts_preview(request: PageRequest, uid: UUID) -> HttpResponse:
    """A verdict for each row; nothing is made yet. ``?hanya=`` shows one verdict."""
    batch = actions.find_batch(request.actor, request.institution, uid)
    if batch.made_at:
        messages.info(
            request, _("These accounts have been made already. New links are made one by one in this list.")
        )
        return _to_people(request)
    return _preview(request, batch, 200)


def _preview(request: PageRequest, batch: Any, status: int) -> HttpResponse:
    checked = actions.preview(request.actor, request.institution, batch)
    here = reverse("organisation:accounts_preview", args=[request.institution.code, batch.uid])
    only = request.GET.get("hanya", "")
    counts = {
        verdict: sum(one.verdict == verdict for one in checked)
        for verdict in ("faulty", "new", "adds", "same")
    }
    words = {
        "faulty": (_("to mend"), "bad", "alert-octagon"),
        "new": (_("new accounts"), "ok", "user-plus"),
        "adds": (_("roles for existing accounts"), "plain", "user"),
        "same": (_("nothing to do"), "plain", "equal"),
    }
    figures = [
        {
            "value": n,
            "label": words[v][0],
            "tone": words[v][1] if n else "plain",
            "icon": words[v][2],
            "url": f"{here}?hanya={v}",
            "current": only == v,
        }
        for v, n in counts.items()
    ]
    shown = [one for one in checked if only not in counts or one.verdict == only]
    labels = {column.name: column.text(formats.language()) for column in rules.KIND.columns}
    context = {
        "batch": batch,
        "figures": figures,
        "counts": counts,
        "good": counts["new"] + counts["adds"],
        "total": len(checked),
        "only": only if only in counts else "",
        "here": here,
        "rows": [
            {
                "row": one.row,
                "cells": one.cells,
                "verdict": one.verdict,
                "faults": [(labels[f.field], f.value[:200], f.message.render(_)) for f in one.faults],
            }
            for one in shown
        ],
    }
    return render(request, "organisation/accounts_preview.html", context, status=status)


@require_POST
@page(PEOPLE)
@never_cache
def accounts_make(request: PageRequest, uid: UUID) -> HttpResponse:
    """Make the accounts and show their links, once."""
    batch = actions.find_batch(request.actor, request.institution, uid)
    try:
        checked = actions.make_accounts(
            request.actor, request.institution, batch, skip_faulty=request.POST.get("tanpa-salah") == "1"
        )
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return _to_people(request) if batch.made_at else _preview(request, batch, INVALID)
    made = actions.links(request.actor, request.institution, batch)
    context = {
        "batch": batch,
        "people": [(one, request.build_absolute_uri(one.link)) for one in made],
        "new": sum(not one.accepts for one in made),
        "accepting": any(one.accepts for one in made),
        "added": sum(one.verdict == "adds" for one in checked),
        "left_out": sum(one.verdict == "faulty" for one in checked),
    }
    return render(request, "organisation/accounts_links.html", context)


@require_POST
@page(PEOPLE)
@never_cache
def accounts_links(request: PageRequest, uid: UUID) -> HttpResponse:
    """The same links as a spreadsheet, for whoever made them, within the hour."""
    batch = actions.find_batch(request.actor, request.institution, uid)
    made = actions.links(request.actor, request.institution, batch)
    rows = [(one.name, one.username, one.roles, request.build_absolute_uri(one.link)) for one in made]
    headers = [_("Name"), _("NIP or e-mail"), _("Role"), _("One-time link (valid for 7 days)")]
    sheet = writing.Sheet(_("Links"), headers, rows, {0: 30.0, 1: 30.0, 2: 40.0, 3: 80.0})
    return _workbook(sheet, "tautan-akun.xlsx")


@require_POST
@page(PEOPLE)
def accounts_discard(request: PageRequest, uid: UUID) -> HttpResponse:
    """Throw the spreadsheet away."""
    batch = actions.find_batch(request.actor, request.institution, uid)
    if batch.made_at:
        raise NotFound
    actions.discard(request.actor, request.institution, batch)
    messages.info(request, _("The spreadsheet was thrown away. No account was made."))
    return redirect("organisation:accounts", request.institution.code)


def _workbook(sheet: writing.Sheet, filename: str) -> HttpResponse:
    target = io.BytesIO()
    writing.write_xlsx(target, [sheet])
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response
