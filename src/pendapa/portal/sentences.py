"""The finding before the chart, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pendapa.evaluation.queries import assessments as evaluation
from pendapa.evaluation.rules import scoring as rules
from pendapa.kernel.ui import formats


@dataclass(frozen=True)
class Said:
    """The title of the page and what follows it."""

    title: str
    text: str


def figure(value: Fraction | Decimal) -> str:
    """An index as people read it: two places, in the language of the page."""
    return formats.number(Fraction(value), formats.language(), 2)


def index(history: evaluation.History) -> Said:
    """What is known of the index, from when, how it moved, and how far the target is."""
    last = history.last
    if last is None:
        return Said(
            _("Performance, as it is"),
            _(
                "No index of digital government has been published here yet. What is published will stand on this page."
            ),
        )
    shown = {"index": figure(last.index), "predicate": last.predicate}
    title = (
        _("SPBE index %(index)s: %(predicate)s") % shown
        if last.predicate
        else _("SPBE index %(index)s") % shown
    )
    return Said(title, " ".join(part for part in (_moved(history), _aim(history)) if part))


def _moved(history: evaluation.History) -> str:
    last = history.points[-1]
    if last.year is None:
        return _("The source gives no year for this figure.")
    before = history.points[-2] if len(history.points) > 1 else None
    if before is None or not _alike(before, last):
        return _("Measured for %(year)s on the scale from 1 to 5.") % {"year": last.year}
    change = Decimal(rules.display(last.index)) - Decimal(rules.display(before.index))
    words = {
        "year": last.year,
        "change": figure(abs(change)),
        "before": before.year
        if before.year is not None
        else pgettext("a value without a year", "the value before"),
    }
    if change > 0:
        return _("For %(year)s it rose by %(change)s from %(before)s.") % words
    if change < 0:
        return _("For %(year)s it fell by %(change)s from %(before)s.") % words
    return _("For %(year)s it stands where it stood in %(before)s.") % words


def _alike(before: evaluation.HistoryPoint, last: evaluation.HistoryPoint) -> bool:
    """Only figures of one instrument may be compared; of two unknown ones nothing says that they may not."""
    return before.instrument == last.instrument


def _aim(history: evaluation.History) -> str:
    if history.target is None:
        return ""
    words = {"target": figure(history.target)}
    gap = missing(history)
    if not gap:
        return _("The target of %(target)s is reached.") % words
    return _("The target is %(target)s: %(missing)s is missing.") % {**words, "missing": figure(gap)}


def missing(history: evaluation.History) -> Decimal:
    """What the newest value lacks to the target, rounded up: never shown smaller than it is."""
    if history.target is None or history.last is None:
        return Decimal(0)
    gap = Fraction(history.target) - history.last.index
    hundredths = (Decimal(gap.numerator) * 100 / Decimal(gap.denominator)).to_integral_value(ROUND_CEILING)
    return max(Decimal(0), hundredths / 100)
