"""Taking a file that somebody hands in: looked into first, kept together with what is done with it.

looked = taking.look(DOOR, content, "KAK.docx", size)
with transaction.atomic():
    ...                                           # may still refuse
    with taking.kept(looked, institution, actor.user) as file:
        history.write(...)                        # where this fails, the file is gone again
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from pendapa.kernel.files import kinds, names, store
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution, User

MOST = 200
"""Signs of a name, before its ending."""


@dataclass(frozen=True)
class Door:
    """What a room takes: at most ``largest`` bytes; ``types`` from a kind of :func:`.kinds.kind` to its media type. ``words`` tells
    people why a file is not taken, from a ``why`` of :class:`.kinds.Refused`; ``nameless`` is what a file without a name is
    called."""

    largest: int
    types: Mapping[str, str]
    words: Callable[[str], str]
    nameless: str = "berkas"


@dataclass(frozen=True)
class Looked:
    """A file that may be kept. ``name`` is one line without folders and ends as the content says; ``kind`` is a key of the types of
    its ``door``, ``media`` its media type."""

    door: Door
    content: BinaryIO
    name: str
    kind: str
    media: str

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return self.name.rpartition(".")[0]


def look(door: Door, content: BinaryIO, name: str, size: int) -> Looked:
    """Look into a file of ``size`` bytes (as announced; :func:`kept` counts again): what it is goes by its bytes, never by ``name``.

    Writes nothing. Raises :class:`~pendapa.kernel.refusing.Refused` on the field ``file``, in the words of the door, for what is
    empty, too large, or none of its types.
    """
    try:
        kind = kinds.kind(content, size, largest=door.largest, types=door.types)
    except kinds.Refused as error:
        raise Refused({"file": door.words(error.why)}) from error
    plain = names.plain_name(names.last_part(name), MOST, door.nameless)
    return Looked(door, content, kinds.with_ending(plain, kind), kind, door.types[kind])


@contextmanager
def kept(looked: Looked, institution: Institution, user: User | None) -> Iterator[StoredFile]:
    """The file in the store with its size in bytes and SHA-256, for what the block does with it. Where the block fails, neither row
    nor bytes stay. The same bytes handed in twice are two files with one digest: whether that is wanted the room decides in the
    block.

    Raises :class:`~pendapa.kernel.refusing.Refused` on the field ``file`` where it holds more bytes than the door takes.
    """
    looked.content.seek(0)
    try:
        held = store.keeping(looked.content, looked.name, institution, user, looked.door.largest)
        with held as file:
            yield file
    except store.TooLarge as error:
        raise Refused({"file": looked.door.words("large")}) from error
