"""What an attached file is, by its content and not by its name: PDF, docx, xlsx, odt, PNG or JPEG. Pure.

kind(file, "kak.pdf")  →  "pdf"
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO

LARGEST = 10 * 1024 * 1024
MOST = 20
"""Files of one request."""
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ENTRIES = 10_000


class Refused(ValueError):
    """The file cannot be taken. ``why`` is ``empty``, ``large``, ``type``, ``macros`` or ``broken``."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def kind(file: BinaryIO, size: int) -> str:
    """One of :data:`TYPES`. Reads the beginning, and of a package its table of contents; never unpacks. Raises
    :class:`Refused`."""
    if size == 0:
        raise Refused("empty")
    if size > LARGEST:
        raise Refused("large")
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"PK\x03\x04"):
        try:
            return _package(file)
        finally:
            file.seek(0)
    raise Refused("type")


def _package(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    # What zipfile raises for damaged or odd packages; only their list of names is read.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError):
        raise Refused("broken") from None
    if len(names) > _ENTRIES:
        raise Refused("type")
    if any(name.lower().endswith("vbaproject.bin") or "/basic/" in f"/{name.lower()}" for name in names):
        raise Refused("macros")
    for found, part in _PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return found
    if names and names[0] == "mimetype" and "content.xml" in names:
        return "odt"
    raise Refused("type")
