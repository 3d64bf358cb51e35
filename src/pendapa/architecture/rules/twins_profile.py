"""What the twins rule compares of an application: words, purposes, address and codes, and how rare each is.

Shapes: `Application` (as the inventory tells it) → `Profile` (stems and purposes) and `Corpus` (the inventory's own
measure). Word data: twins_words. Plain values in, plain values out.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pendapa.architecture.rules import twins_words as words

# The first words of a function say the job; later ones tell of everything else it touches.
FUNCTION_WORDS = 25


@dataclass(frozen=True, slots=True)
class Application:
    """One application as the inventory tells it; only `id`, `code`, `name` and `unit` are needed."""

    id: str
    code: str
    name: str
    unit: str
    unit_name: str = ""
    function: str = ""
    kelas: str = ""
    processes: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    url: str = ""
    reference: str = ""
    platform: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of an application. Words are stems; `plain` gives each stem's written form back."""

    name: frozenset[str]
    acronym: frozenset[str]
    text: str
    bag: frozenset[str]
    purposes: Mapping[str, float]
    url: str
    functional: int
    plain: Mapping[str, str]


# ---------------------------------------------------------------------------------------------------------- words


def normalise(text: str) -> str:
    """Lower case, no accents, no punctuation, one spelling of words that inventories spell in several ways."""
    plain = unicodedata.normalize("NFKD", text.lower())
    tokens = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(words.SPELLING.get(token, token) for token in tokens)


_PREFIX = re.compile(r"^(?:peng|meng|peny|meny|pem|mem|pen|men|per|ber|ter|pe|me|di|ke|se)(?=[a-z]{4})")
_SUFFIX = re.compile(r"(?<=[a-z]{4})(?:kan|nya|an)$")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A simple stem: enough that "pengarsipan", "kearsipan" and "arsip" meet; not a dictionary's root."""
    if len(word) < 6 or word.isdigit():
        return word
    bare = _SUFFIX.sub("", word)
    for _ in range(2):
        bare = _PREFIX.sub("", bare)
    return bare


def _is_office(word: str) -> bool:
    return word in words.OFFICE or word.startswith(words.OFFICE_BEGINNINGS)


def _compile(pattern: str) -> str:
    """A pattern of the word data (see twins_words) as a regular expression over normalised text."""
    parts: list[str] = []
    for piece in pattern.split():
        if piece == "~":
            parts[-1] += r"(?: [a-z0-9]+){0,3}"
            continue
        options = "|".join(
            words.SPELLING.get(option, option).replace("*", "[a-z]*") for option in piece.split("|")
        )
        parts.append(rf"(?:{options})")
    return rf"(?<![a-z0-9])(?:e|si|sim|info|web)?{' '.join(parts)}(?![a-z0-9])"


BROAD = frozenset(purpose.key for purpose in words.PURPOSES if purpose.broad)
_PATTERNS = [
    (
        purpose.key,
        re.compile("|".join(_compile(p) for p in purpose.patterns)),
        re.compile("|".join(_compile(p) for p in purpose.unless)) if purpose.unless else None,
    )
    for purpose in words.PURPOSES
]


@lru_cache(maxsize=20_000)
def purposes_of(text: str) -> frozenset[str]:
    """The purposes whose words a normalised text holds."""
    return frozenset(key for key, pattern, _ in _PATTERNS if pattern.search(text))


@lru_cache(maxsize=20_000)
def excluded_by(text: str) -> frozenset[str]:
    """The purposes whose words mean something else beside what this text says ("parkir" beside "pajak")."""
    return frozenset(key for key, _, unless in _PATTERNS if unless and unless.search(text))


def address(url: str) -> str:
    """A web address that can be compared: host and path; empty for none, a bare machine or a file."""
    bare = re.sub(r"^(?:https?:?//|url:)+", "", url.strip().lower())
    bare = re.sub(r"^www\.", "", bare).split("?")[0].split("#")[0].rstrip("/")
    host = bare.split("/")[0].split(":")[0]
    if not re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", host) or re.fullmatch(r"[0-9.]+", host):
        return ""
    return bare


# --------------------------------------------------------------------------------------------------------- profile


def places_in(unit_names: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Words that name places: in the names of units those after "kota", "kecamatan", "rumah sakit umum daerah", …; in
    the names of applications only those after a village's or district's word ("kota" is said of many things there)."""
    found: set[str] = set()
    wide = words.TERRITORY | words.REGION | words.HOSPITALS
    for name, marks in [*((n, wide) for n in unit_names), *((n, words.TERRITORY) for n in names)]:
        for part in re.split(r"[(),/;-]", name.replace("Rumah Sakit Umum Daerah", "RSUD")):
            tokens = normalise(part).split()
            for position, word in enumerate(tokens):
                if word in marks:
                    found.update(_place_after(tokens[position + 1 :]))
                    break
    return frozenset(found)


def _place_after(tokens: list[str]) -> Iterator[str]:
    """The words up to the next word that is not a name; at most three."""
    for token in tokens[:3]:
        if (
            token in words.GENERIC | words.TERRITORY | words.NOT_PLACES
            or len(token) < 4
            or purposes_of(token)
        ):
            return
        yield token


def _name_parts(name: str) -> tuple[str, str]:
    """The name outside brackets and what the brackets hold ("SIDAK (Sistem Informasi …)")."""
    inside = " ".join(re.findall(r"\(([^()]*)\)", name))
    return normalise(re.sub(r"\([^()]*\)", " ", name)), normalise(inside)


def _content(text: str, places: frozenset[str]) -> list[str]:
    """Words that tell one system from another."""
    return [
        token
        for token in text.split()
        if len(token) > 1 and token not in words.GENERIC and token not in places and not _is_office(token)
    ]


def _only_place_or_website(full: str, content: list[str], unit: str, places: frozenset[str]) -> str | None:
    """A name that says only "the system of this village" or "the website of this office" has that as its purpose."""
    tokens = set(full.split())
    if any(token not in words.TERRITORY for token in content):
        return None
    if tokens & words.WEBSITE_WORDS:
        return words.WEBSITE_PURPOSE
    of_territory = bool(set(normalise(unit).split()) & words.TERRITORY) and not tokens.isdisjoint(places)
    if of_territory or (tokens & words.TERRITORY and not tokens.isdisjoint(places)):
        return words.TERRITORY_PURPOSE
    return None


def _purposes(name: str, host: str, special: str | None, function: str) -> dict[str, float]:
    """Purpose → how surely: 1 from the name; less from the function, and less again where it tells of many."""
    begin = " ".join(function.split()[:FUNCTION_WORDS])
    wrong = excluded_by(f"{name} {begin}")
    named = (set(purposes_of(name)) - wrong) | ({special} if special else set())
    told = purposes_of(begin) - named - wrong
    # A broad name ("keuangan") leaves it to the function to say the job.
    level = 0.6 if named - BROAD else (0.85, 0.85, 0.8, 0.6)[min(len(told), 3)]
    # The first word of an address is often the name of the product; it speaks where the name does not.
    hosted = purposes_of(host) if host and not named else frozenset()
    return {**dict.fromkeys(told, level), **dict.fromkeys(hosted, 0.85), **dict.fromkeys(named, 1.0)}


def profile_of(app: Application, places: frozenset[str]) -> Profile:
    """What is compared of one application."""
    outside, inside = _name_parts(app.name)
    explained = _content(inside, places)
    main = _content(outside, places)
    # "NAME (what it means)": the meaning is compared as words, the short name as an acronym of that meaning.
    expanded = bool(explained) and len(main) <= 2
    meant = explained if expanded else main + explained
    territory = inside if inside and not explained and not _starts_with_office(inside) else ""
    full = territory or (inside if expanded else outside)
    special = _only_place_or_website(full, [] if territory else meant, app.unit_name, places)
    function = normalise(app.function)
    told = [t for t in _content(function, places) if t not in words.TERRITORY]
    url = address(app.url)
    host = url.split("/")[0].split(".")[0] if url else ""
    plain: dict[str, str] = {}
    for token in sorted({*main, *explained, *told}, key=lambda t: (-len(t), t)):
        plain[stem(token)] = token
    return Profile(
        name=frozenset(map(stem, meant)),
        acronym=frozenset(map(stem, main)) if expanded else frozenset(),
        text=" ".join(sorted(set(meant))),
        bag=frozenset(map(stem, [*meant, *told])),
        purposes=_purposes(f"{outside} {inside}", host, special, function),
        url=url,
        functional=len(set(told)),
        plain=plain,
    )


def _starts_with_office(text: str) -> bool:
    return _is_office(text.split()[0]) if text else False


class Corpus:
    """An inventory's own measure: which words are rare in it, which codes and addresses are shared by how many."""

    def __init__(
        self,
        applications: Iterable[Application],
        unit_names: Iterable[str] = (),
        tell: Callable[[int], None] = lambda _done: None,
    ) -> None:
        apps = list(applications)
        self.places = places_in([*unit_names, *(a.unit_name for a in apps)], [a.name for a in apps])
        self._profiles: dict[str, tuple[Application, Profile]] = {}
        self.size = len(apps)
        self.words: Counter[str] = Counter()
        self._squares: dict[frozenset[str], float] = {}
        self.codes: Counter[tuple[str, str]] = Counter()
        for done, app in enumerate(apps):
            tell(done)
            profile = self.keep(app)
            self.words.update(profile.bag | profile.acronym)
            self.codes.update(codes_of(app, profile))

    def keep(self, app: Application, profile: Profile | None = None) -> Profile:
        """Remember the profile of an application, made where none is given. The measure stays what it was."""
        if profile is None:
            profile = self.profile(app)
        self._profiles[app.id] = (app, profile)
        return profile

    def without(self, ids: Collection[str]) -> Corpus:
        """The same measure, without the profiles of some."""
        other = Corpus(())
        other.places, other.size, other.words, other.codes = self.places, self.size, self.words, self.codes
        other._squares = self._squares
        other._profiles = {key: known for key, known in self._profiles.items() if key not in ids}
        return other

    def to_plain(self) -> dict[str, Any]:
        """The measure in values that JSON knows, without profiles."""
        return {
            "size": self.size,
            "places": sorted(self.places),
            "words": dict(self.words),
            "codes": [[*code, count] for code, count in self.codes.items()],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Corpus:
        made = cls(())
        made.size, made.places = plain["size"], frozenset(plain["places"])
        made.words = Counter(plain["words"])
        made.codes = Counter({(kind, code): count for kind, code, count in plain["codes"]})
        return made

    def profile(self, app: Application) -> Profile:
        """The profile of an application, also of one that the corpus was not built from."""
        known = self._profiles.get(app.id)
        if known is not None and (known[0] is app or known[0] == app):
            return known[1]
        return profile_of(app, self.places)

    def rarity(self, word: str) -> float:
        """Smoothed inverse document frequency: always above zero."""
        return math.log(1 + (self.size + 1) / (self.words[word] + 1))

    def square(self, bag: frozenset[str]) -> float:
        """The squared length of a set of words weighted by rarity; above zero for a set that is not empty."""
        known = self._squares.get(bag)
        if known is None:
            # fsum: the sum must not depend on the order of a set.
            known = self._squares[bag] = math.fsum(self.rarity(word) ** 2 for word in bag)
        return known


def codes_of(app: Application, profile: Profile) -> Iterator[tuple[str, str]]:
    """The codes that may be shared, each with the field it stands in."""
    if profile.url:
        yield "url", profile.url
    # The national levels RAA.xx and RAA.xx.yy only say "general" or "special": no kind of application yet.
    if app.reference.count(".") >= 3:
        yield "reference", app.reference
    for kind, codes in (("process", app.processes), ("service", app.services), ("data", app.data)):
        for code in codes:
            yield kind, code
