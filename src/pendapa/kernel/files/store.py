"""Keep and open files. The path on disk comes from the uid alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.db import transaction

from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.tenancy.models import Institution, User

CHUNK = 1024 * 1024


class TooLarge(Exception):
    """The file is over the limit; ``limit`` in bytes. Nothing was kept."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"The file is larger than {limit // 1024 // 1024} MB.")


def path(file: StoredFile) -> Path:
    """Where the bytes of ``file`` lie."""
    name = file.uid.hex
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def keep(
    source: BinaryIO | IO[bytes], name: str, institution: Institution, user: User | None, limit: int
) -> StoredFile:
    """Copy ``source`` in chunks into the store; raises :class:`TooLarge` over ``limit`` bytes, leaving nothing."""
    file = StoredFile(institution=institution, name=Path(name).name[-255:], created_by=user)
    target = path(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("xb") as out:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(limit)
                digest.update(chunk)
                out.write(chunk)
        file.size, file.sha256 = size, digest.hexdigest()
        file.save()
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return file


@contextmanager
def keeping(
    source: BinaryIO | IO[bytes], name: str, institution: Institution, user: User | None, limit: int
) -> Iterator[StoredFile]:
    """:func:`keep`, together with what the block does, in one transaction: where it fails, neither row nor bytes stay."""
    file: StoredFile | None = None
    try:
        with transaction.atomic():
            file = keep(source, name, institution, user, limit)
            yield file
    except BaseException:
        if file is not None:
            path(file).unlink(missing_ok=True)
        raise


def forget(file: StoredFile) -> None:
    """Remove the row, and the bytes once that is certain."""
    place = path(file)
    file.delete()
    transaction.on_commit(lambda: place.unlink(missing_ok=True))
