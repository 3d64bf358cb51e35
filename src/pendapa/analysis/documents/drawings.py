"""The drawings of the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pendapa.analysis.documents.blocks import Picture
from pendapa.analysis.documents.reading import Reader
from pendapa.analysis.documents.values import clean
from pendapa.architecture.exporting.records import ElementRecord
from pendapa.kernel.ui import formats, graphs
from pendapa.regulations.metamodel import Metamodel

COLOURS = {"processes": 1, "services": 2, "data": 3, "applications": 4, "infrastructure": 5, "security": 6}
RANKS = {
    "strategy": 0,
    "processes": 1,
    "services": 2,
    "data": 2,
    "applications": 3,
    "infrastructure": 4,
    "security": 4,
}
MOST = 60
"""So many boxes a drawing holds; a larger one would not be read on paper."""


def overview(
    model: Metamodel, counts: Counter[str], between: Mapping[tuple[str, str], int]
) -> Picture | None:
    """All domains with the number of their elements, and of the relations between them."""
    nodes = [
        graphs.Node(
            domain.key,
            domain.label.id,
            colour=COLOURS.get(domain.key, 0),
            rank=RANKS.get(domain.key, 5),
            note=f"{formats.number(counts[domain.key], 'id')} unsur",
        )
        for domain in model.all_domains
        if counts[domain.key] and domain.key in RANKS
    ]
    known = {node.key for node in nodes}
    pairs: Counter[tuple[str, str]] = Counter()
    for (source, target), n in between.items():
        if source in known and target in known and source != target:
            first, last = sorted((source, target), key=lambda key: RANKS[key])
            pairs[first, last] += n
    edges = [graphs.Edge(first, last, formats.number(n, "id")) for (first, last), n in pairs.items()]
    if not edges:
        return None
    words = "Enam domain arsitektur dengan jumlah unsur, dan jumlah hubungan di antaranya"
    return _picture(nodes, edges, words, direction="right", labels=True)


def strategy_tree(reader: Reader, records: Sequence[ElementRecord]) -> Picture | None:
    """The strategy map from the vision to the goals, as far as it fits on a page."""
    kinds = {kind.key: (place, kind.label.id) for place, kind in enumerate(reader.model.strategy.kinds)}
    chosen: list[ElementRecord] = []
    for kind in kinds:
        level = [record for record in records if record.kind == kind]
        if not level or len(chosen) + len(level) > MOST:
            break
        chosen += level
    by_code = {record.code: record for record in chosen}
    nodes = [
        graphs.Node(str(r.uid), clean(r.name), kinds[r.kind][1], 0, rank=kinds[r.kind][0], note=clean(r.code))
        for r in chosen
    ]
    edges = [
        graphs.Edge(str(by_code[code].uid), str(record.uid))
        for record in chosen
        for code in record.links.get("induk", ())
        if code in by_code
    ]
    if not edges:
        return None
    return _picture(nodes, edges, "Peta strategi dari visi hingga sasaran", direction="right")


def flows(found: Sequence[tuple[str, str, str, str]]) -> Picture | None:
    """Which applications send data to which: those with the most exchanges, as far as they fit on a page."""
    busy = Counter(code for flow in found for code in (flow[0], flow[2]))
    if not busy:
        return None
    shown = {code for code, _n in busy.most_common(MOST)}
    names = {code: name for flow in found for code, name in ((flow[0], flow[1]), (flow[2], flow[3]))}
    keys = {code: f"n{place}" for place, code in enumerate(sorted(shown))}
    nodes = [
        graphs.Node(keys[code], clean(names[code]), colour=4, note=clean(code)) for code in sorted(shown)
    ]
    edges = [graphs.Edge(keys[a], keys[b]) for a, _n, b, _m in found if a in shown and b in shown and a != b]
    if not edges:
        return None
    more = "" if len(busy) == len(shown) else f" ({len(shown)} dari {len(busy)} aplikasi)"
    return _picture(
        graphs.ranked(nodes, edges), edges, f"Pertukaran data antaraplikasi{more}", direction="right"
    )


def _picture(
    nodes: Sequence[graphs.Node],
    edges: Sequence[graphs.Edge],
    words: str,
    *,
    direction: str = "down",
    labels: bool = False,
) -> Picture:
    drawn = graphs.layout(nodes, edges, direction=direction)
    svg = graphs.svg(drawn, words, standalone=True, words=labels)
    return Picture(str(svg).encode(), words, words)
