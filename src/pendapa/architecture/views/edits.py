"""Write an element: new, changed, deleted, brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pendapa.architecture import actions, metamodel, queries
from pendapa.architecture.forms import PREFIX, ElementForm, initial_of
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries.past import differences
from pendapa.architecture.rules.metamodel import only_kind
from pendapa.architecture.views.common import FIRST, address, domain_of, domains, language, room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict, snapshot
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame
from pendapa.kernel.review import actions as review
from pendapa.kernel.review.pages import gathered, over
from pendapa.kernel.review.queries import after_patch, proposed_for
from pendapa.kernel.tables.actions import own_unit
from pendapa.regulations.metamodel import Domain

WARNINGS_TOLD = 8
HIDDEN = ("version", "ground")


@require_http_methods(["GET", "POST"])
@page(EDIT)
@gathered
def new(request: PageRequest) -> HttpResponse:
    """A new element of a domain; where the domain has several kinds, the kind is asked first."""
    domain = (
        domain_of(request.institution, request.GET.get("domain", FIRST)) or domains(request.institution)[0]
    )
    kind = only_kind(metamodel.of(request.institution), domain.key) or request.GET.get("kind", "")
    context = room(request, domain.key) | {
        "domain": domain,
        "domain_name": domain.label.in_language(language()),
    }
    context["domain_url"] = address(request.institution, "list", domain=domain.key)
    if kind not in {known.key for known in domain.kinds}:
        return render(request, "architecture/kinds.html", context | {"kinds": _kinds(request, domain)})
    unit = own_unit(request.actor, request.institution)
    initial = {"unit": unit.uid if unit else None, "classification": "internal", "kind": kind}
    form = ElementForm(
        request.actor, request.institution, domain.key, kind, request.POST or None, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        values = form.values
        try:
            done = actions.create_element(
                request.actor, request.institution, domain.key, values.pop("unit"), **values
            )
        except actions.Refused as refused:
            blame(form, refused, PREFIX)
        else:
            messages.success(
                request,
                _("%(code)s %(name)s has been added.") % {"code": done.row.code, "name": done.row.name},
            )
            _warn(request, done.warnings)
            _hang_under(request, done.row)
            return HttpResponseRedirect(address(request.institution, "detail", done.row.uid))
    return render(request, "architecture/form.html", context | {"form": form}, status=_status(form))


def _hang_under(request: PageRequest, element: Element) -> None:
    """Put a new part of the strategy map where the address says; where that cannot be, it is told, and it stands alone."""
    above = request.GET.get("under", "")
    if not above or element.domain != "strategy":
        return
    try:
        actions.link(
            request.actor,
            element,
            "strategy_parent",
            queries.element(request.actor, request.institution, above),
        )
    except (actions.Refused, NotFound) as refused:
        why = str(refused) or _("What it was to hang under is not there any more.")
        messages.warning(request, why)


def _kinds(request: PageRequest, domain: Domain) -> list[tuple[str, str]]:
    base = address(request.institution, "new", domain=domain.key)
    return [(f"{base}&kind={kind.key}", kind.label.in_language(language())) for kind in domain.kinds]


def _own(request: PageRequest, uid: UUID) -> Element:
    """An element the actor may see and write."""
    element = queries.element(request.actor, request.institution, uid)
    request.actor.require(EDIT, request.institution, element.unit)
    return element


@require_http_methods(["GET", "POST"])
@page(EDIT)
@over
def edit(request: PageRequest, uid: UUID) -> HttpResponse:
    """Change an element. Who comes too late sees what the other wrote, and loses nothing of the own."""
    element = _own(request, uid)
    form = _form(request, element, request.POST or None)
    if request.method == "POST" and form.is_valid():
        version, ground = form.cleaned_data["version"] or 0, form.cleaned_data["ground"]
        try:
            if ground is not None and ground != review.ground(element):
                raise Conflict([element.name])
            done = actions.change_element(request.actor, element, version=version, **form.values)
        except Conflict:
            return _conflict(request, form, uid, _read(request, element, version, ground))
        except actions.Refused as refused:
            blame(form, refused, PREFIX)
        else:
            said = _("The changes are saved.") if done.change_set else _("Nothing was changed.")
            (messages.success if done.change_set else messages.info)(request, said)
            _warn(request, done.warnings)
            return HttpResponseRedirect(address(request.institution, "detail", element.uid))
    return _edit_page(request, element, form, status=_status(form))


def _form(request: PageRequest, element: Element, data: Any) -> ElementForm:
    kind = element.kind or only_kind(metamodel.of(request.institution), element.domain)
    return ElementForm(
        request.actor,
        request.institution,
        element.domain,
        kind,
        data,
        element=element,
        initial=initial_of(element),
    )


def _edit_page(
    request: PageRequest, element: Element, form: ElementForm, status: int = 200, **more: Any
) -> HttpResponse:
    domain = form.domain
    context = room(request, element.domain) | {
        "element": element,
        "form": form,
        "domain": domain,
        "domain_name": domain.label.in_language(language()),
        "domain_url": address(request.institution, "list", domain=domain.key),
    }
    return render(request, "architecture/form.html", context | more, status=status)


def _read(request: PageRequest, element: Element, version: int, ground: int | None) -> dict[str, Any]:
    """What the form was made of: a version of the register, or one with the own draft laid over it, which nobody keeps."""
    if ground is None or ground == version:
        return queries.snapshot_at(element, version)
    patch = proposed_for(request.actor, request.institution, element.uid)
    return after_patch(queries.snapshot_at(element, ground), patch)


def _conflict(request: PageRequest, form: ElementForm, uid: UUID, base: dict[str, Any]) -> HttpResponse:
    """Three versions meet: what was read, what stands now, what is to be saved. What only one side touched is taken from
    that side; where both did, the own text stays in the form and the other's is told beside it."""
    now = _own(request, uid)
    theirs = snapshot(now)
    base_values = initial_of(_as_it_was(now, base)) if base else initial_of(now)
    mine, current = request.POST.copy(), initial_of(now)
    clashes = []
    for name, bound in ((name, form[name]) for name in form.fields if name not in HIDDEN):
        own, was, stands = bound.value(), base_values.get(name), current.get(name)
        if _same(own, was) and not _same(stands, was):
            _put(mine, name, stands)
        elif not _same(own, was) and not _same(stands, was) and not _same(own, stands):
            clashes.append(
                {"label": bound.label, "theirs": _plain(form, name, stands), "mine": _plain(form, name, own)}
            )
    mine["version"], mine["ground"] = str(now.version), str(review.ground(now))
    merged = _form(request, now, mine)
    merged.is_valid()
    taken = [
        c
        for c in differences(metamodel.of(request.institution), now.domain, base, theirs)
        if c.label not in {str(clash["label"]) for clash in clashes}
    ]
    return _edit_page(request, now, merged, status=409, clashes=clashes, taken=taken, conflict=True)


def _as_it_was(now: Element, base: dict[str, Any]) -> Element:
    """An element with the values of an earlier revision, for comparing only."""
    was = Element.objects.select_related("unit").get(pk=now.pk)
    for name in ("name", "code", "kind", "classification", "valid_from", "valid_to", "attributes"):
        setattr(was, name, base.get(name))
    if base.get("unit") != was.unit_id:
        # A revision names the unit by number, a draft by uid.
        units = type(was.unit).objects
        was.unit = (
            units.get(pk=base["unit"]) if isinstance(base["unit"], int) else units.get(uid=base["unit"])
        )
    return was


def _same(one: Any, other: Any) -> bool:
    return _flat(one) == _flat(other)


def _flat(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(sorted(map(str, value)))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _put(data: Any, name: str, value: Any) -> None:
    if isinstance(value, list):
        data.setlist(name, value)
    else:
        data[name] = _flat(value)


def _plain(form: ElementForm, name: str, value: Any) -> str:
    """A value of the form in words."""
    choices = getattr(form.fields[name], "choices", None)
    labels = {str(key): str(label) for key, label in choices} if choices is not None else {}
    items = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(item), _flat(item)) for item in items)


@require_http_methods(["GET", "POST"])
@page(EDIT)
@over
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Say what would go along; then take it out, and offer to bring it back."""
    element = _own(request, uid)
    if request.method == "POST":
        along = request.POST.get("with_relations") == "1"
        try:
            actions.delete_element(
                request.actor,
                element,
                with_relations=along,
                version=whole(request.POST.get("version", "")),
            )
        except (actions.Refused, Conflict) as refused:
            message = (
                str(refused)
                if isinstance(refused, actions.Refused)
                else _("It was changed meanwhile. Look once more.")
            )
            return _consequences(request, element, status=409, fault=message)
        messages.success(
            request, _("%(code)s %(name)s has been deleted.") % {"code": element.code, "name": element.name}
        )
        where = address(request.institution, "list", domain=element.domain, gone=str(element.uid))
        return HttpResponseRedirect(where)
    return _consequences(request, element)


def _consequences(request: PageRequest, element: Element, status: int = 200, fault: str = "") -> HttpResponse:
    relations = queries.relations_of(request.actor, element)
    domain = domain_of(request.institution, element.domain)
    context = room(request, element.domain) | {
        "element": element,
        "relations": relations,
        "hidden": len(actions.linked_with(element)) - len(relations),
        "fault": fault,
        "domain_name": domain.plural.in_language(language()) if domain else "",
        "domain_url": address(request.institution, "list", domain=element.domain),
    }
    return render(request, "architecture/delete.html", context, status=status)


@require_POST
@page(EDIT)
@over
def restore(request: PageRequest, uid: UUID) -> HttpResponse:
    """Bring back what was deleted, with the relations that went along."""
    try:
        done = actions.restore_element(request.actor, request.institution, str(uid))
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(address(request.institution, "list"))
    messages.success(
        request, _("%(code)s %(name)s is back.") % {"code": done.row.code, "name": done.row.name}
    )
    return HttpResponseRedirect(address(request.institution, "detail", done.row.uid))


# -- small ones -------------------------------------------------------------------------------------------------------


def _warn(request: PageRequest, warnings: list[str]) -> None:
    for warning in warnings[:WARNINGS_TOLD]:
        messages.warning(request, warning)
    if len(warnings) > WARNINGS_TOLD:
        messages.warning(
            request, _("And %(count)d more such values.") % {"count": len(warnings) - WARNINGS_TOLD}
        )


def _status(form: ElementForm) -> int:
    return 422 if form.is_bound and form.errors else 200
