"""One raw cell → the text that the rest of the import works on, and what is to be said about it.

Texts are trimmed, composed (NFC), freed from control characters and from the apostrophe that guards against formulas. What
changes the meaning of a cell (a removed character, an error value, damaged letters) leaves a note with the cell.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, NamedTuple

from .escape import unescape
from .messages import Message, Remark, _, say

_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\x0b\x0c]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_ERROR_VALUE = re.compile(
    r"#(?:REF!|N/A|DIV/0!|NAME\?|VALUE!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|Err:\d{3}", re.IGNORECASE
)
_DAMAGED = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac[\u0080-\uffff]|\u00e2\u0080[\u0080-\u00bf]|\ufffd"
)
_CACHED_LENGTH = 300
_CACHED_TEXTS = 20_000


class Note(NamedTuple):
    """A remark about one cell of a line: its place in the line (0 is the first column) and its raw text."""

    index: int  # type: ignore[assignment]  # a position, not the method of tuples
    value: str
    message: Message
    suggestion: str | None = None


class Number(str):
    """The text of a cell that the spreadsheet holds as a number, so its dot is a decimal point for certain."""

    __slots__ = ()


class Percent(str):
    """The text of a number that is shown as percent ("12,5%"); ``plain`` is the number that the cell holds."""

    plain: Number

    @classmethod
    def of(cls, value: float) -> Percent:
        made = cls(_plain(value * 100).replace(".", ",") + "%")
        made.plain = Number(_plain(value))
        return made


class Cleaner(dict[str, str]):
    """``cleaner[raw]`` is the clean text; ``cleaner.remarks[raw]`` what is to be said about it, mostly nothing.

    Repeated texts are cleaned once; the memory is bounded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.remarks: dict[str, tuple[Remark, ...]] = {}

    def __missing__(self, raw: str) -> str:
        if len(self) > _CACHED_TEXTS:
            self.clear()
        text, remarks = clean(raw)
        if remarks:
            self.remarks[raw] = remarks
        if len(raw) <= _CACHED_LENGTH:
            self[raw] = text
        return text

    def notes(self, raws: list[Any]) -> tuple[Note, ...]:
        """The notes of one line; call it after the line's texts were cleaned."""
        if not self.remarks:
            return ()
        found = [
            Note(index, raw, *remark)
            for index, raw in enumerate(raws)
            if type(raw) is str
            for remark in self.remarks.get(raw, ())
        ]
        if len(self.remarks) > _CACHED_TEXTS:
            self.clear()
            self.remarks.clear()
        return tuple(found)


def clean(raw: str) -> tuple[str, tuple[Remark, ...]]:
    """One text → (clean text, remarks)."""
    if raw.isascii() and raw.isprintable():
        text = raw.strip()
        if text[:1] not in ("'", "#", "E"):
            return text, ()
        return _clean_marks(text, [])
    remarks: list[Remark] = []
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _SPACES.sub(" ", text)
    bare = _INVISIBLE.sub("", _CONTROL.sub("", text))
    if _CONTROL.search(text) or re.search("[\u202a-\u202e\u2066-\u2069]", text):
        remarks.append(Remark(say(_("The value had control characters; they were removed."))))
    text = unicodedata.normalize("NFC", bare).strip()
    if _DAMAGED.search(text):
        remarks.append(
            Remark(say(_("Some letters look damaged; the text is kept as written.")), _mended(text))
        )
    return _clean_marks(text, remarks)


def _clean_marks(text: str, remarks: list[Remark]) -> tuple[str, tuple[Remark, ...]]:
    """Take off the guarding apostrophe; an error value of a formula becomes an empty cell."""
    if _ERROR_VALUE.fullmatch(text):
        return "", (*remarks, Remark(error_value(text)))
    return unescape(text), tuple(remarks)


def error_value(text: str) -> Message:
    """The sentence about a cell that holds ``#REF!`` or the like."""
    return say(_("The cell shows the error %(error)s; it was read as empty."), error=text)


def _mended(text: str) -> str | None:
    """``text`` as it was before UTF-8 was read as Windows-1252, where that can be told."""
    for codec in ("cp1252", "latin-1"):
        try:
            mended = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        return mended if mended != text else None
    return None


def from_value(value: Any) -> str:
    """A typed cell of a workbook (not a text) → its text: 2021.0 is "2021", a date is ISO, true is "TRUE"."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return Number(_plain(value))
    if isinstance(value, dt.datetime):
        return (
            value.date().isoformat()
            if value.time() == dt.time()
            else value.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    return "" if value is None else str(value)


def _plain(value: float) -> str:
    """A number as a spreadsheet shows it: 15 digits, no exponent, no ``.0``."""
    if value == int(value) if value == value and abs(value) != float("inf") else False:
        return str(int(value))
    text = format(value, ".15g")
    return format(value, ".20f").rstrip("0") if "e" in text and abs(value) < 1 else text
