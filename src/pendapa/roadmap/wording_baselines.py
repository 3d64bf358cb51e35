"""How what moved from a baseline is said."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pendapa.kernel.ui import formats
from pendapa.roadmap.models import Baseline
from pendapa.roadmap.rules.drift import Drift, Sum

PARTS = {
    "title": gettext_lazy("Title"),
    "code": gettext_lazy("Code"),
    "content": gettext_lazy("Content of the roadmap"),
    "unit": gettext_lazy("Owner"),
    "starts_on": gettext_lazy("Start"),
    "ends_on": gettext_lazy("End"),
    "done_on": gettext_lazy("Done on"),
    "money": gettext_lazy("Ceiling"),
    "cost": gettext_lazy("Estimated cost"),
    "state": gettext_lazy("State"),
    "texts": gettext_lazy("Description"),
    "goal": gettext_lazy("Goal or IKU"),
    "lifts": gettext_lazy("Indicators lifted"),
    "targets": gettext_lazy("Targets"),
    "partners": gettext_lazy("Partners"),
    "elements": gettext_lazy("Elements of the architecture"),
    "waits_for": gettext_lazy("What it waits for"),
}
"""The parts of an initiative that may differ (:data:`pendapa.roadmap.rules.drift.PARTS`), in words."""


def said(sums: Sum) -> str:
    """What moved, in one sentence: "now 9 later, 3 sooner, ceiling up Rp 310 million"."""
    language = formats.language()

    def number(n: int) -> str:
        return formats.number(n, language, 0)

    parts = []
    if sums.later:
        parts.append(_("%(n)s later") % {"n": number(sums.later)})
    if sums.sooner:
        parts.append(_("%(n)s sooner") % {"n": number(sums.sooner)})
    if sums.added:
        parts.append(_("%(n)s added") % {"n": number(sums.added)})
    if sums.removed:
        parts.append(_("%(n)s taken out") % {"n": number(sums.removed)})
    if sums.shelved:
        parts.append(_("%(n)s postponed or cancelled") % {"n": number(sums.shelved)})
    if sums.owners:
        parts.append(
            ngettext("%(n)s with another owner", "%(n)s with other owners", sums.owners)
            % {"n": number(sums.owners)}
        )
    if sums.money:
        parts.append(_ceiling(sums.money))
    if sums.unknown:
        told = ngettext(
            "of %(n)s the ceiling is not known on one side",
            "of %(n)s the ceilings are not known on one side",
            sums.unknown,
        )
        parts.append(told % {"n": number(sums.unknown)})
    return _("now %(parts)s") % {"parts": ", ".join(parts)} if parts else _("nothing has moved")


def against(baseline: Baseline) -> str:
    """Which baseline drift is told from: name, number and day of the decree (where the name does not say them already)."""
    told: dict[str, str] = {"name": baseline.name, "number": baseline.decree_number}
    if not baseline.decree_number:
        return _("Measured against “%(name)s”, which has no decree.") % told
    told["day"] = formats.day(baseline.decree_on, formats.language()) if baseline.decree_on else ""
    if told["number"] in baseline.name and told["day"] in baseline.name:
        return _("Measured against “%(name)s”.") % told
    if not told["day"]:
        return _("Measured against “%(name)s” (%(number)s).") % told
    return _("Measured against “%(name)s” (%(number)s, %(day)s).") % told


def dearer(drift: Drift | None) -> str:
    """The drift of one initiative in money: "ceiling up Rp 50 million"; empty where it did not move or is not known."""
    return _ceiling(drift.money) if drift is not None and drift.money else ""


def _ceiling(change: Decimal) -> str:
    words = _("ceiling up %(sum)s") if change > 0 else _("ceiling down %(sum)s")
    return words % {"sum": formats.rupiah(abs(change), formats.language(), True)}
