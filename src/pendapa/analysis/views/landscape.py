"""The landscape: capabilities of the national references as boxes, warm by what matters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import landscape as queries
from pendapa.analysis.queries import landscape_words as words
from pendapa.analysis.queries.landscape import Drawn, Landscape
from pendapa.analysis.queries.matrix import label, things, unit_of
from pendapa.analysis.rules.landscape_svg import svg
from pendapa.analysis.rules.matrix import Side
from pendapa.analysis.views.common import room
from pendapa.analysis.views.tables import download, part
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.references import reference_columns
from pendapa.architecture.views.common import is_partial, unit_options
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.overlays import trees
from pendapa.kernel.refusing import Refused
from pendapa.kernel.ui.formats import in_sentence
from pendapa.kernel.ui.templatetags.ui import angka
from pendapa.regulations.metamodel import Metamodel

FORMATS = ("xlsx", "csv", "svg")
TREES = {"RAB": "processes", "RAL": "services", "RAD": "data", "RAA": "applications", "RAI": "infrastructure", "RAK": "security"}  # fmt: skip


@require_safe
@page(VIEW)
def landscape(request: PageRequest) -> HttpResponse:
    """The boxes; one opened box (``node``, alone for htmx); the whole as a file (``format``)."""
    asked = request.GET
    try:
        tree, measure = queries.checked(asked.get("tree", ""), asked.get("measure", ""))
        unit = unit_of(request.institution, asked.get("unit", ""))
    except Refused as refused:
        context = _form(request, queries.FIRST_TREE, queries.FIRST_MEASURE)
        return render(request, "analysis/landscape.html", context | {"refused": str(refused)}, status=422)
    found = queries.landscape(request.actor, request.institution, tree, measure, unit)
    model = metamodel.of(request.institution)
    finding = _finding(model, found)
    if asked.get("format") in FORMATS:
        return _file(request, model, found, finding)
    opened = _opened(request, model, found) if asked.get("node") else None
    if is_partial(request) and opened:
        return render(request, "analysis/landscape_box.html", {"opened": opened})
    context = _form(request, tree, measure) | {
        "found": found,
        "finding": finding,
        "unit": unit,
        "boxes": [_box(request, model, found, one) for one in found.boxes],
        "legend": words.legend(measure),
        "opened": opened,
        "doubtful": sum(not one.box.node.verified for one in found.each()),
        "list_url": _list(request, model, found) if found.loose or not found.mappable else "",
        "files": {form: _here(request, format=form, node="") for form in FORMATS},
    }
    return render(request, "analysis/landscape.html", context)


def _form(request: PageRequest, tree: str, measure: str) -> dict[str, Any]:
    model = metamodel.of(request.institution)
    offered = [one for one in trees.references_now().trees if reference_columns(model, one)]
    return room(request, "landscape") | {
        "printed": timezone.localdate(),
        "here": reverse("analysis:landscape", args=[request.institution.code]),
        "measure_label": in_sentence(words.measures()[measure]),
        "trees": [(one, f"{one} · {_mapped(model, one).capitalize()}", one == tree) for one in offered],
        "measures": [(key, text, key == measure) for key, text in words.measures().items()],
        "units": unit_options(request, request.GET.get("unit", "")),
    }


def _mapped(model: Metamodel, tree: str) -> str:
    """What is mapped to a tree, in words."""
    domain = TREES.get(tree) or reference_columns(model, tree)[0][0]
    return label(model, Side(domain))


def _here(request: PageRequest, **changes: str) -> str:
    kept = {key: value for key, value in request.GET.items() if key not in ("format", "mulai", *changes)}
    return "?" + urlencode({key: value for key, value in (kept | changes).items() if value})


def _finding(model: Metamodel, found: Landscape) -> str:
    """How much of the tree is filled, what is mapped nowhere, and where the measure speaks worst."""
    numbers = {
        "n": angka(found.empty),
        "total": angka(found.capabilities),
        "what": _mapped(model, found.tree),
    }
    told = [
        ngettext(
            "%(n)s of %(total)s capabilities holds nothing yet.",
            "%(n)s of %(total)s capabilities hold nothing yet.",
            found.empty,
        )
        % numbers
        if found.empty
        else _("All %(total)s capabilities hold something.") % numbers
    ]
    if not found.mappable:
        told.append(_("There are no %(own)s yet.") % {"own": numbers["what"]})
    elif found.loose:
        numbers |= {"loose": angka(found.loose), "all": angka(found.mappable)}
        told.append(_("%(loose)s of %(all)s %(what)s are mapped to none of them.") % numbers)
    if found.above:
        told.append(
            ngettext(
                "%(above)s is mapped to a main group only.",
                "%(above)s are mapped to a main group only.",
                found.above,
            )
            % {"above": angka(found.above)}
        )
    if found.worst is not None:
        measure = in_sentence(words.measures()[found.measure])
        worst = {"name": found.worst.box.node.name, "measure": measure}
        worst["figure"] = words.figure(found.measure, found.worst.reading.value)
        told.append(_("To look at first by %(measure)s: %(name)s, %(figure)s.") % worst)
    elif any(one.box.things for one in found.boxes):
        nowhere = {"measure": words.measures()[found.measure]}
        told.append(_("%(measure)s: not known of any of them; it is told in the register.") % nowhere)
    return " ".join(told)


def _box(request: PageRequest, model: Metamodel, found: Landscape, one: Drawn) -> dict[str, Any]:
    empty = not one.box.things
    return {
        "node": one.box.node,
        "empty": empty,
        "step": one.step,
        "figure": _("none yet") if empty else words.figure(found.measure, one.reading.value),
        "known": words.known(found.measure, one),
        "counts": words.counts(model, one),
        "url": _here(request, node=one.box.node.key),
        "current": request.GET.get("node") == one.box.node.key,
        "inside": [_box(request, model, found, inner) for inner in one.inside],
    }


def _opened(request: PageRequest, model: Metamodel, found: Landscape) -> dict[str, Any]:
    """One box with its elements, by pages. :class:`NotFound` for a node that the tree does not have."""
    drawn = found.find(request.GET["node"])
    members = queries.members(request.actor, request.institution, drawn)
    shown = part(request, members, "mulai", lambda **more: _here(request) + "&" + urlencode(more) + "#isi")
    rows = [
        {
            "thing": one,
            "url": reverse("architecture:detail", args=[request.institution.code, one.uid]),
            "value": words.own_value(found.measure, found.by_id[one.pk], found),
        }
        for one in shown.rows
    ]
    box = _box(request, model, found, drawn)
    more = {
        "rows": rows,
        "part": shown,
        "close": _here(request, node=""),
        "measure": words.measures()[found.measure],
    }
    return box | more | {"list": _list(request, model, found)}


def _list(request: PageRequest, model: Metamodel, found: Landscape) -> str:
    """Where what is mapped to this tree is listed."""
    domain = TREES.get(found.tree) or reference_columns(model, found.tree)[0][0]
    return reverse("architecture:list", args=[request.institution.code]) + f"?domain={domain}"


def _file(request: PageRequest, model: Metamodel, found: Landscape, finding: str) -> HttpResponse:
    form, measure = request.GET["format"], words.measures()[found.measure]
    if form == "svg":
        title = f"{request.institution.name} · {found.tree} · {measure}"
        drawing = svg(words.picture(model, found, title, finding))
        response = HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8")
        name = f"{request.institution.code}-lanskap-{found.tree}-{found.measure}.svg"
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response
    ids = {pk for one in found.boxes for pk in one.box.things}
    sheets = words.sheets(model, found, things(request.actor, request.institution, ids=ids))
    return download(request, sheets, form, f"lanskap-{found.tree}-{found.measure}")
