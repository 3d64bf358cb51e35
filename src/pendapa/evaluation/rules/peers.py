"""A table of many institutions → their results, each computed exactly, with every fault by row. Pure.

Columns by their headings, in any order: name, kind, region, year, instrument, source, verified, index, predicate;
levels ("1", "Indikator 1", "35.1"), aspects ("Aspek 1", "A1"), domains ("Domain 1", "D1"). Empty cells are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pendapa.evaluation.rules import scoring
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.schema import plain_number

HEADINGS = {
    "name": ("nama", "nama instansi", "instansi", "instansi pemerintah", "nama daerah", "daerah", "pemerintah daerah", "name", "institution"),
    "kind": ("jenis", "jenis instansi", "kategori", "kind", "type"),
    "region": ("wilayah", "kode wilayah", "provinsi", "region"),
    "year": ("tahun", "tahun penilaian", "year"),
    "instrument": ("instrumen", "instrument"),
    "source": ("sumber", "source"),
    "verified": ("terverifikasi", "diverifikasi", "verified"),
    "index": ("indeks", "indeks spbe", "nilai indeks", "nilai", "index"),
    "predicate": ("predikat", "predicate"),
    "number": ("no", "no.", "nomor"),
}  # fmt: skip
KINDS = {
    "kabupaten": ("kabupaten", "kab", "kab.", "pemkab", "regency"),
    "kota": ("kota", "pemkot", "city"),
    "provinsi": ("provinsi", "prov", "pemprov", "province"),
    "kementerian": ("kementerian", "ministry"),
    "lembaga": ("lembaga", "lpnk", "lembaga lain", "agency"),
}
YES, NO = ("ya", "y", "yes", "true", "1", "benar"), ("", "tidak", "t", "no", "false", "0", "-")
NAME, SOURCE, REGION = 200, 2000, 80
FIRST_YEAR, LAST_YEAR = 2000, 2100
HEAD_ROWS = 15
_PART = re.compile(r"(indikator|indicator|i|aspek|aspect|a|domain|d)?[\s._-]*([0-9]{1,3}(?:\.[0-9]{1,2})?)")
_GROUPS = {"i": "levels", "a": "aspects", "d": "domains"}
_EMPTY = {"", "-", "–", "—", "n/a"}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row; ``column`` as the file heads it, ``given`` what stands there. ``row`` 0: the file as a whole."""

    row: int
    column: str
    given: str
    why: str
    accepted: str = ""


@dataclass(frozen=True)
class Peer:
    """One computed row. Numbers as decimal strings, as they are kept."""

    row: int
    name: str
    kind: str
    region: str
    year: int
    instrument: str
    index: str
    basis: str
    predicate: str
    source: str
    verified: bool
    levels: Mapping[str, str] = field(default_factory=dict)
    aspects: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The columns of a table: ``plain`` by what they hold, ``parts`` by group and number."""

    row: int
    texts: Mapping[int, str]
    plain: Mapping[str, int]
    parts: Mapping[int, tuple[str, str]]


class NoTable(ValueError):
    """The file has no table that can be read so; ``code`` is "no name", "twice" or "no values", ``told`` what stands there."""

    def __init__(self, code: str, told: str = "") -> None:
        self.code, self.told = code, told
        super().__init__(f"{code}: {told}")


def head_of(lines: Sequence[tuple[int, Sequence[str]]]) -> Head:
    """Find the line of headings among the first ones. Raises :class:`NoTable`."""
    best: Head | None = None
    for number, cells in lines[:HEAD_ROWS]:
        plain: dict[str, int] = {}
        parts: dict[int, tuple[str, str]] = {}
        texts = {place: " ".join(text.split()) for place, text in enumerate(cells) if text.strip()}
        twice = ""
        for place, text in texts.items():
            key, part = _column(text)
            if key and key != "number":
                twice = twice or (text if key in plain else "")
                plain.setdefault(key, place)
            elif part:
                twice = twice or (text if part in parts.values() else "")
                parts[place] = part
        if "name" in plain and (best is None or len(plain) + len(parts) > len(best.plain) + len(best.parts)):
            if twice:
                raise NoTable("twice", twice)
            best = Head(number, texts, plain, parts)
    if best is None:
        raise NoTable("no name")
    if not best.parts and "index" not in best.plain:
        raise NoTable("no values")
    return best


def _column(text: str) -> tuple[str, tuple[str, str] | None]:
    said = text.casefold().strip(" *:")
    for key, known in HEADINGS.items():
        if said in known:
            return key, None
    match = _PART.fullmatch(said.replace(",", "."))
    if match is None:
        return "", None
    group = _GROUPS[(match[1] or "i")[0]]
    whole, dot, part = match[2].partition(".")
    return "", (group, f"{int(whole)}{dot}{part}")


def read(
    head: Head,
    rows: Iterable[tuple[int, Sequence[str]]],
    instruments: Mapping[str, Instrument],
    instrument: str,
    year: int | None,
    source: str,
    tell: Callable[[int], None] = lambda done: None,
) -> Iterator[Peer | Fault]:
    """Each row as a computed result, or every fault of it. ``instrument``, ``year`` and ``source`` stand where a row names none.

    An institution of which a year stands twice under one instrument is a fault of the second row.
    """
    seen: dict[tuple[str, int, str], int] = {}
    for done, (number, cells) in enumerate(rows, 1):
        tell(done)
        if not any(cell.strip() for cell in cells):
            continue
        found = _Row(head, number, cells, instruments).peer(instrument, year, source)
        if isinstance(found, Peer):
            key = (found.name.casefold(), found.year, found.instrument)
            if key in seen:
                yield Fault(number, head.texts[head.plain["name"]], found.name, "twice", str(seen[key]))
                continue
            seen[key] = number
            yield found
        else:
            yield from found


class _Row:
    def __init__(
        self, head: Head, number: int, cells: Sequence[str], instruments: Mapping[str, Instrument]
    ) -> None:
        self.head, self.number, self.cells, self.instruments = head, number, cells, instruments
        self.faults: list[Fault] = []

    def text(self, key: str) -> str:
        place = self.head.plain.get(key)
        text = "" if place is None or place >= len(self.cells) else " ".join(str(self.cells[place]).split())
        return "" if text in _EMPTY and key != "name" else text

    def fault(self, key: str, given: str, why: str, accepted: str = "") -> None:
        place = self.head.plain.get(key)
        column = self.head.texts.get(place, key) if place is not None else key
        self.faults.append(Fault(self.number, column, given[:60], why, accepted))

    def peer(self, instrument: str, year: int | None, source: str) -> Peer | list[Fault]:
        name = self.text("name")
        if not name or len(name) > NAME:
            self.fault("name", name, "long" if name else "empty", str(NAME))
        kind, region = self._kind(), self.text("region")[:REGION]
        when = self._year(year)
        model = self._instrument(instrument)
        told = (self.text("source") or source.strip())[:SOURCE]
        if not told:
            self.fault("source", "", "no source")
        verified = self.text("verified").casefold()
        if verified not in YES and verified not in NO:
            self.fault("verified", verified, "yes or no")
        if model is None or when is None:
            return self.faults
        given = self._parts(model)
        if self.faults:
            return self.faults
        made = self._scored(model, given)
        if made is None:
            return self.faults
        index, basis, predicate = made
        return Peer(
            self.number, name, kind, region, when, model.id, index, basis, predicate, told, verified in YES, **given
        )  # fmt: skip

    def _kind(self) -> str:
        said = self.text("kind").casefold()
        if not said:
            return ""
        for key, known in KINDS.items():
            if said in known:
                return key
        self.fault("kind", said, "unknown kind", ", ".join(KINDS))
        return ""

    def _year(self, year: int | None) -> int | None:
        said = self.text("year")
        if not said and year is not None:
            return year
        if re.fullmatch(r"[0-9]{4}", said) and FIRST_YEAR <= int(said) <= LAST_YEAR:
            return int(said)
        self.fault("year", said, "no year", f"{FIRST_YEAR}–{LAST_YEAR}")
        return None

    def _instrument(self, instrument: str) -> Instrument | None:
        said = self.text("instrument") or instrument
        found = self.instruments.get(said.casefold().replace(" ", "-"))
        if found is None:
            self.fault("instrument", said, "unknown instrument", ", ".join(self.instruments))
        return found

    def _parts(self, model: Instrument) -> dict[str, dict[str, str]]:
        """The filled cells of levels, aspects and domains, as kept; notes what cannot stay."""
        given: dict[str, dict[str, str]] = {"levels": {}, "aspects": {}, "domains": {}}
        known = {
            "levels": {one.number for one in model.indicators},
            "aspects": {one.number for one in model.aspects},
            "domains": {one.number for one in model.domains},
        }
        for place, (group, number) in self.head.parts.items():
            text = str(self.cells[place]).strip() if place < len(self.cells) else ""
            if text in _EMPTY:
                continue
            column = self.head.texts[place]
            plain = text.replace(",", ".")
            if number not in known[group]:
                self.faults.append(Fault(self.number, column, text[:60], "not in instrument", model.id))
            elif not self._fits(model, plain, group == "levels"):
                low, high = plain_number(model.scale.min), plain_number(model.scale.max)
                self.faults.append(Fault(self.number, column, text[:60], "off the scale", f"{low}–{high}"))
            else:
                given[group][number] = plain_number(Fraction(plain)) if group == "levels" else plain
        return given

    def _fits(self, model: Instrument, text: str, level: bool) -> bool:
        if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,12})?", text):
            return False
        value, scale = Fraction(text), model.scale
        if not scale.min <= value <= scale.max:
            return False
        return not level or scale.step is None or ((value - scale.min) / scale.step).denominator == 1

    def _scored(self, model: Instrument, given: dict[str, dict[str, str]]) -> tuple[str, str, str] | None:
        """Index, basis and predicate: computed where something is complete, else the printed index."""
        printed = self.text("index").replace(",", ".")
        if printed and not self._fits(model, printed, False):
            low, high = plain_number(model.scale.min), plain_number(model.scale.max)
            self.fault("index", printed, "off the scale", f"{low}–{high}")
            return None
        totals = {
            "levels": len(model.indicators),
            "aspects": len(model.aspects),
            "domains": len(model.domains),
        }
        basis = next((group for group, total in totals.items() if total and len(given[group]) == total), "")
        if not basis:
            if printed:
                return printed, "printed", model.predicate_of(Fraction(printed)).name
            missing = totals["levels"] - len(given["levels"])
            self.fault("index", "", "nothing complete", str(missing))
            return None
        score = scoring.score(model, **{basis: given[basis]})
        if printed and not _agrees(score, printed):
            self.fault("index", printed, "does not agree", scoring.exact(score.index))
            return None
        return scoring.exact(score.index), basis, score.predicate


def _agrees(score: scoring.Score, printed: str) -> bool:
    """The printed index is what its parts give, at the precision at which all were printed."""
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    low, high = (score.interval.low, score.interval.high) if score.interval else (score.index, score.index)
    return low - half <= Fraction(printed) <= high + half
