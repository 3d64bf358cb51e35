"""Join an element with others, and take such a relation away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pendapa.architecture import actions, metamodel, queries
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.views.common import address, is_partial, language, room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.review.pages import over
from pendapa.kernel.search import index
from pendapa.regulations.metamodel import Metamodel, RelationType

OFFERED = 12
Way = tuple[RelationType, bool]


@require_http_methods(["GET", "POST"])
@page(EDIT)
@over
def link(request: PageRequest, uid: UUID) -> HttpResponse:
    """Choose what to say of the element, search the other end, join them."""
    element = queries.element(request.actor, request.institution, uid)
    request.actor.require(EDIT, request.institution, element.unit)
    model = metamodel.of(request.institution)
    ways = _ways(model, element)
    chosen = ways.get(request.POST.get("type") or request.GET.get("type", ""))
    fault = ""
    if request.method == "POST" and chosen:
        relation, fault = _join(request, element, chosen)
        if relation is not None:
            # What can be said of the relation itself is asked next.
            more = (
                ("change_relation", element.uid, relation.uid)
                if chosen[0].columns
                else ("detail", element.uid)
            )
            return HttpResponseRedirect(address(request.institution, *more))
    found = _offered(request, element, chosen, request.GET.get("q", "")) if chosen else []
    context = room(request, element.domain) | {
        "element": element,
        "ways": [(key, _said(*way), _ends(model, element, way)) for key, way in ways.items()],
        "chosen": request.POST.get("type") or request.GET.get("type", ""),
        "said": _said(*chosen) if chosen else "",
        "ends": _ends(model, element, chosen) if chosen else "",
        "found": found,
        "more": len(found) > OFFERED,
        "words": request.GET.get("q", ""),
        "fault": fault,
        "domain_name": model.domain(element.domain).plural.in_language(language()),
        "domain_url": address(request.institution, "list", domain=element.domain),
    }
    context["found"] = found[:OFFERED]
    template = "architecture/offered.html" if is_partial(request) else "architecture/link.html"
    return render(request, template, context, status=409 if fault else 200)


def _ways(model: Metamodel, element: Element) -> dict[str, Way]:
    """The relations that the metamodel allows an element, by a key for the address: ``out:application_process``."""
    found = {}
    for kind, backward in model.relations_of(element.domain, element.kind):
        if kind.offered and kind.other_ends(element.domain, element.kind, backward):
            found[f"{'in' if backward else 'out'}:{kind.key}"] = (kind, backward)
    return found


def _said(kind: RelationType, backward: bool) -> str:
    return (kind.backward if backward else kind.forward).in_language(language())


def _ends(model: Metamodel, element: Element, way: Way) -> str:
    ends = way[0].other_ends(element.domain, element.kind, way[1])
    return ", ".join(actions.end_label(model, end.domain, end.kind) for end in ends)


def _offered(request: PageRequest, element: Element, way: Way, words: str) -> list[dict[str, Any]]:
    """Elements for the other end that the actor may see (and, where they would hold the relation, may edit)."""
    kind, backward = way
    fits = Q(pk__in=[])
    for end in kind.other_ends(element.domain, element.kind, backward):
        fits |= Q(domain=end.domain, kind=end.kind) if end.kind else Q(domain=end.domain)
    rows = queries.visible(request.actor, request.institution).filter(fits).exclude(pk=element.pk)
    if backward:
        rows = rows.filter(request.actor.scope(EDIT, request.institution).filter("unit__"))
    own, other = ("target", "source") if backward else ("source", "target")
    joined = Relation.objects.filter(type=kind.key, deleted_at=None, **{own: element})
    rows = rows.exclude(pk__in=joined.values_list(other, flat=True))
    if words.strip():
        rows = rows.filter(pk__in=index.matching("element", words))
    else:
        # Without words: what stands in the own unit first comes to mind.
        near = rows.filter(unit=element.unit)
        rows = near if near.exists() else rows
    found = rows.order_by("name_key", "id").values("uid", "code", "name", "domain", "unit__name")
    return [dict(row) for row in found[: OFFERED + 1]]


def _join(request: PageRequest, element: Element, way: Way) -> tuple[Relation | None, str]:
    """Join with the chosen one: the relation, or the words of a refusal."""
    kind, backward = way
    other = queries.element(request.actor, request.institution, request.POST.get("other", ""))
    source, target = (other, element) if backward else (element, other)
    try:
        done = actions.link(request.actor, source, kind.key, target)
    except actions.Refused as refused:
        return None, str(refused)
    told = {"one": element.name, "verb": _said(kind, backward), "other": other.name}
    messages.success(request, _("%(one)s %(verb)s %(other)s.") % told)
    for warning in done.warnings:
        messages.warning(request, warning)
    return done.row, ""


@require_POST
@page(EDIT)
@over
def unlink(request: PageRequest, uid: UUID, relation: UUID) -> HttpResponse:
    """Take a relation of an element away."""
    element = queries.element(request.actor, request.institution, uid)
    touching = Relation.objects.filter(Q(source=element) | Q(target=element), uid=relation, deleted_at=None)
    found = touching.select_related("source__unit", "target__unit", "institution").first()
    if found is None:
        raise NotFound
    actions.unlink(request.actor, found)
    other = found.target if found.source_id == element.pk else found.source
    messages.success(request, _("The link with %(name)s has been taken away.") % {"name": other.name})
    return HttpResponseRedirect(address(request.institution, "detail", element.uid))
