"""The landscape as a drawing: the boxes of each top node in rows, on a sheet of the shape of A3 that grows when it must."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT, EDGE = 1587, 1123, 36
SIDE, BOX, GAP, LINE = 210, 150, 8, 15
CHARACTER = 6.7
"""Width of a letter of 12 pixels, taken wide so that no text runs over."""
TONES = {
    1: ("#d5e0ee", "#16202e"),
    2: ("#a9c1de", "#16202e"),
    3: ("#6f94c3", "#16202e"),
    4: ("#38659f", "#ffffff"),
    5: ("#1b3863", "#ffffff"),
}
UNKNOWN, EMPTY = ("#ffffff", "#211f1b"), ("#ffffff", "#656055")


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box with what is written in it; ``tone`` 0 is not known, ``empty`` holds nothing."""

    name: str
    code: str
    figure: str
    note: str
    tone: int
    empty: bool
    inside: tuple[Rectangle, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Title, the finding, the legend as (tone, words; -1 for empty), and the boxes of the top nodes."""

    title: str
    told: str
    legend: tuple[tuple[int, str], ...]
    boxes: tuple[Rectangle, ...]


def svg(picture: Picture) -> str:
    """The drawing as one file, with all its colours in it; every name stands in full."""
    parts = [_text(EDGE, EDGE + 18, [picture.title], 26, "#211f1b", bold=True)]
    y = EDGE + 46.0
    for line in wrapped(picture.told, 200):
        parts.append(_text(EDGE, y, [line], 15, "#4d4941"))
        y += 20
    x = float(EDGE)
    for tone, words in picture.legend:
        parts.append(_mark(x, y - 2, 16, 16, tone, empty=tone < 0))
        parts.append(_text(x + 22, y + 11, [words], 13, "#4d4941"))
        x += 22 + len(words) * 7.4 + 26
    y += 32
    for top in picture.boxes:
        drawn, height = _row(top, y)
        parts += drawn
        y += height + 12
    height = max(HEIGHT, round(y + EDGE))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-label={quoteattr(_clean(picture.title))} font-family="Plus Jakarta Sans, Noto Sans, Arial, sans-serif">'
    )
    return f'{head}<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'


def wrapped(text: str, letters: int) -> list[str]:
    """A text in lines of at most so many letters; a longer word is broken, none is lost."""
    lines: list[str] = []
    for word in text.split():
        while len(word) > letters:
            lines.append(word[:letters])
            word = word[letters:]
        if lines and len(lines[-1]) + 1 + len(word) <= letters and lines[-1]:
            lines[-1] += f" {word}"
        elif word:
            lines.append(word)
    return lines or [""]


def rows(boxes: Sequence[Rectangle], many: int) -> list[Sequence[Rectangle]]:
    """The boxes in rows of at most so many."""
    return [boxes[start : start + many] for start in range(0, len(boxes), many)]


def _row(top: Rectangle, y: float) -> tuple[list[str], float]:
    """A top node: its name and value beside, its boxes in rows."""
    many = max(1, int((WIDTH - 2 * EDGE - SIDE) // (BOX + GAP)))
    parts: list[str] = []
    at = y
    for line in rows(top.inside, many):
        height = max(_height(one) for one in line)
        for number, one in enumerate(line):
            parts.append(_box(one, EDGE + SIDE + number * (BOX + GAP), at, BOX, height))
        at += height + GAP
    name = wrapped(top.name, 22)
    own = 20.0 + LINE * len(name) + LINE * 2
    high = max(at - y - GAP, own)
    parts.append(_mark(EDGE, y, 10, high, -1 if top.empty else top.tone, empty=top.empty))
    parts.append(_text(EDGE + 18, y + 13, name, 14, "#211f1b", bold=True))
    parts.append(_text(EDGE + 18, y + 13 + 17 * len(name), [top.code], 11, "#656055"))
    parts.append(_text(EDGE + 18, y + 13 + 17 * len(name) + 17, [top.figure], 14, "#211f1b", bold=True))
    return parts, high


def _lines(one: Rectangle) -> tuple[list[str], list[str]]:
    letters = int((BOX - 16) // CHARACTER)
    return wrapped(one.name, letters), wrapped(one.note, letters + 2) if one.note else []


def _height(one: Rectangle) -> float:
    name, note = _lines(one)
    inner = 0 if one.empty else sum(LINE * len(_inner(box)) + 3 for box in one.inside)
    return 12 + LINE * (len(name) + len(note)) + 20 + inner


def _inner(one: Rectangle) -> list[str]:
    return wrapped(f"{one.name}: {one.figure}", int((BOX - 16) // 6))


def _box(one: Rectangle, x: float, y: float, width: float, height: float) -> str:
    name, note = _lines(one)
    ink = EMPTY[1] if one.empty else TONES.get(one.tone, UNKNOWN)[1]
    parts = [_mark(x, y, width, height, one.tone, empty=one.empty)]
    parts.append(_text(x + 8, y + 16, name, 12, ink, bold=not one.empty))
    at = y + 16 + LINE * len(name)
    parts.append(_text(x + 8, at + 3, [one.figure], 14, ink, bold=True))
    at += 19
    parts.append(_text(x + 8, at, note, 11, ink))
    at += LINE * len(note)
    for inner in () if one.empty else one.inside:
        lines = _inner(inner)
        parts.append(_text(x + 8, at, lines, 11, ink))
        at += LINE * len(lines) + 3
    return f"<g><title>{escape(_clean(f'{one.code} {one.name}: {one.figure}'))}</title>{''.join(parts)}</g>"


def _mark(x: float, y: float, width: float, height: float, tone: int, *, empty: bool) -> str:
    fill = TONES.get(tone, UNKNOWN)[0] if not empty else EMPTY[0]
    dash = ' stroke-dasharray="4 4"' if empty else ""
    line = "#8a857a" if empty or tone not in TONES else fill
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" fill="{fill}" stroke="{line}"{dash}/>'


def _text(x: float, y: float, lines: Iterable[str], size: int, ink: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + number * max(LINE, size + 3):g}">{escape(_clean(line))}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-size="{size}" fill="{ink}"{weight}>{spans}</text>'


def _clean(text: str) -> str:
    """Without what no XML can hold."""
    return "".join(
        char
        for char in text
        if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff")
    )
