"""The form of an initiative: new and change, and what can be looked for in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.architecture import metamodel
from pendapa.architecture import queries as architecture
from pendapa.architecture.queries.past import kind_label
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap import forms_initiatives as forms
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Budget, Initiative, InitiativeElement
from pendapa.roadmap.models.money import SOURCES
from pendapa.roadmap.permissions import EDIT, PROPOSE
from pendapa.roadmap.queries import initiative_facts, reach, roadmaps
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.registered.initiatives import LABELS
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.views import common
from pendapa.roadmap.wording_initiatives import told as told_fault

FOUND = 12
SEARCHED = ("elements", "waits_for")
SPARE = {"lifts": 1, "targets": 1, "budgets": 1, "partners": 1}
"""Empty rows at the end."""
MORE = 3


@require_http_methods(["GET", "HEAD", "POST"])
@page(PROPOSE)
def new(request: PageRequest) -> HttpResponse:
    """A new initiative: a title is enough to begin."""
    actor, institution = request.actor, request.institution
    if request.method != "POST":
        current = roadmaps.current(actor, institution)
        takes = current is not None and current.state != "ended" and actor.scope(EDIT, institution).everything
        put_into = str(current.uid) if current and takes else ""
        return _form(request, None, forms.blank(_own_unit(request), put_into))
    typed = forms.typed_in(request.POST)
    if "tambah" in request.POST or "cari" in request.POST:
        return _form(request, None, typed)
    values, faults = forms.values_in(typed)
    row, faults = _kept(lambda: actions.create(actor, institution, values), faults)
    if row is None:
        return _form(request, None, typed, faults=faults, status=422)
    return _to(request, row, _("“%(name)s” is kept as a draft.") % {"name": row.title}, values)


@require_http_methods(["GET", "HEAD", "POST"])
@page(PROPOSE)
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Change everything of it; what somebody else changed meanwhile is told, and what was typed stays."""
    actor, institution = request.actor, request.institution
    row = queries.initiative(actor, institution, uid)
    row.institution = institution
    if not queries.may_change(actor, row):
        raise NotFound
    before = queries.values_of(row)
    if request.method != "POST":
        return _form(request, row, forms.typed_of(before))
    typed, version = forms.typed_in(request.POST), whole(request.POST.get("version", "")) or 0
    if "tambah" in request.POST or "cari" in request.POST:
        return _form(request, row, typed, version=version)
    values, faults = forms.values_in(typed, before)
    try:
        saved, faults = _kept(lambda: actions.change(actor, row, version, values), faults)
    except actions.Stale as error:
        return _form(request, error.row, typed, stale=error, version=error.row.version, status=409)
    if saved is None:
        return _form(request, row, typed, faults=faults, version=version, status=422)
    said = _("Saved.") if saved.version != row.version else _("Nothing was changed.")
    return _to(request, saved, said, values)


@require_safe
@page(PROPOSE)
def find(request: PageRequest, part: str) -> HttpResponse:
    """Elements or initiatives that can be named, as one types; a piece of the page."""
    if part not in SEARCHED:
        raise NotFound
    words = request.GET.get(f"cari-{part}", "")[:200].replace("\x00", "")
    taken = {str(text) for name, text in request.GET.items() if name.startswith(f"{part}-")}
    found = _found(request, part, words, taken, request.GET.get("uid", ""))
    return render(request, "roadmap/initiative_found.html", {"part": part, "words": words, "found": found})


# ---- keeping


def _kept(work: Any, faults: dict[str, str]) -> tuple[Initiative | None, dict[str, str]]:
    """What a verb gave, or why it could not; where a text could not be read the verb is not asked."""
    if faults:
        return None, faults
    try:
        return work(), {}
    except actions.Refused as error:
        return None, error.faults


def _to(request: PageRequest, row: Initiative, said: str, values: rules.Values) -> HttpResponse:
    """To the page of the initiative, with what was kept but should be looked at."""
    messages.success(request, said)
    for doubt in _doubts(request, row, values)[:5]:
        messages.warning(request, doubt)
    return redirect("roadmap:initiative", institution=request.institution.code, uid=row.uid)


def _doubts(request: PageRequest, row: Initiative, values: rules.Values) -> list[str]:
    known = initiative_facts.codes(request.institution, (one.programme_code for one in values.budgets))
    return [told_fault(one) for one in rules.doubts(values, rules.Facts(codes=known))]


# ---- drawing


def _form(
    request: PageRequest,
    row: Initiative | None,
    typed: forms.Typed,
    *,
    faults: Mapping[str, str] | None = None,
    stale: actions.Stale | None = None,
    version: int | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = dict(faults or {})
    all_of_them = request.actor.scope(EDIT, request.institution).everything
    context = common.room(request) | {
        "row": row,
        "x": typed.texts,
        "e": {key: text for key, text in wrong.items() if "." not in key},
        "parts": {part: _rows(request, part, typed, wrong) for part in forms.ROWS},
        "choices": _choices(request, row, typed),
        "faults": list(dict.fromkeys(wrong.values())),
        "theirs": _theirs(request, stale) if stale else [],
        "stale": stale,
        "version": version if version is not None else (row.version if row else 0),
        "posted": request.method == "POST",
        "sees_all": all_of_them,
        "own_only": not all_of_them,
        "searches": {part: _search(request, part, typed, row) for part in SEARCHED},
        "unverified": not all(one.verified for one in packs.roadmap().contents),
    }
    return render(request, "roadmap/initiative_form.html", context, status=status)


def _rows(
    request: PageRequest, part: str, typed: forms.Typed, faults: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows of a part with their faults and, for parts that are typed, empty ones at the end."""
    names = _names(request, part, typed.rows[part])
    found = []
    spare = SPARE.get(part, 0) + (MORE if request.POST.get("tambah") == part else 0)
    for n, row in enumerate([*typed.rows[part], *({} for _n in range(spare))]):
        head = f"{part}.{n}."
        wrong = {key[len(head) :]: text for key, text in faults.items() if key.startswith(head)}
        first = row.get(forms.ROWS[part][0], "")
        found.append(
            {"n": n, "v": row, "e": wrong, "id": f"{part}-{n}", "name": names.get(first, ""), "new": not row}
        )
    return found


def _names(request: PageRequest, part: str, rows: list[forms.Row]) -> dict[str, str]:
    """Names of the elements and initiatives that stand in the form, of those that the actor may see."""
    key = forms.ROWS[part][0]
    uids = [row[key] for row in rows if architecture.is_uid(row[key])]
    if part not in SEARCHED or not uids:
        return {}
    if part == "elements":
        return dict(_told_elements(request, uid__in=uids))
    seen = reach.initiatives(request.actor, request.institution).filter(uid__in=uids)
    return {str(one.uid): _told_initiative(one) for one in seen}


def _search(request: PageRequest, part: str, typed: forms.Typed, row: Initiative | None) -> dict[str, Any]:
    words = request.POST.get(f"cari-{part}", "")[:200].replace("\x00", "")
    asked = request.POST.get("cari") == part and words
    taken = {one[forms.ROWS[part][0]] for one in typed.rows[part]}
    found = _found(request, part, words, taken, str(row.uid) if row else "") if asked else []
    return {"words": words, "asked": words if asked else "", "found": found}


def _found(request: PageRequest, part: str, words: str, taken: set[str], own: str) -> list[tuple[str, str]]:
    """What is found by all the words and does not stand in the form yet."""
    asked = words.lower().split()[:8]
    if not asked:
        return []
    if part == "elements":
        rows = _told_elements(request, words=asked)
    else:
        seen = reach.initiatives(request.actor, request.institution)
        for word in asked:
            seen = seen.filter(title__icontains=word) | seen.filter(code__icontains=word)
        rows = [(str(one.uid), _told_initiative(one)) for one in seen[: FOUND + len(taken) + 1]]
    return [one for one in rows if one[0] not in taken and one[0] != own][:FOUND]


def _told_elements(
    request: PageRequest, words: list[str] | None = None, **more: Any
) -> list[tuple[str, str]]:
    rows = architecture.visible(request.actor, request.institution).filter(**more)
    for word in words or ():
        rows = rows.filter(name_key__icontains=word) | rows.filter(code__iexact=word)
    rows = rows.select_related("unit").order_by("name_key", "pk")[: FOUND * 6]
    return [(str(one.uid), f"{one.name} · {one.code} · {one.unit.name}") for one in rows]


def _told_initiative(row: Initiative) -> str:
    return " · ".join(text for text in (row.code, row.title, row.unit.name if row.unit else "") if text)


def _choices(request: PageRequest, row: Initiative | None, typed: forms.Typed) -> dict[str, Any]:
    language = formats.language()
    actor, institution = request.actor, request.institution
    model = metamodel.of(institution)
    goals = architecture.visible(actor, institution).filter(domain=STRATEGY, kind__in=GOALS)
    known = roadmaps.roadmaps(actor, institution)
    now = row.roadmap_id if row else None
    return {
        "contents": [(one.key, one.label.in_language(language)) for one in packs.roadmap().contents],
        "goals": [
            (str(uid), f"{name} ({kind_label(model, STRATEGY, kind)})")
            for uid, name, kind in goals.order_by("name_key", "pk").values_list("uid", "name", "kind")[:400]
        ],
        "indicators": _indicators(request, typed),
        "units": _units(request, row),
        "partners": [
            (str(one.uid), one.name)
            for one in architecture.offered_units(actor, institution)
            if not _ended(one)
        ],
        "roadmaps": [
            (str(one.uid), one.title)
            for one in known
            if one.pk == now or (one.state != "ended" and actor.scope(EDIT, institution).everything)
        ],
        "sources": Budget._meta.get_field("source").choices or SOURCES,
        "effects": InitiativeElement.EFFECTS,
        "years": _years(known, typed),
    }


STRATEGY = "strategy"
GOALS = ("iku", "sasaran_strategis", "tujuan")
"""Kinds of the strategy map that an initiative serves."""


def _ended(unit: Any) -> bool:
    return unit.valid_to is not None and unit.valid_to < timezone.localdate()


def _units(request: PageRequest, row: Initiative | None) -> list[tuple[str, str]]:
    """The units that may answer; one that ended is offered only where it stands there already."""
    actor, institution = request.actor, request.institution
    permission = EDIT if actor.scope(EDIT, institution).everything else PROPOSE
    found = [
        (str(one.uid), one.name)
        for one in architecture.offered_units(actor, institution, permission)
        if not _ended(one)
    ]
    if row is not None and row.unit is not None and str(row.unit.uid) not in dict(found):
        found.insert(0, (str(row.unit.uid), row.unit.name))
    return found


def _own_unit(request: PageRequest) -> str:
    """The unit that a new initiative is most likely of: the only one of the actor's roles, else the only one offered."""
    offered = [uid for uid, _name in _units(request, None)]
    roles = {str(one.unit.uid) for one in request.actor.roles(request.institution) if one.unit}
    likely = roles.intersection(offered) or set(offered)
    return likely.pop() if len(likely) == 1 else ""


def _indicators(request: PageRequest, typed: forms.Typed) -> list[tuple[str, list[tuple[str, str]]]]:
    """Indicators by instrument; what stands there and is known no more stays to be chosen."""
    language, found, keys = formats.language(), [], set()
    for name, instrument in editions.known(request.institution).items():
        rows = [
            (f"{name}|{one.number}", f"{one.number} {one.name.in_language(language)}"[:140])
            for one in instrument.indicators
        ]
        keys |= {key for key, _text in rows}
        found.append((instrument.title.in_language(language), rows))
    gone = [one["indicator"] for one in typed.rows["lifts"] if one["indicator"] not in keys]
    if gone:
        found.append(
            (_("Not known any more"), [(one, one.replace("|", " · ")[:140]) for one in dict.fromkeys(gone)])
        )
    return found


def _years(known: list[Any], typed: forms.Typed) -> list[int]:
    chosen = next((one for one in known if str(one.uid) == typed.texts["roadmap"]), None)
    return list(chosen.years) if chosen is not None else list(range(forms.this_year(), forms.this_year() + 6))


def _theirs(request: PageRequest, stale: actions.Stale) -> list[tuple[str, str]]:
    """What somebody else changed, in words: the field and what stands there now."""
    now = forms.typed_of(queries.values_of(stale.row))
    row = stale.row
    roadmap = queries.seen_roadmap(request.actor, row)
    told = {
        "unit": row.unit.name if row.unit else "",
        "roadmap": roadmap.title if roadmap else "",
        "goal": row.goal.name if row.goal and row.goal.classification != "restricted" else "",
        "content": queries.content_label(row.content),
        "state": row.get_state_display(),
        "lifts": "; ".join(f"{one.indicator}: {one.level_from or '–'} → {one.level_to or '–'}" for one in queries.lifts_of(row)),
        "targets": "; ".join(f"{one['year']}: {one['target']} / {one['done'] or '–'}" for one in now.rows["targets"]),
        "budgets": "; ".join(
            f"{one['year']} {one['programme_code']}: Rp {one['planned'] or '–'} / {one['budgeted'] or '–'} / {one['spent'] or '–'}"
            for one in now.rows["budgets"]
        ),
    }  # fmt: skip
    found = []
    for name in stale.fields:
        text = told.get(name, now.texts.get(name, ""))
        if name in ("partners", "elements", "waits_for"):
            text = _("see them on its page")
        found.append((str(LABELS.get(name, name)), text))
    return found
