"""What stands below a header and is not a row of data: repeated headers, column numbers, totals, notes, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from .columns import Kind
from .headings import headings_of, is_counter, normal
from .messages import Message, _, say

_TOTAL = re.compile(
    r"(?:(?:grand|sub) ?)?(?:total|jumlah)(?: (?:keseluruhan|seluruhnya|semua|akhir|total|umum|opd|skpd|data|aplikasi|layanan"
    r"|proses bisnis|baris|item|rows?))?(?: \d+)?"
)
_FOOTER = re.compile(
    r"(?:(?:catatan|note|notes|sumber|source|keterangan|ket|dibuat oleh|disusun oleh|diperiksa oleh|dicetak|nip|tanda tangan"
    r"|ttd|mengetahui|menyetujui)\s*(?:[:,.]|$)|mengetahui\b|menyetujui\b|dicetak (?:pada|oleh|tanggal)\b"
    r"|[a-z][a-z .]+,\s+\d{1,2} [a-z]+ \d{4}$)",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"\(?\s*(\d{1,6}|[a-z])\s*\)?\.?(?:\s*=.*)?", re.IGNORECASE)
_OF_ONE_ROW = ("long", "code", "number", "money", "yearly", "quarterly")
EXAMPLE = "[contoh]"
"""How the name of a row begins that only shows how a template is filled in."""
_MAYBE = ("total", "jumlah", "grand", "sub")


class Place(Protocol):
    """What is needed of a binding."""

    @property
    def index(self) -> int: ...
    @property
    def column(self) -> str: ...


class Verdict(NamedTuple):
    """Why a line is not a row of data; without a message it passes in silence."""

    text: str = ""
    message: Message | None = None


_SILENT = Verdict()


class Sieve:
    """Judges the lines below one header. It remembers where it is: right below the header, or inside the signatures."""

    def __init__(
        self,
        kind: Kind,
        headers: Sequence[str],
        bindings: Sequence[Place],
        merges: Iterable[tuple[int, int, int, int]] = (),
        header_row: int = 0,
    ) -> None:
        self._kind = kind
        self._headers = {text.casefold() for text in headers if text}
        self._header_list = [normal(text) for text in headers]
        self._counters = {index for index, text in enumerate(headers) if is_counter(text)} - {
            b.index for b in bindings
        }
        self._names = [b.index for b in bindings if b.column == kind.name_column]
        self._units = [b.index for b in bindings if b.column == kind.unit_column]
        self._shared = [b.index for b in bindings if _is_shared(kind, b.column)]
        self._codes = [b.index for b in bindings if b.column == kind.code_column]
        self._name = self._names[0]
        self._fresh = True
        self._signing = False
        self._fills = {
            (column, row): top
            for top, left, bottom, right in merges
            if top > header_row
            for column in range(left, right + 1)
            if column in self._shared
            for row in range(top + 1, bottom + 1)
        }
        self._tops: dict[tuple[int, int], str] = {}
        self._wanted = {(column, top) for (column, _row), top in self._fills.items()}

    def fill(self, number: int, cells: list[str]) -> list[str]:
        """The cells with what is merged over several rows written into each of them."""
        if not self._fills:
            return cells
        for index in self._shared:
            if index < len(cells) and (index, number) in self._wanted:
                self._tops[index, number] = cells[index]
            top = self._fills.get((index, number))
            if top is not None and any(cells):
                cells = cells + [""] * (index + 1 - len(cells))
                cells[index] = cells[index] or self._tops.get((index, top), "")
        return cells

    def judge(self, cells: list[str]) -> Verdict | None:
        """``None`` for a row of data."""
        name = cells[self._name] if self._name < len(cells) else ""
        if name and not self._fresh and not self._signing and not self._odd(name):
            first = cells[0]
            if first is name or not first or not self._odd(first):
                return None
        verdict = Verdict(name, _example()) if name.startswith(EXAMPLE) else self._slowly(cells)
        if verdict is None:
            self._fresh = self._signing = False
        return verdict

    def _odd(self, text: str) -> bool:
        """Whether a text might be that of a total, a note or a header: worth a closer look."""
        folded = text.casefold()
        return folded.startswith((*_MAYBE, EXAMPLE)) or folded in self._headers or bool(_FOOTER.match(text))

    def _slowly(self, cells: list[str]) -> Verdict | None:
        filled = [(i, text) for i, text in enumerate(cells) if text and i not in self._counters]
        if not filled:
            # Templates are numbered in advance: a counter alone is a blank line, unless it holds words.
            words = [text for text in cells if text and not _NUMBERING.fullmatch(text)]
            if not words:
                return _SILENT
            if _TOTAL.fullmatch(normal(words[0])):
                return Verdict(words[0], _total())
            self._signing = self._signing or bool(_FOOTER.match(words[0]))
            return Verdict(words[0], _footer())
        if self._is_header(filled):
            return _SILENT
        if self._fresh and is_numbering([text for text in cells if text]):
            return _SILENT
        owned = any(cells[i] for i in self._units if i < len(cells))
        coded = any(
            cells[i] and not _TOTAL.fullmatch(normal(cells[i])) for i in self._codes if i < len(cells)
        )
        if not owned and (total := self._total(cells, coded)):
            return total
        if not owned and not coded:
            return self._note(cells, filled)
        return None

    def _is_header(self, filled: list[tuple[int, str]]) -> bool:
        """A header again (page break), or in its other language right below."""
        same = sum(
            1 for i, text in filled if i < len(self._header_list) and normal(text) == self._header_list[i]
        )
        if same >= 2 and same >= 0.6 * len(filled):
            return True
        if not self._fresh or len(filled) < 2:
            return False
        headings = headings_of(self._kind)
        known = sum(1 for _i, text in filled if is_counter(text) or headings.find(text, loose=False))
        return known >= 2 and known >= 0.7 * len(filled)

    def _total(self, cells: list[str], coded: bool) -> Verdict | None:
        first = next((text for text in cells if text), "")
        if coded or not _TOTAL.fullmatch(normal(first)):
            return None
        name = cells[self._name] if self._name < len(cells) else ""
        if name and name != first and not _is_figure(name):
            return None
        return Verdict(first, _total())

    def _note(self, cells: list[str], filled: list[tuple[int, str]]) -> Verdict | None:
        """Notes and signatures below the table: one or two cells, no unit, no code."""
        text = filled[0][1]
        footer = bool(_FOOTER.match(text.strip("* ")))
        named = any(cells[i] for i in self._names if i < len(cells))
        if len(filled) == 1 and (footer or not named):
            self._signing = self._signing or footer
            return Verdict(text, _footer())
        if len(filled) <= 3 and all(_FOOTER.match(cell) for _i, cell in filled):
            self._signing = True
            return Verdict(text, _footer())
        if self._signing and len(filled) <= 2:
            return Verdict(text, _footer())
        return None


def _is_shared(kind: Kind, name: str) -> bool:
    """Does what is merged over several rows hold for each of them? A sum or a target would be counted several times, and a name or a
    code over several rows is one thing in several lines."""
    if name in (kind.name_column, kind.code_column):
        return False
    return name == kind.unit_column or (name in kind.by_name and kind.by_name[name].type not in _OF_ONE_ROW)


def _is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,\s]+", text))


def _total() -> Message:
    return say(_("This is a total, not a row; it was left out."))


def _example() -> Message:
    return say(_("This is the example of the template; it was left out."))


def _footer() -> Message:
    return say(_("This is a note or a signature, not a row; it was left out."))


def is_numbering(texts: list[str]) -> bool:
    """ "(1) (2) (3)" or "1 2 3" or "a b c" below the header."""
    if len(texts) < 3:
        return False
    found = [match.group(1).lower() for text in texts if (match := _NUMBERING.fullmatch(text))]
    if len(found) != len(texts) or found[0] not in ("1", "a"):
        return False
    steps = [int(text) if text.isdigit() else ord(text) - 96 for text in found]
    return all(0 < b - a <= 2 for a, b in pairwise(steps))
