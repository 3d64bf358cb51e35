"""A grid → which kind of table it is, which row is its header, and the rows of data below.

The header row is searched among the first filled lines: titles stand above it, it may be doubled or merged over several lines,
a line of column numbers or its translation may follow. Total rows, notes and signatures are not rows of data, nor are header
rows repeated at page breaks; they are told in ``Recognised.skipped``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from rapidfuzz import fuzz, process

from .cleaning import Note, Percent
from .columns import Kind, Part
from .headings import Match, bind, headings_of, is_counter, normal, spelt_out
from .messages import Finding, UnknownHeader, _, say
from .periods import lone_year
from .reading import Grid, Line
from .sifting import Sieve, is_numbering

__all__ = ["Binding", "Recognised", "Row", "recognise"]

_WINDOW = 40
_HEADER_LINES = 3
_NUMBERED_BY = 3
"""So many lines below the header the column numbers stand at the latest."""


class Row(NamedTuple):
    """One row of data: the number that the spreadsheet shows, its cells by position, notes about single cells."""

    number: int
    cells: list[str]
    notes: tuple[Note, ...] = ()


class Binding(NamedTuple):
    """A header that a column knows: its position, its text in the report, and the slot it fills."""

    index: int  # type: ignore[assignment]  # a position, not the method of tuples
    header: str
    column: str
    part: Part | None = None
    level: int | None = None


@dataclass
class Recognised:
    """What a grid is. ``rows`` can be walked once; ``columns`` and ``skipped`` are complete only after that walk.

    ``header_row`` is the number of the last line that carries header text. ``headers`` are the texts by position. ``year`` is the
    one that what stands above the header, the header itself or the name of the sheet speaks of (nought: none, or several).
    ``above`` are the texts of the lines above the header. ``filled`` are the positions without a binding that hold something;
    ``answered`` those of which the importer says itself why it did not use them.
    ``width`` is how many cells the header of a text file has (nought: it does not matter).
    """

    kind: Kind
    sheet: str
    header_row: int
    headers: list[str]
    bindings: tuple[Binding, ...]
    rows: Iterator[Row]
    skipped: list[Finding] = field(default_factory=list)
    filled: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    format: str = "csv"
    year: int = 0
    above: tuple[str, ...] = ()
    width: int = 0
    hidden: bool = False

    @property
    def columns(self) -> dict[str, str | None]:
        """Header → name of the column, ``None`` for what is not imported.

        A repeated or empty header gets " (2)", " (3)"; what has neither header nor data is left out.
        """
        bound = {binding.index: binding.column for binding in self.bindings}
        return {name: bound.get(index) for index, name in self.names().items()}

    def names(self) -> dict[int, str]:
        """Position → the unique name of the header in the report."""
        names: dict[int, str] = {}
        used: set[str] = set()
        for index in range(max([len(self.headers), *(i + 1 for i in self.filled)])):
            text = self.headers[index] if index < len(self.headers) else ""
            if not text and index not in self.filled:
                continue
            name, count = text, 1
            while name in used:
                count += 1
                name = f"{text} ({count})"
            used.add(name)
            names[index] = name
        return names

    def of(self, column: str) -> tuple[Binding, ...]:
        """The bindings of one column."""
        return tuple(binding for binding in self.bindings if binding.column == column)


@dataclass
class _Candidate:
    """A header that may be: the kind, its lines in the window, joined texts, matches and score."""

    kind: Kind
    first: int
    lines: int
    headers: list[str]
    matches: list[Match | None]
    score: float


def recognise(grid: Grid, kinds: Sequence[Kind], kind: Kind | None = None) -> Recognised:
    """The kind and header of ``grid``; with ``kind`` only that kind is tried. Raises `UnknownHeader`, `Unreadable`."""
    walk = grid.rows
    window = list(islice(walk, _WINDOW))
    tried = [kind] if kind else list(kinds)
    best: _Candidate | None = None
    for one in tried:
        for first in range(len(window)):
            candidate = _candidate(window, first, one, grid)
            if candidate and kind is None and _only_mentions(candidate):
                continue
            if candidate and (best is None or candidate.score > best.score):
                best = candidate
    if best is None:
        raise _unknown(window, tried)
    return _recognised(best, grid, window, walk)


def _recognised(best: _Candidate, grid: Grid, window: list[Line], walk: Iterator[Line]) -> Recognised:
    last = best.first + best.lines - 1
    headers = [" ".join(text.split()) for text in best.headers]
    result = Recognised(best.kind, grid.name, window[last].number, headers, (), iter(()), format=grid.format)
    result.hidden = grid.hidden
    result.width = len(headers) if grid.format in ("csv", "zip") else 0
    # The name of an empty or repeated header depends on data further down, but bound headers are never empty, and a
    # repeat is counted only among equal texts: so the names of bound headers are settled here.
    names = result.names()
    result.bindings = tuple(
        Binding(index, names[index], *match.slot) for index, match in enumerate(best.matches) if match
    )
    parts = (window[: best.first], window[best.first : last + 1])
    texts = [[text for line in lines for text in line.cells] for lines in parts]
    result.year = next((year for some in (*texts, [grid.name]) if (year := lone_year(some))), 0)
    result.above = tuple(text for text in texts[0] if text)
    figures = {b.index for b in result.bindings if best.kind.by_name[b.column].wants_figures}
    name = next(b.index for b in result.bindings if b.column == best.kind.name_column)
    lines = _after(window, last, walk, figures, name)
    if best.kind.arrange is not None:
        lines = best.kind.arrange(result, lines)
    result.rows = _rows(result, grid, lines)
    return result


def _after(
    window: list[Line], last: int, walk: Iterator[Line], figures: set[int], name: int
) -> Iterator[Line]:
    """The lines below the header, without that of the column numbers, also where it comes again on another page; a share is
    the number that its cell holds in the columns ``figures``."""
    numbering: list[str] = []
    for place, line in enumerate(chain(window[last + 1 :], walk)):
        # Months below a year are numbered 1 … 12 as well, but leave the name empty.
        named = name < len(line.cells) and line.cells[name]
        if named and place < _NUMBERED_BY and is_numbering([text for text in line.cells if text]):
            numbering = line.cells
        if numbering and line.cells == numbering:
            continue
        for index in figures:
            if index < len(line.cells) and isinstance(share := line.cells[index], Percent):
                line.cells[index] = share.plain
        yield line


def _rows(result: Recognised, grid: Grid, lines: Iterator[Line]) -> Iterator[Row]:
    """The rows of data, without what only looks like one."""
    sieve = Sieve(result.kind, result.headers, result.bindings, grid.merges, result.header_row)
    bound = {binding.index for binding in result.bindings}
    unread = [index for index in range(len(result.headers)) if index not in bound]
    width = len(result.headers)
    for line in lines:
        cells = sieve.fill(line.number, line.cells)
        verdict = sieve.judge(cells)
        if verdict is None:
            if len(cells) > width:
                result.filled.update(i for i, text in enumerate(cells[width:], width) if text)
            elif len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            result.filled.update(index for index in unread if cells[index])
            yield Row(line.number, cells, line.notes)
        elif verdict.message:
            result.skipped.append(Finding(line.number, "", verdict.text, verdict.message))


def _candidate(window: list[Line], first: int, kind: Kind, grid: Grid) -> _Candidate | None:
    """The best reading of the lines from ``first`` on as a header of ``kind``, of one to three lines."""
    headings = headings_of(kind)
    if not any(headings.find(text, loose=False) for text in window[first].cells if text) and not _spans(
        window, first, grid
    ):
        return None
    best: _Candidate | None = None
    headers = _flat(window[first].cells)
    for lines in range(1, _HEADER_LINES + 1):
        if lines > 1:
            below = _flat(window[first + lines - 1].cells) if first + lines <= len(window) else []
            joined = _join(headers, below, kind) if below else None
            if joined is None:
                break
            headers = joined
        made = _scored(kind, first, lines, headers, grid)
        if made and (
            best is None or made.score > best.score or _continues(window, first + lines - 1, best, made, grid)
        ):
            best = made
    return best


def _flat(cells: Sequence[str]) -> list[str]:
    return [" ".join(text.split()) for text in cells]


def _spans(window: list[Line], first: int, grid: Grid) -> bool:
    """Whether merged cells lie over this line, so that it may be the group line of a header."""
    number = window[first].number
    return any(top <= number <= bottom and right > left for top, left, bottom, right in grid.merges)


def _join(top: list[str], below: list[str], kind: Kind) -> list[str] | None:
    """Two header lines as one: a group and what stands below it give "group sub". ``None`` when below is no header."""
    width = max(len(top), len(below))
    top = top + [""] * (width - len(top))
    below = below + [""] * (width - len(below))
    headings = headings_of(kind)
    joined: list[str] = []
    group = ""
    for over, sub in zip(top, below, strict=True):
        group = over or group
        text = over or sub
        if over == sub or not sub:
            joined.append(over)
            continue
        if group:
            whole = f"{group} {sub}"
            text = whole if headings.find(whole) or not headings.find(sub) else sub
        joined.append(text)
    return joined if any(below) else None


def _continues(window: list[Line], last: int, before: _Candidate, made: _Candidate, grid: Grid) -> bool:
    """Whether a further line belongs to the header though no column knows its texts: sub-headers below a group.

    They stand only below groups (a header cell with an empty neighbour), never below the name, and hold no numbers.
    """
    if _hits(made) < _hits(before) or window[last].number - window[last - 1].number > 1:
        return False
    cells = _flat(window[last].cells)
    name = next((i for i, m in enumerate(made.matches) if m and m.slot.column == made.kind.name_column), None)
    if name is None or (name < len(cells) and cells[name]) or _looks_like_data(cells):
        return False
    headers = before.headers + [""] * (len(cells) - len(before.headers))
    under = [i for i, text in enumerate(cells) if text]
    groups = all(not headers[i] or (i + 1 < len(headers) and not headers[i + 1]) for i in under)
    return groups and len(under) > 1


def _only_mentions(candidate: _Candidate) -> bool:
    """Whether a table of something else only has a column for units: it is no list of units then.

    "Nama Rencana | Target | … | SKPD" names another thing first, or holds much before it comes to the unit.
    """
    if candidate.kind.unit_column is not None:
        return False
    before: list[str] = []
    for text, match in zip(candidate.headers, candidate.matches, strict=True):
        if match and match.slot.column == candidate.kind.name_column:
            break
        if text and not match and not is_counter(text):
            before.append(spelt_out(normal(text)))
    named = any(text.split()[:1] in (["nama"], ["name"], ["judul"], ["title"]) for text in before)
    return named or (_hits(candidate) == 1 and len(before) > 1)


def _hits(candidate: _Candidate) -> int:
    return sum(1 for match in candidate.matches if match)


def _looks_like_data(cells: list[str]) -> bool:
    return any(len(text) > 60 or text[:1].isdigit() for text in cells if text)


def _scored(kind: Kind, first: int, lines: int, headers: list[str], grid: Grid) -> _Candidate | None:
    """A candidate when all needed columns are there; its score counts known headers, the sure ones more."""
    matches = bind(headers, kind, by_name=grid.format == "json")
    hit = {match.slot.column for match in matches if match}
    if kind.name_column not in hit or not hit.issuperset(kind.needs):
        return None
    filled = sum(1 for text in headers if text)
    score = sum(match.quality for match in matches if match)
    # A line of data may hold a word that is also a header; in a header most cells are headers.
    score += 0.5 * sum(1 for match in matches if match) / max(filled, 1)
    score += 1.0 * _speciality(matches, headers, kind) + _by_sheet(kind, grid.name) + 0.5 * len(kind.needs)
    return _Candidate(kind, first, lines, headers, matches, score - 0.01 * lines)


def _speciality(matches: list[Match | None], headers: list[str], kind: Kind) -> float:
    """1 when the header of the name speaks of this kind ("Nama Aplikasi"), 0 for a bare "Nama"."""
    for match, text in zip(matches, headers, strict=True):
        if match and match.slot.column == kind.name_column:
            words = normal(text).split()
            return 1.0 if len(words) > 1 and match.quality >= 0.8 else 0.0
    return 0.0


def _by_sheet(kind: Kind, sheet: str) -> float:
    """A little for a sheet (or csv) named like the kind."""
    name = normal(sheet)
    words = set(name.split())
    for known in (*kind.sheet_names, kind.key, *kind.label.values()):
        text = normal(known)
        if text and (text == name or (words and set(text.split()) <= words)):
            return 0.6
    return 0.0


def _unknown(window: list[Line], kinds: Sequence[Kind]) -> UnknownHeader:
    """The refusal that names the likeliest header row, the nearest known headers, and what is needed."""
    seen = _likeliest(window, kinds)
    known = {
        heading.text: kind for kind in kinds for column in kind.columns for heading in column.own_headings
    }
    nearest: list[str] = []
    for text in seen:
        for hit, _score, _index in process.extract(
            text, list(known), scorer=fuzz.ratio, limit=1, score_cutoff=60
        ):
            if hit not in nearest:
                nearest.append(hit)
    needed = "; ".join(f"{kind.label.get('id', kind.key)}: {_need(kind)}" for kind in kinds)
    if not window:
        reason = say(_("The sheet is empty."))
    else:
        reason = say(_("No header row is known. Seen: %(seen)s."), seen=", ".join(seen[:12]) or "–")
    advice = say(
        _("Nearest known headers: %(nearest)s. Needed: %(needed)s."),
        nearest=", ".join(nearest[:8]) or "–",
        needed=needed,
    )
    return UnknownHeader(reason, advice, seen, tuple(nearest[:8]))


def _need(kind: Kind) -> str:
    names: Mapping[str, None] = dict.fromkeys((kind.name_column, *kind.needs))
    return " + ".join(kind.by_name[name].text("id") for name in names if name in kind.by_name)


def _likeliest(window: list[Line], kinds: Sequence[Kind]) -> tuple[str, ...]:
    """The texts of the line with most known headers, else of the first line with most filled cells among the first."""

    def worth(line: Line) -> tuple[int, int]:
        texts = [text for text in _flat(line.cells) if text]
        known = max((sum(1 for text in texts if headings_of(kind).find(text)) for kind in kinds), default=0)
        return known, len(texts)

    best = max(window[:10], key=worth, default=None)
    if best is None:
        return ()
    return tuple(text[:80] for text in _flat(best.cells) if text and not is_counter(text))
