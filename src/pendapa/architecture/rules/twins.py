"""Twins ("kembaran"): applications of one kind in several offices, with the agreeing fields as reasons.

Perpres 95/2018 Pasal 63(3) asks leaders to prevent or stop local applications that do the work of a general one; the
first step is to see which applications of different offices do one job. Plain values in, plain values out.

Shapes: `Application` → `Corpus` (how rare a word is here) → `pair_score(a, b, corpus)` → `find(applications)`.

A pair's evidence is name, purpose, words, address, process, service, data and reference code; each gives a strength
in 0..1 and the strengths join as independent ones do: 1 - Π(1 - s). docs/decisions/0040-twins.md tells why.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz import fuzz

from pendapa.architecture.rules import twins_words as words
from pendapa.architecture.rules.twins_profile import BROAD, Application, Corpus, Profile, codes_of, normalise

__all__ = [
    "THRESHOLD",
    "Application",
    "Corpus",
    "Reason",
    "Twins",
    "find",
    "likeness",
    "message",
    "pair_score",
]

THRESHOLD = 0.6
# A block of more members than this is not compared whole: its first members and the neighbours by name stand for it.
BLOCK = 200
NEAR = 25
# So many members of a group speak for it when another asks to join.
CORE = 8
# A process, service or data set that more applications share than this says little about any two of them.
COMMON = 6


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two applications look alike: a machine key and its parameters (plain strings)."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Twins:
    """A group over two or more units; `id` is a digest of the members' ids, so it stands while the members stand."""

    id: str
    score: float
    reasons: tuple[Reason, ...]
    members: tuple[Application, ...]


# ------------------------------------------------------------------------------------------------------------ pairs

Evidence = tuple[float, Reason]
Edge = tuple[float, int, int]
_PURPOSE = {purpose.key: purpose for purpose in words.PURPOSES}
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


# ----------------------------------------------------------------------------------------------------------- groups


def find(
    applications: Iterable[Application], threshold: float = THRESHOLD, unit_names: Iterable[str] = ()
) -> list[Twins]:
    """The groups of twins, surest first. `unit_names`: the whole OPD list, which tells more names of places."""
    unique = {app.id: app for app in sorted(applications, key=_order)}
    apps = sorted(unique.values(), key=lambda a: (normalise(a.name), *_order(a)))
    corpus = Corpus(apps, unit_names)
    edges: list[Edge] = []
    for i, j in _candidates(apps, corpus):
        score, _ = pair_score(apps[i], apps[j], corpus)
        if score >= threshold:
            edges.append((-score, i, j))
    groups = _groups(sorted(edges), apps, corpus, threshold)
    twins = [_twins([apps[i] for i in group], corpus) for group in groups]
    return sorted(twins, key=lambda t: (-t.score, [m.code for m in t.members], t.id))


def _order(app: Application) -> tuple[str, ...]:
    return (app.code, app.id, app.name, app.unit, app.function, app.url)


def _blocks(apps: list[Application], corpus: Corpus) -> dict[tuple[str, str], list[int]]:
    """Applications under each key that could make them alike: purpose, word of the name, rare word, code."""
    rare = max(4, min(60, corpus.size // 12))
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, app in enumerate(apps):
        profile = corpus.profile(app)
        for key in profile.purposes:
            blocks["purpose", key].append(index)
        for word in profile.name | profile.acronym:
            blocks["name", word].append(index)
        for word in profile.bag - profile.name:
            if corpus.words[word] <= rare:
                blocks["name", word].append(index)
        for code in codes_of(app, profile):
            blocks[code].append(index)
    return {key: members for key, members in blocks.items() if len(members) > 1}


def _candidates(apps: list[Application], corpus: Corpus) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing, each once. Memory grows with the blocks, never with the pairs."""
    blocks = _blocks(apps, corpus)
    keys_of: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for key, members in blocks.items():
        for index in members:
            keys_of[index].append(key)
    place = {key: {index: n for n, index in enumerate(members)} for key, members in blocks.items()}
    for index in sorted(keys_of):
        near: set[int] = set()
        for key in keys_of[index]:
            members, at = blocks[key], place[key][index]
            if len(members) <= BLOCK:
                near.update(members[at + 1 :])
            else:
                near.update(members[at + 1 : at + 1 + NEAR])
                near.update(members[at + 1 :] if at < CORE else ())
        unit = apps[index].unit
        for other in sorted(near):
            if apps[other].unit != unit:
                yield index, other


def _groups(edges: list[Edge], apps: list[Application], corpus: Corpus, threshold: float) -> list[list[int]]:
    """Groups; then applications of two jobs ("payroll and personnel") join a second group that agrees with them; the
    pairs still left make groups of their own. A group inside a larger one is dropped."""
    groups = _link(edges, apps, corpus, threshold)
    homes: dict[int, set[int]] = defaultdict(set)
    for number, group in enumerate(groups):
        for index in group:
            homes[index].add(number)
    left = []
    for edge in edges:
        if homes[edge[1]] & homes[edge[2]]:
            continue
        for new, old in ((edge[1], edge[2]), (edge[2], edge[1])):
            for number in sorted(homes[old] - homes[new]):
                if _agree([new], groups[number][:CORE], apps, corpus, threshold):
                    groups[number].append(new)
                    homes[new].add(number)
        if not homes[edge[1]] & homes[edge[2]]:
            left.append(edge)
    found = [*groups, *_link(left, apps, corpus, threshold)]
    return _largest(found)


def _largest(groups: list[list[int]]) -> list[list[int]]:
    """Without the groups that lie inside another."""
    kept: list[list[int]] = []
    of: dict[int, list[set[int]]] = defaultdict(list)
    for group in sorted(groups, key=len, reverse=True):
        members = set(group)
        if not any(members <= other for other in of[group[0]]):
            kept.append(group)
            for index in group:
                of[index].append(members)
    return kept


def _link(edges: list[Edge], apps: list[Application], corpus: Corpus, threshold: float) -> list[list[int]]:
    """Join groups by their surest pairs; a join stands only when the cores of both agree with one another, so that
    A~B and B~C alone never bring A and C together (no chaining)."""
    groups: dict[int, list[int]] = {}
    home: dict[int, int] = {}
    for _, i, j in edges:
        left, right = home.get(i, i), home.get(j, j)
        if left == right:
            continue
        first, second = groups.get(left, [left]), groups.get(right, [right])
        if len(first) + len(second) > 2 and not _agree(first[:CORE], second[:CORE], apps, corpus, threshold):
            continue
        if len(second) > len(first):
            left, right, first, second = right, left, second, first
        groups[left] = [*first, *second]
        groups.pop(right, None)
        for index in groups[left]:
            home[index] = left
    return list(groups.values())


def _agree(
    first: list[int], second: list[int], apps: list[Application], corpus: Corpus, threshold: float
) -> bool:
    """Every pair across the cores is at least nearly alike, and the mean is alike."""
    scores = []
    for i in first:
        for j in second:
            score, _ = likeness(apps[i], apps[j], corpus)
            if score < threshold * 0.7:
                return False
            scores.append(score)
    return math.fsum(scores) / len(scores) >= threshold


def _twins(members: list[Application], corpus: Corpus) -> Twins:
    """A group with the mean score and the reasons that at least half of its core pairs give."""
    core = sorted(members[:CORE], key=_order)
    pairs = [pair_score(a, b, corpus) for a, b in combinations(core, 2) if a.unit != b.unit]
    # A core may lie in one unit when a large unit joined first; then the first member of another unit speaks.
    if not pairs:
        other = min((m for m in members if m.unit != core[0].unit), key=_order)
        pairs = [pair_score(core[0], other, corpus)]
    digest = hashlib.sha256("\n".join(sorted(m.id for m in members)).encode()).hexdigest()
    score = round(math.fsum(score for score, _ in pairs) / len(pairs), 3)
    return Twins(digest[:16], score, _common_reasons(pairs), tuple(sorted(members, key=_order)))


def _common_reasons(pairs: list[tuple[float, list[Reason]]]) -> tuple[Reason, ...]:
    """Reason keys of at least half of the pairs, each with the parameters told most often."""
    told: dict[str, Counter[tuple[tuple[str, str], ...]]] = defaultdict(Counter)
    for _, reasons in pairs:
        for reason in reasons:
            told[reason.key][tuple(sorted(reason.params.items()))] += 1
    ranked = sorted(told, key=lambda key: (-told[key].total(), key))
    kept = [key for key in ranked if told[key].total() * 2 >= len(pairs)] or ranked[:1]
    return tuple(Reason(key, dict(_most_told(told[key]))) for key in kept)


def _most_told(params: Counter[tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    """The parameters told most often; the first by letters among equals."""
    return min(params, key=lambda p: (-params[p], p))


# -------------------------------------------------------------------------------------------------------- messages

_MESSAGES = {
    "name": ("Nama hampir sama: {shared}", "Nearly the same name: {shared}"),
    "purpose": ("Fungsi umum yang sama: {label}", "The same general purpose: {label}"),
    "function": ("Uraian fungsi memakai kata yang sama: {shared}", "The functions share words: {shared}"),
    "url": ("Alamat yang sama: {shared}", "The same address: {shared}"),
    "process": (
        "Mendukung proses bisnis yang sama: {shared}",
        "They support the same business process: {shared}",
    ),
    "service": ("Mendukung layanan yang sama: {shared}", "They support the same service: {shared}"),
    "data": ("Memakai data yang sama: {shared}", "They use the same data: {shared}"),
    "reference": ("Kode referensi RAA yang sama: {shared}", "The same RAA reference code: {shared}"),
}


def message(reason: Reason, language: str = "id") -> str:
    """A reason as a sentence, in Indonesian or (any other language) English."""
    place = 0 if language.startswith("id") else 1
    params = dict(reason.params)
    if reason.key == "purpose":
        purpose = _PURPOSE[params["class"]]
        params["label"] = (purpose.label_id, purpose.label_en)[place]
    return _MESSAGES[reason.key][place].format(**params)
