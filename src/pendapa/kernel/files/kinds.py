"""What a file handed in is, by its bytes and not by its name. Pure.

kind(file, 1234, largest=10 << 20, types={"pdf", "docx"})  →  "pdf"
with_ending("Perbup 41", "pdf")  →  "Perbup 41.pdf"
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from typing import BinaryIO

_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ENTRIES = 20_000
_HEADS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
_RUNS = (
    ".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".msi", ".ps1", ".vbs", ".js", ".jar", ".sh", ".lnk", ".hta",
)  # fmt: skip


class Refused(ValueError):
    """The file cannot be taken. ``why``: ``empty``, ``large``, ``program``, ``type``, ``macros``, ``broken``, ``locked``.

    Unlike :class:`pendapa.kernel.refusing.Refused` it is a key and no words: what would be taken instead, only the room knows.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def kind(file: BinaryIO, size: int, *, largest: int, types: Collection[str]) -> str:
    """One of ``types``, of ``pdf``, ``png``, ``jpg``, ``docx``, ``xlsx``, ``odt`` and ``zip``. ``size`` and ``largest`` in bytes.

    Reads the beginning, of a package its table of contents; never unpacks. Raises :class:`Refused`.
    """
    if size == 0:
        raise Refused("empty")
    if size > largest:
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
    if found in types:
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


def with_ending(name: str, found: str) -> str:
    """The name with the ending of what the file is, unless it has it already."""
    known = (f".{found}", ".jpeg") if found == "jpg" else (f".{found}",)
    return name if name.lower().endswith(known) else f"{name}.{found}"
