"""Verbs of assessments: open, set levels, set a target, publish, record a published figure. The only writers.

Several people fill in one assessment at the same time, so a level is refused only where somebody else changed that very
indicator since it was read; other indicators are merged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import cycles
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.evaluation.permissions import EDIT, PUBLISH
from pendapa.evaluation.queries import assessments as queries
from pendapa.evaluation.queries import cycles as cycle_queries
from pendapa.evaluation.queries import editions
from pendapa.evaluation.rules import scoring as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Revision
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.schema import plain_number

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_REASON = 4000
STAGES = tuple(stage for stage, _label in Assessment.STAGES)
Levels = Mapping[str, str | None]
_FIGURE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,8})?")


class AlreadyOpen(Refused):
    """The year has such an assessment already: ``assessment``."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        super().__init__({"year": _("This assessment is there already: %(name)s.") % {"name": assessment}})


class LevelsChanged(history.Conflict):
    """Somebody else set the same indicators meanwhile; nothing was written.

    ``theirs`` maps the number to the level that stands now, ``who`` to the person who set it.
    """

    def __init__(self, assessment: Assessment, theirs: dict[str, str], who: dict[str, str]) -> None:
        self.assessment, self.theirs, self.who = assessment, theirs, who
        instrument = editions.of(assessment)
        super().__init__([f"{number} {instrument.indicator(number).name.id}" for number in theirs])


def open_assessment(
    actor: Actor, institution: Institution, year: int, instrument: str, stage: str = "self"
) -> Assessment:
    """Begin the assessment of a year, without levels. Raises :class:`Refused`, :class:`AlreadyOpen`."""
    actor.require(EDIT, institution)
    faults = {}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        faults["year"] = _year_fault(year)
    if instrument not in (ids := editions.known(institution)):
        known = ", ".join(ids)
        faults["instrument"] = _("“%(given)s” is no known instrument. Accepted: %(known)s.") % {
            "given": instrument, "known": known,
        }  # fmt: skip
    if stage not in STAGES:
        faults["stage"] = _("“%(given)s” is no stage. Accepted: %(known)s.") % {
            "given": stage, "known": ", ".join(STAGES),
        }  # fmt: skip
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        hold(institution)  # two people who begin the same assessment at once get one
        there = Assessment.objects.filter(
            institution=institution, year=year, instrument=instrument, stage=stage, deleted_at=None
        ).first()
        if there is not None:
            raise AlreadyOpen(there)
        cycle = cycles.ensure(actor, institution, year, instrument, step=stage)
        assessment = Assessment(
            institution=institution, cycle=cycle, year=year, instrument=instrument, stage=stage
        )
        history.write(actor, institution, "edit", history.Writes(add=[assessment]))
    return assessment


def set_levels(
    actor: Actor,
    assessment: Assessment,
    levels: Levels,
    version: int,
    *,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Assessment:
    """Set the levels of some indicators (None clears one); ``version`` is the one they were read at.

    ``reasons`` gives indicators the reason of their level (empty: takes it away), also without a new level. ``reason`` is that
    of the whole change in the history. Returns the assessment as it stands now. Raises NotFound for who may set none of them,
    :class:`Refused` with a fault for each wrong indicator, or where the round has left this sheet behind, and
    :class:`LevelsChanged` where somebody else set one of these indicators since; then nothing is written.
    """
    known = editions.of(assessment)
    own = cycles.reachable(actor, assessment.cycle, assessment.stage)
    if own is not None and not own:
        raise NotFound
    wanted, told = checked_levels(known, levels), _checked_reasons(known, reasons or {})
    numbers = {*wanted, *told}
    if own is not None and (others := numbers - own):
        raise Refused(
            {n: _("Indicator %(number)s: another unit answers for it.") % {"number": n} for n in others}
        )
    with transaction.atomic():
        row = _locked(assessment)
        _refuse_closed(row, numbers)
        _refuse_overwriting(actor, row, wanted, version, told)
        merged = {n: v for n, v in {**row.levels, **wanted}.items() if v is not None}
        notes = {n: text for n, text in {**row.notes, **told}.items() if text}
        if merged == row.levels and notes == row.notes:
            return row
        changed = {n: v for n, v in wanted.items() if row.levels.get(n) != v}
        row.levels, row.notes = merged, notes
        history.write(actor, row.institution, "edit", history.Writes(change=[row]), reason=reason)
        if changed:
            bus.emit(
                "evaluation.levels_changed",
                institution_id=row.institution_id, assessment_uid=str(row.uid), year=row.year,
                instrument=row.instrument, levels=changed,
            )  # fmt: skip
    return row


def _checked_reasons(instrument: Instrument, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons as they are kept. Raises :class:`Refused`."""
    known = {indicator.number for indicator in instrument.indicators}
    faults = {}
    for number, text in reasons.items():
        if number not in known:
            faults[number] = _("Indicator %(number)s is not in this instrument.") % {
                "number": str(number)[:20]
            }
        elif len(text) > LONGEST_REASON:
            faults[number] = _("The reason is longer than %(most)s characters; it has %(n)s.") % {
                "most": LONGEST_REASON, "n": len(text),
            }  # fmt: skip
    if faults:
        raise Refused(faults)
    return {number: text.strip() for number, text in reasons.items()}


def _refuse_closed(row: Assessment, numbers: set[str]) -> None:
    """Raise where the step of the round no longer takes levels of this sheet (or not of these indicators)."""
    now = cycles.open_now(row.cycle, row.stage)
    if now is not None and numbers - now:
        raise Refused({"sheet": cycles.closed_words(row.cycle, row.stage)})


def set_target(actor: Actor, assessment: Assessment, target: str, version: int) -> Assessment:
    """Say which index is aimed at; an empty text takes the target away. Raises :class:`Refused`, Conflict."""
    actor.require(EDIT, assessment.institution)
    instrument = editions.of(assessment)
    text = _plain(target)
    if text and not _is_figure(instrument, text):
        raise Refused({"target": _level_fault(instrument, target, whole=False)})
    return _change(actor, assessment, version, target=plain_number(Fraction(text)) if text else "")


def publish(actor: Actor, assessment: Assessment, version: int) -> Assessment:
    """Show the assessment to the public. Raises :class:`Refused` while indicators are missing, or where the coordinator of a
    guided round has not consented, and Conflict."""
    actor.require(PUBLISH, assessment.institution)
    instrument = editions.of(assessment)
    with transaction.atomic():
        row = _locked(assessment)
        if cycle_queries.is_guided(row.cycle) and not row.cycle.consent:
            raise Refused({"publish": _("The coordinator has not consented to publication in this round.")})
        missing = sum(1 for indicator in instrument.indicators if indicator.number not in row.levels)
        if missing:
            message = _("An index needs all indicators; %(n)s still have no level.") % {"n": missing}
            raise Refused({"publish": message})
        return _change(actor, row, version, is_public=True)


def unpublish(actor: Actor, assessment: Assessment, version: int) -> Assessment:
    """Take the assessment back from the public. Raises Conflict."""
    actor.require(PUBLISH, assessment.institution)
    return _change(actor, assessment, version, is_public=False)


def record_published(
    actor: Actor,
    institution: Institution,
    year: int | None,
    index: str,
    *,
    instrument: str = "",
    source: str,
    predicate: str = "",
    verified: bool = False,
    is_public: bool = True,
    order: int | None = None,
    target: str = "",
) -> PublishedResult:
    """Keep an index that is known as a published figure only. ``year`` None: the source gives none.

    ``order`` places figures without a year; left out, the new one comes last. The same figure of the same source is
    kept once. ``target`` is the index that the same source says is aimed at. Raises :class:`Refused`.
    """
    actor.require(EDIT, institution)
    if is_public:
        actor.require(PUBLISH, institution)
    text = _plain(index)
    faults = _published_faults(year, index, target, instrument, source)
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        hold(institution)
        known = PublishedResult.objects.filter(institution=institution, deleted_at=None)
        same = known.filter(year=year, index=text, instrument=instrument, source=source).first()
        if same is not None and (order is None or same.order == order):
            return same
        if order is None:
            last = known.order_by("-order").values_list("order", flat=True).first()
            order = 0 if last is None else last + 1
        result = PublishedResult(
            institution=institution, year=year, order=order, instrument=instrument, index=text,
            predicate=predicate or _predicate(instrument, text), source=source.strip(), verified=verified,
            is_public=is_public, target=_plain(target),
        )  # fmt: skip
        history.write(actor, institution, "edit", history.Writes(add=[result]))
    return result


def checked_levels(instrument: Instrument, levels: Levels) -> dict[str, str | None]:
    """The levels as they are kept. Raises :class:`Refused` with a fault for each indicator that cannot stay."""
    known = {indicator.number for indicator in instrument.indicators}
    kept: dict[str, str | None] = {}
    faults: dict[str, str] = {}
    for number, given in levels.items():
        if number not in known:
            faults[number] = _("Indicator %(number)s is not in this instrument.") % {
                "number": str(number)[:20]
            }
            continue
        text = _plain(given)
        if not text:
            kept[number] = None
        elif _is_level(instrument, text):
            kept[number] = plain_number(Fraction(text))
        else:
            indicator = instrument.indicator(number)
            faults[number] = _("Indicator %(number)s, %(name)s: %(fault)s") % {
                "number": number, "name": indicator.short_name, "fault": _level_fault(instrument, given, whole=True),
            }  # fmt: skip
    if faults:
        raise Refused(faults)
    return kept


def _plain(given: object) -> str:
    """A number as it is written here: with a comma or a point."""
    return "" if given is None else str(given).strip().replace(",", ".")


def _is_level(instrument: Instrument, text: str) -> bool:
    try:
        rules.bounds(instrument, {instrument.indicators[0].number: text})
    except rules.ScoreError:
        return False
    return True


def _is_figure(instrument: Instrument, text: str) -> bool:
    """Any index on the scale, also between two levels."""
    if not _FIGURE.fullmatch(text):
        return False
    return instrument.scale.min <= Fraction(text) <= instrument.scale.max


def _level_fault(instrument: Instrument, given: object, whole: bool) -> str:
    scale = instrument.scale
    facts = {"given": str(given)[:40], "low": plain_number(scale.min), "high": plain_number(scale.max)}
    if whole and scale.step is not None:
        return _("“%(given)s” is off the scale. Accepted: a whole level from %(low)s to %(high)s.") % facts
    return _("“%(given)s” is off the scale. Accepted: a number from %(low)s to %(high)s.") % facts


def _year_fault(year: object) -> str:
    facts = {"given": str(year)[:20], "low": FIRST_YEAR, "high": LAST_YEAR}
    return _("“%(given)s” is no year of an assessment. Accepted: %(low)s–%(high)s.") % facts


def _published_faults(
    year: int | None, index: str, target: str, instrument: str, source: str
) -> dict[str, str]:
    faults = {}
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        faults["year"] = _year_fault(year)
    if instrument and instrument not in packs.instrument_ids():
        faults["instrument"] = _("“%(given)s” is no known instrument. Accepted: %(known)s.") % {
            "given": instrument, "known": ", ".join(packs.instrument_ids()),
        }  # fmt: skip
    for name, text in (("index", index), ("target", target or index)):
        if not _is_figure(_scale_of(instrument), _plain(text)):
            faults[name] = _level_fault(_scale_of(instrument), text, whole=False)
    if not source.strip():
        faults["source"] = _("Say where the figure was published.")
    return faults


def _scale_of(instrument: str) -> Instrument:
    """The named instrument, else the one with the widest scale."""
    if instrument in packs.instrument_ids():
        return packs.instrument(instrument)
    return min(packs.instruments(), key=lambda one: one.scale.min)


def _predicate(instrument: str, text: str) -> str:
    """The predicate by the instrument's own bounds; none where the source names no instrument."""
    return packs.instrument(instrument).predicate_of(Fraction(text)).name if instrument else ""


def _locked(assessment: Assessment) -> Assessment:
    """The assessment as it is now, with its institution held."""
    hold(assessment.institution)
    found = queries.with_cycle(Assessment.objects.select_related("institution"))
    row = found.filter(pk=assessment.pk, deleted_at=None).first()
    if row is None:
        raise NotFound
    return row


def _change(actor: Actor, assessment: Assessment, version: int, **fields: object) -> Assessment:
    """Change some fields; a Conflict where one of them was changed since ``version``, by whomever."""
    with transaction.atomic():
        row = _locked(assessment)
        if all(getattr(row, name) == value for name, value in fields.items()):
            return row
        if row.version != version:
            seen = Revision.objects.filter(target_uid=row.uid, version=version).first()
            if seen is None or any(seen.snapshot.get(name) != getattr(row, name) for name in fields):
                raise history.Conflict([str(row)])
        for name, value in fields.items():
            setattr(row, name, value)
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row


def _refuse_overwriting(
    actor: Actor,
    row: Assessment,
    wanted: Mapping[str, str | None],
    version: int,
    told: Mapping[str, str] | None = None,
) -> None:
    """Raise where others set these indicators, or gave them a reason, to something else since ``version``."""
    who = queries.others_since(actor, row, version)
    theirs = {
        n: row.levels.get(n, "") for n, level in wanted.items() if n in who and row.levels.get(n) != level
    }
    reasons = queries.others_since(actor, row, version, "notes") if told else {}
    for number, text in (told or {}).items():
        if number in reasons and row.notes.get(number, "") != text:
            theirs.setdefault(number, row.levels.get(number, ""))
            who.setdefault(number, reasons[number])
    if theirs:
        raise LevelsChanged(row, theirs, {number: who[number] for number in theirs})
