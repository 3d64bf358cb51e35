"""How what moved from a baseline is said."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pendapa.kernel.ui import formats
from pendapa.roadmap.rules.drift import Sum

PARTS = {
    "title": gettext_lazy("Title"),
    "code": gettext_lazy("Code"),
    "content": gettext_lazy("Content of the roadmap"),
    "unit": gettext_lazy("Owner"),
    "starts_on": gettext_lazy("Start"),
    "ends_on": gettext_lazy("End"),
    "money": gettext_lazy("Ceiling"),
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
        words = _("ceiling up %(sum)s") if sums.money > 0 else _("ceiling down %(sum)s")
        parts.append(words % {"sum": formats.rupiah(abs(sums.money), language, True)})
    if sums.unknown:
        told = ngettext(
            "of %(n)s the ceiling is not known on one side",
            "of %(n)s the ceilings are not known on one side",
            sums.unknown,
        )
        parts.append(told % {"n": number(sums.unknown)})
    return _("now %(parts)s") % {"parts": ", ".join(parts)} if parts else _("nothing has moved")
