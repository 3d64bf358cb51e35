"""The map of flows: OPD among themselves, the applications of one unit, or what surrounds one application."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.analysis.queries import integration as queries
from pendapa.analysis.queries.opds import opd_of
from pendapa.analysis.rules import integration as rules
from pendapa.analysis.views.common import address
from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.ui import graphs

NODES = 60
"""At most so many nodes are drawn; the table holds all exchanges."""


def drawing(
    request: PageRequest,
    found: queries.Integration,
    unit: str,
    chosen: queries.Thing | None,
    ways: dict[str, str],
) -> tuple[SafeString | str, str]:
    """The map, and in words what is left out of it; two empty texts where nothing flows."""
    if chosen or unit:
        nodes, edges, left = _applications(request, found, chosen, ways)
    else:
        nodes, edges, left = _opds(request, found)
    if not edges:
        return "", ""
    label = _("Flows of data between applications") if chosen or unit else _("Flows of data between OPD")
    picture = graphs.layout(graphs.ranked(nodes, edges), edges, direction="right")
    told = ngettext(
        "%(n)s more is not drawn; it stands in the table below.",
        "%(n)s more are not drawn; they stand in the tables below.",
        left,
    )
    return graphs.svg(picture, label, words=True), told % {"n": left} if left else ""


def _opds(
    request: PageRequest, found: queries.Integration
) -> tuple[list[graphs.Node], list[graphs.Edge], int]:
    """OPD that exchange with others; a line carries how many exchanges, and is strong where some are typed."""
    across = {pair: n for pair, n in found.matrix.items() if pair[0] != pair[1]}
    every = [opd for opd in queries.between(across, len(found.opds) + 1) if opd in found.opds]
    shown = set(every[:NODES])
    by_hand = {
        (opd_of(one.source.path), opd_of(one.target.path)) for one in found.exchanges if one.way == rules.HAND
    }
    within = Counter({source: n for (source, target), n in found.matrix.items() if source == target})
    nodes = [
        graphs.Node(
            found.opds[opd].uid,
            found.opds[opd].name,
            _("OPD"),
            url=address(request.institution, "integration", unit=found.opds[opd].uid),
            note=_("%(n)s among its own") % {"n": within[opd]} if within[opd] else "",
        )
        for opd in every[:NODES]
    ]
    edges = [
        graphs.Edge(found.opds[source].uid, found.opds[target].uid, str(n), (source, target) in by_hand)
        for (source, target), n in sorted(across.items())
        if source in shown and target in shown
    ]
    return nodes, edges, len(every) - len(shown)


def _applications(
    request: PageRequest, found: queries.Integration, chosen: queries.Thing | None, ways: dict[str, str]
) -> tuple[list[graphs.Node], list[graphs.Edge], int]:
    """Applications of the exchanges, those with the most first; a strong line is typed by hand."""
    exchanges = [
        one for one in found.exchanges if chosen is None or chosen.pk in (one.source.pk, one.target.pk)
    ]
    counted = Counter(end.pk for one in exchanges for end in (one.source, one.target))
    every = [pk for pk, _n in counted.most_common()]
    if chosen and chosen.pk in counted:
        every = [chosen.pk, *(pk for pk in every if pk != chosen.pk)]
    shown = set(every[:NODES])
    nodes = [
        graphs.Node(
            found.applications[pk].uid,
            found.applications[pk].name,
            colour=4,
            url=address(request.institution, "integration", app=found.applications[pk].uid),
            chosen=chosen is not None and pk == chosen.pk,
            note=found.applications[pk].unit,
        )
        for pk in every[:NODES]
    ]
    return nodes, _lines(exchanges, shown, ways), len(every) - len(shown)


def _lines(exchanges: Iterable[queries.Exchange], shown: set[int], ways: dict[str, str]) -> list[graphs.Edge]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in exchanges:
        if one.source.pk in shown and one.target.pk in shown:
            found[one.source.uid, one.target.uid].append(one.way)
    return [
        graphs.Edge(
            source,
            target,
            ", ".join(dict.fromkeys(way or ways["unknown"] for way in some)),
            rules.HAND in some,
        )
        for (source, target), some in found.items()
    ]
