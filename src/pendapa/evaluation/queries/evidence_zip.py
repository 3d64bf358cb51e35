"""All evidence of a cycle as one archive with an index, named for upload: only what the actor may read."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from pendapa.evaluation.models import Cycle
from pendapa.evaluation.queries import editions, records
from pendapa.evaluation.queries import evidence as queries
from pendapa.evaluation.queries.evidence import Piece
from pendapa.evaluation.rules import evidence_files as rules
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.tables.writing import Sheet, write_xlsx
from pendapa.kernel.ui import formats

INDEX = "index.xlsx"
FOLDER = 80


@dataclass(frozen=True)
class Entry:
    """One line of the index: ``path`` in the archive, and the file or the text that lies there; neither where it is gone."""

    number: str
    piece: Piece
    path: str
    file: StoredFile | None
    text: str


def entries(actor: Actor, cycle: Cycle) -> list[Entry]:
    """What the archive will hold, in the order of the indicators; one file for many indicators lies with each."""
    held = queries.of_cycle(actor, cycle)
    found: list[tuple[str, Piece, str, StoredFile | None, str]] = []
    for one in editions.of(cycle).indicators:
        places: dict[tuple[int, str], int] = {}
        for piece in held.get(one.number, []):
            key = (piece.use.level, piece.use.item)
            places[key] = place = places.get(key, 0) + 1
            file, text = _content(actor, piece)
            ending = file.name.rpartition(".")[2] if file and "." in file.name else "" if file else "txt"
            item = f"{piece.use.item}-{place}" if piece.use.item and place > 1 else piece.use.item
            name = rules.upload_name(one.number, piece.use.level, item, place, piece.title, ending)
            found.append((one.number, piece, f"I{one.number}/{name}", file, text))
    names = rules.unlike(path for _number, _piece, path, _file, _text in found)
    return [
        Entry(number, piece, name, file, text)
        for (number, piece, _path, file, text), name in zip(found, names, strict=True)
    ]


def _content(actor: Actor, piece: Piece) -> tuple[StoredFile | None, str]:
    """The file of a piece, else what stands for it as a text."""
    row = piece.evidence
    file = row.file or (row.decree.file if row.decree else None)
    if file is not None:
        return file, ""
    if row.source == "link":
        return None, f"{row.title}\r\n{row.url}\r\n"
    if row.decree is not None:
        return None, f"{row.decree}\r\n{row.decree.title}\r\n{row.decree.scope}\r\n"
    pinned = records.pinned(actor, row)
    if pinned is None:
        return None, f"{row.title}\r\nsha256 {row.sha256}\r\n"
    lines = [pinned.name, f"{pinned.title}, v{row.record_version}, sha256 {row.sha256}", ""]
    return None, "\r\n".join([*lines, *(f"{label}: {text}" for label, text in pinned.fields)]) + "\r\n"


def write(
    actor: Actor, cycle: Cycle, target: IO[bytes], tell: Callable[[int, int, str], None] | None = None
) -> list[Entry]:
    """Write the archive; the files as they are, since PDF and pictures are packed already."""
    held = entries(actor, cycle)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        with tempfile.TemporaryFile() as sheet:
            write_xlsx(sheet, [_index(cycle, held)])
            sheet.seek(0)
            archive.writestr(INDEX, sheet.read())
        for done, entry in enumerate(held, 1):
            if entry.file is None:
                archive.writestr(entry.path, entry.text.encode("utf-8"))
            elif not queries.is_gone(entry.piece.evidence):
                archive.write(store.path(entry.file), entry.path)
            if tell is not None:
                tell(done, len(held), entry.path)
    return held


def _index(cycle: Cycle, held: Iterable[Entry]) -> Sheet:
    headers = [_("Indicator"), _("Name"), _("Level"), _("Evidence item"), _("Evidence"), _("File in the archive"), _("Page or article"),
               _("Kind of document"), _("Day on the document"), _("State"), _("Reason"), _("Known problems"), _("Web link"), "SHA-256"]  # fmt: skip
    instrument, language = editions.of(cycle), formats.language()
    rows = []
    for one in held:
        use, row = one.piece.use, one.piece.evidence
        gone = one.file is not None and queries.is_gone(row)
        rows.append([
            one.number, instrument.indicator(one.number).short_name.in_language(language),
            str(use.level) if use.level else "", use.item, row.title, "" if gone else one.path, use.page,
            str(row.get_nature_display()), row.dated.isoformat() if row.dated else "", str(use.get_state_display()),
            use.reason, "; ".join(told.text for told in one.piece.problems), row.url, row.sha256,
        ])  # fmt: skip
    return Sheet(_("Evidence"), headers, rows, {1: 34.0, 4: 40.0, 5: 48.0, 10: 40.0, 11: 48.0})
