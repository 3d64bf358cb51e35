"""What is wrong with an initiative, in words: what, where, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pendapa.kernel.ui import formats
from pendapa.roadmap.rules.initiatives import Fault

_WORDS: dict[str, Callable[[dict[str, str]], str]] = {
    "title_empty": lambda _f: _("Give the initiative a title."),
    "long": lambda f: _("This has %(n)s characters; at most %(most)s are kept. Shorten it.") % f,
    "choice": lambda _f: _("Choose one of the list."),
    "owner_left": lambda f: (
        _("This agency ended on %(day)s. Choose the agency that answers for the initiative now.") % f
    ),
    "day_outside": lambda f: (
        _("%(day)s lies outside the roadmap. Accepted: 1 January %(first)s to 31 December %(last)s.") % f
    ),
    "end_first": lambda f: _("The end, %(end)s, lies before the start, %(start)s. Change one of them.") % f,
    "year_outside": lambda f: _("%(year)s lies outside the period. Accepted: %(first)s–%(last)s.") % f,
    "indicator_unknown": lambda f: (
        _("The instrument has no indicator “%(indicator)s”. Choose one of the list.") % f
    ),
    "indicator_twice": lambda f: _("Indicator %(indicator)s stands here twice. Keep one of the rows.") % f,
    "level_off": lambda f: _("“%(given)s” is off the scale. Accepted: a level from %(low)s to %(high)s.") % f,
    "level_down": lambda f: (
        _("The level to be reached, %(high)s, is not above the level it starts from, %(low)s.") % f
    ),
    "code_shape": lambda f: (
        _("“%(code)s” is no SIPD code. It looks like 2.16.03.2.02.0014, or is a shorter part of it.") % f
    ),
    "code_unknown": lambda f: (
        _(
            "The code %(code)s is neither in the list of budget lines nor among the codes seen so far. Check it."
        )
        % f
    ),
    "code_missing": lambda f: _("The money of %(year)s has no programme code yet.") % f,
    "budget_twice": lambda f: (
        _("The year %(year)s stands here twice with the same code and source. Add the two rows up into one.")
        % f
    ),
    "over_ceiling": lambda f: (
        _(
            "%(own)s, with %(others)s of other initiatives, is more than the ceiling of %(code)s in %(year)s: %(ceiling)s."
            " Lower it, or raise the ceiling of the budget line first."
        )
        % f
    ),
    "over_ceiling_alone": lambda f: (
        _(
            "Together this is more than the ceiling of %(code)s in %(year)s: %(ceiling)s. Lower it, or ask the secretariat."
        )
        % f
    ),
    "spent_over": lambda f: _("Spent is %(sum)s, more than the %(most)s that the budget holds for it.") % f,
    "negative": lambda _f: _("A number below zero cannot stay here. Write it without a sign."),
    "too_much": lambda f: _("This number is too large. Accepted: below %(most)s.") % f,
    "rows": lambda f: _("There are %(n)s rows; at most %(most)s are kept.") % f,
    "partner_owner": lambda _f: _("The agency that answers for the initiative cannot be its own partner."),
}
_MONEY = ("ceiling", "own", "others", "sum", "most")


def told(fault: Fault) -> str:
    """One fault in the language of the page."""
    return _WORDS[fault.key]({name: _fact(fault.key, name, value) for name, value in fault.facts.items()})


def by_field(faults: Iterable[Fault], *, whole: bool = True) -> dict[str, str]:
    """Faults by field, the first of each. Without ``whole`` sums of initiatives that one may not see stay untold."""
    found: dict[str, str] = {}
    for one in faults:
        if one.key == "over_ceiling" and not whole:
            one = Fault(one.field, "over_ceiling_alone", one.facts)
        found.setdefault(one.field, told(one))
    return found


def _fact(key: str, name: str, value: Any) -> str:
    language = formats.language()
    if isinstance(value, Decimal):
        if name in _MONEY and key not in ("too_much",):
            return formats.rupiah(value, language)
        return formats.number(value, language)
    if hasattr(value, "isoformat"):
        return formats.day(value, language)
    if name in ("n", "most"):
        return formats.number(value, language)
    return str(value)
