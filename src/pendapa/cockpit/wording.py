"""The cockpit in sentences: what it finds, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pendapa.cockpit.queries import standing
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.cockpit.queries.pending import Decisions
from pendapa.cockpit.queries.units import Units
from pendapa.cockpit.rules.league import COMPLETENESS, MEASURES, SHARING, TIMELINESS, Placed, Weight
from pendapa.kernel.ui import formats
from pendapa.roadmap.queries.commitments import Late

NAMES = {
    COMPLETENESS: gettext_lazy("Completeness"),
    TIMELINESS: gettext_lazy("On time"),
    SHARING: gettext_lazy("Shared data"),
}
COUNTED = {
    COMPLETENESS: gettext_lazy("elements"),
    TIMELINESS: gettext_lazy("due actions and milestones"),
    SHARING: gettext_lazy("data and applications"),
}
MOST_HOLDING = 3


def today() -> date:
    return timezone.localdate()


def _n(value: Any, places: int | None = None) -> str:
    return formats.number(value, formats.language(), places)


@dataclass(frozen=True)
class Sentence:
    """A finding with its tone (``ok``, ``warn`` or empty) and what follows it."""

    tone: str
    text: str
    more: str = ""


def course(found: Cockpit) -> Sentence:
    """How the index stands to the planned path of this year."""
    path, index = found.path, found.index
    if not found.own.whole and path.course is None:
        return Sentence("", _("The planned path to the target is open to the leaders of the institution."))
    if path.course is None:
        if path.target is None:
            return Sentence("", _("Neither a target nor a plan to it is known yet."))
        return Sentence("", _("No plan to the target was computed yet, so there is no path to compare with."))
    if path.other:
        return Sentence(
            "", _("The plan was computed with another instrument than the one that is assessed now.")
        )
    if path.expected is None and path.year < path.course.first_year:
        value = _n(path.course.index[0], 2)
        begins = _("The path begins in %(year)s, with %(value)s at its end.")
        return Sentence("", begins % {"year": path.course.first_year, "value": value})
    if path.gap is None:
        missing = len(index.result.missing) if index.result else 0
        told = ngettext(
            "Cannot be compared with the path yet: %(n)s indicator has no level.",
            "Cannot be compared with the path yet: %(n)s indicators have no level.",
            missing,
        )
        return Sentence(
            "", told % {"n": missing} if missing else _("The index of today is not known."), _holds(path)
        )
    gap = _n(abs(path.gap), 2)
    if path.gap < 0:
        return Sentence("warn", _("%(gap)s below the path of this year.") % {"gap": gap}, _holds(path))
    if path.gap == 0:
        return Sentence("ok", _("On the path of this year."), _holds(path))
    return Sentence("ok", _("%(gap)s above the path of this year.") % {"gap": gap}, _holds(path))


def _holds(path: standing.Path) -> str:
    """What of the plan should stand by now and does not."""
    if not path.holding:
        return ""
    names = ", ".join(one.name for one in path.holding[:MOST_HOLDING])
    rest = len(path.holding) - MOST_HOLDING
    if rest > 0:
        names += " " + ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
    return _("Held back by: %(names)s.") % {"names": names}


def finding(found: Cockpit) -> str:
    """The whole screen in one sentence with numbers."""
    parts = []
    now = standing.value_of(found.index)
    if now is None:
        parts.append(_("No index is known yet"))
    elif found.path.gap is not None and found.path.gap < 0:
        told = {"index": _n(now, 2), "gap": _n(-found.path.gap, 2)}
        parts.append(_("Index %(index)s, %(gap)s below the path") % told)
    else:
        parts.append(_("Index %(index)s") % {"index": _n(now, 2)})
    late = found.commitments.late
    if late:
        units = sum(bool(one.late) for one in found.commitments.rows)
        told_late = ngettext(
            "%(n)s milestone late in %(units)s OPD", "%(n)s milestones late in %(units)s OPD", late
        )
        own = ngettext("%(n)s milestone late", "%(n)s milestones late", late)
        parts.append((told_late if found.own.whole else own) % {"n": _n(late), "units": units})
    if found.actions is not None and found.actions.count:
        told_actions = ngettext("%(n)s action late", "%(n)s actions late", found.actions.count)
        parts.append(told_actions % {"n": _n(found.actions.count)})
    waiting = found.decisions.count
    if waiting:
        parts.append(ngettext("%(n)s decision open", "%(n)s decisions open", waiting) % {"n": _n(waiting)})
    silent = len(found.units.silent.rows)
    if silent:
        parts.append(
            ngettext("%(n)s OPD has not reported", "%(n)s OPD have not reported", silent) % {"n": silent}
        )
    if len(parts) == 1 and now is not None:
        parts.append(_("nothing is late and nothing waits"))
    return "; ".join(parts) + "."


def late(one: Late) -> str:
    """What is late in an OPD."""
    parts = []
    if one.late:
        told = ngettext("%(n)s late, by %(days)s days", "%(n)s late, the longest by %(days)s days", one.late)
        parts.append(told % {"n": one.late, "days": _n(one.longest)})
    if one.without_evidence:
        bare = ngettext("%(n)s without evidence", "%(n)s without evidence", one.without_evidence)
        parts.append(bare % {"n": one.without_evidence})
    return ", ".join(parts)


def waits(decisions: Decisions) -> str:
    """Whose they are and how long the oldest waits."""
    if not decisions.count:
        return _("nothing waits")
    parts = []
    if decisions.mine:
        parts.append(_("%(n)s yours") % {"n": decisions.mine})
    if decisions.oldest:
        parts.append(
            ngettext("oldest %(n)s day", "oldest %(n)s days", decisions.oldest) % {"n": decisions.oldest}
        )
    return ", ".join(parts)


def measures(placed: Placed) -> list[dict[str, Any]]:
    """The three measures of an OPD: share (0–100, None: not known), of how many, and how it counts."""
    found = []
    for name in MEASURES:
        count = placed.entrant.count(name)
        share, weighed = count.share, placed.counted.get(name)
        found.append(
            {
                "key": name, "name": NAMES[name], "of": count.of, "things": COUNTED[name],
                "share": None if share is None else share * 100,
                "counted": None if share is None or weighed is None else weighed * 100,
            }
        )  # fmt: skip
    return found


def weights(known: Mapping[str, Weight]) -> list[dict[str, Any]]:
    """What the measures are weighed with, for the formula."""
    return [
        {"name": NAMES[name], "things": COUNTED[name], "mean": one.mean * 100, "middle": Fraction(one.middle)}
        for name, one in known.items()
    ]


def example(found: Units) -> dict[str, Any] | None:
    """The formula worked out with numbers that stand on the page: of the first OPD of which timeliness is known, because that counts
    whole things, else any share of the first. None where nothing can be shown."""
    placed = [one for one in found.league if one.place]
    known = [(one, TIMELINESS) for one in placed] + [(one, name) for one in placed for name in MEASURES]
    for row, name in known:
        count, weight = row.entrant.count(name), found.weights.get(name)
        if count.share is not None and weight is not None:
            return {
                "unit": row.entrant.name, "name": NAMES[name], "things": COUNTED[name], "good": count.good, "of": count.of,
                "share": count.share * 100, "mean": weight.mean * 100, "middle": weight.middle,
                "counted": row.counted[name] * 100,
            }  # fmt: skip
    return None
