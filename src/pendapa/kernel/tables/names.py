"""Names of units (*perangkat daerah, OPD*): when two spellings mean the same unit.

Two names are equal after case, spaces, punctuation, usual abbreviations, and with the institution's own name at the end left off.
Anything less is only suggested, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from .messages import Message, _, say

ABBREVIATIONS: dict[str, str] = {
    "din": "dinas",
    "dns": "dinas",
    "bdn": "badan",
    "bag": "bagian",
    "bgn": "bagian",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "sekr": "sekretariat",
    "sekre": "sekretariat",
    "sekret": "sekretariat",
    "sekrt": "sekretariat",
    "set": "sekretariat",
    "setda": "sekretariat daerah",
    "setwan": "sekretariat dprd",
    "kab": "kabupaten",
    "prov": "provinsi",
    "prop": "provinsi",
    "propinsi": "provinsi",
    "bid": "bidang",
    "bidg": "bidang",
    "subbag": "sub bagian",
    "subag": "sub bagian",
    "subbagian": "sub bagian",
    "kasubbag": "kepala sub bagian",
    "subbid": "sub bidang",
    "subbidang": "sub bidang",
    "seksi": "seksi",
    "sie": "seksi",
    "uptd": "upt",
    "inspekt": "inspektorat",
    "ka": "kepala",
    "rsud": "rumah sakit umum daerah",
    "rsu": "rumah sakit umum",
    "satpol": "satuan polisi",
    "pp": "pamong praja",
    "dg": "dengan",
    "dgn": "dengan",
    "dlm": "dalam",
    "utk": "untuk",
}
"""Words of a unit's name as they are shortened. "pp" is spelt out only after "satpol"."""

NICKNAMES: dict[str, str] = {
    "dinkes": "dinas kesehatan",
    "disdik": "dinas pendidikan",
    "dindik": "dinas pendidikan",
    "dishub": "dinas perhubungan",
    "dinsos": "dinas sosial",
    "diskominfo": "dinas komunikasi dan informatika",
    "kominfo": "komunikasi dan informatika",
    "disdukcapil": "dinas kependudukan dan pencatatan sipil",
    "dukcapil": "kependudukan dan pencatatan sipil",
    "dispora": "dinas pemuda dan olahraga",
    "disnaker": "dinas tenaga kerja",
    "disparbud": "dinas pariwisata dan kebudayaan",
    "dispar": "dinas pariwisata",
    "disperindag": "dinas perindustrian dan perdagangan",
    "disperkim": "dinas perumahan dan kawasan permukiman",
    "distan": "dinas pertanian",
    "dlh": "dinas lingkungan hidup",
    "dpupr": "dinas pekerjaan umum dan penataan ruang",
    "dpmd": "dinas pemberdayaan masyarakat dan desa",
    "dpmptsp": "dinas penanaman modal dan pelayanan terpadu satu pintu",
    "bappeda": "badan perencanaan pembangunan daerah",
    "bapenda": "badan pendapatan daerah",
    "bpkad": "badan pengelolaan keuangan dan aset daerah",
    "bkpsdm": "badan kepegawaian dan pengembangan sumber daya manusia",
    "bkd": "badan kepegawaian daerah",
    "bpbd": "badan penanggulangan bencana daerah",
    "kesbangpol": "kesatuan bangsa dan politik",
}
"""What offices call each other. They only help to suggest: which office a nickname means differs from place to place."""

_BODY_WORDS = frozenset(
    ("dinas", "badan", "bagian", "kecamatan", "kelurahan", "desa", "sekretariat", "sub", "bidang", "seksi", "upt", "kantor",
     "satuan", "kepala", "inspektur")
)  # fmt: skip
_GOVERNMENT = ("pemerintah", "pemerintahan", "pemda", "pemkab", "pemkot", "pemprov")
_SHORT_GOVERNMENT = {"pemkab": "kabupaten", "pemkot": "kota", "pemprov": "provinsi"}
_REGION = ("kabupaten", "kota", "provinsi")
_OWN_BODIES = frozenset(("dinas", "badan", "bagian", "inspektorat", "satuan"))
_LONGEST = 400
_NOT_WORD = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"^(.*\S)\s*\(([^()]*)\)\s*$", re.DOTALL)


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name: lower case, without punctuation, abbreviations written out, "&" as "dan"."""
    text = (
        unicodedata.normalize("NFKC", name).casefold().replace("&", " dan ").replace("'", "").replace("’", "")
    )
    words: list[str] = []
    for word in _NOT_WORD.sub(" ", text).split():
        if word == "pp" and words[-2:] != ["satuan", "polisi"]:
            words.append(word)
        else:
            words += ABBREVIATIONS.get(word, word).split()
    return tuple(words)


def unit_key(name: str, institution_names: Iterable[str] = ()) -> str:
    """The text under which a name is compared: words without spaces, the institution's name at the end left off.

    Never empty for a name that has a letter or digit; a name of the kind of body alone ("Kecamatan") is never left.
    """
    words = words_of(name)
    return "".join(_own_name_off(words, _own_names(tuple(institution_names))))


@lru_cache(maxsize=64)
def _own_names(institution_names: tuple[str, ...]) -> tuple[tuple[str | None, tuple[str, ...]], ...]:
    """("kota", ("denpasar",)) for "Pemerintah Kota Denpasar": the kind of region, where told, and the bare name."""
    own: list[tuple[str | None, tuple[str, ...]]] = []
    for name in institution_names:
        words = list(words_of(name))
        region = None
        while words and words[0] in (*_GOVERNMENT, *_REGION):
            word = words.pop(0)
            region = _SHORT_GOVERNMENT.get(word, word if word in _REGION else region)
        if words:
            own.append((region, tuple(words)))
    return tuple(own)


def _own_name_off(
    words: tuple[str, ...], own: Sequence[tuple[str | None, tuple[str, ...]]]
) -> tuple[str, ...]:
    """``words`` without the institution's name in one of its usual forms at the end."""
    for region, bare in own:
        size = len(bare)
        if len(words) <= size or words[-size:] != bare:
            continue
        rest = words[:-size]
        left = _region_off(rest, region)
        if left is None and rest[0] in _OWN_BODIES and len(rest) > (0 if rest[0] == "inspektorat" else 1):
            left = rest
        if left and not all(word in _BODY_WORDS for word in left):
            return left
    return words


def _region_off(words: tuple[str, ...], region: str | None) -> tuple[str, ...] | None:
    """``words`` without "kota", "pemkot", "pemerintah kota" at the end; ``None`` when none of them is there."""
    last = words[-1]
    if last in _SHORT_GOVERNMENT:
        return words[:-1] if region in (None, _SHORT_GOVERNMENT[last]) else None
    if last == "pemda":
        return words[:-1]
    if last not in _REGION or region not in (None, last):
        return None
    words = words[:-1]
    return words[:-1] if words and words[-1] in _GOVERNMENT else words


class UnitRef(NamedTuple):
    """A unit as a row names it: its id, ``None`` when it is not found, and the text as written."""

    id: Any
    text: str


@dataclass(frozen=True)
class Suggestion:
    """A unit that is near: its name, how near in percent, its id."""

    name: str
    percent: int
    id: Any


@dataclass(frozen=True)
class Found:
    """The unit. ``doubt`` is a warning, when code or name alone decided and the other is unknown."""

    id: Any
    name: str = ""
    doubt: Message | None = None


@dataclass(frozen=True)
class NotFound:
    """No unit; the nearest ones are suggested."""

    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class Ambiguous:
    """Several units have this name; ``candidates`` are their names with code or parent."""

    candidates: tuple[str, ...]
    ids: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """Code and name belong to different units."""

    code: str
    by_code: str
    by_name: str


Result = Found | NotFound | Ambiguous | Conflict


@dataclass
class _Unit:
    id: Any
    code: str
    name: str
    parent: Any = None
    keys: set[str] = field(default_factory=set)

    def shown(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name


class UnitIndex:
    """Units to be found by code or name. ``units``: (id, code, name, short_name, aliases, parent) each.

    A full name comes before a short name or alias. Results are remembered by text, so repeated cells cost nothing.
    """

    def __init__(
        self,
        units: Iterable[tuple[Hashable, str | None, str, str | None, Iterable[str], Any]],
        institution_names: Iterable[str] = (),
    ) -> None:
        self._own = tuple(institution_names)
        self._units: dict[Any, _Unit] = {}
        self._codes: dict[str, list[Any]] = defaultdict(list)
        self._full: dict[str, list[Any]] = defaultdict(list)
        self._other: dict[str, list[Any]] = defaultdict(list)
        self._memory: dict[tuple[str, str], Result] = {}
        for id_, code, name, short_name, aliases, parent in units:
            self._add(_Unit(id_, (code or "").strip(), name.strip(), parent), [short_name or "", *aliases])
        self._texts = {id_: " ".join(words_of(unit.name)) for id_, unit in self._units.items()}

    def _add(self, unit: _Unit, others: list[str]) -> None:
        self._units[unit.id] = unit
        if unit.code:
            self._codes[unit.code.casefold()].append(unit.id)
        for text in (unit.name, *_without_acronym(unit.name, others)):
            self._put(self._full, text, unit)
        for text in others:
            self._put(self._other, text, unit)

    def _put(self, index: dict[str, list[Any]], text: str, unit: _Unit) -> None:
        """Under its key with and without the institution's name, as either may be written."""
        for key in {"".join(words_of(text)), unit_key(text, self._own)}:
            unit.keys.add(key)
            if key and unit.id not in index[key]:
                index[key].append(unit.id)

    def find(self, code: str | None = None, name: str | None = None) -> Result:
        """The unit by code, by name, or by both where they agree. One text may hold both ("030701 Dinas Perhubungan")."""
        key = ((code or "").strip(), (name or "").strip())
        result = self._memory.get(key)
        if result is None:
            if len(self._memory) > 100_000:
                self._memory.clear()
            result = self._memory[key] = self._find(*key)
        return result

    def _find(self, code: str, name: str) -> Result:
        if not code:
            return self._by_text(name)
        if not name:
            return self._by_text(code)
        by_code, by_name = self._by_text(code), self._by_text(name)
        if isinstance(by_code, Found) and isinstance(by_name, Found):
            if by_code.id == by_name.id:
                return by_code
            return Conflict(code, self._units[by_code.id].name, self._units[by_name.id].name)
        if isinstance(by_code, Found):
            if isinstance(by_name, Ambiguous) and by_code.id in by_name.ids:
                return by_code
            return Found(
                by_code.id,
                by_code.name,
                say(_("The unit was found by its code; no unit is named %(name)s."), name=name),
            )
        if isinstance(by_name, Found):
            return Found(
                by_name.id,
                by_name.name,
                say(_("The unit was found by its name; no unit has the code %(code)s."), code=code),
            )
        return by_name

    def _by_text(self, text: str) -> Result:
        if not text or len(text) > _LONGEST:
            return NotFound()
        ids = self._codes.get(text.casefold()) or self._named(text) or self._both(text)
        if not ids:
            return NotFound(self._near(text))
        if len(ids) == 1:
            return Found(ids[0], self._units[ids[0]].name)
        return Ambiguous(tuple(self._shown(id_) for id_ in ids), tuple(ids))

    def _named(self, text: str) -> list[Any]:
        for key in ("".join(words_of(text)), unit_key(text, self._own)):
            if found := self._full.get(key) or self._other.get(key):
                return found
        match = _BRACKETED.match(text)
        if match:
            # "Dinas Komunikasi dan Informatika (Diskominfo)": the bracket must not say anything else.
            outer, inner = self._named(match.group(1)), self._named(match.group(2))
            if outer and (inner == outer or (not inner and _is_acronym(match.group(2), match.group(1)))):
                return outer
        return []

    def _both(self, text: str) -> list[Any]:
        """Code and name in one cell, the code first or last."""
        match = re.fullmatch(r"(\S+?)\s*(?:[-–—:/|,.]\s*|\s)(\D.*)", text, re.DOTALL)
        tries = [match.groups()] if match else []
        if match := re.fullmatch(r"(.*\D)\s*[-–—:/|(]\s*(\S+?)\)?", text, re.DOTALL):
            tries.append((match.group(2), match.group(1)))
        for code, name in tries:
            ids = self._codes.get(code.strip("()[]").casefold())
            if ids and set(ids) & set(self._named(name.strip())):
                return ids
        return []

    def _shown(self, id_: Any) -> str:
        unit = self._units[id_]
        parent = self._units.get(unit.parent)
        return f"{unit.shown()}, {parent.name}" if parent else unit.shown()

    def _near(self, text: str) -> tuple[Suggestion, ...]:
        """The three nearest units. A code without its leading noughts is one of them, and only that."""
        near: dict[Any, int] = {}
        bare = text.lstrip("0").casefold()
        if bare and bare[0].isdigit():
            near = {id_: 99 for code, ids in self._codes.items() if code.lstrip("0") == bare for id_ in ids}
        spoken = [NICKNAMES.get(word, word) for word in _own_name_off(words_of(text), _own_names(self._own))]
        words = " ".join(spoken)
        # Near when letters agree (typing mistakes), or words do in another order, or some words are missing.
        for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.token_sort_ratio, 1.0), (fuzz.token_set_ratio, 0.9)):
            for _text, score, id_ in process.extract(
                words, self._texts, scorer=scorer, limit=3, score_cutoff=60 / weight
            ):
                near[id_] = max(near.get(id_, 0), min(round(score * weight), 99))
        best = sorted(near.items(), key=lambda item: -item[1])[:3]
        return tuple(Suggestion(self._units[id_].name, percent, id_) for id_, percent in best)


def _without_acronym(name: str, others: Iterable[str]) -> list[str]:
    """ "Badan Penanggulangan Bencana Daerah (BPBD)" is also known without its bracket, when that is its short name."""
    match = _BRACKETED.match(name)
    if not match:
        return []
    inner = "".join(words_of(match.group(2)))
    if inner in {"".join(words_of(other)) for other in others} or _is_acronym(match.group(2), match.group(1)):
        return [match.group(1)]
    return []


def _is_acronym(short: str, name: str) -> bool:
    """Whether ``short`` is one word made from the letters of ``name`` in their order, starting with its first letter."""
    letters = short.strip().casefold()
    text = "".join(words_of(name))
    if not letters.isalnum() or len(letters) < 2 or len(letters) > 15 or not text or letters[0] != text[0]:
        return False
    rest = iter(text)
    return all(letter in rest for letter in letters)
