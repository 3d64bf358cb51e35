"""How alike two applications are, and why: the evidence of a pair. Plain values in, plain values out.

A pair's evidence is name, purpose, words, address, process, service, data and reference code; each gives a strength
in 0..1 and the strengths join as independent ones do: 1 - Π(1 - s). docs/decisions/0040-twins.md tells why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from pendapa.architecture.rules.twins_profile import BROAD, Application, Corpus, Profile, codes_of

# A process, service or data set that more applications share than this says little about any two of them.
COMMON = 6


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two applications look alike: a machine key and its parameters (plain strings)."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


Evidence = tuple[float, Reason]
_CODE_STRENGTH = {"url": 0.8, "process": 0.35, "service": 0.45, "data": 0.3, "reference": 0.35}


def pair_score(a: Application, b: Application, corpus: Corpus) -> tuple[float, list[Reason]]:
    """How surely two applications are twins, 0..1, and why. One application, or one unit, is never a twin."""
    if a.id == b.id or a.unit == b.unit:
        return 0.0, []
    return likeness(a, b, corpus)


def likeness(a: Application, b: Application, corpus: Corpus) -> tuple[float, list[Reason]]:
    """The same measure whatever the units; strongest reason first."""
    one, two = corpus.profile(a), corpus.profile(b)
    found = [
        *_purpose_evidence(one, two),
        *_name_evidence(one, two, corpus),
        *_word_evidence(one, two, corpus),
    ]
    if _different_jobs(one, two):
        found = [(strength * 0.5, reason) for strength, reason in found]
    found.extend(_code_evidence(a, b, one, two, corpus))
    found.sort(key=lambda item: (-item[0], item[1].key))
    missing = 1.0
    for strength, _ in found:
        missing *= 1.0 - strength
    return round(1.0 - missing, 4), [reason for strength, reason in found if strength >= 0.1]


def _different_jobs(one: Profile, two: Profile) -> bool:
    """Both names tell a job, and not the same one."""
    first = {key for key, level in one.purposes.items() if level == 1.0}
    second = {key for key, level in two.purposes.items() if level == 1.0}
    return bool(first and second) and not first & second


def _purpose_evidence(one: Profile, two: Profile) -> Iterator[Evidence]:
    best = max(
        (
            ((0.5 if key in BROAD else 0.85) * one.purposes[key] * two.purposes[key], key)
            for key in one.purposes.keys() & two.purposes.keys()
        ),
        default=None,
    )
    if best:
        yield best[0], Reason("purpose", {"class": best[1]})


def _weight(stems: Iterable[str], corpus: Corpus) -> float:
    # fsum: the sum must not depend on the order of a set, or a pair would differ from its mirror.
    return math.fsum(corpus.rarity(word) for word in stems)


def _name_evidence(one: Profile, two: Profile, corpus: Corpus) -> Iterator[Evidence]:
    """Shared words of the names by rarity, or nearly the same spelling; a short name counts only where no meaning
    is given, or the meanings meet (two systems may share an acronym and nothing else)."""
    shared = (one.name & two.name) | (one.acronym & two.name) | (two.acronym & one.name)
    total = _weight(one.name, corpus) + _weight(two.name, corpus)
    ratio = min(1.0, 2 * _weight(shared, corpus) / total) if total else 0.0
    if len(one.text) > 5 and len(two.text) > 5:
        spelled = fuzz.ratio(one.text, two.text) / 100
        ratio = max(ratio, spelled if spelled >= 0.85 else 0.0)
    if ratio < 0.3:
        return
    strength = (0.85 if len(shared) > 1 else 0.7) * ratio**1.5
    if min(one.functional, two.functional) >= 3 and not (one.bag & two.bag) - shared:
        # One name, and two descriptions that share nothing else: more likely two systems of one name.
        strength *= 0.5
    if len(shared) == 1 and one.purposes.keys() & two.purposes.keys() & BROAD:
        # The one shared word is the broad purpose over again ("keuangan"): not a second reason.
        strength *= 0.5
    yield strength, Reason("name", {"shared": _written(shared or one.name | two.name, one, two)})


def _word_evidence(one: Profile, two: Profile, corpus: Corpus) -> Iterator[Evidence]:
    """Shared words of name and function together, by rarity (cosine of binary vectors weighted by rarity)."""
    shared = (one.bag & two.bag) - (one.name & two.name)
    if not shared:
        return
    norm = math.sqrt(corpus.square(one.bag) * corpus.square(two.bag))
    cosine = math.fsum(corpus.rarity(word) ** 2 for word in one.bag & two.bag) / norm
    strength = (0.7 if len(shared) > 1 else 0.35) * cosine
    if strength >= 0.03:
        yield strength, Reason("function", {"shared": _written(shared, one, two)})


def _code_evidence(
    a: Application, b: Application, one: Profile, two: Profile, corpus: Corpus
) -> Iterator[Evidence]:
    """Shared addresses and codes: the share of the codes both name, less where half the inventory names them."""
    mine, yours = set(codes_of(a, one)), set(codes_of(b, two))
    for kind, strength in _CODE_STRENGTH.items():
        left = {code for code in mine if code[0] == kind}
        right = {code for code in yours if code[0] == kind}
        shared = left & right
        if shared:
            usual = min(corpus.codes[code] for code in shared)
            part = len(shared) / len(left | right) * min(1.0, COMMON / max(usual, 1))
            yield strength * part, Reason(kind, {"shared": ", ".join(sorted(code for _, code in shared))})


def _written(stems: Iterable[str], one: Profile, two: Profile) -> str:
    """Stems as words people wrote; the shorter form where the two differ."""
    forms = ([p.plain[s] for p in (one, two) if s in p.plain] or [s] for s in stems)
    return " ".join(sorted(min(form, key=lambda w: (len(w), w)) for form in forms))
