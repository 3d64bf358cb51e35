"""What live records suggest for the indicators of an instrument (*sinyal*): advice with a plain explanation.

All measures of the pack are read together and remembered until something of the institution changes, so that a page with 47
indicators costs four queries. They see what every colleague sees: nothing restricted changes a signal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture.permissions import VIEW as REGISTER
from pendapa.architecture.queries.analyses import KEPT, key_of
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries import cycles, editions
from pendapa.evaluation.rules import signals as rules
from pendapa.evaluation.rules.signals import Part, Step, Suggestion
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Measure, Reading
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.schema import Text

LOOK = ports.onlooker(REGISTER)


@dataclass(frozen=True)
class Ask:
    """One threshold in words: what is asked, what is told of it now, and whether it is so (None: not known)."""

    asked: str
    told: str
    url: str
    holds: bool | None


@dataclass(frozen=True)
class Rung:
    """One level with its thresholds in words."""

    level: int
    holds: bool
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Signal:
    """What records suggest for one indicator. ``level`` is None where they say too little.

    ``told`` explains it in plain sentences with numbers, ``url`` leads to the records, ``missing`` names units or domains that
    lack something for the next level (at most ten), ``next_told`` says what that level asks, or why the signal goes no higher.
    The thresholds are the project's own reading of the criteria, so ``verified`` is false.
    """

    level: int | None
    told: str
    url: str
    missing: tuple[str, ...]
    next_told: str
    rungs: tuple[Rung, ...] = ()
    verified: bool = False


def of(
    institution: Institution,
    instrument: Instrument | str,
    edition: Instrument | None = None,
    *,
    actor: Actor | None = None,
) -> dict[str, Signal]:
    """The signals of an instrument by number of the indicator; an indicator without one is left out (:func:`why_none`).

    ``instrument`` may be its id with ``edition`` as the instrument that a cycle keeps. Measures that not everybody may be told are
    told to ``actor`` where that person may; to nobody otherwise. Four queries where nothing changed since they were read.
    """
    name = instrument if isinstance(instrument, str) else instrument.id
    numbers = _numbers(edition or instrument)
    pack = packs.signals()
    entries = [one for one in pack.instruments.get(name, {}).values() if one.rungs]
    if numbers is not None:
        entries = [one for one in entries if one.number in numbers]
    if not entries:
        return {}
    said = open_to(institution, readings(institution), actor)
    known = ports.known()
    return {one.number: _signal(rules.suggest(one, said), said, known, _words(one.beyond)) for one in entries}


def why_none(instrument: str, number: str) -> str:
    """Why an indicator has no signal, in the language of the page; empty where it has one."""
    return _words(packs.signals().why_none(instrument, number))


def above(signal: Signal | None, level: str | int | Fraction | None) -> bool:
    """Whether a claimed level is higher than the signal; a reviewer looks twice there."""
    return signal is not None and rules.is_above(level, signal.level)


def readings(institution: Institution) -> dict[str, Reading]:
    """Every measure that the pack asks, as it stands; remembered by what it depends on. Four queries where it is known."""
    keys = sorted(packs.signals().measures & ports.known().keys())
    key = key_of(
        "signals", LOOK, institution, get_language() or "", timezone.localdate().isoformat(),
        ports.stamps(institution), hashlib.sha256("\n".join(keys).encode()).hexdigest(),
    )  # fmt: skip
    found: dict[str, Reading] | None = cache.get(key)
    if found is None:
        found = ports.read(institution, keys)
        if not any(one.failed for one in found.values()):
            cache.set(key, found, KEPT)
    return found


def open_to(
    institution: Institution, found: Mapping[str, Reading], actor: Actor | None
) -> dict[str, Reading]:
    """The readings that the actor may be told; of the others only that they are not."""
    kept = dict(found)
    for key, measure in ports.known().items():
        if key in kept and measure.needs and not _reaches(actor, measure.needs, institution):
            kept[key] = Reading(None, _("“%s” is told to those who read all of it.") % measure.title)
    return kept


def _reaches(actor: Actor | None, permission: str, institution: Institution) -> bool:
    return actor is not None and actor.scope(permission, institution).everything


def _numbers(instrument: Instrument | str) -> set[str] | None:
    """The indicators of an instrument; None where it is not at hand."""
    if isinstance(instrument, Instrument):
        return {one.number for one in instrument.indicators}
    if instrument in packs.instrument_ids():
        return {one.number for one in packs.instrument(instrument).indicators}
    return None


# ---- in words


def _signal(
    found: Suggestion, said: Mapping[str, Reading], known: Mapping[str, Measure], beyond: str
) -> Signal:
    last, following = found.last, found.next
    shown = [*(last.parts if last else ()), *(following.lacking if following else ())]
    told = list(dict.fromkeys(_told(part, said) for part in shown))
    lacking = following.lacking if following else ()
    missing = dict.fromkeys(name for part in lacking for name in _reading(part, said).missing)
    urls = [_reading(part, said).url for part in (*lacking, *shown)]
    return Signal(
        level=found.level,
        told=" ".join(told),
        url=next((url for url in urls if url), ""),
        missing=tuple(missing)[: ports.MISSING],
        next_told=_next(following, known) if following else beyond,
        rungs=tuple(_rung(step, said, known) for step in found.steps),
    )


def _next(step: Step, known: Mapping[str, Measure]) -> str:
    asked = "; ".join(_asked(part, known) for part in step.lacking)
    return _("Level %(level)s asks for: %(asked)s.") % {"level": step.level, "asked": asked}


def _rung(step: Step, said: Mapping[str, Reading], known: Mapping[str, Measure]) -> Rung:
    asks = (
        Ask(_asked(part, known), _told(part, said), _reading(part, said).url, part.holds)
        for part in step.parts
    )
    return Rung(step.level, step.holds, tuple(asks))


def _reading(part: Part, said: Mapping[str, Reading]) -> Reading:
    return said.get(part.need.measure) or Reading(None, _("This is not measured here."))


def _told(part: Part, said: Mapping[str, Reading]) -> str:
    return _reading(part, said).told


def _asked(part: Part, known: Mapping[str, Measure]) -> str:
    """A threshold in words: "OPD with a verified application list (all)"."""
    measure = known.get(part.need.measure)
    if measure is None:
        return part.need.measure
    return threshold(measure, part.need.least)


def threshold(measure: Measure, least: Fraction) -> str:
    """What is asked of a measure, in words."""
    if measure.unit == "flag":
        return str(measure.title)
    if measure.unit == "count":
        how = _("at least %s") % least
    elif least == 1:
        how = _("all")
    else:
        how = _("at least %s percent") % round(100 * least)
    return f"{measure.title} ({how})"


def _words(text: Text) -> str:
    return text.in_language(get_language() or "id")


# ---- beside the levels of a sheet


@dataclass(frozen=True)
class Line:
    """One indicator on the page of signals: its signal, or why there is none, and the level that is claimed."""

    number: str
    name: str
    aspect: str
    signal: Signal | None
    none: str
    claimed: str
    above: bool


def lines(
    institution: Institution, instrument: Instrument, claims: Mapping[str, str], actor: Actor
) -> list[Line]:
    """All indicators of an instrument in their order; ``claims`` are the levels of a sheet."""
    found = of(institution, instrument, actor=actor)
    aspects = {one.number: aspect for aspect in instrument.aspects for one in aspect.indicators}
    told = []
    for one in instrument.indicators:
        signal, claimed = found.get(one.number), str(claims.get(one.number) or "")
        none = "" if signal else why_none(instrument.id, one.number)
        aspect = aspects[one.number]
        told.append(
            Line(one.number, _words(one.name), f"{aspect.number} · {_words(aspect.name)}", signal, none, claimed, above(signal, claimed))
        )  # fmt: skip
    return told


@dataclass(frozen=True)
class Sheet:
    """The instrument whose signals are shown, as the newest round keeps it, with the levels of its self-assessment.
    ``year`` is None where there is no round yet."""

    instrument: Instrument
    year: int | None
    levels: Mapping[str, str]


def instruments() -> tuple[str, ...]:
    """The instruments that the pack knows, those in use first."""
    return tuple(packs.signals().instruments)


def sheet(actor: Actor, institution: Institution, wanted: str = "") -> Sheet:
    """The newest round under an instrument that the pack knows, or under the wanted one. Raises NotFound for a wanted one that the
    pack does not know."""
    known = instruments()
    if wanted and wanted not in known:
        raise NotFound
    rows = cycles.visible(actor, institution).filter(instrument__in=[wanted] if wanted else known)
    row = rows.order_by("-year", "-pk").first()
    if row is None:
        return Sheet(packs.instrument(wanted or known[0]), None, {})
    levels = Assessment.objects.filter(cycle=row, stage="self", deleted_at=None).values_list(
        "levels", flat=True
    )
    return Sheet(editions.of(row), row.year, levels.first() or {})
