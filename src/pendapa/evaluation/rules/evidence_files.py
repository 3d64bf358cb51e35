"""What a file handed in is, by its bytes and not by its name; how many pages a PDF has; names that Windows takes. Pure.

kind(file, 1234, packs.evidence().files)  →  "pdf"
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from pendapa.regulations.evidence import Files

_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ENTRIES = 20_000
_HEADS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
_RUNS = (
    ".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".msi", ".ps1", ".vbs", ".js", ".jar", ".sh", ".lnk", ".hta",
)  # fmt: skip
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{n}" for n in range(1, 10)),
    *(f"lpt{n}" for n in range(1, 10)),
}


class Refused(ValueError):
    """The file cannot be taken. ``why``: ``empty``, ``large``, ``program``, ``type``, ``macros``, ``broken``, ``locked``."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def kind(file: BinaryIO, size: int, limits: Files) -> str:
    """The key of a type of the pack. Reads the beginning, of a package its table of contents; never unpacks. Raises
    :class:`Refused`."""
    if size == 0:
        raise Refused("empty")
    if size > limits.largest:
        raise Refused("large")
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    found = next((key for start, key in _HEADS if head.startswith(start)), "")
    if not found and head.startswith(b"PK\x03\x04"):
        try:
            found = _package(file)
        finally:
            file.seek(0)
    if found in {one.key for one in limits.types}:
        return found
    raise Refused("program" if head.startswith(_PROGRAMS) else "type")


def _package(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
    # What zipfile raises for damaged or odd packages; only their directory is read.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError):
        raise Refused("broken") from None
    names = [one.filename for one in entries]
    lower = [name.lower() for name in names]
    if len(names) > _ENTRIES:
        raise Refused("type")
    if any(name.endswith("vbaproject.bin") or "/basic/" in f"/{name}" for name in lower):
        raise Refused("macros")
    for found, part in _PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return found
    if names and names[0] == "mimetype" and "content.xml" in names:
        return "odt"
    if any(name.endswith(_RUNS) for name in lower):
        raise Refused("program")
    if any(one.flag_bits & 1 for one in entries):
        raise Refused("locked")
    return "zip"


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


def plain_name(text: str, most: int = 100) -> str:
    """A name that every system takes as a file: no signs that Windows forbids, no dots or blanks at the end."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"(?<=\w)/(?=\w)", "-", text)
    text = "".join(" " if c in '<>:"/\\|?*' or not c.isprintable() else c for c in text)
    text = " ".join(text.split())[:most].strip(" .")
    return f"_{text}" if text.partition(".")[0].lower() in _RESERVED else text or "bukti"


def upload_name(number: str, level: int, item: str, place: int, title: str, ending: str) -> str:
    """``I11-L3-01 Perbup 41-2025.pdf``: indicator, level (left out for the whole), a running number or the item's code."""
    code = plain_name(item, 20) if item else f"I{number}" + (f"-L{level}" if level else "") + f"-{place:02d}"
    stem = plain_name(title, 90)
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
