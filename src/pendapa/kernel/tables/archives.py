"""Several csv tables in one zip archive, as ``pendapa export --format csv`` writes them.

Nothing written in the archive is trusted: members are unpacked with a counter into files that get names of our own, and what
is no csv table is refused, not passed over.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .containers import (
    CHUNK,
    METHODS,
    RATIO_FROM,
    UNREADABLE_ZIP,
    Limits,
    bomb,
    broken,
    detect,
    locked,
    too_big,
)
from .messages import Unreadable, _, say


@dataclass(frozen=True)
class Member:
    """One table of an archive, unpacked to ``path``. The file is there as long as ``room`` is held."""

    name: str
    path: Path
    room: tempfile.TemporaryDirectory[str]


def _wanted(names: Sequence[str]) -> Iterator[str]:
    """Without folders and what programs put beside the files that people pack."""
    for name in names:
        plain = name.replace("\\", "/")
        last = PurePosixPath(plain).name
        if not plain.startswith("__MACOSX/") and not plain.endswith("/") and not last.startswith("."):
            yield name


def members(path: Path, limits: Limits) -> list[Member]:
    """The tables of an archive in its order. Raises `Unreadable`."""
    room = tempfile.TemporaryDirectory(prefix="pendapa-")
    found: list[Member] = []
    left = limits.unpacked_bytes
    try:
        with zipfile.ZipFile(path) as archive:
            for number, info in enumerate(_checked(archive, limits)):
                target = Path(room.name) / f"{number}.csv"
                left -= _unpack(archive, info, target, min(left, limits.csv_bytes + 1), limits)
                name = PurePosixPath(info.filename.replace("\\", "/")).stem
                found.append(Member(_printed(name), target, room))
                if detect(target, limits) != "csv":
                    raise _no_table(info.filename)
    except UNREADABLE_ZIP as error:
        raise broken() from error
    return found


def _checked(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise bomb()
    wanted = set(_wanted([info.filename for info in infos]))
    infos = [info for info in infos if info.filename in wanted]
    if len(infos) > limits.tables:
        told = _("The archive holds %(count)s files; at most %(limit)s are read.")
        raise Unreadable(
            say(told, count=len(infos), limit=limits.tables), say(_("Split it into several files."))
        )
    for info in infos:
        if info.flag_bits & 1:
            raise locked()
        if info.compress_type not in METHODS:
            raise broken()
        if not info.filename.lower().endswith(".csv"):
            raise _no_table(info.filename)
    # The directory of the zip may lie, so this only spares the work where it is honest.
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise bomb()
    return infos


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, most: int, limits: Limits) -> int:
    """Write a member into ``target``; the number of its bytes."""
    seen = 0
    with archive.open(info) as part, target.open("wb") as file:
        while chunk := part.read(CHUNK):
            seen += len(chunk)
            if seen > RATIO_FROM and seen > limits.ratio * max(info.compress_size, 1):
                raise bomb()
            if seen > most:
                raise too_big(seen, limits.csv_bytes) if most > limits.csv_bytes else bomb()
            file.write(chunk)
    return seen


def _printed(name: str) -> str:
    """A name as it may be shown."""
    return "".join(sign for sign in name if sign.isprintable())[:80]


def _no_table(name: str) -> Unreadable:
    return Unreadable(
        say(_("The archive holds %(name)s, which is no csv table."), name=_printed(name)),
        say(_("Unpack it and hand in the table.")),
    )
