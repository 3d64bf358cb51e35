"""What a relation itself tells, and relations that the texts of an element suggest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.architecture import actions, metamodel, queries
from pendapa.architecture.forms import PREFIX, field_for, kept_value, shown
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.views.common import address, is_partial, language, room, written
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import blame
from pendapa.kernel.review.pages import over
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Column, Metamodel, RelationType


class RelationForm(forms.Form):
    """The attributes of one kind of relation, and since when and until when it holds."""

    valid_from = forms.DateField(required=False, label=gettext_lazy("Valid from"))
    valid_to = forms.DateField(required=False, label=gettext_lazy("Valid until"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, kind: RelationType, relation: Relation, data: Any = None) -> None:
        super().__init__(data, initial=_initial(kind, relation))
        self.kind = kind
        for column in kind.columns:
            self.fields[PREFIX + column.key] = field_for(column, relation.attributes.get(column.key))
        for name in ("valid_from", "valid_to"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        self.order_fields([PREFIX + column.key for column in kind.columns])

    @property
    def values(self) -> dict[str, Any]:
        """What :func:`pendapa.architecture.actions.change_relation` takes."""
        data = self.cleaned_data
        attributes = {c.key: kept_value(c, data[PREFIX + c.key]) for c in self.kind.columns}
        plain = {name: data[name] for name in ("version", "valid_from", "valid_to")}
        return plain | {"attributes": attributes}


def _initial(kind: RelationType, relation: Relation) -> dict[str, Any]:
    plain = {name: getattr(relation, name) for name in ("version", "valid_from", "valid_to")}
    return plain | {PREFIX + c.key: shown(c, relation.attributes.get(c.key)) for c in kind.columns}


@require_http_methods(["GET", "POST"])
@page(EDIT)
@over
def change_relation(request: PageRequest, uid: UUID, relation: UUID) -> HttpResponse:
    """Change what a relation tells, come to from either end."""
    element = queries.element(request.actor, request.institution, uid)
    row = _touching(request, element, relation)
    kind = metamodel.of(request.institution).relation(row.type)
    form = RelationForm(kind, row, request.POST or None)
    status = 200
    if request.method == "POST":
        status = _change(request, form, row) if form.is_valid() else 422
        if status == 302:
            return HttpResponseRedirect(address(request.institution, "detail", element.uid))
    return render(
        request, "architecture/relation_form.html", _context(request, element, row, form), status=status
    )


def _touching(request: PageRequest, element: Element, uid: UUID) -> Relation:
    """A relation of the element whose other end the actor may see, and of which either end may be edited."""
    seen = queries.visible_relations(request.actor, request.institution)
    row = seen.select_related("source__unit", "target__unit", "institution").filter(uid=uid).first()
    if row is None or element.pk not in (row.source_id, row.target_id):
        raise NotFound
    if not any(request.actor.may(EDIT, request.institution, end.unit) for end in (row.source, row.target)):
        raise NotFound
    return row


def _change(request: PageRequest, form: RelationForm, row: Relation) -> int:
    """302 where it went in; else what the answer is, and why is told at the form."""
    try:
        done = actions.change_relation(request.actor, row, **form.values)
    except Conflict:
        fresh = Relation.objects.get(pk=row.pk)
        data = request.POST.copy()
        data["version"] = str(fresh.version)
        form.data = data
        told = _(
            "Somebody changed this relation while you were editing. Your text stands below; save to keep it."
        )
        form.add_error(None, told)
        return 409
    except actions.Refused as refused:
        blame(form, refused, PREFIX)
        return 422
    said = _("The relation is saved.") if done.change_set else _("Nothing was changed.")
    (messages.success if done.change_set else messages.info)(request, said)
    for warning in done.warnings:
        messages.warning(request, warning)
    return 302


def _context(request: PageRequest, element: Element, row: Relation, form: RelationForm) -> dict[str, Any]:
    model = metamodel.of(request.institution)
    outgoing = row.source_id == element.pk
    kind = form.kind
    return room(request, element.domain) | {
        "element": element,
        "other": row.target if outgoing else row.source,
        "said": (kind.forward if outgoing else kind.backward).in_language(language()),
        "form": form,
        "fields": [form[name] for name in form.fields if name != "version"],
        "domain_name": model.domain(element.domain).plural.in_language(language()),
        "domain_url": address(request.institution, "list", domain=element.domain),
    }


def facts_of(model: Metamodel, relation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a relation of :func:`pendapa.architecture.queries.relations_of` tells of itself, as labels and texts."""
    found = []
    tongue = "id" if language().startswith("id") else "en"
    for column in model.relation(relation["type"]).columns:
        if value := relation["attributes"].get(column.key):
            found.append(
                {"label": column.label.in_language(language()), "value": _told(column, value, tongue)}
            )
    for name, label in (("valid_from", _("since")), ("valid_to", _("until"))):
        if relation.get(name):
            found.append({"label": label, "value": formats.day(relation[name], tongue)})
    return found


def _told(column: Column, value: Any, tongue: str) -> Any:
    """A value as people read it; a day by its name."""
    if column.type == "date":
        try:
            return formats.day(date.fromisoformat(str(value)), tongue)
        except ValueError:
            return value
    return written(column, value)


@require_safe
@page(VIEW)
@over
def mentioned(request: PageRequest, uid: UUID) -> HttpResponse:
    """What the texts of an element name and no relation says; a piece of its page, and a page for who has no script."""
    element = queries.element(request.actor, request.institution, uid)
    found = queries.suggested_relations(request.actor, element)
    context = room(request, element.domain) | {
        "element": element,
        "suggestions": found,
        "domain_name": metamodel.of(request.institution)
        .domain(element.domain)
        .plural.in_language(language()),
        "domain_url": address(request.institution, "list", domain=element.domain),
    }
    part = is_partial(request)
    return render(
        request, "architecture/mentioned.html" if part else "architecture/mentioned_page.html", context
    )
