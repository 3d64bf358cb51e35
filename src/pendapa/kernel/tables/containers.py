"""What lies in a file before anything trusts it: its format by content, and a zip container made harmless.

A workbook is a zip of XML parts, and comes from anywhere. Sizes written in it are never trusted: each needed part is unpacked
with a counter, looked through, and packed again into a fresh temporary file, so that the reader of workbooks only ever sees
parts that were counted. Parts that are not needed (macros, pictures, drawings) are never unpacked.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from .messages import Unreadable, _, say

CHUNK = 1 << 20
RATIO_FROM = 20 << 20
# Only these can be unpacked in steps of a bounded size.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises for damaged, foreign or odd archives; NotImplementedError is its word for an unknown compression.
UNREADABLE_ZIP = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Limits:
    """What is refused for its size. Bytes for the files, counts for the rest.

    ``rows`` are those of data; ``above`` lines of titles and headers are not counted among them.
    ``tables`` are the files of an archive.
    ``cells`` is the rectangle that a sheet of a workbook spans (rows × columns), because that is what reading it takes.
    """

    container_bytes: int = 50 << 20
    csv_bytes: int = 100 << 20
    unpacked_bytes: int = 200 << 20
    ratio: int = 200
    members: int = 5_000
    tables: int = 50
    rows: int = 200_000
    above: int = 20
    columns: int = 512
    cells: int = 8_000_000


class PartWatch(Protocol):
    """Looks at the unpacked bytes of one part as they pass."""

    def feed(self, chunk: bytes) -> None: ...
    def end(self) -> None: ...


_SAVE_AS = _("Open it in a spreadsheet program, save it as .xlsx, and hand that in.")
_NOT_TABLES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", _("This is a PDF, whatever its name says.")),
    (b"{\\rtf", _("This is a text document (RTF), not a table.")),
    (b"\x89PNG", _("This is a picture, not a table.")),
    (b"\xff\xd8\xff", _("This is a picture, not a table.")),
    (b"GIF8", _("This is a picture, not a table.")),
    (b"Rar!", _("This is an archive (RAR), not a table.")),
    (b"7z\xbc\xaf", _("This is an archive (7z), not a table.")),
    (b"\x1f\x8b", _("This is an archive (gzip), not a table.")),
)


def too_big(size: int, limit: int) -> Unreadable:
    """The refusal of a file for its size in bytes."""
    return Unreadable(
        say(
            _("The file has %(size)s MB; at most %(limit)s MB are read."),
            size=-(-size >> 20),
            limit=limit >> 20,
        ),
        say(_("Delete pictures and empty rows, or split the file.")),
    )


def broken() -> Unreadable:
    """The refusal of a workbook whose inside is damaged."""
    return Unreadable(say(_("The workbook is damaged.")), say(_SAVE_AS))


def detect(path: Path, limits: Limits) -> str:
    """ "xlsx", "ods", "zip" (of csv), "json" or "csv" by content, never by name; `Unreadable` for everything else."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError as error:
        raise Unreadable(
            say(_("The file cannot be opened: %(why)s."), why=error.strerror or str(error)),
            say(_("Check its path.")),
        ) from error
    if not head.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise Unreadable(
            say(_("The file is empty.")), say(_("Hand in a file with a header row and data rows."))
        )
    if head.startswith(b"PK"):
        if size > limits.container_bytes:
            raise too_big(size, limits.container_bytes)
        return _container_format(path)
    if size > limits.csv_bytes:
        raise too_big(size, limits.csv_bytes)
    _refuse_foreign(path, head)
    return "json" if _looks_like_json(head) else "csv"


def _looks_like_json(head: bytes) -> bool:
    """A text file that begins like an object or a list of JSON; a first header is never written so."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    inside = start[1:].lstrip()[:1]
    return start[:1] == b"{" or (start[:1] == b"[" and inside in (b'"', b"{", b"[", b"]", b""))


def _refuse_foreign(path: Path, head: bytes) -> None:
    """`Unreadable` for what is neither a container nor text."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _compound(path)
    for magic, reason in _NOT_TABLES:
        if head.startswith(magic):
            raise Unreadable(say(reason), say(_("Hand in the table itself as .xlsx, .ods or .csv.")))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<style", b"<meta")):
        raise Unreadable(say(_("This is a web page saved under the name of a table.")), say(_SAVE_AS))
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and head.count(b"\0") > len(head) // 10:
        raise Unreadable(
            say(_("This is not a table.")), say(_("Hand in the table itself as .xlsx, .ods or .csv."))
        )


def _compound(path: Path) -> Unreadable:
    """The refusal of an OLE compound file: a locked workbook, or the old .xls."""
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(CHUNK):
            if _ENCRYPTED in tail + chunk:
                return locked()
            tail = chunk[-len(_ENCRYPTED) :]
    return Unreadable(say(_("This is a workbook of the old .xls format.")), say(_SAVE_AS))


def locked() -> Unreadable:
    """The refusal of a workbook that needs a password."""
    return Unreadable(
        say(_("The workbook is protected with a password.")),
        say(_("Save it without the password and hand that in.")),
    )


def _container_format(path: Path) -> str:
    """ "xlsx", "ods", or "zip" for one that holds csv tables; `Unreadable` for another document."""
    with _open_zip(path) as archive:
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if "mimetype" in names and "content.xml" in names:
            mimetype = _bounded(archive, "mimetype", 200)
            if b"opendocument.spreadsheet" in mimetype:
                if b"encryption-data" in _bounded(archive, "META-INF/manifest.xml", CHUNK):
                    raise locked()
                return "ods"
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "xl/workbook.bin" in names:
            raise Unreadable(say(_("This is a binary workbook (.xlsb).")), say(_SAVE_AS))
        if "[content_types].xml" not in names and "mimetype" not in names:
            if any(name.endswith(".csv") for name in names):
                return "zip"
            if any(part in name for name in names for part in ("xl/", "worksheets/", "docprops/")):
                raise broken()  # it was a workbook until its names were damaged
            raise Unreadable(
                say(_("This is a zip archive, not a workbook.")), say(_("Unpack it and hand in the table."))
            )
        if any(name.startswith(("word/", "ppt/")) for name in names) or "content.xml" in names:
            raise Unreadable(
                say(_("This is a document, not a spreadsheet.")),
                say(_("Copy its table into a spreadsheet, save that as .xlsx, and hand it in.")),
            )
    raise broken()


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE_ZIP as error:
        raise broken() from error


def _bounded(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The first ``limit`` bytes of a part; nothing when there is no such part."""
    try:
        if archive.getinfo(name).compress_type not in METHODS:
            raise broken()
        with archive.open(name) as part:
            return part.read(limit)
    except KeyError:
        return b""
    except UNREADABLE_ZIP as error:
        raise broken() from error


_SKIPPED = re.compile(
    r"(?:docProps|customXml|Thumbnails|Pictures|Configurations|Basic|Scripts|Object[^/]*)/"
    r"|xl/(?:media|drawings|charts|theme|comments|threadedComments|persons|pivot\w*|externalLinks|embeddings|activeX"
    r"|ctrlProps|printerSettings|slicers|queryTables|richData|worksheets/_rels)",
    re.IGNORECASE,
)


class Repacked:
    """A container with only its needed parts, counted and packed again: a temporary file that is gone after `close`."""

    def __init__(self, path: Path, limits: Limits, format_: str) -> None:
        self._limits = limits
        self._left = limits.unpacked_bytes
        self._archive = _open_zip(path)
        self.names = self._needed()
        self._file: IO[bytes] = tempfile.NamedTemporaryFile(prefix="pendapa-", suffix=f".{format_}")  # noqa: SIM115
        self._copy = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def _needed(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._archive.infolist()
        names: dict[str, zipfile.ZipInfo] = {}
        if len(infos) > self._limits.members:
            raise bomb()
        for info in infos:
            name = info.filename.replace("\\", "/").lstrip("/")
            if info.flag_bits & 1:
                raise locked()
            if info.is_dir() or _SKIPPED.match(name) or not name.endswith((".xml", ".rels", "mimetype")):
                continue
            if name in names or info.compress_type not in METHODS:
                raise broken()
            names[name] = info
        # The directory of the zip may lie, so this only spares the work where it is honest.
        if sum(info.file_size for info in names.values()) > self._limits.unpacked_bytes:
            raise bomb()
        return names

    def take(self, name: str, watch: PartWatch | None = None) -> None:
        """Unpack one part with a counter, let ``watch`` see it, and pack it into the copy."""
        info = self.names[name]
        with self._copy.open(name, "w", force_zip64=True) as target:
            for chunk in self._unpacked(info):
                if watch:
                    watch.feed(chunk)
                target.write(chunk)
        if watch:
            watch.end()

    def read(self, name: str) -> bytes:
        """The bytes of one small part, which goes into the copy as well."""
        buffer = _Buffer()
        self.take(name, buffer)
        return buffer.getvalue()

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        seen = 0
        tail = b""
        try:
            with self._archive.open(info) as part:
                while chunk := part.read(CHUNK):
                    seen += len(chunk)
                    self._left -= len(chunk)
                    over = seen > RATIO_FROM and seen > self._limits.ratio * max(info.compress_size, 1)
                    if self._left < 0 or over:
                        raise bomb()
                    _refuse_doctype(tail + chunk)
                    tail = chunk[-16:]
                    yield chunk
        except UNREADABLE_ZIP as error:
            raise broken() from error

    def finish(self) -> str:
        """Close the copy and return its path; it stays until `close`."""
        self._copy.close()
        self._archive.close()
        self._file.flush()
        return self._file.name

    def close(self) -> None:
        """Drop the temporary file. A reader that has it open keeps its content."""
        self._copy.close()
        self._archive.close()
        self._file.close()


class _Buffer(io.BytesIO):
    """A watch that keeps what it sees."""

    def feed(self, chunk: bytes) -> None:
        self.write(chunk)

    def end(self) -> None:
        self.seek(0)


def bomb() -> Unreadable:
    """The refusal of a container that unpacks to far more than a table can be."""
    return Unreadable(
        say(_("The file unpacks to far more than a table can hold.")),
        say(_("Copy the table into a new workbook and hand that in.")),
    )


def _refuse_doctype(data: bytes) -> None:
    """No workbook needs a document type or entities; who writes them means harm."""
    if b"<!" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    upper = data.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(
            say(_("The workbook holds XML definitions that no table needs.")),
            say(_("Copy the table into a new workbook and hand that in.")),
        )
