"""The national reference trees as they hold now: the shipped pack, with newer trees that an administrator brought.

    from pendapa.kernel.overlays import trees
    trees.references_now().lookup("RAB.06.01", "RAB")

A newer tree is an overlay of the whole installation over ``references/RAB`` …, in the shape of the pack's own file. Which
are the newest is asked of the database once a request (elsewhere: each time it is called, so call it once for many rows);
what they hold is read once in a process.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.signals import request_finished, request_started

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus
from pendapa.kernel.overlays import store
from pendapa.kernel.overlays.models import Overlay
from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.references import References, build_references

log = logging.getLogger(__name__)
PREFIX = "references/"

Mark = tuple[str, int, datetime]
Marks = tuple[Mark, ...]
_of_request: ContextVar[list[Marks] | None] = ContextVar("references_of_request", default=None)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a tree. Number 0 is the shipped one: then nobody brought it, and ``label`` is the regulation."""

    tree: str
    number: int
    label: str
    reason: str = ""
    author: str = ""
    at: datetime | None = None
    overlay: int = 0


def references_now() -> References:
    """The references that hold at this moment. A version that cannot be read any more is left out, and logged."""
    return _built(_marks())


def versions(tree: str) -> list[Version]:
    """All versions of a tree, the one that holds first, the shipped one last (where the pack has that tree)."""
    kept = [
        Version(tree, row.version, row.label, row.reason, row.author_name, row.created_at, row.pk)
        for row in store.versions(PREFIX + tree).defer("content")
    ]
    shipped = packs.references()
    return [*kept, Version(tree, 0, shipped.source)] if tree in shipped.trees else kept


def references_of(version: Version) -> References:
    """The tree as it was in one version. Raises PackError where it cannot be read any more."""
    if not version.overlay:
        return packs.references()
    row = Overlay.objects.get(pk=version.overlay, institution=None)
    return build_references(row.content, Path(row.pack))


def keep_tree(actor: Actor, tree: str, content: dict[str, Any], *, label: str, reason: str = "") -> Overlay:
    """Keep ``content`` as the tree that holds from now on. Whether ``actor`` may is for the caller to ask.

    Raises PackError where it is no sound pack, or holds anything but this tree.
    """
    found = build_references(content, Path(PREFIX + tree))
    if found.trees != (tree,):
        raise ValueError(f"{PREFIX}{tree} holds {', '.join(found.trees) or 'nothing'}")
    kept = store.keep(actor, None, PREFIX + tree, content, label=label, reason=reason)
    forget()
    return kept


def _marks() -> Marks:
    """Which overlays hold, one of each tree. The moment too: a key may be given again after a rollback or a restore."""
    asked = _of_request.get()
    if asked:
        return asked[0]
    kept = Overlay.objects.filter(institution=None, pack__startswith=PREFIX).order_by("pack", "version")
    newest = {pack: (pack, pk, at) for pack, pk, at in kept.values_list("pack", "pk", "created_at")}
    marks = tuple(newest.values())
    if asked is not None:
        asked.append(marks)
    return marks


@lru_cache(maxsize=8)
def _built(marks: Marks) -> References:
    newer = []
    rows = Overlay.objects.in_bulk([pk for _pack, pk, _at in marks]) if marks else {}
    for pack, pk, _at in marks:
        try:
            newer.append(build_references(rows[pk].content, Path(pack)))
        except PackError:
            log.exception("The kept version of %s cannot be read; the shipped one holds", pack)
    return packs.references().with_trees(newer)


@bus.on("overlay.kept")
def forget(**_facts: Any) -> None:
    """Ask anew: a version was kept in this process."""
    asked = _of_request.get()
    if asked is not None:
        asked.clear()


def _begin(**_facts: Any) -> None:
    _of_request.set([])


def _end(**_facts: Any) -> None:
    _of_request.set(None)


request_started.connect(_begin, dispatch_uid="overlays.trees.begin")
request_finished.connect(_end, dispatch_uid="overlays.trees.end")
