"""The metamodel as the institution has it: what is in it, what to add or take out of use, and what that would do."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.architecture import metamodel, modelling
from pendapa.architecture.model_forms import TYPES, ColumnForm, KindForm, initial_of
from pendapa.architecture.permissions import MODEL
from pendapa.architecture.queries import models as reads
from pendapa.architecture.rules.metamodel import CORE
from pendapa.architecture.views.common import address, language, room
from pendapa.architecture.views.effects import in_words
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.overlays import store
from pendapa.kernel.refusing import Refused
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column, Domain
from pendapa.regulations.overlay import Laid, put

_OTHER_TYPES = {
    "code": gettext_lazy("Code"),
    "unit": gettext_lazy("Unit"),
    "unit_many": gettext_lazy("Several units"),
    "reference": gettext_lazy("National reference"),
    "relation": gettext_lazy("Link to an element"),
    "relation_many": gettext_lazy("Links to elements"),
    "yearly": gettext_lazy("A value a year"),
    "quarterly": gettext_lazy("A value a quarter"),
}
VERSIONS = 20
CONTENT_LIMIT = 500_000


@require_safe
@page(MODEL)
def model(request: PageRequest) -> HttpResponse:
    """One domain: its kinds, its fields with their lists, what is out of use, and the versions so far."""
    now = modelling.standing(request.institution)
    laid = _laid(now)
    domain = _domain(laid, request.GET.get("domain", "applications"))
    used = reads.fields_in_use(request.actor, request.institution, domain.key)
    kinds = reads.kinds_in_use(request.actor, request.institution)
    context = room(request, "") | {
        "domain": domain,
        "domain_name": domain.label.in_language(language()),
        "domain_tabs": [
            (
                address(request.institution, "model", domain=d.key),
                d.plural.in_language(language()),
                d.key == domain.key,
            )
            for d in laid.all_domains
        ],
        "columns": [_row(request, laid, domain, column, used) for column in domain.columns],
        "kinds": [
            {
                "label": kind.label.in_language(language()),
                "key": kind.key,
                "own": (domain.key, kind.key) in laid.own_kinds,
                "count": kinds.get((domain.key, kind.key), 0),
            }
            for kind in domain.kinds
        ],
        "gone": [
            {"key": key, "label": column.label.in_language(language()), "count": used.get(key, 0)}
            for (where, key), column in laid.retired_columns.items()
            if where == domain.key
        ],
        "gone_kinds": [
            {"key": key, "label": kind.label.in_language(language()), "count": kinds.get((where, key), 0)}
            for (where, key), kind in laid.retired_kinds.items()
            if where == domain.key
        ],
        "orphans": _orphans(request, laid, domain, used),
        "faults": [f"{fault.path}: {fault.reason}" for fault in now.faults],
        "version": now.version,
        "versions": _versions(request, now.version),
        "new_url": address(request.institution, "model_column", domain=domain.key),
        "kind_url": address(request.institution, "model_kind", domain=domain.key),
        "may_add_kinds": len(domain.kinds) > 1 or all(column.key != "jenis" for column in domain.columns),
    }
    return render(request, "architecture/model.html", context)


def _laid(now: modelling.Standing) -> Laid:
    assert isinstance(now.model, Laid)
    return now.model


def _domain(laid: Laid, key: str) -> Domain:
    try:
        return laid.domain(key)
    except KeyError:
        raise NotFound from None


def _row(
    request: PageRequest, laid: Laid, domain: Domain, column: Column, used: dict[str, int]
) -> dict[str, Any]:
    own = (domain.key, column.key) in laid.own
    is_kind = column.key == "jenis" and len(domain.kinds) > 1
    labels = {kind.key: kind.label.in_language(language()) for kind in domain.kinds}
    return {
        "key": column.key,
        "label": column.label.in_language(language()),
        "type": TYPES.get(column.type, _OTHER_TYPES.get(column.type, column.type)),
        "mark": "own" if own else "official" if column.official else "local",
        "asked": bool(column.official or column.required or column.required_by),
        "personal": column.personal,
        "kinds": [labels.get(kind, kind) for kind in column.kinds],
        "values": [
            {
                "label": value.label.in_language(language()),
                "own": own or (domain.key, column.key, value.key) in laid.own,
            }
            for value in column.values
        ],
        "hidden_values": [
            value.label.in_language(language())
            for place, value in laid.retired_values.items()
            if place[:2] == (domain.key, column.key)
        ],
        "values_mark": ""
        if not column.values
        else "own"
        if own
        else "official"
        if column.values_verified
        else "open",
        "values_source": column.values_source,
        "count": None if column.key in CORE or is_kind else used.get(column.key, 0),
        "url": ""
        if column.key in CORE
        else address(request.institution, "model_column", domain=domain.key, key=column.key),
        "may_go": not (column.official or column.key in CORE or is_kind),
    }


def _orphans(request: PageRequest, laid: Laid, domain: Domain, used: dict[str, int]) -> list[dict[str, Any]]:
    """Keys under which elements hold something and that neither the pack nor the overlay knows."""
    known = {column.key for column in domain.columns} | {
        key for where, key in laid.retired_columns if where == domain.key
    }
    return [
        {
            "key": key,
            "count": count,
            "url": address(request.institution, "model_column", domain=domain.key, key=key),
        }
        for key, count in sorted(used.items())
        if key not in known
    ]


def _versions(request: PageRequest, current: int) -> list[dict[str, Any]]:
    rows = store.versions(metamodel.PACK, request.institution)[:VERSIONS]
    found = [
        {
            "version": row.version,
            "author": row.author_name,
            "reason": row.reason,
            "when": row.created_at,
            "current": row.version == current,
            "url": address(request.institution, "model_version", row.version),
        }
        for row in rows
    ]
    if found:
        url = address(request.institution, "model_version", 0)
        found.append({"version": 0, "author": "", "reason": "", "when": None, "current": False, "url": url})
    return found


# -- forms ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page(MODEL)
def model_column(request: PageRequest) -> HttpResponse:
    """A new field, or what may change in one that is there; then what that would do."""
    now = modelling.standing(request.institution)
    laid, key = _laid(now), request.GET.get("key", "")[:40]
    domain = _domain(laid, request.GET.get("domain", ""))
    column = next((one for one in domain.columns if one.key == key and key not in CORE), None)
    if (
        key
        and column is None
        and key not in reads.fields_in_use(request.actor, request.institution, domain.key)
    ):
        raise NotFound
    own = column is None or (domain.key, column.key) in laid.own
    form = ColumnForm(
        request.POST or None,
        domain=domain,
        model=laid,
        column=column,
        own=own,
        key=key if column is None else "",
        initial=initial_of(column) if column else {"label_id": key, "type": "string"},
    )
    if request.method == "POST" and form.is_valid():
        content = put(now.content, domain.key, "columns", form.entry())
        try:
            return _preview(request, now, content, domain)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _form_page(request, domain, form, column)


@require_http_methods(["GET", "POST"])
@page(MODEL)
def model_kind(request: PageRequest) -> HttpResponse:
    """A new kind; then what that would do."""
    now = modelling.standing(request.institution)
    domain = _domain(_laid(now), request.GET.get("domain", ""))
    form = KindForm(request.POST or None, domain=domain, model=_laid(now))
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, now, put(now.content, domain.key, "kinds", form.entry()), domain)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _form_page(request, domain, form, None)


def _form_page(request: PageRequest, domain: Domain, form: Any, column: Column | None) -> HttpResponse:
    context = room(request, "") | {
        "form": form,
        "domain": domain,
        "domain_name": domain.label.in_language(language()),
        "column": column,
        "column_name": column.label.in_language(language()) if column else "",
        "is_kind": isinstance(form, KindForm),
        "back": address(request.institution, "model", domain=domain.key),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "architecture/model_form.html", context, status=status)


@require_POST
@page(MODEL)
def model_retire(request: PageRequest) -> HttpResponse:
    """Take a field or a kind out of use, or back into it: what that would do."""
    now = modelling.standing(request.institution)
    domain = _domain(_laid(now), request.POST.get("domain", ""))
    part = "kinds" if request.POST.get("part") == "kinds" else "columns"
    entry = {"key": request.POST.get("key", "")[:40], "retired": request.POST.get("retired") == "1"}
    try:
        return _preview(request, now, put(now.content, domain.key, part, entry), domain)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(address(request.institution, "model", domain=domain.key))


@require_safe
@page(MODEL)
def model_version(request: PageRequest, version: int) -> HttpResponse:
    """An earlier version, or the pack as shipped (0): what going back to it would do."""
    now = modelling.standing(request.institution)
    content: dict[str, Any] = {}
    if version:
        row = store.versions(metamodel.PACK, request.institution).filter(version=version).first()
        if row is None:
            raise NotFound
        content = modelling.fitting(packs.metamodel(), row.content)[0]
    reason = (
        _("Back to version %(version)s") % {"version": version}
        if version
        else _("Back to the pack as shipped")
    )
    return _preview(request, now, content, _domain(_laid(now), "applications"), reason=reason)


# -- what it would do -------------------------------------------------------------------------------------------------


def _preview(
    request: PageRequest,
    now: modelling.Standing,
    content: dict[str, Any],
    domain: Domain,
    *,
    reason: str = "",
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """Every difference with the elements it touches. Refused where the pack does not take the content."""
    after = modelling.laid(content)
    found = reads.effects(request.actor, request.institution, now.model, after)
    context = room(request, "") | {
        "effects": [in_words(request.institution, effect, after) for effect in found],
        "content": json.dumps(content, ensure_ascii=False),
        "version": now.version,
        "next": now.version + 1,
        "reason": reason,
        "fault": fault,
        "domain": domain,
        "back": address(request.institution, "model", domain=domain.key),
    }
    return render(request, "architecture/model_preview.html", context, status=status)


@require_POST
@page(MODEL)
def model_keep(request: PageRequest) -> HttpResponse:
    """Keep what was looked at as the next version."""
    now = modelling.standing(request.institution)
    domain = _domain(_laid(now), request.POST.get("domain", "applications"))
    back = address(request.institution, "model", domain=domain.key)
    content, reason = _content(request.POST.get("content", "")), request.POST.get("reason", "")[:500]
    if content is None:
        messages.error(
            request, _("What was to be kept did not arrive whole. Nothing was changed; do it again.")
        )
        return HttpResponseRedirect(back)
    try:
        kept = modelling.keep(
            request.actor,
            request.institution,
            content,
            version=whole(request.POST.get("version", "")) or 0,
            reason=reason,
        )
    except modelling.Meanwhile as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(back)
    except Refused as refused:
        if refused.field == "reason":
            return _preview(request, now, content, domain, fault=str(refused), status=422)
        messages.error(request, str(refused))
        return HttpResponseRedirect(back)
    messages.success(request, _("Version %(version)s holds from now on.") % {"version": kept.version})
    return HttpResponseRedirect(back)


def _content(text: str) -> dict[str, Any] | None:
    if len(text) > CONTENT_LIMIT:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
