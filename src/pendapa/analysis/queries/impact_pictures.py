"""An impact as boxes and arrows, for the page, the command and documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import get_language, ngettext

from pendapa.analysis.queries.impact import Impact, Pictured, Tie
from pendapa.architecture import metamodel
from pendapa.kernel.ui import formats, graphs
from pendapa.kernel.ui.templatetags.ui import DOMAINS


def graph_of(
    found: Impact,
    nodes: Sequence[Pictured],
    ties: Sequence[Tie],
    link: Callable[[str], str] = lambda uid: "",
) -> tuple[list[graphs.Node], list[graphs.Edge]]:
    """What :func:`pendapa.analysis.queries.impact.picture` gives, for :mod:`pendapa.kernel.ui.graphs`; ``link`` makes an address
    of a uid. Each arrow runs from what stops to what it hits; a box says how much behind it is not drawn."""
    language = get_language() or "id"
    boxes = []
    for node in nodes:
        thing = node.thing
        number, word = DOMAINS[thing.domain]
        more = ""
        if node.more:
            more = "+ " + ngettext("%(n)s more", "%(n)s more", node.more) % {
                "n": formats.number(node.more, language)
            }
        note = " · ".join(filter(None, (thing.unit, more)))
        is_root = thing.uid == found.root.uid
        boxes.append(
            graphs.Node(thing.uid, thing.name, str(word), number, link(thing.uid), node.rank, is_root, note)
        )
    model = metamodel.of(found.institution)
    words: dict[tuple[str, str], list[str]] = {}
    for tie in ties:
        known = model.relation(tie.kind)
        label = (known.forward if tie.hits_target else known.backward).in_language(language)
        ends = (tie.source.uid, tie.target.uid)
        words.setdefault(ends if tie.hits_target else ends[::-1], []).append(label)
    return boxes, [graphs.Edge(*ends, ", ".join(dict.fromkeys(some))) for ends, some in words.items()]
