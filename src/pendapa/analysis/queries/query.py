"""The answer to a question in one line, page by page, through what the actor may see.

    found = answer(actor, institution, "aplikasi dengan opd = Dinkes → server")

The rows are whole paths or the elements of the last step. They come in the order of one step (the first, or that of the column
to sort by), by keyset: the elements of that step first, then step by step what they are linked with, never more than a page
needs. So the number of queries depends on the number of steps only, and a hub with ten thousand relations costs a page.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any

from django.db.models import Case, F, IntegerField, OrderBy, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import Exact, GreaterThan, LessThan

from pendapa.analysis.queries.query_conditions import Compiler
from pendapa.analysis.queries.query_sql import First, FirstNumber, Lower, TooLong, bounded
from pendapa.analysis.rules import query as rules
from pendapa.analysis.rules.query_words import Vocabulary, vocabulary
from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import PERSONAL, VIEW
from pendapa.architecture.queries import visible
from pendapa.architecture.rules.gaps import RULES
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution

PAGE, MOST, COUNTED = 50, 200, 10_000
"""Rows of a page, of a page at most, and how far is counted."""
EXPORTED = 20_000
"""Rows that a file holds at most."""
LONGEST = 30
"""Seconds that the database is asked for the whole answer at most."""
LEAN = (
    "id", "uid", "domain", "kind", "code", "name", "name_key", "classification", "completeness", "valid_from", "valid_to",
    "unit__name", "attributes",
)  # fmt: skip
Row = dict[str, Any]


class BadMark(Exception):
    """The mark of the page is none that a page gave."""


@dataclass(frozen=True)
class Answer:
    """One page: by row the element of each step (only the last where the rows are elements); ``next`` marks the page after
    it. ``counts``: by step how many elements take part, capped at ``COUNTED`` + 1; ``None`` where they were not asked for or
    took too long."""

    plan: rules.Plan
    rows: list[tuple[Row | None, ...]]
    next: str
    counts: list[int] | None = None


def words(actor: Actor, institution: Institution) -> Vocabulary:
    """What words mean here for the actor."""
    return vocabulary(metamodel.of(institution), tuple(RULES), actor.may(PERSONAL, institution))


def planned(actor: Actor, institution: Institution, line: str) -> rules.Plan:
    """The plan of a question. Raises :class:`rules.Fault`."""
    actor.require(VIEW, institution)
    return rules.ask(line, words(actor, institution))


def answer(
    actor: Actor,
    institution: Institution,
    line: str,
    *,
    after: str = "",
    size: int = PAGE,
    counted: bool = False,
) -> Answer:
    """A page of the answer. Raises ``Fault`` (the question), :class:`BadMark` (the mark) and :class:`TooLong`."""
    plan = planned(actor, institution, line)
    walk = _Walk(Compiler(actor, institution), plan)
    with bounded():
        keys, mark = walk.page(_read(after, plan) if after else None, size)
        rows = walk.rows(keys)
    counts = None
    if counted:
        try:
            with bounded():
                counts = walk.counts()
        except TooLong:
            counts = None
    return Answer(plan, rows, _written(mark) if mark else "", counts)


def everything(
    actor: Actor, institution: Institution, line: str, most: int = EXPORTED
) -> tuple[rules.Plan, Iterator[tuple[Row | None, ...]]]:
    """The plan and all rows of the answer, at most so many and one more, by which one sees that there are more. The rows raise
    :class:`TooLong` where they keep the database longer than ``LONGEST``."""
    plan = planned(actor, institution, line)
    compiler = Compiler(actor, institution)
    _Walk(compiler, plan)  # units that are unknown are told at once

    def rows() -> Iterator[tuple[Row | None, ...]]:
        mark, left, seconds = None, most + 1, float(LONGEST)
        while left > 0:
            walk, began = _Walk(compiler, plan), monotonic()
            with bounded(seconds):
                keys, mark = walk.page(mark, min(2_000, left))
                found = walk.rows(keys)
            seconds -= monotonic() - began  # what the reader of the rows takes does not count
            yield from found
            left -= len(found)
            if mark is None:
                return

    return plan, rows()


@dataclass(frozen=True)
class Chain:
    """A path as far as it is known: by step the id, and the keys by which it is ordered."""

    ids: Mapping[int, int]
    key: tuple[Any, ...]


@dataclass
class _Walk:
    """From the step that gives the order to the first, then to the last."""

    compiler: Compiler
    plan: rules.Plan
    ways: list[QuerySet[Element]] = field(init=False)

    def __post_init__(self) -> None:
        plan = self.plan
        self.root = plan.sort.step if plan.sort else 0 if plan.paths else plan.last
        self.order = (
            [*range(self.root - 1, -1, -1), *range(self.root + 1, plan.last + 1)] if plan.paths else []
        )
        self.ways = self.compiler.chains(plan, self.root)

    def counts(self) -> list[int]:
        return [rows[: COUNTED + 1].count() for rows in self.compiler.whole(self.plan)]

    def page(self, after: tuple[Any, ...] | None, size: int) -> tuple[list[Chain], tuple[Any, ...] | None]:
        """The chains behind a mark, and the mark of the next page."""
        # One more tells that there is another page; and one may have no more neighbours behind the mark.
        chains = self.roots(after, size + 2)
        for depth, place in enumerate(self.order, 1):
            last = depth == len(self.order)
            chains = self.longer(chains, place, after, size + 1 if last else size + 2, last=last)
        more = len(chains) > size
        chains = chains[:size]
        return chains, chains[-1].key if more else None

    # -- the step that gives the order

    def roots(self, after: tuple[Any, ...] | None, need: int) -> list[Chain]:
        rows: Any = self.ways[self.root]
        sign = self.sign()
        names: tuple[str, ...] = ("name_key", "id")
        if sign is not None:
            rows = rows.annotate(sorted=sign).annotate(absent=_absent(sign))
            names = ("absent", "sorted", "name_key", "id")
        down = self.plan.down
        if after:
            rows = rows.filter(_behind(after[: len(names)], names, down, inclusive=bool(self.order)))
        if sign is None:
            rows = rows.order_by("-name_key", "-id") if down else rows.order_by("name_key", "id")
        else:
            rows = rows.order_by("absent", OrderBy(F("sorted"), descending=down), "name_key", "id")
        found: Iterable[tuple[Any, ...]] = rows.values_list(*names)[:need]
        return [Chain({self.root: one[-1]}, tuple(map(_plain, one))) for one in found]

    def sign(self) -> Any:
        """What gives the order beside name and id, as an expression; nothing where the name does."""
        if self.plan.sort is None or self.plan.sort.field.source == "name":
            return None
        asked = self.plan.sort.field
        if asked.source == "attribute":
            return FirstNumber(asked.key) if asked.type == "number" else First(asked.key)
        if asked.type in ("number", "date"):
            return F(asked.source)
        return Lower("unit__name" if asked.source == "unit" else asked.source)

    # -- its neighbours

    def longer(
        self, chains: list[Chain], place: int, after: tuple[Any, ...] | None, need: int, *, last: bool
    ) -> list[Chain]:
        """The chains with one step more, in order, no more than are needed."""
        came = place + 1 if place < self.root else place - 1
        found: list[Chain] = []
        if after and chains and chains[0].key == after[: len(chains[0].key)]:
            # Only the first can be the beginning of the mark: its neighbours before the mark were on the page before.
            first, chains = chains[0], chains[1:]
            start = len(first.key)
            mark = (str(after[start]), int(after[start + 1]))
            near = self.neighbours([first.ids[came]], place, came, need, mark)
            found += _grown(first, place, [k for k in near.get(first.ids[came], ()) if k != mark or not last])
        near = self.neighbours(sorted({chain.ids[came] for chain in chains}), place, came, need)
        for chain in chains:
            if len(found) >= need:
                break
            found += _grown(chain, place, near.get(chain.ids[came], ()))
        return found[:need]

    def neighbours(
        self, ids: Sequence[int], place: int, came: int, need: int, mark: tuple[str, int] | None = None
    ) -> dict[int, list[tuple[str, int]]]:
        """By id its neighbours in the step at ``place``, as (key of the name, id), in order, from a mark on."""
        forward, stop = came < place, self.plan.steps[max(place, came)]
        ends = [("source", "target", stop.out if forward else stop.into)]
        ends.append(("target", "source", stop.into if forward else stop.out))
        found: dict[int, set[tuple[str, int]]] = defaultdict(set)
        for here, there, types in ends:
            if not types or not ids:
                continue
            order = [f"{there}__name_key", f"{there}_id"]
            rows = self.compiler.edges().filter(
                **{"type__in": types, f"{here}__in": ids, f"{there}__in": self.ways[place].values("pk")}
            )
            if mark:
                key, number = mark
                behind = Q(**{f"{order[0]}__gt": key}) | Q(**{order[0]: key, f"{order[1]}__gte": number})
                rows = rows.filter(behind)
            # Of a hub only as many as a page needs; several relations between the same two count once.
            rows = rows.annotate(nth=Window(RowNumber(), partition_by=[F(f"{here}_id")], order_by=order))
            near = rows.filter(nth__lte=(need + 1) * len(types)).values_list(f"{here}_id", *order)
            for one, key, other in near:
                found[one].add((key, other))
        return {one: sorted(keys) for one, keys in found.items()}

    # -- rows

    def rows(self, chains: Sequence[Chain]) -> list[tuple[Row | None, ...]]:
        ids = {pk for chain in chains for pk in chain.ids.values()}
        seen = visible(self.compiler.actor, self.compiler.institution)
        known = {row["id"]: row for row in seen.filter(pk__in=ids).order_by().values(*LEAN)}
        places = range(len(self.plan.steps))
        return [
            tuple(known.get(chain.ids[place]) if place in chain.ids else None for place in places)
            for chain in chains
        ]


def _grown(chain: Chain, place: int, keys: Iterable[tuple[str, int]]) -> list[Chain]:
    return [Chain({**chain.ids, place: key[1]}, (*chain.key, *key)) for key in keys]


def _absent(sign: Any) -> Any:
    """1 where there is nothing to sort by: such rows come last, whichever way one sorts."""
    text = isinstance(sign, First) and not isinstance(sign, FirstNumber)
    nothing = Q(sorted="") if text else Q(sorted=None)
    return Case(When(nothing, then=Value(1)), default=Value(0), output_field=IntegerField())


def _behind(mark: Sequence[Any], names: Sequence[str], down: bool, *, inclusive: bool) -> Q:
    """The rows after a mark in the order of ``names``; those at the mark too where it may have more neighbours."""
    alone = len(names) == 2
    condition, same = Q(pk__in=[]), Q()
    for name, value in zip(names, mark, strict=True):
        turned = down and (alone or name == "sorted")
        if value is not None:
            beyond = LessThan(F(name), value) if turned else GreaterThan(F(name), value)
            condition |= same & Q(beyond)
            same &= Q(Exact(F(name), value))
        else:  # nothing is followed by nothing
            same &= Q(**{f"{name}__isnull": True})
    return condition | same if inclusive else condition


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _written(mark: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(mark, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(text: str, plan: rules.Plan) -> tuple[Any, ...]:
    """The mark that a page gave. Raises :class:`BadMark` for any other text."""
    try:
        told = json.loads(
            base64.b64decode(text[:4_000] + "=" * (-len(text[:4_000]) % 4), altchars=b"-_", validate=True)
        )
    except (binascii.Error, ValueError, RecursionError):
        raise BadMark from None
    shape = _shape(plan)
    if not isinstance(told, list) or len(told) != len(shape):
        raise BadMark
    for value, kinds in zip(told, shape, strict=True):
        if type(value) not in kinds or not _bearable(value):
            raise BadMark
    if plan.sort and plan.sort.field.source.startswith("valid_") and told[1] is not None:
        try:
            date.fromisoformat(told[1])
        except ValueError:
            raise BadMark from None
    return tuple(told)


def _bearable(value: Any) -> bool:
    """Whether both databases take the value: no NUL, no half of a pair of surrogates, no number beyond theirs."""
    if isinstance(value, str):
        return not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 2**63


def _shape(plan: rules.Plan) -> list[tuple[type, ...]]:
    """By part of a mark the types that it may have."""
    pairs = len(plan.steps) if plan.paths else 1
    shape: list[tuple[type, ...]] = [(str,), (int,)] * pairs
    if plan.sort and plan.sort.field.source != "name":
        kinds: tuple[type, ...] = (str, type(None))
        if plan.sort.field.type == "number":
            kinds = (int, float, type(None))
        shape = [(int,), kinds, *shape]
    return shape
