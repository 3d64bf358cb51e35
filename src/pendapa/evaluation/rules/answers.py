"""Explanations by *fact + analysis*: pure functions.

Pedoman MenPANRB 3/2024 asks for facts (name of the document, number, article or page, the file of the evidence) and then
an analysis: the conclusion against the criterion of the level. What is composed here goes to the ministry, so its fixed
words are Indonesian in every language of the page. Hints advise; none of them keeps anybody from handing in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

FIELDS = ("document", "number", "article", "page", "evidence")
LIMITS = {"document": 300, "number": 120, "article": 120, "page": 60, "evidence": 36}
MOST_FACTS = 30
MOST_ANALYSIS = 10_000

_WORD = re.compile(r"[^\W\d_]+")
_LADDER = re.compile(r"memenuhi (?:kriteria )?tingkat (\d+)", re.IGNORECASE)
_SAID = re.compile(r"\b(?:tingkat|level)\s+(\d+)", re.IGNORECASE)
# Words that every criterion has tell nothing of this one.
_EMPTY = frozenset(
    [
        "memenuhi",
        "tingkat",
        "telah",
        "yang",
        "dengan",
        "untuk",
        "oleh",
        "pada",
        "dari",
        "serta",
        "dalam",
        "atau",
        "dan",
        "ada",
        "masih",
        "belum",
        "juga",
        "agar",
        "antar",
        "hasil",
        "berdasarkan",
        "secara",
        "sudah",
        "terhadap",
        "tetapi",
        "bagi",
        "para",
        "lain",
        "sebagai",
        "berupa",
        "dapat",
        "akan",
        "tidak",
    ]
)
_PREFIXES = ("mem", "men", "meng", "meny", "me", "ber", "ter", "di", "pem", "pen", "peng", "per", "ke", "se")
_SUFFIXES = ("nya", "kan", "an", "i")
_ROOT = 4
# Of the criterion's own words so many must come back in the analysis.
_ENOUGH = Fraction(1, 3)


class BadFacts(ValueError):
    """The facts cannot be kept. ``faults``: (row from 1 or 0 for all, field, what is wrong) with what is wrong one of
    ``"many"`` (rows), ``"long"`` (text), ``"shape"`` (no list of mappings of texts)."""

    def __init__(self, faults: Sequence[tuple[int, str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{row} {field} {what}" for row, field, what in faults))


@dataclass(frozen=True)
class Fact:
    """One document as a fact; ``evidence`` is the uid of a piece of this indicator, or empty."""

    document: str = ""
    number: str = ""
    article: str = ""
    page: str = ""
    evidence: str = ""

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass(frozen=True)
class Hint:
    """What could be better: ``code`` with the rows of the facts (from 1), the levels, or the words that it is about.

    Codes: ``no_facts``, ``no_document`` (rows), ``no_place`` (rows: neither article nor page), ``no_analysis``,
    ``criterion`` (words of the criterion that the analysis does not take up), ``lower`` (levels below the claimed one of
    which nothing is said and for which no piece stands), ``no_level`` (nothing is claimed).
    """

    code: str
    rows: tuple[int, ...] = ()
    levels: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


# ---- reading


def read_facts(given: object) -> list[dict[str, str]]:
    """Facts as they are kept: rows without any text left out, spaces tidied. Raises :class:`BadFacts`."""
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        raise BadFacts([(0, "facts", "shape")])
    if len(given) > MOST_FACTS:
        raise BadFacts([(0, "facts", "many")])
    faults: list[tuple[int, str, str]] = []
    kept = []
    for row, one in enumerate(given, 1):
        if not isinstance(one, Mapping) or not set(one) <= set(FIELDS):
            faults.append((row, "facts", "shape"))
            continue
        fact = {}
        for name in FIELDS:
            value = one.get(name) or ""
            if not isinstance(value, str):
                faults.append((row, name, "shape"))
                continue
            fact[name] = " ".join(value.split())
            if len(fact[name]) > LIMITS[name]:
                faults.append((row, name, "long"))
        if any(fact.values()):
            kept.append(fact)
    if faults:
        raise BadFacts(faults)
    return kept


def facts_of(kept: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """Facts that were kept, whatever an older version left out."""
    return [Fact(**{name: str(one.get(name) or "") for name in FIELDS}) for one in kept]


# ---- the sentence


def fact_sentence(fact: Fact) -> str:
    """``Peraturan Bupati tentang Arsitektur SPBE Nomor 41 Tahun 2025, Pasal 4, halaman 12``; empty for an empty fact.

    >>> fact_sentence(Fact("Perbup Arsitektur", "41 Tahun 2025", "4", "12"))
    'Perbup Arsitektur Nomor 41 Tahun 2025, Pasal 4, halaman 12'
    """
    head = " ".join(part for part in (fact.document, _led("Nomor", fact.number, "no")) if part)
    return ", ".join(part for part in (head, _led("Pasal", fact.article), _led("halaman", fact.page)) if part)


def _led(word: str, text: str, *others: str) -> str:
    """With its word before it where a number stands bare: "4" → "Pasal 4", "Bab II" as it is."""
    if not text:
        return ""
    first = text[0]
    if word == "Nomor":
        named = text.lower().startswith(("nomor", "no.", "no ", *(f"{one} " for one in others)))
        return text if named else f"{word} {text}"
    return f"{word} {text}" if first.isdigit() else text


def explanation(facts: Iterable[Fact], analysis: str) -> str:
    """The whole explanation as it is handed to the ministry; empty where nothing was written."""
    told = [sentence for fact in facts if (sentence := fact_sentence(fact))]
    parts = []
    if told:
        parts.append("Fakta: " + "; ".join(told) + ".")
    if analysis.strip():
        parts.append("Analisis: " + analysis.strip())
    return "\n".join(parts)


# ---- hints


def ladder_below(criteria: Mapping[int, str], level: int) -> list[int]:
    """The levels that must be met before ``level`` counts.

    Where the criteria name each other ("Memenuhi tingkat 2; …") the chain is followed; elsewhere it is every level below.
    """
    chain: list[int] = []
    here = level
    while (named := _LADDER.search(criteria.get(here, ""))) and int(named[1]) < here:
        here = int(named[1])
        chain.append(here)
    if chain:
        return chain[::-1]
    builds = any(_LADDER.search(text) for text in criteria.values())
    return [] if builds else [one for one in sorted(criteria) if 0 < one < level]


def hints(
    facts: Sequence[Fact],
    analysis: str,
    level: int | None,
    criteria: Mapping[int, str],
    proven: Iterable[int] = (),
) -> list[Hint]:
    """What could be better before it is handed in.

    ``level``: the claimed one (rounded down where the instrument has decimals), None while nothing is claimed;
    ``criteria`` the criterion of each level; ``proven`` the levels for which a piece of evidence stands.
    """
    found = []
    rows = [(row, fact) for row, fact in enumerate(facts, 1) if fact]
    if not rows:
        found.append(Hint("no_facts"))
    if bare := tuple(row for row, fact in rows if not fact.document and not fact.evidence):
        found.append(Hint("no_document", rows=bare))
    if placeless := tuple(row for row, fact in rows if not fact.page and not fact.article):
        found.append(Hint("no_place", rows=placeless))
    if not analysis.strip():
        found.append(Hint("no_analysis"))
    if level is None:
        return [*found, Hint("no_level")]
    if analysis.strip() and (missing := unnamed(analysis, criteria.get(level, ""))):
        found.append(Hint("criterion", levels=(level,), words=missing))
    said = {int(number) for number in _SAID.findall(analysis) if len(number) < 3} | set(proven)
    if silent := tuple(one for one in ladder_below(criteria, level) if one not in said):
        found.append(Hint("lower", levels=silent))
    return found


def unnamed(analysis: str, criterion: str) -> tuple[str, ...]:
    """Words of the criterion that the analysis does not take up, in their order; none where enough of them come back.

    Words are compared by their root as far as affixes tell it: "mengatur" and "pengaturan" are one.
    """
    wanted: dict[str, str] = {}
    for word in _WORD.findall(_LADDER.sub(" ", criterion)):
        if len(word) >= _ROOT and word.lower() not in _EMPTY:
            wanted.setdefault(_root(word), word.lower())
    have = {_root(word) for word in _WORD.findall(analysis)}
    missing = tuple(word for root, word in wanted.items() if root not in have)
    named = len(wanted) - len(missing)
    return () if not wanted or Fraction(named, len(wanted)) >= _ENOUGH else missing


def _root(word: str) -> str:
    """Affixes off, roughly: good enough to see whether two words are of one family."""
    word = word.lower()
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _ROOT:
            word = word[: -len(suffix)]
            break
    for prefix in sorted(_PREFIXES, key=len, reverse=True):
        if word.startswith(prefix) and len(word) - len(prefix) >= _ROOT:
            return word[len(prefix) :]
    return word


# ---- two people at one explanation


def merge(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Three ways together, field by field: what stands then, and the fields that both changed to something else.

    A field in conflict keeps ``theirs`` in what is returned.
    """
    merged, clashes = dict(theirs), []
    for name, value in mine.items():
        if value == base.get(name) or value == theirs.get(name):
            continue
        if theirs.get(name) == base.get(name):
            merged[name] = value
        else:
            clashes.append(name)
    return merged, clashes
