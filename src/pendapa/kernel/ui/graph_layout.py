"""Graphs placed in layers: plain geometry, no Django. Few crossings by barycentre sweeps (Sugiyama, Tagawa, Toda 1981)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

# Everything in pixels. The widths of letters are those of Plus Jakarta Sans, as parts of the size.
NAME_SIZE, KIND_SIZE = 13.5, 12.0
NARROWEST, WIDEST_BOX, PADDING, LINE_HEIGHT = 96.0, 200.0, 12.0, 17.0
APART, ROWS_APART, RANKS_APART, THROUGH = 18.0, 30.0, 68.0, 8.0
EDGE = 6.0
SWEEPS = 8
NARROW_LETTERS, WIDE_LETTERS = frozenset("iljtfrI.,:;!'|()[]-/ "), frozenset("mwMWQOGDHNU@%&")


@dataclass(frozen=True)
class Node:
    """One box: ``key`` names it within the graph, ``kind_label`` is the type word that stands beside its mark.

    ``colour``: 1–6 as the domains, 0 for a hollow mark. ``rank``: 0 is first. ``chosen``: drawn with the strong border.
    ``note``: a small line below the name. ``url``: empty for a box that leads nowhere.
    """

    key: str
    label: str
    kind_label: str = ""
    colour: int = 0
    url: str = ""
    rank: int = 0
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True)
class Edge:
    """An arrow from ``source`` to ``target`` (keys of nodes); ``strong`` is drawn in the colour of the chosen path."""

    source: str
    target: str
    label: str = ""
    strong: bool = False


@dataclass
class Box:
    """A node with its place (left, top), size, and its name in lines; ``row`` counts the rows, folded ones too."""

    node: Node
    lines: list[str]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    row: int = 0


@dataclass(frozen=True)
class Line:
    """An edge with its path, its arrow head, and where its label would stand."""

    edge: Edge
    path: str
    head: str
    label_x: float
    label_y: float


@dataclass
class Picture:
    """A graph that was laid out: boxes in the order of the nodes, lines in that of the edges; size in pixels."""

    width: float
    height: float
    direction: str
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


# ------------------------------------------------------------------------------------------------------------- words


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in pixels."""
    return size * sum(0.36 if c in NARROW_LETTERS else 0.82 if c in WIDE_LETTERS else 0.6 for c in text)


def wrapped(text: str, width: float, size: float = NAME_SIZE) -> list[str]:
    """The text in lines not wider than ``width`` pixels; a word that is too long is broken, nothing is cut off."""
    lines: list[str] = []
    for word in text.split() or [""]:
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
            continue
        while text_width(word, size) > width:
            fits = max(n for n in range(1, len(word) + 1) if n == 1 or text_width(word[:n], size) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


def _box(node: Node) -> Box:
    inner = WIDEST_BOX - 2 * PADDING
    lines = wrapped(node.label, inner)
    notes = wrapped(node.note, inner, KIND_SIZE) if node.note else []
    widths = [text_width(line, NAME_SIZE) for line in lines]
    widths += [text_width(line, KIND_SIZE) for line in notes] + [text_width(node.kind_label, KIND_SIZE) + 16]
    width = min(max(max(widths) + 2 * PADDING, NARROWEST), WIDEST_BOX)
    height = (28 if node.kind_label else 10) + LINE_HEIGHT * len(lines) + 15 * len(notes) + 13
    return Box(node, lines, round(width), round(height))


# ------------------------------------------------------------------------------------------------------------- ranks


def ranked(nodes: Iterable[Node], edges: Iterable[Edge]) -> list[Node]:
    """The nodes with ranks from the edges, for graphs that have none: the longest way from a beginning. Edges that close a
    circle are passed over."""
    given = list(nodes)
    after: dict[str, list[str]] = {node.key: [] for node in given}
    for edge in edges:
        if edge.source in after and edge.target in after and edge.source != edge.target:
            after[edge.source].append(edge.target)
    order, closing = _finished(after)
    rank = dict.fromkeys(after, 0)
    for key in reversed(order):
        for other in after[key]:
            if (key, other) not in closing:
                rank[other] = max(rank[other], rank[key] + 1)
    return [replace(node, rank=rank[node.key]) for node in given]


def _finished(after: Mapping[str, Sequence[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Keys in the order in which a walk in depth leaves them, and the edges that lead back to where it still is."""
    order: list[str] = []
    closing: set[tuple[str, str]] = set()
    state: dict[str, int] = {}
    for start in after:
        if start in state:
            continue
        state[start] = 1
        walk = [(start, iter(after[start]))]
        while walk:
            key, rest = walk[-1]
            other = next(rest, None)
            if other is None:
                state[key] = 2
                order.append(key)
                walk.pop()
            elif other not in state:
                state[other] = 1
                walk.append((other, iter(after[other])))
            elif state[other] == 1:
                closing.add((key, other))
    return order, closing


# ------------------------------------------------------------------------------------------------------------ layout


@dataclass(eq=False)
class _Item:
    """What takes part in a rank: a box, or the place where a long line goes through."""

    size: float
    box: Box | None = None
    low: list[_Item] = field(default_factory=list)
    high: list[_Item] = field(default_factory=list)
    row: int = 0
    at: float = 0.0

    @property
    def middle(self) -> float:
        return self.at + self.size / 2


def layout(
    nodes: Iterable[Node], edges: Iterable[Edge], *, direction: str = "down", widest: float = 960.0
) -> Picture:
    """Place a graph. ``direction``: ``down`` (ranks are rows) or ``right`` (ranks are columns). ``widest``: pixels across
    the ranks; a rank that needs more is folded into several rows. Edges to unknown keys and to itself are left out."""
    boxes = {node.key: _box(node) for node in nodes}
    known = [e for e in edges if e.source in boxes and e.target in boxes and e.source != e.target]
    down = direction != "right"
    ranks, chains = _ranks_and_chains(boxes, known, down)
    _fewer_crossings(ranks)
    rows = _folded(ranks, widest)
    _across(rows, widest)
    tops = _along(rows, down)
    for row, top in zip(rows, tops, strict=True):
        for item in row:
            if item.box is not None:
                item.box.x, item.box.y = (item.at, top) if down else (top, item.at)
                item.box.row = item.row
    return _picture(boxes, known, chains, rows, tops, "down" if down else "right")


def _ranks_and_chains(
    boxes: Mapping[str, Box], edges: Sequence[Edge], down: bool
) -> tuple[list[list[_Item]], list[list[_Item]]]:
    """Items by rank, and of each edge the items it passes from its low to its high end."""
    steps = {rank: i for i, rank in enumerate(sorted({box.node.rank for box in boxes.values()}))}
    ranks: list[list[_Item]] = [[] for _ in steps]
    item = {}
    for key, box in boxes.items():
        item[key] = _Item(box.width if down else box.height, box)
        ranks[steps[box.node.rank]].append(item[key])
    chains = []
    for edge in edges:
        ends = sorted((edge.source, edge.target), key=lambda key: steps[boxes[key].node.rank])
        first, last = (steps[boxes[key].node.rank] for key in ends)
        chain = [item[ends[0]]]
        for rank in range(first + 1, last):
            chain.append(_Item(THROUGH))
            ranks[rank].append(chain[-1])
        chain.append(item[ends[1]])
        if first != last:
            for low, high in pairwise(chain):
                low.high.append(high)
                high.low.append(low)
        chains.append(chain)
    return ranks, chains


def _fewer_crossings(ranks: list[list[_Item]]) -> None:
    """Order each rank by the mean place of the neighbours, down and up again, and keep the order with the fewest crossings."""
    best, fewest = [list(rank) for rank in ranks], _crossings(ranks)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        downward = sweep % 2 == 0
        for i in range(1, len(ranks)) if downward else range(len(ranks) - 2, -1, -1):
            near = ranks[i - 1 if downward else i + 1]
            place = {id(item): n for n, item in enumerate(near)}
            _order(ranks[i], place, downward)
        found = _crossings(ranks)
        if found < fewest:
            best, fewest = [list(rank) for rank in ranks], found
    ranks[:] = best


def _order(rank: list[_Item], place: Mapping[int, int], downward: bool) -> None:
    wanted: dict[int, float] = {}
    for n, item in enumerate(rank):
        places = [place[id(other)] for other in (item.low if downward else item.high) if id(other) in place]
        wanted[id(item)] = sum(places) / len(places) if places else float(n)
    rank.sort(key=lambda item: wanted[id(item)])


def _crossings(ranks: Sequence[Sequence[_Item]]) -> int:
    """How many pairs of lines between neighbouring ranks cross: counted with a tree of sums."""
    total = 0
    for upper, lower in pairwise(ranks):
        place = {id(item): n for n, item in enumerate(lower)}
        ends = [n for item in upper for n in sorted(place[id(other)] for other in item.high)]
        tree = [0] * (len(lower) + 1)
        for seen, end in enumerate(ends):
            before, at = 0, end + 1
            while at:
                before += tree[at]
                at -= at & -at
            total += seen - before
            at = end + 1
            while at <= len(lower):
                tree[at] += 1
                at += at & -at
    return total


def _folded(ranks: Sequence[Sequence[_Item]], widest: float) -> list[list[_Item]]:
    """Ranks as rows; one that is too wide becomes several rows of about the same width."""
    rows: list[list[_Item]] = []
    for rank in ranks:
        whole = sum(item.size + APART for item in rank)
        many = int(whole // (widest + APART)) + 1
        limit, used = max(whole / many, 1.0), 0.0
        rows.append([])
        for item in rank:
            too_wide = used + item.size > widest
            if rows[-1] and (too_wide or (many > 1 and used >= limit)):
                rows.append([])
                used = 0.0
            rows[-1].append(item)
            used += item.size + APART
    for n, row in enumerate(rows):
        for item in row:
            item.row = n
    return rows


def _across(rows: Sequence[Sequence[_Item]], widest: float) -> None:
    """Place each row across: near the neighbours, in order, nothing over another, within ``widest``."""
    needed = max((sum(i.size for i in row) + APART * (len(row) - 1) for row in rows if row), default=0.0)
    width = min(max(needed, 1.0), max(widest, needed))
    for row in rows:
        at = (width - sum(i.size for i in row) - APART * (len(row) - 1)) / 2
        for item in row:
            item.at = at
            at += item.size + APART
    for turn in range(6):
        for row in rows if turn % 2 == 0 else reversed(rows):
            _settle(row, width)


def _settle(row: Sequence[_Item], width: float) -> None:
    """The places nearest to the wanted ones that keep the order: pooled neighbours share their mean (isotonic regression)."""
    taken, offsets = 0.0, []
    for item in row:
        offsets.append(taken)
        taken += item.size + APART
    pools: list[tuple[float, int]] = []
    for item, offset in zip(row, offsets, strict=True):
        near = [other.middle for other in (*item.low, *item.high)]
        middle = sum(near) / len(near) if near else item.middle
        pool = (middle - item.size / 2 - offset, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, many = pools.pop()
            pool = ((mean * many + pool[0] * pool[1]) / (many + pool[1]), many + pool[1])
        pools.append(pool)
    free = max(width - (taken - APART), 0.0)
    means = (mean for mean, many in pools for _ in range(many))
    for item, offset, mean in zip(row, offsets, means, strict=True):
        item.at = offset + min(max(mean, 0.0), free)


def _along(rows: Sequence[Sequence[_Item]], down: bool) -> list[float]:
    """Where each row begins."""
    tops, at, rank = [], 0.0, None
    for n, row in enumerate(rows):
        own = next((item.box.node.rank for item in row if item.box is not None), None)
        if n:
            at += ROWS_APART if own == rank else RANKS_APART
        rank = own if own is not None else rank
        tops.append(at)
        at += _depth(row, down)
    return tops


def _depth(row: Sequence[_Item], down: bool) -> float:
    return max(((i.box.height if down else i.box.width) for i in row if i.box is not None), default=0.0)


# ------------------------------------------------------------------------------------------------------------- lines


def _picture(
    boxes: Mapping[str, Box],
    edges: Sequence[Edge],
    chains: Sequence[Sequence[_Item]],
    rows: Sequence[Sequence[_Item]],
    tops: Sequence[float],
    direction: str,
) -> Picture:
    down = direction == "down"
    ends = _ports(chains)
    lines = []
    for edge, chain, (start, end) in zip(edges, chains, ends, strict=True):
        points = _points(chain, start, end, rows, tops, down)
        if chain[0].box is not boxes[edge.source]:
            points.reverse()
        lines.append(_line(edge, points, down, chain[0].row == chain[-1].row))
    width = max((box.x + box.width for box in boxes.values()), default=0.0)
    height = max((box.y + box.height for box in boxes.values()), default=0.0)
    across = max((item.at + item.size for row in rows for item in row), default=0.0)
    width, height = (max(width, across), height) if down else (width, max(height, across))
    if any(chain[0].row == chain[-1].row for chain in chains):
        width, height = (width, height + 34) if down else (width + 34, height)
    return Picture(width + 2 * EDGE, height + 2 * EDGE, direction, list(boxes.values()), lines)


def _ports(chains: Sequence[Sequence[_Item]]) -> list[tuple[float, float]]:
    """Where each line leaves its first and reaches its last item: spread over the side, in the order of the other ends."""
    leaving: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    found: list[list[float]] = [[0.0, 0.0] for _ in chains]
    owner: dict[int, _Item] = {}
    for n, chain in enumerate(chains):
        level = chain[0].row == chain[-1].row
        for side, (item, other) in enumerate(((chain[0], chain[1]), (chain[-1], chain[-2]))):
            key = id(item) * 2 + (0 if level else side)
            leaving[key].append((other.middle, n, side))
            owner[key] = item
    for key, lines in leaving.items():
        item = owner[key]
        step = min(22.0, max(item.size - 24, 1.0) / len(lines))
        for i, (_, n, side) in enumerate(sorted(lines)):
            found[n][side] = item.middle + (i - (len(lines) - 1) / 2) * step
    return [(first, last) for first, last in found]


def _points(
    chain: Sequence[_Item],
    start: float,
    end: float,
    rows: Sequence[Sequence[_Item]],
    tops: Sequence[float],
    down: bool,
) -> list[tuple[float, float]]:
    """Points (across, along) from the low end to the high end; lines bend between rows only, never over a box."""
    first, last = chain[0], chain[-1]
    assert first.box is not None and last.box is not None
    foot = tops[first.row] + (first.box.height if down else first.box.width)
    below = tops[first.row] + _depth(rows[first.row], down)
    points = [(start, foot)]
    if first.row == last.row:
        own = tops[last.row] + (last.box.height if down else last.box.width)
        return [(start, foot), (start, below), (end, below), (end, own)]
    if foot < below:
        points.append((start, below))
    for item in chain[1:-1]:
        top = tops[item.row]
        points += [(item.middle, top), (item.middle, top + _depth(rows[item.row], down))]
    return [*points, (end, tops[last.row])]


def _line(edge: Edge, points: Sequence[tuple[float, float]], down: bool, level: bool) -> Line:
    def at(across: float, along: float) -> str:
        return f"{number(across)} {number(along)}" if down else f"{number(along)} {number(across)}"

    way = -1.0 if level or points[-1][1] < points[0][1] else 1.0
    tip = points[-1]
    near = (tip[0], tip[1] - 7 * way)
    spots = [*points[:-1], near]
    path, middle = [f"M{at(*points[0])}"], tip
    for n, ((a, b), (c, d)) in enumerate(pairwise(spots)):
        if a == c:
            path.append(f"L{at(c, d)}")
            continue
        half = 32.0 if level else (d - b) / 2
        path.append(f"C{at(a, b + half)} {at(c, d + half if level else d - half)} {at(c, d)}")
        if n < 2:
            middle = ((a + c) / 2, b + 24 if level else (b + d) / 2)
    x, y = near
    head = f"M{at(x - 4, y)}L{at(*tip)}L{at(x + 4, y)}z"
    return Line(edge, "".join(path), head, *(middle if down else middle[::-1]))


def number(value: float) -> str:
    """Pixels as they are written."""
    return f"{value:.1f}".removesuffix(".0")
