"""Beside the groups of twins: local applications that may duplicate a national one, the TIME quadrant, and the exports."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.architecture import deciding_twins
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.queries import twin_groups as queries
from pendapa.architecture.queries.national import decision_words, national_matches
from pendapa.architecture.rules import quadrant as rules
from pendapa.architecture.views.common import address, language, room
from pendapa.architecture.views.exports import _file as file_of
from pendapa.architecture.views.twins import (
    TONES,
    asked_day,
    money_told,
    part_tabs,
    quadrant_word,
    tell_decided,
)
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables.writing import Sheet
from pendapa.kernel.ui import formats

# The drawing of the quadrant, in units of its own.
SIZE, EDGE = 480.0, 40.0
LISTED = 200


@require_safe
@page(VIEW)
def twins_national(request: PageRequest) -> HttpResponse:
    """Local applications that may duplicate a national shared one, and those that use one."""
    return _national_page(request)


def _national_page(
    request: PageRequest, fault: Refused | None = None, about: str = "", status: int = 200
) -> HttpResponse:
    here = request.institution
    unit = request.GET.get("unit", "")[:40]
    found = national_matches(request.actor, here)
    units = sorted({(one["unit"], one["unit_uid"]) for one in found})
    scope = request.actor.scope(EDIT, here)
    mine = [one for one in found if not unit or one["unit_uid"] == unit]
    paths = {str(uid): path for uid, path in queries.paths_of_units(here)} if not scope.everything else {}
    for one in mine:
        one["url"] = address(here, "detail", one["uid"])
        one["key"] = f"{one['uid']}:{one['national']}"
        one["may"] = scope.everything or any(
            paths.get(one["unit_uid"], "").startswith(path) for path in scope.paths
        )
        one["fault"] = fault if one["key"] == about else None
    local = [one for one in mine if not one["uses"]]
    context = room(request, "twins") | {
        "parts": part_tabs(request, "national"),
        "waiting": [one for one in local if not one["decision"]],
        "decided": [one for one in local if one["decision"]],
        "used": [one for one in mine if one["uses"]],
        "fields": len({key for one in local if not one["decision"] for key in one["field_keys"]}),
        "units": units,
        "unit": unit,
        "choices": list(decision_words().items()),
        "sources": _sources(mine),
        "decide_url": address(here, "decide_national"),
        "again_url": address(here, "ask_twins_again"),
        "today": timezone.localdate().isoformat(),
        "given": request.POST if fault else {},
        "xlsx_url": address(here, "export_national", format="xlsx"),
        "csv_url": address(here, "export_national", format="csv"),
    }
    return render(request, "architecture/twins_national.html", context, status=status)


def _sources(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The national applications that are told of, each once, with what is known of them."""
    return list({one["national"]: one for one in found}.values())


@require_POST
@page(VIEW)
def decide_national(request: PageRequest) -> HttpResponse:
    """Record what was decided about one application and a national one."""
    uid, code = request.POST.get("member", ""), request.POST.get("national", "")
    try:
        done = deciding_twins.decide_national(
            request.actor,
            request.institution,
            uid,
            code,
            request.POST.get("decision", ""),
            due=asked_day(request.POST.get("due", "")),
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return _national_page(request, refused, f"{uid}:{code}", 422)
    except history.Conflict:
        meanwhile = Refused(_("Somebody decided this meanwhile. Look at it again."))
        return _national_page(request, meanwhile, f"{uid}:{code}", 409)
    tell_decided(request, done)
    return redirect(address(request.institution, "twins_national"))


# ---- the quadrant


@require_safe
@page(VIEW)
def twins_quadrant(request: PageRequest) -> HttpResponse:
    """Applications by functional and technical fit: a picture, the table of the same, and those whose fits are not known."""
    here = request.institution
    unit = request.GET.get("unit", "")[:40]
    every = queries.quadrants(request.actor, here)
    rows = [*every["placed"], *every["unknown"]]
    units = sorted({(row["unit"], row["unit_uid"]) for row in rows})
    placed = [row for row in every["placed"] if not unit or row["unit_uid"] == unit]
    unknown = [row for row in every["unknown"] if not unit or row["unit_uid"] == unit]
    columns = {"nilai_manfaat": _("functional fit"), "nilai_teknis": _("technical fit")}
    scope = request.actor.scope(EDIT, here)
    for row in (*placed, *unknown):
        row["url"] = address(here, "detail", row["uid"])
        mine = scope.everything or any(row["unit_path"].startswith(path) for path in scope.paths)
        row["mend"] = f"{row['url']}ubah/#id_a_{row['missing'][0]}" if mine and row["missing"] else ""
        row["lacks"] = ", ".join(columns[key] for key in row["missing"])
        row["word"], row["tone"] = quadrant_word(row["quadrant"]), TONES.get(row["quadrant"], "line")
        row["value_told"], row["technical_told"] = _fit(row["value"]), _fit(row["technical"])
    placed.sort(key=lambda row: (rules.QUADRANTS.index(row["quadrant"]), row["name"]))
    context = room(request, "twins") | {
        "parts": part_tabs(request, "quadrant"),
        "placed": placed,
        "unknown": unknown[:LISTED],
        "unknown_count": len(unknown),
        "counts": [
            {"label": quadrant_word(key), "value": sum(row["quadrant"] == key for row in placed), "key": key}
            for key in rules.QUADRANTS
        ],
        "points": _points(placed),
        "corners": _corners(),
        "units": units,
        "unit": unit,
        "threshold": formats.number(rules.THRESHOLD, language(), 0),
        "xlsx_url": address(here, "export_quadrant", unit=unit, format="xlsx"),
        "csv_url": address(here, "export_quadrant", unit=unit, format="csv"),
    }  # fmt: skip
    return render(request, "architecture/twins_quadrant.html", context)


def _fit(value: float | None) -> str:
    return formats.number(value, language(), 0 if value == int(value) else 1) if value is not None else ""


def _at(value: float, technical: float) -> tuple[float, float]:
    """Where two fits lie in the drawing: technical to the right, functional upwards; half a step of margin around."""
    step = (SIZE - EDGE) / (rules.HIGHEST - rules.LOWEST + 1)
    return EDGE + (technical - rules.LOWEST + 0.5) * step, SIZE - EDGE - (value - rules.LOWEST + 0.5) * step


def _points(placed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A circle for each pair of fits, as large as it has applications, with their names."""
    at: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for row in placed:
        at.setdefault((row["value"], row["technical"]), []).append(row)
    points = []
    for (value, technical), rows in sorted(at.items()):
        x, y = _at(value, technical)
        names = ", ".join(row["name"] for row in rows[:5]) + (" …" if len(rows) > 5 else "")
        points.append(
            {
                "x": f"{x:.1f}",
                "y": f"{y:.1f}",
                "text_y": f"{y + 4:.1f}",
                "r": f"{min(10 + 3 * (len(rows) - 1) ** 0.5, 30):.1f}",
                "count": len(rows),
                "names": names,
                "anchor": f"#k-{rows[0]['quadrant']}",
                "quadrant": rows[0]["quadrant"],
            }
        )
    return points


def _corners() -> list[dict[str, str]]:
    """The four fields of the drawing, split where a fit becomes high."""
    step = (SIZE - EDGE) / (rules.HIGHEST - rules.LOWEST + 1)
    low = (rules.THRESHOLD - rules.LOWEST) * step
    rest = SIZE - EDGE - low
    places = {
        "migrate": (EDGE, 0.0, low, rest),
        "invest": (EDGE + low, 0.0, rest, rest),
        "eliminate": (EDGE, rest, low, low),
        "tolerate": (EDGE + low, rest, rest, low),
    }
    return [
        {
            "key": key,
            "label": quadrant_word(key),
            "x": f"{x:.1f}",
            "y": f"{y:.1f}",
            "width": f"{width:.1f}",
            "height": f"{height:.1f}",
            "text_x": f"{x + 10:.1f}",
            "text_y": f"{y + 22:.1f}",
        }
        for key, (x, y, width, height) in places.items()
    ]


# ---- exports


@require_safe
@page(VIEW)
def export_twins(request: PageRequest) -> HttpResponse:
    """All groups, a line a member."""
    try:
        groups = queries.twins(request.actor, request.institution, queries.ALL)
    except queries.NotCompared:
        raise NotFound from None
    headers = [
        _("Group"), _("About"), _("State"), _("Likeness"), _("Code"), _("Name"), _("Unit"), _("Cost a year (Rp)"),
        _("Contract value (Rp)"), _("Saved if merged"), _("Because"), _("Decision"), _("Goes on"), _("Until"), _("Why"),
    ]  # fmt: skip
    rows = [line for group in groups for line in _lines(group)]
    return _sheet(
        request, Sheet(_("Twins"), headers, rows, {1: 30.0, 5: 40.0, 6: 34.0, 10: 50.0}), "kembaran"
    )


def _lines(group: dict[str, Any]) -> list[list[Any]]:
    state = _("Decided") if group["state"] == queries.DECIDED else _("To be decided")
    made = group["decisions"][0] if group["decisions"] else None
    decided = (
        [made["label"], made["into_name"], made["due"].isoformat() if made["due"] else "", made["reason"]]
        if made
        else ["", "", "", ""]
    )
    because, saved = "; ".join(group["reasons"]), money_told(group["saving"])
    return [
        [
            group["id"], group["title"], state, group["score"], member["code"], member["name"], member["unit"],
            _plain(member["yearly"]), _plain(member["contract"]), saved, because, *decided,
        ]
        for member in group["members"]
    ]  # fmt: skip


def _plain(value: float | None) -> Any:
    return "" if value is None else value


@require_safe
@page(VIEW)
def export_national(request: PageRequest) -> HttpResponse:
    """Applications beside a national one."""
    headers = [
        _("Code"), _("Name"), _("Unit"), _("National application"), _("Field"), _("Relation"), _("Because"), _("Decision"),
        _("Until"), _("Why"), _("Source"),
    ]  # fmt: skip
    rows = []
    for one in national_matches(request.actor, request.institution):
        made = one["decision"]
        due = made["due"].isoformat() if made and made["due"] else ""
        label = made["label"] if made else ""
        told = _("Uses it") if one["uses"] else _("May duplicate it")
        rows.append(
            [
                one["code"], one["name"], one["unit"], one["national_name"], ", ".join(one["fields"]), told,
                "; ".join(one["reasons"]), label, due, made["reason"] if made else "",
                one["source"] if one["verified"] else _("%(source)s (not verified)") % {"source": one["source"]},
            ]
        )  # fmt: skip
    sheet = Sheet(_("National applications"), headers, rows, {1: 40.0, 2: 34.0, 6: 44.0})
    return _sheet(request, sheet, "aplikasi-umum")


@require_safe
@page(VIEW)
def export_quadrant(request: PageRequest) -> HttpResponse:
    """All applications with their fits and their quadrant."""
    found = queries.quadrants(request.actor, request.institution, request.GET.get("unit", "")[:40])
    headers = [_("Code"), _("Name"), _("Unit"), _("Functional fit"), _("Technical fit"), _("Quadrant")]
    rows = [
        [
            row["code"],
            row["name"],
            row["unit"],
            _plain(row["value"]),
            _plain(row["technical"]),
            quadrant_word(row["quadrant"]) or _("not known yet"),
        ]
        for row in (*found["placed"], *found["unknown"])
    ]
    return _sheet(request, Sheet(_("TIME quadrant"), headers, rows, {1: 40.0, 2: 34.0}), "kuadran")


def _sheet(request: PageRequest, sheet: Sheet, what: str) -> HttpResponse:
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    return file_of(request, sheet if form == "csv" else [sheet], form, what)
