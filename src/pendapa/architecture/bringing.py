"""A newer national tree on its way in: the file is kept while its preview is looked at, then it holds or is let go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from pendapa.architecture import references
from pendapa.architecture.queries.lists import is_uid
from pendapa.architecture.rules.tree_rows import RowFault, content_of, read_rows
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.files import store as files
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.overlays.models import Overlay
from pendapa.kernel.tables.messages import Unreadable
from pendapa.kernel.tables.reading import read
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.errors import PackError
from pendapa.regulations.references import References, build_references

LIMIT = 10 << 20
"""Bytes of a file; the largest national tree has a few thousand rows."""

Nodes = list[dict[str, Any]]


class Unfit(Exception):
    """The file is no tree; ``faults`` says in words why, with the rows."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))

    def more(self, shown: int) -> int:
        return max(len(self.faults) - shown, 0)


def nodes_of(tree: str, path: Path) -> Nodes:
    """The nodes of ``tree`` in a file, in the shape of a pack: from its first sheet that has the columns kode and nama.

    Raises :class:`Unfit`.
    """
    try:
        grids = read(path)
        tried = [read_rows(tree, _lines(grid.rows)) for grid in grids]
    except Unreadable as bad:
        raise Unfit([bad.render(gettext)]) from bad
    fits = next((one for one in tried if one.nodes or one.faults[0].why != "no header"), tried[0])
    if fits.faults:
        raise Unfit([told(fault) for fault in fits.faults])
    built(tree, fits.nodes, tree)
    return fits.nodes


def _lines(rows: Any) -> Iterator[tuple[int, Sequence[str]]]:
    return ((line.number, [str(cell) for cell in line.cells]) for line in rows)


def built(tree: str, nodes: Nodes, label: str) -> References:
    """The nodes as references. Raises :class:`Unfit`."""
    try:
        return build_references(content_of(tree, nodes, label), Path(f"references/{tree}"))
    except PackError as error:
        raise Unfit([f"{fault.path}: {fault.reason}" for fault in error.faults]) from error


def receive(
    actor: Actor, institution: Institution, tree: str, source: BinaryIO, name: str
) -> tuple[StoredFile, Nodes]:
    """Keep an uploaded file and read it. Raises :class:`Unfit`; then nothing was kept."""
    if not actor.runs_platform:
        raise NotFound
    try:
        file = files.keep(source, name, institution, actor.user, LIMIT)
    except files.TooLarge as error:
        raise Unfit([_("The file is larger than %(limit)s MB.") % {"limit": LIMIT >> 20}]) from error
    try:
        return file, nodes_of(tree, files.path(file))
    except BaseException:
        files.forget(file)
        raise


def keep(actor: Actor, institution: Institution, tree: str, uid: str, *, label: str, reason: str) -> Overlay:
    """Let the tree of a file hold that was received before. Raises :class:`Unfit` where it or its label is no good."""
    file = _own(actor, institution, uid)
    if not label:
        raise Unfit([_("The version needs a name, for example the number of the regulation.")])
    nodes = nodes_of(tree, files.path(file))
    with transaction.atomic():
        kept = references.bring(actor, tree, nodes, label=label, reason=reason)
        files.forget(file)
    return kept


def forget(actor: Actor, institution: Institution, uid: str) -> None:
    """Let a received file go."""
    files.forget(_own(actor, institution, uid))


def _own(actor: Actor, institution: Institution, uid: str) -> StoredFile:
    mine = StoredFile.objects.filter(institution=institution, created_by=actor.user)
    file = mine.filter(uid=uid).first() if is_uid(uid) and actor.user else None
    if file is None or not actor.runs_platform:
        raise NotFound
    return file


def told(fault: RowFault) -> str:
    """A fault in words: row, what is wrong, what would be right."""
    texts = {
        "no header": _("No row has the columns kode and nama. Write them as headers above the table."),
        "empty": _("There is no row below the headers."),
        "many": _("There are more than %(value)s rows."),
        "no name": _("The name is empty."),
        "long": _("The name is longer than %(other)s characters: %(value)s…"),
        "code": _("“%(value)s” is no code. Write it like %(other)s.01.02: two digits between dots."),
        "other tree": _("“%(value)s” belongs to another tree than %(other)s."),
        "twice": _("“%(value)s” stands in row %(other)s already."),
        "orphan": _("“%(value)s” belongs below %(other)s, which is not in the file."),
        "cycle": _("“%(value)s” stands below itself: its parents run in a circle."),
        "level": _("The level is %(other)s by the parents, not %(value)s."),
        "verified": _("“%(value)s” is neither ya nor tidak."),
    }
    text = texts[fault.why] % {"value": fault.value, "other": fault.other}
    return _("Row %(row)d: %(fault)s") % {"row": fault.row, "fault": text} if fault.row else text
