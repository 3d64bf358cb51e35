"""The national references: the trees as they hold, a newer one brought with a preview, an element mapped with one tap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.architecture import actions, bringing, metamodel, queries, references
from pendapa.architecture.permissions import EDIT, REFERENCES, VIEW
from pendapa.architecture.views.common import address, language, room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.overlays import trees
from pendapa.kernel.refusing import Refused
from pendapa.regulations.metamodel import normalise
from pendapa.regulations.references import Node, References

SHOWN = 100
UNPROCESSABLE = 422
NAMES = {
    "RAB": gettext_lazy("Business processes"),
    "RAL": gettext_lazy("Services"),
    "RAD": gettext_lazy("Data and information"),
    "RAA": gettext_lazy("Applications"),
    "RAI": gettext_lazy("Infrastructure"),
    "RAK": gettext_lazy("Security"),
}


# ------------------------------------------------------------------------------------------------------------- to look at


@require_safe
@page(REFERENCES, platform=True)
def references_page(request: PageRequest) -> HttpResponse:
    """One tree: ``?tree=RAB``; ``?q=`` searches codes and names; ``?version=0`` looks at an earlier version."""
    now = trees.references_now()
    tree = request.GET.get("tree", "")
    tree = tree if tree in now.trees else now.trees[0]
    versions = trees.versions(tree)
    asked = whole(request.GET.get("version", ""))
    chosen = next((version for version in versions if version.number == asked), versions[0])
    shown = now if chosen is versions[0] else trees.references_of(chosen)
    counts = _counts(request, tree, shown) if chosen is versions[0] else None
    words = request.GET.get("q", "").strip()[:200]
    rows = _rows(shown.tree(tree), words, counts)
    context = _around(request, tree) | {
        "trees": [(one, NAMES.get(one, one), one == tree) for one in now.trees],
        "rows": rows,
        "hits": sum(row["hit"] for row in rows),
        "words": words,
        "counts": counts,
        "mapped": sum(counts.values()) if counts else 0,
        "again": _again(request),
        "again_url": address(request.institution, "list", remap="1"),
        "nodes": len(shown.tree(tree)),
        "settled": sum(node.verified for node in shown.tree(tree)),
        "versions": versions,
        "chosen": chosen,
        "older": chosen is not versions[0],
        "sources": _sources(shown, tree),
        "found_by": _list_of(request, tree),
    }
    return render(request, "architecture/references.html", context)


def _around(request: PageRequest, tree: str) -> dict[str, Any]:
    return room(request, "references") | {
        "tree": tree,
        "tree_name": NAMES.get(tree, tree),
        "may_bring": request.actor.runs_platform,
        "may_look": request.actor.may(VIEW, request.institution),
        "here": address(request.institution, "references"),
    }


def _counts(request: PageRequest, tree: str, shown: References) -> dict[str, int] | None:
    """How many elements are mapped to each node; nothing for who reads no elements here."""
    if not request.actor.may(VIEW, request.institution):
        return None
    return references.mapped(request.actor, request.institution, tree, shown)


def _again(request: PageRequest) -> int:
    """How many elements are to be mapped again, of any tree."""
    if not request.actor.may(VIEW, request.institution):
        return 0
    return references.to_map_again(request.actor, request.institution)


def _rows(nodes: Iterable[Node], words: str, counts: Mapping[str, int] | None) -> list[dict[str, Any]]:
    """The nodes in the order of the tree, each under its parent; with ``words`` those that fit and what is above them."""
    below: dict[str | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent, []).append(node)
    wanted = normalise(words)

    def walk(parent: str | None, depth: int) -> list[dict[str, Any]]:
        found = []
        for node in below.get(parent, ()):
            under = walk(node.code, depth + 1) if node.code else []
            hit = not wanted or wanted in normalise(" ".join((node.code or "", node.name, *node.also)))
            if hit or under:
                count = counts.get(node.key, 0) if counts is not None else 0
                found += [{"node": node, "depth": depth, "hit": hit, "count": count}, *under]
        return found

    return walk(None, 0)


def _sources(shown: References, tree: str) -> list[tuple[str, str]]:
    """The sources of a tree that go by a short name, with what stands behind it."""
    used = dict.fromkeys(source for node in shown.tree(tree) for source in node.sources)
    return [(source, shown.source_names[source]) for source in used if source in shown.source_names]


def _list_of(request: PageRequest, tree: str) -> str:
    """The list whose search finds what is mapped to a node; its code comes behind."""
    column = next(iter(references.reference_columns(metamodel.of(request.institution), tree)), None)
    return address(request.institution, "list", domain=column[0]) + "&q=" if column else ""


# ----------------------------------------------------------------------------------------------------------- a newer tree


class BringForm(forms.Form):
    """The file of a newer tree, what it is called, and why it comes."""

    file = forms.FileField(
        label=gettext_lazy("Table of the tree"),
        help_text=gettext_lazy(
            "xlsx, ods or csv with the columns kode and nama; induk, level, sumber and terverifikasi may stand beside them."
        ),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt,text/csv"}),
    )
    label = forms.CharField(
        label=gettext_lazy("Regulation or version"),
        max_length=120,
        help_text=gettext_lazy(
            "As it shall stand beside each node, for example the number of the regulation."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(REFERENCES, platform=True)
def reference_new(request: PageRequest, tree: str) -> HttpResponse:
    """Bring a newer tree: hand in the file, see what it would do, keep it. Only for who runs the installation."""
    if not request.actor.runs_platform or tree not in trees.references_now().trees:
        raise NotFound
    if request.POST.get("file_uid"):
        return _keep(request, tree)
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file, nodes = bringing.receive(
                request.actor, request.institution, tree, cast(BinaryIO, upload), upload.name or ""
            )
        except bringing.Unfit as unfit:
            context = _around(request, tree) | {
                "form": form,
                "faults": unfit.faults[:SHOWN],
                "more": unfit.more(SHOWN),
            }
            return render(request, "architecture/reference_new.html", context, status=UNPROCESSABLE)
        return _preview(request, tree, file, nodes, form.cleaned_data)
    status = UNPROCESSABLE if form.errors else 200
    return render(
        request, "architecture/reference_new.html", _around(request, tree) | {"form": form}, status=status
    )


def _preview(
    request: PageRequest, tree: str, file: StoredFile, nodes: list[dict[str, Any]], told: Mapping[str, Any]
) -> HttpResponse:
    done = references.effect(tree, bringing.built(tree, nodes, told["label"]).nodes)
    changes = done.differences
    parts = [
        (_("No longer there"), [(node, "") for node in changes.gone]),
        (_("Other name or place"), [(one.before, _became(one.before, one.after)) for one in changes.changed]),
        (_("New"), [(node, "") for node in changes.new]),
    ]
    context = _around(request, tree) | {
        "file": file,
        "label": told["label"],
        "reason": told["reason"],
        "marked": done.marked,
        "total": len(nodes),
        "same": not changes,
        "parts": [(title, rows[:SHOWN], len(rows), max(len(rows) - SHOWN, 0)) for title, rows in parts],
    }
    return render(request, "architecture/reference_preview.html", context)


def _became(before: Node, after: Node) -> str:
    """What of a node is another now."""
    told = [after.name] if before.name != after.name else []
    if before.parent != after.parent:
        told.append(_("below %(parent)s") % {"parent": after.parent or _("the top")})
    return ", ".join(told)


def _keep(request: PageRequest, tree: str) -> HttpResponse:
    """Keep what was seen in the preview, or let it go."""
    here = address(request.institution, "references", tree=tree)
    if request.POST.get("action") != "keep":
        bringing.forget(request.actor, request.institution, request.POST["file_uid"])
        messages.info(request, _("Nothing was changed."))
        return HttpResponseRedirect(here)
    label, reason = request.POST.get("label", "").strip()[:120], request.POST.get("reason", "").strip()
    try:
        kept = bringing.keep(
            request.actor, request.institution, tree, request.POST["file_uid"], label=label, reason=reason
        )
    except bringing.Unfit as unfit:
        messages.error(request, unfit.faults[0])
        return HttpResponseRedirect(here)
    messages.success(
        request, _("%(tree)s: version %(number)d holds from now on.") % {"tree": tree, "number": kept.version}
    )
    return HttpResponseRedirect(here)


# ------------------------------------------------------------------------------------------------------------ an element


@require_POST
@page(EDIT)
def map_reference(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take an offered node for a field of an element, or say that its mapping still holds."""
    element = queries.element(request.actor, request.institution, uid)
    request.actor.require(EDIT, request.institution, element.unit)
    version = whole(request.POST.get("version", "")) or 0
    back = HttpResponseRedirect(address(request.institution, "detail", element.uid))
    try:
        if request.POST.get("confirm"):
            references.confirm(request.actor, element, version=version)
            messages.success(request, _("The mapping stands as it is."))
            return back
        key, value = request.POST.get("key", ""), request.POST.get("value", "")
        offered = {offer.column.key: offer.candidate.value for offer in references.offers(element)}
        if offered.get(key) != value or not value:
            messages.info(request, _("That is no longer offered: the element or the reference changed."))
            return back
        done = actions.change_element(request.actor, element, version=version, attributes={key: value})
    except Conflict:
        messages.error(request, _("It was changed meanwhile. Look once more."))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("The change waits in your draft.") if done.draft else _("The changes are saved.")
        messages.success(request, said)
    return back


def offered(element: Any, attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is offered for the empty references of an element, for its page."""
    return [
        {
            "key": offer.column.key,
            "field": offer.column.label.in_language(language()),
            "node": offer.candidate.node,
            "value": offer.candidate.value,
            "why": references.why(offer.candidate.reasons),
        }
        for offer in references.offers(element, attributes)
    ]
