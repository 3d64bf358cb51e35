"""What PDF and slides say, in Indonesian, made of the same plain data that the command and the API answer: so that a number can
not differ between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils import translation

from pendapa.cockpit import telling, wording
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.cockpit.rules.course import Course, ahead
from pendapa.cockpit.rules.quarters import ROMAN
from pendapa.kernel.ui import formats

ID = "id"
UNKNOWN = "belum diketahui"
NO_YEAR = "tanpa tahun"
"""Two short words, which a narrow place takes below each other."""
MEASURES = {"completeness": "Kelengkapan", "timeliness": "Tepat waktu", "sharing": "Berbagi data"}
Rows = list[list[str]]


@dataclass(frozen=True)
class Facts:
    """Everything that a document prints: ``data`` is the JSON, the rest are its numbers and sentences in words."""

    institution: str
    day: str
    data: Mapping[str, Any]
    finding: str
    course: str
    demo: bool


def facts(found: Cockpit) -> Facts:
    """The facts of a cockpit, whatever the language of the page that asks."""
    with translation.override(ID):
        course = wording.course(found)
        return Facts(
            " · ".join(one for one in (found.own.names, found.institution.name) if one), day(found.day), telling.as_json(found), wording.finding(found),
            f"{course.text} {course.more}".strip(), found.institution.is_demo,
        )  # fmt: skip


MOST_DIGITS = 30


def day(value: date) -> str:
    return formats.day(value, ID, weekday=True)


def number(value: str | int | None, places: int | None = None) -> str:
    return UNKNOWN if value is None else formats.number(Fraction(value), ID, places)


def plain(text: str | None) -> str:
    """A value as somebody wrote it: a number in Indonesian writing where it is one."""
    if text is None:
        return UNKNOWN
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    # "nan" and "1e400" are decimals too, and no numbers to print.
    return formats.number(value, ID) if value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS else text


def signed(value: str | None) -> str:
    if value is None:
        return "–"
    return ("+" if Fraction(value) > 0 else "") + formats.number(Decimal(value), ID)


def percent(value: str | None) -> str:
    return UNKNOWN if value is None else formats.percent(Fraction(value), ID)


def share(value: str | None) -> str:
    """Of 0–1."""
    return "–" if value is None else formats.percent(Fraction(value) * 100, ID)


def money(value: str | None) -> str:
    return UNKNOWN if value is None else formats.rupiah(Fraction(value), ID, short=True)


def index_line(known: Facts) -> str:
    """The index today with its predicate and the year it was measured in."""
    index = known.data["index"]
    if index["value"] is None:
        levels = index["levels"]
        if levels:
            span = f"{number(levels['low'], 2)}–{number(levels['high'], 2)}"
            return f"Indeks {levels['year']} akan berada di antara {span}; {levels['filled']} dari {levels['total']} indikator bertingkat."
        return "Indeks belum diketahui."
    told = f"{number(index['value'], 2)} {index['predicate'] or ''}".strip()
    return f"{told} ({index['year'] or 'tahun tidak diketahui'})" + (
        "" if index["verified"] else ", belum terverifikasi"
    )


def target_line(known: Facts) -> str:
    path, index = known.data["path"], known.data["index"]
    if path["target"] is None:
        return "Target belum ditetapkan."
    year = f" {path['target_year']}" if path["target_year"] else ""
    missing = f", kurang {number(index['missing'], 2)}" if index["missing"] not in (None, "0") else ""
    return f"Target{year}: {number(path['target'], 2)}{missing}"


def planned(known: Facts) -> list[tuple[int, Fraction]]:
    """What is left of the path after the last measured year, until it reaches the target."""
    path = known.data["path"]
    points = [Fraction(one["index"]) for one in path["points"]]
    course = Course("", path["begins"], tuple(points), ()) if points else None
    last = max((one["year"] for one in known.data["index"]["trend"] if one["year"]), default=0)
    return ahead(course, last, None if path["target"] is None else Fraction(path["target"]))[0]


def trend(known: Facts) -> list[tuple[int | None, Fraction, str]]:
    """Year, index and what it is, measured first and then planned."""
    measured = [(one["year"], Fraction(one["index"]), "terukur") for one in known.data["index"]["trend"]]
    return [*measured, *((year, value, "jalur") for year, value in planned(known))]


def axis(known: Facts) -> list[tuple[str, float | None, float | None]]:
    """The trend for a chart of categories, whose places all stand equally far apart: one for each year from the first to the last,
    those without a figure too, so that the distance drawn is the distance in time. Label, what was measured, what is planned; the path
    sets out from the last measured value, so that the two lines meet. Values without a year stand before the others."""
    measured = [(one["year"], float(Fraction(one["index"]))) for one in known.data["index"]["trend"]]
    dated = {year: value for year, value in measured if year}
    path = {year: float(value) for year, value in planned(known)}
    years = {*dated, *path}
    places = range(min(years), max(years) + 1) if years else ()
    rows: list[tuple[str, float | None, float | None]] = [
        (NO_YEAR, value, None) for year, value in measured if not year
    ]
    rows += [(str(year), dated.get(year), path.get(year)) for year in places]
    if measured and path:
        last = max(place for place, (_name, value, _planned) in enumerate(rows) if value is not None)
        rows[last] = (*rows[last][:2], rows[last][1])
    return rows


def numbers(known: Facts) -> Rows:
    """What asks for attention, a number and its label each; a dash where there is nothing that could be counted."""
    data = known.data
    promises, units = data["commitments"], data["units"]
    dash = "–"
    return [
        [number(promises["late"]) if promises["committed"] else dash, "tonggak komitmen terlambat"],
        [number(promises["without_evidence"]) if promises["committed"] else dash, "komitmen tanpa bukti"],
        [number(data["decisions"]["count"]), "keputusan terbuka"],
        [number(data["gaps"]["open"]), "celah terbuka"],
        *([[number(units["late_actions"]["count"]), "aksi terlambat"]] if units["late_actions"] else []),
        _report(known),
        *([value, label] for label, value in parts(known)),
    ][:8]


def _report(known: Facts) -> list[str]:
    """How many OPD did not report; for the head of a single one whether it did."""
    units = known.data["units"]
    if units["own"] is None or units["count"] > 1:
        return [number(len(units["silent"])) if units["expected"] else "–", "OPD belum lapor"]
    said = ("belum" if units["silent"] else "sudah") if units["expected"] else "–"
    return [said, "lapor triwulan ini"]


LABEL = Fraction(1, 11)
"""So far apart, as a share of the width, two labels of the drawing must stand."""


def drawing(known: Facts) -> list[dict[str, Any]]:
    """The line of the index: places from 0 to 1 (left to right by year, top to bottom) between the lowest value and the highest,
    with half a step of air. A value without a year stands a year before what follows it. ``tulis``: there is room for its words."""
    rows = trend(known)
    if len(rows) < 2:
        return []
    values = [float(value) for _year, value, _what in rows]
    low, high = min(values) - 0.3, max(values) + 0.3
    steps = [0]
    for (before, *_one), (year, *_two) in pairwise(rows):
        steps.append(steps[-1] + (max(year - before, 1) if before and year else 1))
    xs = [Fraction(step, steps[-1]) for step in steps]
    shown: list[Fraction] = []
    for x in reversed(xs):
        if all(abs(x - other) >= LABEL for other in shown):
            shown.append(x)
    return [
        {
            "x": float(x), "y": (high - float(value)) / (high - low), "kapan": str(year or NO_YEAR),
            "nilai": formats.number(value, ID, 2), "apa": what, "tulis": x in shown,
        }
        for x, (year, value, what) in zip(xs, rows, strict=True)
    ]  # fmt: skip


def commitments(known: Facts, most: int) -> Rows:
    """OPD, late, longest, without evidence."""
    units = known.data["commitments"]["units"]
    rows = [
        [one["unit"], number(one["late"]), f"{number(one['longest_days'])} hari" if one["late"] else "–", number(one["without_evidence"])]
        for one in units[:most]
    ]  # fmt: skip
    return [*rows, *_rest(len(units) - most, "OPD", 4)]


def iku(known: Facts, most: int) -> Rows:
    """Indicator, target, result, gap: those of this quarter and then those of the year where any IKU tells of a quarter, else
    those of the year alone."""
    found, by_quarter = known.data["iku"]["rows"], iku_by_quarter(known)
    rows = []
    for one in found[:most]:
        name = f"{one['name']} ({one['measured_in']})" if one["measured_in"] else one["name"]
        year = _iku_values(one, str((one["last"] or {}).get("year")))
        if not by_quarter:
            rows.append([name, *year])
            continue
        beside = ["–" if value == UNKNOWN else value for value in year]
        rows.append([name, *_iku_quarter(one["quarter"]), *beside])
    return [*rows, *_rest(len(found) - most, "indikator", 7 if by_quarter else 4)]


def _iku_values(one: Mapping[str, Any], last: str) -> list[str]:
    """Target, result (or the last that is known, with its period) and gap."""
    result = plain(one["result"])
    if one["result"] is None and one["last"]:
        result = f"{plain(one['last']['result'])} ({last})"
    return [plain(one["target"]), result, signed(one["gap"])]


def _iku_quarter(one: Mapping[str, Any]) -> list[str]:
    if not (one["target"] or one["result"] or one["last"]):
        return ["–", "hanya setahun", "–"]
    return _iku_values(one, f"TW {ROMAN[one['last']['number'] - 1]}" if one["last"] else "")


def iku_by_quarter(known: Facts) -> bool:
    """Whether any IKU tells something of this year by quarter."""
    quarters = [one["quarter"] for one in known.data["iku"]["rows"]]
    return any(one["target"] or one["result"] or one["last"] for one in quarters)


def iku_title(known: Facts) -> str:
    """ "IKU triwulan IV 2026", or the year with the word that nothing is known by quarter."""
    found = known.data["iku"]
    if not iku_by_quarter(known):
        return f"IKU {found['year']}" + (", belum ada angka triwulan" if found["rows"] else "")
    return f"IKU triwulan {ROMAN[found['rows'][0]['quarter']['number'] - 1]} {found['year']}"


def budget(known: Facts) -> Rows:
    found = known.data["budget"]
    return [
        ["Pagu indikatif", money(found["planned"])],
        ["Masuk APBD", money(found["budgeted"])],
        ["Realisasi", money(found["spent"])],
        ["Terserap", percent(found["share"])],
        ["Biaya per 0,01 indeks", money(found["per_hundredth"])],
    ]


def gaps(known: Facts) -> Rows:
    found = known.data["gaps"]
    return [
        ["Terbuka", number(found["open"])],
        ["Ditutup dalam 90 hari", number(found["closed_90_days"])],
        ["Baru dalam 90 hari", number(found["opened_90_days"])],
        ["Diputuskan untuk ditutup", number(found["to_close"])],
        ["Lewat tenggat putusan", number(found["late"])],
        ["Belum diputus", number(found["undecided"])],
    ]


def decisions(known: Facts, most: int) -> Rows:
    """What, OPD, at whom, days."""
    found = known.data["decisions"]["rows"]
    rows = [[one["title"], one["unit"] or "–", one["at"], number(one["days"]) if one["days"] is not None else "–"] for one in found[:most]]  # fmt: skip
    return [*rows, *_rest(len(found) - most, "keputusan", 4)]


def silent(known: Facts, most: int) -> list[str]:
    found = [one["unit"] for one in known.data["units"]["silent"]]
    return found[:most] + ([f"dan {len(found) - most} OPD lain"] if len(found) > most else [])


def actions(known: Facts, most: int) -> Rows:
    """Late actions of an own OPD: what, who, days."""
    found = known.data["units"]["late_actions"]
    rows = [[one["title"], one["person"] or "tanpa petugas", f"{number(one['days'])} hari"] for one in found["rows"][:most]]  # fmt: skip
    return [*rows, *_rest(found["count"] - len(rows), "aksi", 3)]


def silent_line(known: Facts) -> str:
    units = known.data["units"]
    if units["own"] is not None and units["expected"] == 1:
        return f"{'Belum ada' if units['silent'] else 'Sudah ada'} yang dicatat pada {quarter(known)}."
    if not units["expected"]:
        return "Belum ada inisiatif atau aksi yang berjalan, jadi belum ada yang dilaporkan."
    return f"{len(units['silent'])} dari {units['expected']} OPD yang punya pekerjaan berjalan belum lapor pada {quarter(known)}."


def quarter(known: Facts) -> str:
    year, _dash, number_of = known.data["units"]["quarter"].partition("-Q")
    return f"triwulan {('I', 'II', 'III', 'IV')[int(number_of) - 1]} {year}"


def league(known: Facts, most: int) -> Rows:
    """Place, OPD, the three shares, score: of those that have a place."""
    placed = [one for one in known.data["units"]["league"] if one["place"]]
    return [
        [str(one["place"]), one["unit"], *(share(one["measures"][name]["share"]) for name in MEASURES), number(one["score"], 0)]
        for one in placed[:most]
    ] + [["", *row] for row in _rest(len(placed) - most, "OPD", 5)]  # fmt: skip


def league_line(known: Facts) -> str:
    """Of how many the place of an own OPD is, and the middle of all; empty for the whole institution."""
    units = known.data["units"]
    if units["own"] is None or not units["compared"]:
        return ""
    middle = f"; skor OPD tengah {number(units['median'], 1)}" if units["median"] is not None else ""
    return f"Peringkat di antara {number(units['compared'])} OPD yang dapat dibandingkan{middle}."


def parts(known: Facts) -> Rows:
    """What other rooms tell: their label and number."""
    from pendapa.cockpit.ports import OWN

    rooms = [one for key, one in known.data.items() if key not in OWN and one.get("label")]
    return [[one["label"], number(one["value"])] for one in rooms]


def _rest(more: int, what: str, columns: int) -> Rows:
    return [[f"dan {more} {what} lain", *[""] * (columns - 1)]] if more > 0 else []
