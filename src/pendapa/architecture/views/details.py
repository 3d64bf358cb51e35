"""One element: what is known of it, what it is linked with, what it lacks, what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture import metamodel, queries
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.queries.past import column_label, kind_label, plain
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import RELATIONS, attribute_columns, missing, relation_columns
from pendapa.architecture.views import moments
from pendapa.architecture.views.common import address, domain_of, language, room, written
from pendapa.architecture.views.gaps import mend_url
from pendapa.architecture.views.references import offered
from pendapa.architecture.views.relations import facts_of
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.review import queries as proposals
from pendapa.kernel.review.pages import over
from pendapa.regulations.gaps import Rule
from pendapa.regulations.metamodel import Column, Metamodel
from pendapa.regulations.overlay import Laid

NEXT_TO_FILL = 4
LEAD = ("uraian", "fungsi")


@require_safe
@page(VIEW)
@over
def detail(request: PageRequest, uid: UUID) -> HttpResponse:
    """One element; absent and not to be seen are one."""
    at = moments.asked(request)
    if not at.is_now:
        return moments.detail_at(request, uid, at)
    element = queries.element(request.actor, request.institution, uid)
    model, known = metamodel.of(request.institution), queries.touching(request.actor, element)
    attributes = queries.readable(request.actor, request.institution, [element])[element.pk]
    groups = _groups(model, queries.relations_of(request.actor, element, known))
    context = room(request, element.domain) | {
        "element": element,
        "domain": domain_of(request.institution, element.domain),
        "domain_name": model.domain(element.domain).plural.in_language(language()),
        "domain_url": address(request.institution, "list", domain=element.domain),
        "kind_name": _kind_name(model, element),
        "lead": next((plain(attributes[key]) for key in LEAD if attributes.get(key)), ""),
        "groups": groups,
        "count": sum(len(group["rows"]) for group in groups),
        "loose": _loose(model, element.domain, attributes),
        "may_edit": request.actor.may(EDIT, request.institution, element.unit),
        "events": queries.history_of(request.actor, element, known),
        "proposed": _proposed(request, element),
    }
    # What only a proposal brings has no page of its own to ask for comments or twins.
    context["is_new"] = bool(context["proposed"] and context["proposed"]["verb"] == "add")
    context["has_twins"] = element.domain == "applications" and not context["is_new"]
    context["offers"] = offered(element, attributes) if context["may_edit"] else []
    return render(
        request,
        "architecture/detail.html",
        context
        | _gaps(request, element, queries.gaps_of_element(element))
        | _facts(model, element, attributes)
        | moments.switcher(request, at),
    )


def _proposed(request: PageRequest, element: Element) -> dict[str, str] | None:
    """The page and the verb of the actor's own proposal that lies under the page; nothing where the register is shown."""
    draft = getattr(request, "draft", None)
    if draft is None:
        return None
    url = reverse("review:set", args=[request.institution.code, draft.uid])
    return {"url": url, "verb": proposals.verb_of(draft, element.uid)}


def _has_kinds(model: Metamodel, element: Element) -> bool:
    return len(model.domain(element.domain).kinds) > 1


def _groups(model: Metamodel, relations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Relations by what they say and where they lead."""
    numbers = {domain.key: number for number, domain in enumerate(model.domains, 1)}
    groups: dict[tuple[str, bool, str], dict[str, Any]] = {}
    for relation in relations:
        other = relation["other"]
        other["number"] = numbers.get(other["domain"], 0)
        key = (relation["type"], relation["outgoing"], other["domain"])
        domain = model.domain(other["domain"]).label.in_language(language())
        group = groups.setdefault(key, {"label": relation["label"], "domain": domain.lower(), "rows": []})
        group["rows"].append(relation)
    for relation in relations:
        relation["facts"] = facts_of(model, relation)
    for group in groups.values():
        group["rows"].sort(key=lambda relation: name_key(relation["other"]["name"]))
        group["first"], group["rest"] = group["rows"][:8], group["rows"][8:]
    return list(groups.values())


def _gaps(request: PageRequest, element: Element, rules: list[Rule]) -> dict[str, Any]:
    """What it lacks by the rules, each with the page where that is mended."""
    return {
        "gaps": [
            {
                "message": rule.message.in_language(language()),
                "advice": rule.advice.in_language(language()),
                "url": mend_url(request.institution, rule, element.domain, str(element.uid)),
                "key": rule.key,
            }
            for rule in rules
        ]
    }


def _facts(model: Metamodel, element: Element, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with their values: filled ones and empty asked ones in two halves; the others by name only."""
    wanted = set(missing(model, element.domain, element.kind, {}))
    filled, empty = [], []
    for column in attribute_columns(model, element.domain, element.kind):
        if column.type in RELATIONS or (
            column.key == "jenis" and _has_kinds(model, element) and element.kind
        ):
            continue
        if column.key in element.attributes and column.key not in attributes:
            continue  # not for this actor
        value = attributes.get(column.key)
        if value or column.key in wanted:
            filled.append(_fact(model, element.domain, column, value))
        else:
            empty.append(column.label.in_language(language()))
    old = [_old(model, element, key, attributes[key]) for key in _outside(model, element, attributes)]
    lacking = missing(model, element.domain, element.kind, element.attributes)
    columns = {column.key: column for column in attribute_columns(model, element.domain, element.kind)}
    return {
        "facts": [
            {
                "title": _("Official fields (SIA-SPBE manual)"),
                "halves": _halves([f for f in filled if f["official"]]),
            },
            {
                "title": _("Local fields (tools of local governments)"),
                "halves": _halves([f for f in filled if not f["official"]]),
            },
            {"title": _("No longer in the model (old values)"), "halves": _halves(old)},
        ],
        "fact_count": len(filled),
        "empty": empty,
        "doubtful": any(fact["doubtful"] for fact in filled),
        "asked": len(wanted),
        "answered": len(wanted) - len(lacking),
        "next_to_fill": [
            {
                "key": key,
                "label": columns[key].label.in_language(language()),
                "official": columns[key].official,
            }
            for key in sorted(lacking, key=lambda key: not columns[key].required)[:NEXT_TO_FILL]
        ],
    }


def _halves(facts: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    middle = (len(facts) + 1) // 2
    return [facts[:middle], facts[middle:]]


def _outside(model: Metamodel, element: Element, attributes: Mapping[str, Any]) -> list[str]:
    """Keys under which something stands although the model has no such field (any more)."""
    known = {column.key for column in model.domain(element.domain).columns}
    return [key for key, value in attributes.items() if key not in known and value]


def _old(model: Metamodel, element: Element, key: str, value: Any) -> dict[str, Any]:
    label, text = column_label(model, element.domain, key), plain(value)
    return {
        "label": label,
        "value": text,
        "official": False,
        "personal": False,
        "doubtful": False,
        "old": False,
    }


def _is_old(model: Metamodel, domain: str, column: Column, value: Any) -> bool:
    """Whether a value, or one of several, went out of use."""
    texts = value if isinstance(value, list) else [value]
    return isinstance(model, Laid) and any(
        (domain, column.key, str(one)) in model.retired_values for one in texts
    )


def _kind_name(model: Metamodel, element: Element) -> str:
    label = kind_label(model, element.domain, element.kind)
    if isinstance(model, Laid) and (element.domain, element.kind) in model.retired_kinds:
        return _("%(kind)s (old kind)") % {"kind": label}
    return label if _has_kinds(model, element) else ""


def _fact(model: Metamodel, domain: str, column: Column, value: Any) -> dict[str, Any]:
    return {
        "label": column.label.in_language(language()),
        "value": written(column, value) if value else "",
        "old": bool(value) and _is_old(model, domain, column, value),
        "official": column.official,
        "personal": column.personal and bool(value),
        "doubtful": bool(value) and bool(column.values) and not column.values_verified,
    }


def _loose(model: Metamodel, domain: str, attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What cells of an import named as linked, and no relation says: written, not found in the register."""
    found = []
    for column in relation_columns(model, domain):
        if value := attributes.get(column.key):
            texts = [value] if isinstance(value, str) else value
            found.append({"label": column.label.in_language(language()), "texts": texts})
    return found
