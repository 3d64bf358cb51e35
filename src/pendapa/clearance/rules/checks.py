"""The automatic checks of a request: facts in, outcomes with their evidence out. Pure.

    run(packs.clearance().checks, facts)  →  [Result("national_application", "failed", "blocks", …), …]

Facts are told by the queries of the room, and can be kept (:func:`plain`) and read again (:func:`facts_of`), so that what was
known at a moment is judged by the same rules later. Facts are cut to a reader by :func:`seen_by` before they are judged: what
one may not see neither shows nor counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from pendapa.regulations.clearance import Check

PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"
OUTCOMES = (FAILED, UNKNOWN, PASSED)
PROGRAMME_CODE = re.compile(r"[0-9]\.[0-9]{2}\.[0-9]{2}(\.[0-9]\.[0-9]{2}(\.[0-9]{4})?)?")
"""``2.16.03``, ``2.16.03.2.02``, ``2.16.03.2.02.0035``: urusan.bidang.program.level.kegiatan.subkegiatan."""
NO_FIELD = "bukan"
HIDDEN = "(terbatas)"
SHARED = ("process", "service", "data")
"""Reasons of likeness that name elements."""


@dataclass(frozen=True)
class Evidence:
    """What a check found. ``uid`` names an element of the register (then only who may see it is told of it); a national
    application or a line of a roadmap has none. ``reasons``: ``[(key, {parameter: text})]`` of likeness."""

    name: str
    uid: str = ""
    code: str = ""
    unit: str = ""
    domain: str = ""
    detail: str = ""
    url: str = ""
    verified: bool = True
    score: float = 0.0
    reasons: tuple[tuple[str, Mapping[str, str]], ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that the checks look at. ``roadmap`` is None where no roadmap is there; ``personal`` is the answer, or empty;
    ``ceiling`` in rupiah; ``comparable``: there is enough to be compared with other applications. An
    owner that is told by a data set carries the uid of that."""

    year: int = 0
    field: str = ""
    field_name: str = ""
    comparable: bool = False
    national: tuple[Evidence, ...] = ()
    twins: tuple[Evidence, ...] = ()
    roadmap: tuple[Evidence, ...] | None = None
    processes: tuple[Evidence, ...] = ()
    services: tuple[Evidence, ...] = ()
    data: tuple[Evidence, ...] = ()
    infrastructure: tuple[Evidence, ...] = ()
    owners: tuple[Evidence, ...] = ()
    hosting: str = ""
    risks: int = 0
    personal: str = ""
    impact: bool = False
    code: str = ""
    ceiling: int | None = None
    ceiling_name: str = ""


@dataclass(frozen=True)
class Result:
    """What came of one check: ``outcome`` is passed, failed or unknown; the rest fills its sentence."""

    check: Check
    outcome: str
    names: str = ""
    count: int = 0
    year: int = 0
    evidence: tuple[Evidence, ...] = field(default=())

    @property
    def key(self) -> str:
        return self.check.key

    @property
    def effect(self) -> str:
        return self.check.effect

    @property
    def blocks(self) -> bool:
        """It stops a recommendation to go ahead."""
        return self.outcome == FAILED and self.check.effect == "blocks"

    def reason(self, language: str) -> str:
        """Why, as a sentence."""
        return self._filled(self.check.sentence(self.outcome).in_language(language))

    def advice(self, language: str) -> str:
        """What to do; empty where nothing is to be done."""
        return "" if self.outcome == PASSED else self._filled(self.check.advice.in_language(language))

    def _filled(self, sentence: str) -> str:
        return sentence.format(names=self.names, count=self.count, year=self.year)


Found = tuple[str, str, int, tuple[Evidence, ...]]


def run(checks: Iterable[Check], facts: Facts) -> list[Result]:
    """Every check of the pack, in its order. Raises KeyError for one that no rule knows."""
    told = []
    for check in checks:
        outcome, names, count, evidence = RULES[check.key](facts)
        told.append(Result(check, outcome, names, count, facts.year, evidence))
    return told


def blocking(results: Iterable[Result]) -> list[Result]:
    """Those that stop a recommendation to go ahead."""
    return [one for one in results if one.blocks]


def counts(results: Iterable[Result]) -> dict[str, int]:
    """How many passed, failed and stay unknown."""
    told = dict.fromkeys(OUTCOMES, 0)
    for one in results:
        told[one.outcome] += 1
    return told


def _names(evidence: Iterable[Evidence]) -> str:
    return ", ".join(one.name for one in evidence)


def _national(facts: Facts) -> Found:
    if facts.national:
        return FAILED, _names(facts.national), len(facts.national), facts.national
    if not facts.field:
        return UNKNOWN, "", 0, ()
    if facts.field != NO_FIELD:
        # The field alone is what the regulation names, whether or not the application of it is known here.
        return FAILED, facts.field_name, 0, ()
    return PASSED, "", 0, ()


def _twin(facts: Facts) -> Found:
    if facts.twins:
        return FAILED, _names(facts.twins), len(facts.twins), facts.twins
    return (PASSED if facts.comparable else UNKNOWN), "", 0, ()


def _roadmap(facts: Facts) -> Found:
    if facts.roadmap is None:
        return UNKNOWN, "", 0, ()
    found = PASSED if facts.roadmap else FAILED
    return found, _names(facts.roadmap), len(facts.roadmap), facts.roadmap


def _linked(name: str) -> Callable[[Facts], Found]:
    def rule(facts: Facts) -> Found:
        evidence: tuple[Evidence, ...] = getattr(facts, name)
        return (PASSED if evidence else FAILED), _names(evidence), len(evidence), evidence

    return rule


def _owner(facts: Facts) -> Found:
    names = dict.fromkeys(one.name for one in facts.owners)
    return (PASSED if names else FAILED), ", ".join(names), len(names), facts.data


def _hosting(facts: Facts) -> Found:
    told = [facts.hosting] if facts.hosting else []
    told += [one.name for one in facts.infrastructure]
    return (PASSED if told else FAILED), ", ".join(told), len(told), facts.infrastructure


def _risk(facts: Facts) -> Found:
    return (PASSED if facts.risks > 0 else FAILED), "", facts.risks, ()


def _personal(facts: Facts) -> Found:
    if not facts.personal:
        return UNKNOWN, "", 0, ()
    fine = facts.personal == "tidak" or facts.impact
    return (PASSED if fine else FAILED), "", 0, ()


def _code(facts: Facts) -> Found:
    if not facts.code:
        return UNKNOWN, "", 0, ()
    return (PASSED if PROGRAMME_CODE.fullmatch(facts.code) else FAILED), facts.code, 0, ()


def _ceiling(facts: Facts) -> Found:
    if facts.ceiling is None:
        return UNKNOWN, "", 0, ()
    return (PASSED if facts.ceiling > 0 else FAILED), facts.ceiling_name, 0, ()


RULES: Mapping[str, Callable[[Facts], Found]] = {
    "national_application": _national,
    "twin": _twin,
    "roadmap": _roadmap,
    "process": _linked("processes"),
    "service": _linked("services"),
    "data_owner": _owner,
    "hosting": _hosting,
    "risk": _risk,
    "personal_data": _personal,
    "programme_code": _code,
    "ceiling": _ceiling,
}


# ---- whom what is told, and what is kept

_LISTS = ("national", "twins", "roadmap", "processes", "services", "data", "infrastructure", "owners")


def uids(facts: Facts) -> set[str]:
    """Every element that the facts name."""
    return {one.uid for name in _LISTS for one in getattr(facts, name) or () if one.uid}


def seen_by(facts: Facts, seen: Collection[str]) -> Facts:
    """The facts as somebody may know them who sees the elements ``seen``: what is hidden is said as nothing.

    Reasons that name shared processes, services or data go too, unless all that the request names is open to them.
    """
    own = {one.uid for name in ("processes", "services", "data") for one in getattr(facts, name) if one.uid}
    whole = own <= set(seen)
    changes: dict[str, Any] = {}
    for name in _LISTS:
        rows = getattr(facts, name)
        if rows is not None:
            changes[name] = tuple(_cut(one, whole) for one in rows if not one.uid or one.uid in seen)
    return replace(facts, **changes)


def _cut(one: Evidence, whole: bool) -> Evidence:
    if whole or not one.reasons:
        return one
    return replace(one, reasons=tuple(reason for reason in one.reasons if reason[0] not in SHARED))


def masked(facts: Facts, open_ones: Collection[str]) -> Facts:
    """The facts as a letter tells them, which anybody may read in the end: twins that are not open fall away, all else that
    is not open stays without its name."""
    changes: dict[str, Any] = {}
    for name in _LISTS:
        rows = getattr(facts, name)
        if rows is None:
            continue
        if name == "twins":
            changes[name] = tuple(one for one in rows if one.uid in open_ones)
        else:
            changes[name] = tuple(
                one if not one.uid or one.uid in open_ones else Evidence(HIDDEN, uid=one.uid) for one in rows
            )
    return replace(facts, **changes)


def plain(facts: Facts) -> dict[str, Any]:
    """The facts as JSON keeps them."""
    return asdict(facts)


def facts_of(kept: Mapping[str, Any]) -> Facts:
    """The facts that were kept by :func:`plain`; a field that an older version did not know stays at its default."""
    known = {one.name for one in fields(Facts)}
    values = {name: value for name, value in kept.items() if name in known}
    for name in _LISTS:
        if values.get(name) is not None:
            values[name] = tuple(_evidence(one) for one in values[name])
    return Facts(**values)


def _evidence(kept: Mapping[str, Any]) -> Evidence:
    known = {one.name for one in fields(Evidence)}
    values = {name: value for name, value in kept.items() if name in known}
    values["reasons"] = tuple((key, dict(params)) for key, params in values.get("reasons", ()))
    return Evidence(**values)
