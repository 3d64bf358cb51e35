"""What PDF and slides say, in Indonesian, made of the same plain data that the command and the API answer: so that a number can
not differ between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import translation

from pendapa.cockpit import telling, wording
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.kernel.ui import formats

ID = "id"
UNKNOWN = "belum diketahui"
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
            found.institution.name, day(found.day), telling.as_json(found), wording.finding(found),
            f"{course.text} {course.more}".strip(), found.institution.is_demo,
        )  # fmt: skip


def day(value: date) -> str:
    return formats.day(value, ID, weekday=True)


def number(value: str | int | None, places: int | None = None) -> str:
    return UNKNOWN if value is None else formats.number(Fraction(value), ID, places)


def plain(text: str | None) -> str:
    """A value as somebody wrote it: a number in Indonesian writing where it is one."""
    if text is None:
        return UNKNOWN
    try:
        return formats.number(Decimal(text), ID)
    except ArithmeticError:
        return text


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


def trend(known: Facts) -> list[tuple[str, str, str]]:
    """Year, index and what it is, measured first and then planned."""
    index, path = known.data["index"], known.data["path"]
    rows = [(str(one["year"] or "sebelumnya"), number(one["index"], 2), "terukur") for one in index["trend"]]
    last = max((one["year"] for one in index["trend"] if one["year"]), default=0)
    rows += [
        (str(one["year"]), number(one["index"], 2), "jalur") for one in path["points"] if one["year"] > last
    ]
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
        [number(len(units["silent"])) if units["expected"] else dash, "OPD belum lapor"],
        *([value, label] for label, value in parts(known)),
    ][:8]


def drawing(known: Facts) -> list[dict[str, Any]]:
    """The line of the index: places from 0 to 1 (left to right, top to bottom) between the lowest value and the highest, with
    half a step of air."""
    rows = trend(known)
    if len(rows) < 2:
        return []
    index, path = known.data["index"], known.data["path"]
    last = max((one["year"] for one in index["trend"] if one["year"]), default=0)
    values = [float(Fraction(one["index"])) for one in index["trend"]]
    values += [float(Fraction(one["index"])) for one in path["points"] if one["year"] > last]
    low, high = min(values) - 0.3, max(values) + 0.3
    return [
        {
            "x": place / (len(rows) - 1),
            "y": (high - value) / (high - low),
            "kapan": when,
            "nilai": shown,
            "apa": what,
        }
        for place, (value, (when, shown, what)) in enumerate(zip(values, rows, strict=True))
    ]


def commitments(known: Facts, most: int) -> Rows:
    """OPD, late, longest, without evidence."""
    units = known.data["commitments"]["units"]
    rows = [
        [one["unit"], number(one["late"]), f"{number(one['longest_days'])} hari" if one["late"] else "–", number(one["without_evidence"])]
        for one in units[:most]
    ]  # fmt: skip
    return [*rows, *_rest(len(units) - most, "OPD", 4)]


def iku(known: Facts, most: int) -> Rows:
    """Indicator, target, result, gap."""
    found = known.data["iku"]["rows"]
    rows = []
    for one in found[:most]:
        name = f"{one['name']} ({one['measured_in']})" if one["measured_in"] else one["name"]
        result = plain(one["result"])
        if one["result"] is None and one["last"]:
            result = f"{plain(one['last']['result'])} ({one['last']['year']})"
        rows.append([name, plain(one["target"]), result, signed(one["gap"])])
    return [*rows, *_rest(len(found) - most, "indikator", 4)]


def budget(known: Facts) -> Rows:
    found = known.data["budget"]
    return [
        ["Direncanakan", money(found["planned"])],
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


def silent_line(known: Facts) -> str:
    units = known.data["units"]
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
    ]  # fmt: skip


def parts(known: Facts) -> Rows:
    """What other rooms tell: their label and number."""
    from pendapa.cockpit.ports import OWN

    rooms = [one for key, one in known.data.items() if key not in OWN and one.get("label")]
    return [[one["label"], number(one["value"])] for one in rooms]


def _rest(more: int, what: str, columns: int) -> Rows:
    return [[f"dan {more} {what} lain", *[""] * (columns - 1)]] if more > 0 else []
