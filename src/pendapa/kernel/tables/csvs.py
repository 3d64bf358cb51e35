"""Text files with separated values: encoding, separator, and a stream of their records."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .cleaning import Cleaner, Note
from .containers import CHUNK, Limits
from .messages import Unreadable, _, say
from .scanning import too_many_columns, too_many_rows

Probe = tuple[str, str, bool]
"""Encoding, separator, and whether the first line only names the separator (``sep=;``)."""

_SAMPLE_CHARACTERS = 200_000
_SAMPLE_RECORDS = 60
# Bytes that Windows-1252 leaves open; a file that has one of them is read as Latin-1.
_OPEN_BYTES = b"\x81\x8d\x8f\x90\x9d"


def csv_probe(path: Path) -> Probe:
    """Encoding and separator of a text file. `Unreadable` when there is nothing in it."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
        complete = not file.read(1)
    if not sample.strip("\ufeff \t\r\n;,\0\"'") and complete:
        raise Unreadable(
            say(_("The file is empty.")), say(_("Hand in a file with a header row and data rows."))
        )
    first = sample.partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == 5:
        return encoding, first[4], True
    if first == "sep=":
        return encoding, "\t", True
    return encoding, _separator(sample), False


def _encoding(path: Path) -> str:
    """By mark, else UTF-8 where the whole file is valid, else Windows-1252 or Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_open = True, False
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        while chunk := file.read(CHUNK):
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
            is_open = is_open or any(byte in chunk for byte in _OPEN_BYTES)
        if is_utf8 and _decodes(decoder, b"", final=True):
            return "utf-8"
    return "latin-1" if is_open else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _separator(sample: str) -> str:
    """The separator under which most records of the sample have the same number of cells, and more than one."""
    best = (0.0, 0, ",")
    for separator in (",", ";", "\t", "|"):
        widths: list[int] = []
        try:
            for record in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                if any(record):
                    widths.append(len(record))
                if len(widths) >= _SAMPLE_RECORDS:
                    break
        except csv.Error:
            pass
        wide = Counter(width for width in widths if width > 1)
        if wide:
            width, times = max(wide.items(), key=lambda item: (item[1], item[0]))
            # A comma may also stand in texts, where the widths differ from record to record.
            score = times / len(widths)
            best = max(best, (round(score, 1), width, separator), key=lambda item: item[:2])
    return best[2]


def csv_lines(path: Path, probe: Probe, limits: Limits) -> Iterator[tuple[int, list[str], tuple[Note, ...]]]:
    """(record number, clean texts, notes) of each record that is not blank. `Unreadable` where a limit is passed."""
    encoding, separator, skip = probe
    cleaner = Cleaner()
    filled = widest = 0
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        if skip:
            file.readline()
        records = csv.reader(file, delimiter=separator)
        for number, raw in enumerate(_safely(records), 1):
            if not any(raw):
                continue
            cells = [cleaner[cell] for cell in raw]
            notes = cleaner.notes(raw)
            if not notes and not any(cells):
                continue
            filled += 1
            if filled > limits.rows + limits.above:
                raise too_many_rows(path.stem, limits.rows)
            if len(cells) > limits.columns and any(cells[limits.columns :]):
                raise too_many_columns(path.stem, len(cells), limits.columns)
            widest = max(widest, len(cells))
            yield number, cells, (*notes, *_swallowed(cells, separator, widest))


def _safely(records: Iterator[list[str]]) -> Iterator[list[str]]:
    """The records; a fault of the format is told with the line where it was met."""
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                say(_("The text cannot be split into cells near line %(line)s."), line=records.line_num),  # type: ignore[attr-defined]
                say(_("Look for a quotation mark that is never closed, or save the table as .xlsx.")),
            ) from error
        yield record


def _swallowed(cells: list[str], separator: str, widest: int) -> list[Note]:
    """A cell of several lines that look like records: most likely a quotation mark is not closed."""
    return [
        Note(
            index,
            cell[:200],
            say(_("The cell holds whole lines of the table; a quotation mark may not be closed.")),
        )
        for index, cell in enumerate(cells)
        if "\n" in cell and widest > 2 and _record_like(cell, separator, widest)
    ]


def _record_like(cell: str, separator: str, width: int) -> bool:
    return any(line.count(separator) >= max(width - 1, 2) for line in cell.split("\n")[1:])
