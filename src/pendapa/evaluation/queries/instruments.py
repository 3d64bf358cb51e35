"""Reads of instruments as an institution uses them: what is unverified, editions, ways from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, Edition, EvidenceUse
from pendapa.evaluation.queries import assessments, editions
from pendapa.evaluation.rules import scoring, steps
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import instrument_files, instrument_overlay, packs
from pendapa.regulations.crosswalk import Crosswalk, Pair, one_to_one, read_pairs
from pendapa.regulations.instruments import Instrument, digest_of, instrument_from
from pendapa.regulations.reader import Cursor
from pendapa.regulations.schema import Provenance


@dataclass(frozen=True)
class Row:
    """An instrument in the list. ``edition`` is the newest one, None where nothing was frozen yet."""

    instrument: Instrument
    edition: Edition | None
    shipped: bool
    changed: bool
    cycles: tuple[Cycle, ...]

    @property
    def behind(self) -> tuple[Cycle, ...]:
        """Open rounds that keep an edition other than the one in force."""
        return tuple(one for one in self.cycles if not is_over(one) and _is_behind(one, self))


@dataclass(frozen=True)
class Version:
    """An edition as its history tells it."""

    edition: Edition
    who: str
    cycles: tuple[Cycle, ...]
    in_force: bool


@dataclass(frozen=True)
class Change:
    """One thing that differs: ``place`` in words, and what stood and stands there (text)."""

    place: str
    before: str
    after: str


@dataclass(frozen=True)
class Incoming:
    """What a new content would be: laid over the shipped pack (``overlay``), or an instrument of the institution's own."""

    instrument: Instrument
    content: dict[str, Any]
    overlay: dict[str, Any]
    digest: str
    newest: Edition | None
    shipped: bool
    same: bool
    changes: tuple[Change, ...]
    open: tuple[Cycle, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a round, its index now and in the other edition; None while levels are missing."""

    stage: str
    before: Fraction | None
    after: Fraction | None
    predicate_before: str
    predicate_after: str

    @property
    def moves(self) -> bool:
        return (self.before, self.predicate_before) != (self.after, self.predicate_after)


@dataclass(frozen=True)
class Moving:
    """What it does to a round to go to the edition in force. ``hindrances`` are reasons why it cannot."""

    now: Instrument
    then: Instrument
    edition: Edition | None
    changes: tuple[Change, ...]
    sheets: tuple[Sheet, ...]
    hindrances: tuple[str, ...]


# ---- which there are


def listing(institution: Institution) -> list[Row]:
    """Every instrument that a round may begin with, in a fixed number of queries (and one for each own content, once)."""
    known = editions.known(institution)
    last = {row.instrument: row for row in _editions(institution)}
    by: dict[str, list[Cycle]] = {}
    for cycle in _cycles(institution):
        by.setdefault(cycle.instrument, []).append(cycle)
    return [
        Row(
            instrument, (row := last.get(id)), id in packs.instrument_ids(),
            bool(row and row.overlay), tuple(by.get(id, ())),
        )
        for id, instrument in known.items()
    ]  # fmt: skip


def one(institution: Institution, id: str) -> Row | None:
    """One of them; None where the institution has no such instrument."""
    return next((row for row in listing(institution) if row.instrument.id == id), None)


def versions(institution: Institution, id: str) -> list[Version]:
    """The editions of an instrument, newest first, with who made them and the rounds that keep them."""
    rows = list(reversed([row for row in _editions(institution) if row.instrument == id]))
    first = Revision.objects.filter(target_uid__in=[row.uid for row in rows], version=1)
    who = dict(first.values_list("target_uid", "change_set__author_name"))
    keeping: dict[int, list[Cycle]] = {}
    for cycle in _cycles(institution):
        if cycle.edition_id:
            keeping.setdefault(cycle.edition_id, []).append(cycle)
    return [
        Version(row, who.get(row.uid, ""), tuple(keeping.get(row.pk, ())), place == 0)
        for place, row in enumerate(rows)
    ]


def is_over(cycle: Cycle) -> bool:
    """The round stands at its last step."""
    way = steps.way(packs.cycle(), cycle.kind, cycle.visit, cycle.step)
    return steps.is_over(way, steps.key_of(packs.cycle(), cycle.step))


# ---- contents


def base_of(institution: Institution, id: str) -> dict[str, Any]:
    """What own changes are laid over: the shipped pack, else the last import. Raises UnknownPack."""
    if id in packs.instrument_ids():
        return packs.instrument_content(id)
    rows = Edition.objects.filter(institution=institution, instrument=id, deleted_at=None, overlay={})
    found = rows.order_by("-number").values_list("content", flat=True).first()
    if found is None:
        raise packs.UnknownPack(id)
    return dict(found)


def content_of(institution: Institution, id: str) -> dict[str, Any]:
    """The content in force: what a new round would keep. Raises UnknownPack."""
    newest = editions.newest(institution, id)
    if newest is None or editions.is_plain(newest):
        return base_of(institution, id)
    return kept_content(newest)


def kept_content(edition: Edition) -> dict[str, Any]:
    """The content of an edition."""
    return dict(Edition.objects.values_list("content", flat=True).get(pk=edition.pk))


def overlay_of(institution: Institution, id: str) -> dict[str, Any]:
    """What is laid over it now."""
    newest = editions.newest(institution, id)
    return dict(newest.overlay) if newest else {}


def weigh(institution: Institution, content: dict[str, Any], name: str) -> Incoming:
    """What importing a content would do. Raises PackError with every fault, by place."""
    instrument = instrument_files.checked(content, name, editions.known(institution).get)
    shipped = instrument.id in packs.instrument_ids()
    overlay = {}
    if shipped:
        base = packs.instrument_content(instrument.id)
        overlay = instrument_overlay.difference(base, content)
        content = instrument_overlay.lay(base, overlay) if overlay else base
    return _incoming(institution, instrument.id, content, overlay)


def weigh_change(institution: Institution, id: str, change: Mapping[str, Any]) -> Incoming:
    """What a change of criteria, names, weights or bounds would do. Raises PackError, UnknownPack."""
    base = base_of(institution, id)
    overlay = instrument_overlay.put(base, overlay_of(institution, id), change)
    return _incoming(institution, id, instrument_overlay.lay(base, overlay) if overlay else base, overlay)


def _incoming(
    institution: Institution, id: str, content: dict[str, Any], overlay: dict[str, Any]
) -> Incoming:
    newest = editions.newest(institution, id)
    shipped = id in packs.instrument_ids()
    now = content_of(institution, id) if newest or shipped else None
    digest = digest_of(content)
    return Incoming(
        instrument_from(content, Path(id)), content, overlay, digest, newest, shipped,
        now is not None and digest_of(now) == digest,
        tuple(changed(now, content)) if now is not None else (),
        tuple(cycle for cycle in _cycles(institution) if cycle.instrument == id and not is_over(cycle)),
    )  # fmt: skip


def in_doubt(instrument: Instrument) -> int:
    """How many indicators have unverified criteria, where the criteria as a whole count as verified."""
    if not instrument.provenance_of("criteria").verified:
        return 0
    return sum(1 for one in instrument.indicators if not one.provenance_of("criteria").verified)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between two contents, in words."""
    return [
        Change(_place(group, number, word), _said(old, word), _said(new, word))
        for group, number, word, old, new in instrument_overlay.changes(before, after)
    ]


def _place(group: str, number: str, word: str) -> str:
    whole = {
        "indicators": _("Indicator %(number)s"), "aspects": _("Aspect %(number)s"), "domains": _("Domain %(number)s"),
        "predicates": _("Predicate %(number)s"), "notes": _("Remarks"),
    }[group] % {"number": number}  # fmt: skip
    part, _dot, level = word.partition(".")
    words = {
        "name": _("name"), "short_name": _("short name"), "weight": _("weight"), "evidence": _("evidence that is asked for"),
        "min": _("lower bound"), "max": _("upper bound"), "levels": _("level %(level)s") % {"level": level},
    }  # fmt: skip
    return f"{whole}, {words[part]}" if part else whole


def _said(value: Any, word: str = "") -> str:
    if word in ("weight", "min", "max") and (get_language() or "id").startswith("id"):
        return _said(value).replace(".", ",")
    if isinstance(value, Mapping):
        return str(value.get("id") or value.get("text") or value.get("name") or "")
    if isinstance(value, list):
        return "\n".join(_said(one) for one in value)
    return "" if value is None else str(value)


# ---- a round that goes to another edition


def moving(cycle: Cycle) -> Moving:
    """What it would do to a round to go to the edition in force."""
    newest = editions.newest(cycle.institution, cycle.instrument)
    now, then = editions.of(cycle), editions.current(cycle.institution, cycle.instrument, newest)
    before = kept_content(cycle.edition) if cycle.edition_id and cycle.edition else base_of(
        cycle.institution, cycle.instrument
    )  # fmt: skip
    after = content_of(cycle.institution, cycle.instrument)
    rows = Assessment.objects.filter(cycle=cycle, deleted_at=None)
    found = sorted(rows, key=lambda row: assessments.STAGE_ORDER.index(row.stage))
    sheets = tuple(_sheet(row, now, then) for row in found)
    return Moving(now, then, newest, tuple(changed(before, after)), sheets, _hindrances(cycle, then, found))


def _sheet(row: Assessment, now: Instrument, then: Instrument) -> Sheet:
    results: list[tuple[Fraction | None, str]] = []
    for instrument in (now, then):
        try:
            score = scoring.score(instrument, levels=row.levels)
            results.append((score.index, score.predicate))
        except scoring.ScoreError:
            results.append((None, ""))
    (before, was), (after, becomes) = results
    return Sheet(str(row.get_stage_display()), before, after, was, becomes)


def _hindrances(cycle: Cycle, then: Instrument, sheets: list[Assessment]) -> tuple[str, ...]:
    told = []
    if is_over(cycle):
        told.append(_("The round is over: its result stands under the edition with which it was made."))
    numbers = {one.number for one in then.indicators}
    used = {number for sheet in sheets for number in sheet.levels}
    for model in (EvidenceUse, Answer, Duty):
        rows = model._default_manager.filter(cycle=cycle, deleted_at=None)
        used |= set(rows.values_list("indicator", flat=True))
    lost = sorted(used - numbers)
    if lost:
        told.append(
            _("The newer edition has no indicator %(numbers)s, to which levels or evidence belong.")
            % {"numbers": ", ".join(lost)}
        )
    for sheet in sheets:
        if any(not then.scale.min <= Fraction(level) <= then.scale.max for level in sheet.levels.values()):
            told.append(
                _("Levels of %(sheet)s are off the newer scale.") % {"sheet": sheet.get_stage_display()}
            )
    return tuple(told)


# ---- ways


def crosswalk(institution: Institution | None) -> Crosswalk:
    """The shipped pairs, and those that instruments of the institution's own bring."""
    shipped = packs.crosswalk()
    if institution is None:
        return shipped
    rows = Edition.objects.filter(institution=institution, deleted_at=None, content__has_key="crosswalk")
    own: dict[str, Any] = {}
    for row in rows.exclude(instrument__in=packs.instrument_ids()).order_by("number"):
        own[row.instrument] = row.content["crosswalk"]
    pairs = [
        pair
        for id, content in own.items()
        for pair in read_pairs(Cursor(content, Path(id)), Provenance(False), id)
    ]
    return shipped.with_pairs(pairs) if pairs else shipped


def way(institution: Institution, source: Cycle, target: Cycle) -> Pair | None:
    """How things go from one round to another; within one instrument one to one."""
    if source.instrument == target.instrument:
        return one_to_one(editions.of(source), editions.of(target))
    return crosswalk(institution).way(source.instrument, target.instrument)


# ---- shared


def _editions(institution: Institution) -> list[Edition]:
    rows = Edition.objects.filter(institution=institution, deleted_at=None)
    return list(rows.defer("content").order_by("instrument", "number"))


def _cycles(institution: Institution) -> list[Cycle]:
    rows = Cycle.objects.filter(institution=institution, deleted_at=None).select_related("edition")
    return list(rows.defer("edition__content", "edition__overlay").order_by("-year", "instrument"))


def _is_behind(cycle: Cycle, row: Row) -> bool:
    in_force = row.edition.digest if row.edition and not editions.is_plain(row.edition) else None
    if in_force is None:
        in_force = packs.instrument_digest(row.instrument.id) if row.shipped else ""
    kept = cycle.edition.digest if cycle.edition else None
    if kept is None:
        kept = packs.instrument_digest(cycle.instrument) if row.shipped else ""
    return kept != in_force
