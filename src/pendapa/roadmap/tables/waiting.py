"""What the rows of a table wait for: other initiatives by code (also by title or uid), that stand already or come with the table.

A row tells all that it waits for; an empty cell changes nothing. Who comes with the table is known when all rows are, so names
that nobody bears are told then, and dependencies are written after the rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Writes
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import note
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Dependency, Initiative
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import dirt
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.tables.columns import INITIATIVES, WAITS

_UNKNOWN = _("No initiative has the code %(value)s, neither here nor in this table; it was left out.")
_CIRCLE = _("It would wait for itself in a circle. Take one of these out: %(codes)s.")
_BETWEEN = re.compile(r"[;\n|]+|,\s+")
BATCH = 1000
Key = Any
Edges = list[tuple[Key, Key]]


def named(text: str) -> list[str]:
    """The initiatives that a cell names, each once."""
    parts = (rules.tidy(part) for part in _BETWEEN.split(text))
    return list(dict.fromkeys(part for part in parts if part and not dirt.is_nothing(part)))


class Finder:
    """Initiatives by what a table calls them. ``rows`` are (what stands for it, uid, code, title)."""

    def __init__(self, rows: Iterable[tuple[Key, UUID | None, str, str]]) -> None:
        self._by_code: dict[str, Key] = {}
        self._by_name: dict[str, list[Key]] = defaultdict(list)
        for key, uid, code, title in rows:
            if code:
                self._by_code[code.casefold()] = key
            if uid is not None:
                self._by_code[str(uid)] = key
            self._by_name[name_key(title)].append(key)

    def find(self, text: str) -> Key | None:
        """By code or uid, else by a title that only one bears."""
        found = self._by_code.get(text.casefold())
        if found is not None:
            return found
        same = self._by_name.get(name_key(text), [])
        return same[0] if len(same) == 1 else None


def standing(actor: Actor, institution: Institution) -> list[tuple[UUID, UUID, str, str]]:
    """The initiatives that the actor may read. One query."""
    rows = reach.initiatives(actor, institution).select_related(None).order_by()
    return [(uid, uid, code, title) for uid, code, title in rows.values_list("uid", "code", "title")]


def wanted(before: Sequence[UUID], texts: Sequence[str], finder: Finder, seen: Callable[[UUID], bool]) -> tuple[UUID, ...]:  # fmt: skip
    """What stands after a row: what it names, as far as that stands, and what the actor may not see."""
    found = [uid for text in texts if isinstance(uid := finder.find(text), UUID)]
    after = list(dict.fromkeys([*(uid for uid in before if not seen(uid)), *found]))
    return tuple(before) if set(after) == set(before) else tuple(after)


# ---- all rows together


def judge(batch: ImportBatch, actor: Actor) -> list[StagedRow]:
    """Rows that would wait for themselves are faulty; what names nobody is told and left out; a row that waits for a new one has
    changed. Three queries, however many rows; gives the rows whose verdict is another."""
    sheets = [number for number, facts in enumerate(batch.sheets) if facts["kind"] == INITIATIVES]
    if not sheets:
        return []
    rows = list(batch.rows.filter(sheet__in=sheets).order_by("sheet", "row"))
    good = [row for row in rows if row.verdict != "faulty"]
    telling = [row for row in good if row.data["values"].get("waits")]
    if not telling:
        return []
    stood = standing(actor, batch.institution)
    new = ((row.pk, None, row.data["code"], row.data["name"]) for row in good if not row.target)
    finder = Finder([*stood, *new])
    uids = _uids(row.target for row in telling if row.target)
    ways: dict[int, Edges] = {}
    unknown = []
    for row in telling:
        own = uids.get(row.target or 0, row.pk)
        ways[row.pk], doubts = _ways(batch, row, own, finder)
        if (kept := _others(row.warnings) + doubts) != row.warnings:
            row.warnings = kept
            unknown.append(row)
    StagedRow.objects.bulk_update(unknown, ["warnings"], batch_size=100)
    visible = {uid for _key, uid, _code, _title in stood}
    faulty = _circles(batch, telling, ways, set(uids.values()), visible)
    return [*faulty, *_moved([row for row in telling if row not in faulty], ways)]


def _uids(targets: Iterable[int]) -> dict[int, UUID]:
    return dict(Initiative.objects.filter(pk__in=list(targets)).values_list("pk", "uid"))


def _ways(batch: ImportBatch, row: StagedRow, own: Key, finder: Finder) -> tuple[Edges, list[dict[str, Any]]]:
    """What a row waits for, and the doubts about the rest."""
    found: Edges = []
    doubts = []
    for text in row.data["values"]["waits"]:
        on = finder.find(text)
        if on is None:
            doubts.append(note(_header(batch, row), text, say(_UNKNOWN, value=text[:80])))
        else:
            found.append((own, on))
    return found, doubts


def _others(warnings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in warnings if one["msgid"] != _UNKNOWN]


def _header(batch: ImportBatch, row: StagedRow) -> str:
    headers = (header for header, column in batch.sheets[row.sheet]["columns"] if column == WAITS)
    return next(headers, "")


def _circles(
    batch: ImportBatch, rows: Sequence[StagedRow], ways: Mapping[int, Edges], own: set[UUID], visible: set[UUID]
) -> list[StagedRow]:  # fmt: skip
    """The rows that close a circle, one after the other."""
    live = Dependency.objects.filter(
        institution=batch.institution, deleted_at=None, initiative__deleted_at=None, on__deleted_at=None
    ).values_list("initiative__uid", "on__uid")
    edges: Edges = [(one, on) for one, on in live if one not in own or on not in visible]
    if rules.circle(edges, [way for row in rows for way in ways[row.pk]]) is None:
        return []
    faulty = []
    for row in rows:
        if rules.circle(edges, ways[row.pk]) is None:
            edges += ways[row.pk]
            continue
        texts = ", ".join(row.data["values"]["waits"])
        row.verdict = "faulty"
        row.errors = [*row.errors, note(_header(batch, row), texts, say(_CIRCLE, codes=texts[:200]))]
        faulty.append(row)
    return faulty


def _moved(rows: Sequence[StagedRow], ways: Mapping[int, Edges]) -> Iterator[StagedRow]:
    """Rows that are the same but for waiting for one that comes with the table."""
    for row in rows:
        if row.verdict == "same" and any(not isinstance(on, UUID) for _own, on in ways[row.pk]):
            row.verdict = "changed"
            yield row


# ---- writing


def written(
    actor: Actor, institution: Institution, told: Sequence[tuple[Initiative, Sequence[str]]]
) -> Iterator[Writes]:
    """The dependencies of rows that were written, when all of them are. What the actor may not see stays."""
    if not told:
        return
    finder = Finder(standing(actor, institution))
    rows = reach.initiatives(actor, institution).select_related(None).order_by()
    for start in range(0, len(told), BATCH):
        some = told[start : start + BATCH]
        asked = [
            (row, [uid for text in texts if (uid := finder.find(text)) is not None]) for row, texts in some
        ]
        on = {one.uid: one for one in rows.filter(uid__in={uid for _row, uids in asked for uid in uids})}
        there = _there(row for row, _texts in some)
        visible = set(rows.values_list("pk", flat=True))
        writes = Writes()
        for row, uids in asked:
            held = {one.on.uid: one for one in there.get(row.pk, ())}
            for uid in dict.fromkeys(uids):
                if held.pop(uid, None) is None and uid != row.uid:
                    writes.add.append(Dependency(institution=institution, initiative=row, on=on[uid]))
            writes.delete += [one for one in held.values() if one.on_id in visible]
        if writes:
            yield writes


def _there(rows: Iterable[Initiative]) -> dict[int, list[Dependency]]:
    found: dict[int, list[Dependency]] = defaultdict(list)
    live = Dependency.objects.filter(initiative__in=[row.pk for row in rows], deleted_at=None)
    for one in live.select_related("on", "institution"):
        found[one.initiative_id].append(one)
    return found
