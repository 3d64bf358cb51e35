"""How many pages a PDF of evidence has; what the files are called that go into an upload. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from pendapa.kernel.files.names import plain_name


def pdf_pages(file: BinaryIO) -> int | None:
    """How many pages a PDF has; None where it does not tell (damaged, or locked with a password)."""
    try:
        file.seek(0)
        count = int(PdfFileReader(file, strict=False).root["/Pages"]["/Count"])
    # A PDF from outside can be wrong in every way, and no count is an answer.
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError,
            AssertionError, OverflowError, NotImplementedError):  # fmt: skip
        return None
    finally:
        file.seek(0)
    return count if 0 < count < 1_000_000 else None


def upload_name(number: str, level: int, item: str, place: int, title: str, ending: str) -> str:
    """``I11-L3-01 Perbup 41-2025.pdf``: indicator, level (left out for the whole), a running number or the item's code."""
    code = (
        plain_name(item, 20, "bukti")
        if item
        else f"I{number}" + (f"-L{level}" if level else "") + f"-{place:02d}"
    )
    stem = plain_name(title, 90, "bukti")
    if ending and stem.lower().endswith(f".{ending}"):
        stem = stem[: -len(ending) - 1].rstrip(" .") or "bukti"
    return f"{code} {stem}" + (f".{ending}" if ending else "")


def unlike(names: Iterable[str]) -> list[str]:
    """The same names, those that come again with " (2)" before their ending; Windows knows no difference of case."""
    used: set[str] = set()
    told = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (name, "")
        given, again = name, 1
        while given.lower() in used:
            again += 1
            given = f"{stem} ({again}){ending}"
        used.add(given.lower())
        told.append(given)
    return told
