"""Who operates what: names out of texts, one person under several spellings, and what hangs on one head.

A thing (application, service, infrastructure) is ``none`` without a named operator, ``alone`` where one person knows it and
nobody stands in, ``covered`` where at least two do: a named substitute, or a second operator.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

DOMAINS = ("applications", "services", "infrastructure")
"""Of what an operator is asked."""
MANY = 3
"""Things that one person knows alone before the person is told as a single point of knowledge (*titik tunggal*)."""

NONE, ALONE, COVERED = "none", "alone", "covered"
STATES = (NONE, ALONE, COVERED)

_BETWEEN = re.compile(r"[,;\n|]|\s/\s")
_AND = re.compile(r"[&+]|\b(?:dan|serta|and)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|\b(?:nip|hp|wa|telp|tel)\b[.:\s]*(?=\d)|\d[\d\s.+-]{5,}", re.IGNORECASE
)
# What is no person but a part of an office or a firm; "Bidang Aplikasi dan Informatika" is one.
_OFFICE = re.compile(
    r"(?:bidang|bagian|seksi|subbag\w*|sub|tim|dinas|badan|upt\w*|uptd|sekretariat|pt|cv|kantor|pusat)\b",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    {
        "-",
        "--",
        "–",
        "—",
        "?",
        "n/a",
        "na",
        "nihil",
        "kosong",
        "none",
        "tba",
        "belum",
        "belum ada",
        "tidak ada",
    }
    | {"belum ditunjuk", "belum ditetapkan", "belum diketahui", "tidak diketahui"}
)
_BEFORE = frozenset(
    [
        "dr",
        "drg",
        "ir",
        "drs",
        "dra",
        "h",
        "hj",
        "prof",
        "apt",
        "ns",
        "bapak",
        "ibu",
        "pak",
        "bu",
        "sdr",
        "sdri",
    ]
)
_AFTER = frozenset(
    [
        "skom",
        "mkom",
        "st",
        "mt",
        "se",
        "sh",
        "mm",
        "msi",
        "ssi",
        "ssos",
        "sip",
        "sstp",
        "sstpi",
        "amd",
        "amdkom",
        "mcs",
        "phd",
        "mba",
        "spd",
        "mpd",
        "ssit",
        "sst",
        "mti",
        "mph",
        "skm",
        "skep",
        "ns",
        "mkes",
        "apt",
        "sag",
        "mag",
        "sfarm",
        "mh",
        "mhum",
        "shum",
        "stp",
        "sikom",
        "mikom",
        "sap",
        "makt",
        "sak",
        "cisa",
        "msc",
        "bsc",
        "meng",
        "beng",
        "spt",
        "spi",
        "smn",
        "sif",
        "ssn",
        "spdi",
        "mpdi",
        "stkom",
        "strkom",
        "mtrkom",
        "mtrap",
        "mpa",
    ]
)
_DEGREE = re.compile(
    r"(?:s|m|sp|a\.?md|s\.?tr|m\.?tr|ph|b|d)\.\s?(?:kom|kes|kep|kn|km|ked|k\.?m|t\.?i|tr\.?\w+|t|sos|si|sc|stp|stat|st|sn|"
    r"i\.?kom|i\.?p|in|eng|e|hum|hut|h|m|pdi?|psi|pt|pi|p|ak|ap|ag|a\.?p|a\.?b|farm|cs|d|b\.?a|ds)\.?",
    re.IGNORECASE,
)


def names(text: Any) -> tuple[str, ...]:
    """The people of one field, as they are written and without what stands aside: "Ani, S.Kom; Budi dan Citra" is three.

    A degree after a comma belongs to the name before it. What says that there is nobody ("-", "belum ada") names nobody.
    """
    said = "\n".join(map(str, text)) if isinstance(text, list | tuple) else str(text or "")
    found: list[str] = []
    for part in _parts(said):
        name = " ".join(_ASIDE.sub(" ", part).split()).strip(" .:-–—")
        if _is_degree(part):
            found[-1:] = [f"{one}, {part}" for one in found[-1:]]
        elif name and part.casefold() not in _NOBODY:
            found.append(name)
    return tuple(found)


def _parts(said: str) -> Iterator[str]:
    for piece in _BETWEEN.split(said):
        for part in [piece] if _OFFICE.match(piece.strip()) else _AND.split(piece):
            yield " ".join(part.split())


def key(name: str) -> str:
    """One spelling of a name: without titles, degrees, accents, points and case. Empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = _ASIDE.sub(" ", plain).partition(",")[0]
    kept = [word for word in re.sub(r"[\u2019'`]", "", plain).split() if re.search(r"\w", word)]
    while len(kept) > 1 and re.sub(r"\W", "", kept[0]) in _BEFORE:
        kept.pop(0)
    while len(kept) > 1 and (re.sub(r"\W", "", kept[-1]) in _AFTER or _DEGREE.fullmatch(kept[-1])):
        kept.pop()
    return " ".join(re.sub(r"\W+", " ", " ".join(kept)).split())


def _is_degree(text: str) -> bool:
    words = text.split()
    return bool(words) and all(
        _DEGREE.fullmatch(word) or re.sub(r"[^a-z]", "", word.casefold()) in _AFTER for word in words
    )


@dataclass(frozen=True)
class Staffed:
    """The people of one thing, by their keys: who operates it, and who stands in and is not already an operator."""

    operators: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """``none``, ``alone`` or ``covered``."""
        if not self.operators:
            return NONE
        return COVERED if len(self.operators) + len(self.substitutes) > 1 else ALONE


def staffed(operator: Any, substitute: Any, spelled: dict[str, str]) -> Staffed:
    """The people of the two fields. ``spelled`` collects for each key the spelling that was read first."""
    operators = _keys(operator, spelled)
    return Staffed(operators, tuple(one for one in _keys(substitute, spelled) if one not in operators))


def _keys(text: Any, spelled: dict[str, str]) -> tuple[str, ...]:
    if not text:
        return ()
    found = _persons("\n".join(map(str, text)) if isinstance(text, list | tuple) else str(text))
    for one, name in found:
        spelled.setdefault(one, name)
    return tuple(one for one, _name in found)


# One person stands in many fields.
@lru_cache(maxsize=10_000)
def _persons(text: str) -> tuple[tuple[str, str], ...]:
    """Key and first spelling of each person of a text, by key."""
    found = {key(name): name for name in reversed(names(text))}
    found.pop("", None)
    return tuple(sorted(found.items()))


@dataclass
class Numbers:
    """How many things there are by state."""

    none: int = 0
    alone: int = 0
    covered: int = 0

    @property
    def things(self) -> int:
        return self.none + self.alone + self.covered

    def count(self, state: str) -> None:
        setattr(self, state, getattr(self, state) + 1)


@dataclass
class Load:
    """What one person carries: positions of the things operated, of those known alone, of those where he stands in."""

    operates: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    stands_in: list[int] = field(default_factory=list)

    @property
    def is_single_point(self) -> bool:
        return len(self.alone) >= MANY


def loads(things: Iterable[Staffed]) -> dict[str, Load]:
    """The load of each person by key, over all things in their order; the heaviest first."""
    found: dict[str, Load] = {}
    for place, thing in enumerate(things):
        for one in thing.operators:
            load = found.setdefault(one, Load())
            load.operates.append(place)
            if thing.state == ALONE:
                load.alone.append(place)
        for one in thing.substitutes:
            found.setdefault(one, Load()).stands_in.append(place)
    heaviest = sorted(found, key=lambda one: (-len(found[one].alone), -len(found[one].operates), one))
    return {one: found[one] for one in heaviest}


def spread(found: Mapping[str, Load]) -> list[tuple[int, int, int]]:
    """The loads without persons: (people, things each operates, of these alone), the heaviest first."""
    counted = Counter((len(load.operates), len(load.alone)) for load in found.values() if load.operates)
    ordered = sorted(counted, key=lambda pair: (-pair[1], -pair[0]))
    return [(counted[pair], *pair) for pair in ordered]
