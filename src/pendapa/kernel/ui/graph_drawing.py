"""Graphs that were laid out, as SVG of real links and as Mermaid text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from pendapa.kernel.ui.graph_layout import (
    EDGE,
    KIND_SIZE,
    LINE_HEIGHT,
    PADDING,
    WIDEST_BOX,
    Box,
    Edge,
    Line,
    Node,
    Picture,
    number,
    wrapped,
)

COLOURS = ("#4d4941", "#24497f", "#c8872f", "#2f908d", "#9574bc", "#3a3d47", "#b02c45")


def _xml(text: str) -> str:
    """Escaped, without the signs that no XML may hold."""
    return escape("".join(c if c.isprintable() or c.isspace() else " " for c in text).translate(_NO_XML))


_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), " ")
OWN_STYLE = (
    "svg{font-family:'Plus Jakarta Sans','Segoe UI',Roboto,'Noto Sans','DejaVu Sans',Arial,sans-serif}"
    ".gr-e path{fill:none;stroke:#c9c5bb;stroke-width:1.5}.gr-e .gr-h{fill:#8a857a;stroke:none}"
    ".gr-e.strong path{stroke:#ac6f1d;stroke-width:3}.gr-e.strong .gr-h{fill:#ac6f1d;stroke:none}"
    ".gr-b{fill:#fff;stroke:#c9c5bb;stroke-width:1.25}.chosen .gr-b{stroke:#ac6f1d;stroke-width:2.5}"
    ".gr-k{fill:#656055;font-size:12px}.gr-t{fill:#211f1b;font-size:13.5px;font-weight:600}"
    + "".join(f".k{n} .gr-m{{fill:{colour}}}" for n, colour in enumerate(COLOURS) if n)
    + f".k0 .gr-m{{fill:none;stroke:{COLOURS[0]};stroke-width:2}}"
    + ".gr-l{fill:#656055;font-size:11px;text-anchor:middle;stroke:#fff;stroke-width:3px;paint-order:stroke}"
)


def svg(
    picture: Picture, label: str, *, standalone: bool = False, base: str = "", words: bool = False
) -> SafeString:
    """The drawing. ``label`` says in words what it shows; it is read aloud.

    In a page the colours come from ``graph.css``; ``standalone`` carries its own and can be kept as a file or put into a
    document. ``base`` goes before the addresses of a file (without it a file has no links). ``words``: write the labels of
    the edges; without it they are told on pointing. What is in the drawing is escaped.
    """
    width, height = number(picture.width), number(picture.height)
    linked = any(box.node.url for box in picture.boxes) and (base or not standalone)
    space = f"{number(-EDGE)} {number(-EDGE)} {width} {height}"
    head = (
        '<svg class="gr" xmlns="http://www.w3.org/2000/svg" '
        f'width="{width}" height="{height}" viewBox="{space}" '
        f'role="{"group" if linked else "img"}" aria-label="{_xml(label)}" data-direction="{picture.direction}">'
    )
    if standalone:
        head += f"<title>{_xml(label)}</title><style>{OWN_STYLE}</style>"
        head += (
            f'<rect x="{number(-EDGE)}" y="{number(-EDGE)}" width="{width}" height="{height}" fill="#fff"/>'
        )
    link: Callable[[str], str] = lambda url: f"{base}{url}" if url and linked else ""  # noqa: E731
    lines = "".join(_drawn_line(line, words) for line in picture.lines)
    boxes = "".join(_drawn_box(box, link(box.node.url)) for box in picture.boxes)
    return mark_safe(head + f'<g class="gr-lines">{lines}</g><g class="gr-boxes">{boxes}</g></svg>')  # noqa: S308 (every word in it is escaped)


def _drawn_line(line: Line, words: bool) -> str:
    edge = line.edge
    told = f"<title>{_xml(edge.label)}</title>" if edge.label else ""
    said = (
        f'<text class="gr-l" x="{number(line.label_x)}" y="{number(line.label_y)}">{_xml(edge.label)}</text>'
        if words and edge.label
        else ""
    )
    return (
        f'<g class="gr-e{" strong" if edge.strong else ""}" data-from="{_xml(edge.source)}" '
        f'data-to="{_xml(edge.target)}">{told}<path d="{line.path}"/><path class="gr-h" d="{line.head}"/>{said}</g>'
    )


def _drawn_box(box: Box, url: str) -> str:
    node = box.node
    parts = [f'<rect class="gr-b" width="{number(box.width)}" height="{number(box.height)}" rx="6"/>']
    top = 27.0
    if node.kind_label:
        hollow = 0 if node.colour else 1
        size = 10 - 2 * hollow
        parts.append(
            f'<rect class="gr-m" x="{12 + hollow}" y="{14 + hollow}" width="{size}" height="{size}" rx="2"/>'
            f'<text class="gr-k" x="28" y="23">{_xml(node.kind_label)} </text>'
        )
        top = 43.0
    parts.append(_drawn_words("gr-t", box.lines, top, LINE_HEIGHT))
    if node.note:
        notes = wrapped(node.note, WIDEST_BOX - 2 * PADDING, KIND_SIZE)
        parts.append(_drawn_words("gr-k", notes, top + LINE_HEIGHT * len(box.lines), 15))
    css = f"gr-n k{node.colour}{' chosen' if node.chosen else ''}"
    place = f'class="{css}" data-key="{_xml(node.key)}" data-row="{box.row}" transform="translate({number(box.x)} {number(box.y)})"'
    tag = f'a href="{_xml(url)}"' if url else "g"
    return f"<{tag} {place}>{''.join(parts)}</{tag[0]}>"


def _drawn_words(css: str, lines: Sequence[str], top: float, height: float) -> str:
    """Lines of one text; the spaces between them are kept for who hears them."""
    spans = "".join(
        f'<tspan x="12" y="{number(top + n * height)}">{_xml(line)}{" " if n + 1 < len(lines) else ""}</tspan>'
        for n, line in enumerate(lines)
    )
    return f'<text class="{css}">{spans}</text>'


# ----------------------------------------------------------------------------------------------------------- Mermaid


def mermaid(nodes: Iterable[Node], edges: Iterable[Edge], *, direction: str = "down") -> str:
    """The graph as Mermaid text, nodes named ``n1``, ``n2`` … in their order; ends with a line break."""
    names: dict[str, str] = {}
    lines = ["flowchart LR" if direction == "right" else "flowchart TB"]
    used = set()
    for node in nodes:
        names[node.key] = f"n{len(names) + 1}"
        words = f"{node.kind_label}: {node.label}" if node.kind_label else node.label
        lines.append(f'  {names[node.key]}["{_quoted(words)}"]:::k{node.colour}')
        used.add(node.colour)
    for edge in edges:
        if edge.source in names and edge.target in names:
            arrow = "==>" if edge.strong else "-->"
            told = f'|"{_quoted(edge.label)}"|' if edge.label else ""
            lines.append(f"  {names[edge.source]} {arrow}{told} {names[edge.target]}")
    lines += [
        f"  classDef k{n} fill:#fff,stroke:{COLOURS[n]},color:#211f1b,stroke-width:2px" for n in sorted(used)
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Words within Mermaid's quotation marks: its own signs as entity codes, one line."""
    plain = " ".join(text.split())
    for sign, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        plain = plain.replace(sign, code)
    return plain
