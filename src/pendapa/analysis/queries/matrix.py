"""The matrix of two domains, read in a fixed number of queries whatever its size.

    chosen = choice(institution, "processes", "applications", "services")
    found = matrix(actor, institution, chosen)

Elements and relations that the actor may not see are neither drawn nor counted, in between as little as at the ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.analysis.rules import matrix as rules
from pendapa.analysis.rules.matrix import DIRECT, Edge, Hop, Path, Side, Step
from pendapa.architecture import metamodel
from pendapa.architecture.queries import is_uid, visible, visible_relations
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui.formats import in_sentence
from pendapa.regulations.metamodel import Metamodel

ROWS, COLUMNS = 40, 15
"""So many of them stand on a page."""
TOLD = 6
"""So many ways of a cell are told in the table; all of them where one cell is opened."""
AT_ONCE = 10_000
"""Databases take so many ids in one question; of more the whole register is read."""
SHOW = ("", "linked", "missing")


@dataclass(frozen=True)
class Choice:
    """What is set against what, by which of the ways that the metamodel offers."""

    rows: Side
    columns: Side
    path: Path
    offered: tuple[Path, ...]

    @property
    def direct(self) -> Path | None:
        """The way without anything in between, where the metamodel knows one."""
        return next((path for path in self.offered if not path.through), None)


@dataclass(frozen=True)
class Thing:
    """An element as a line of the table, or in between."""

    pk: int
    uid: str
    domain: str
    code: str
    name: str
    unit: str
    path: str


@dataclass(frozen=True)
class Line:
    """A row or a column, and with how many of the other side it is linked: 0 is what is missing."""

    thing: Thing
    linked: int


@dataclass(frozen=True)
class Axis:
    """The rows, or the columns. ``total`` counts those of the choice, ``empty`` those linked with nothing; ``lines`` are
    the ``page`` of ``pages`` of the ``shown`` ones, in the order of their names."""

    side: Side
    total: int
    empty: int
    shown: int
    page: int
    pages: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Cell:
    """How a row and a column are linked: the relations between the two, and the ways through others, ``ways`` being the
    first of ``count``."""

    direct: tuple[Hop, ...]
    count: int
    ways: tuple[tuple[Thing, ...], ...]


@dataclass(frozen=True)
class Matrix:
    choice: Choice
    rows: Axis
    columns: Axis
    cells: dict[tuple[int, int], Cell]


# --------------------------------------------------------------------------------------------------------------- choice


def label(model: Metamodel, side: Side) -> str:
    """Rows or columns in words, as they stand in a sentence."""
    domain = model.domain(side.domain)
    text = domain.kind(side.kind).label if side.kind else domain.plural
    return in_sentence(text.in_language(get_language() or "id"))


def side(model: Metamodel, said: str, field: str) -> Side:
    """``applications`` or ``infrastructure.server``; :class:`Refused` names what there is."""
    domain, _dot, kind = said.strip().partition(".")
    known = {one.key: one for one in (*model.domains, model.strategy)}
    if domain not in known:
        words = {"said": said[:60], "known": ", ".join(known)}
        raise Refused(_("“%(said)s” is no domain of the architecture (there are: %(known)s).") % words, field)
    kinds = [one.key for one in known[domain].kinds]
    if kind and kind not in kinds:
        words = {"said": kind[:60], "domain": domain, "known": ", ".join(kinds)}
        raise Refused(_("“%(said)s” is no kind of %(domain)s (there are: %(known)s).") % words, field)
    return Side(domain, kind if len(kinds) > 1 else "")


def choice(institution: Institution, rows: str, columns: str, through: str = "") -> Choice:
    """What is asked, checked against the metamodel. ``through`` is ``direct``, one domain or two with a comma between them,
    in the order from the rows; empty: the best. Raises :class:`Refused` with the field at fault."""
    model = metamodel.of(institution)
    one, other = side(model, rows, "rows"), side(model, columns, "columns")
    offered = _offered(model, one, other)
    words = {"rows": label(model, one), "columns": label(model, other)}
    if not offered:
        text = _("Between %(rows)s and %(columns)s there is no way through at most two other domains.")
        raise Refused(text % words, "columns")
    wanted = ",".join(part.strip() for part in through.split(",") if part.strip())
    found = next((path for path in offered if path.key == wanted), None) if wanted else offered[0]
    if found is None:
        words |= {"said": through[:60], "known": " | ".join(path.key for path in offered)}
        text = _(
            "“%(said)s” is no way between %(rows)s and %(columns)s (there are: %(known)s; two domains with a comma between them)."
        )
        raise Refused(text % words, "through")
    return Choice(one, other, found, offered)


@lru_cache(maxsize=1024)
def _offered(model: Metamodel, rows: Side, columns: Side) -> tuple[Path, ...]:
    """Remembered: all ways through two domains are tried out."""
    domains = [domain.key for domain in (*model.domains, model.strategy)]
    return rules.paths(model.relations, domains, rows, columns)


def unit_of(institution: Institution, uid: str) -> Unit | None:
    """The unit that a matrix is narrowed to; :class:`Refused` where there is none."""
    if not uid:
        return None
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    found = live.filter(uid=uid).first() if is_uid(uid) else None
    if found is None:
        raise Refused(_("There is no such unit. Choose one of the list."), "unit")
    return found


# -------------------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Web:
    """All that links the two sides: ids in the order of names, and the steps of each way. ``direct`` is empty where the
    metamodel knows no direct relation, ``through`` where only that is asked for."""

    choice: Choice
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    direct: tuple[Step, ...]
    through: tuple[Step, ...]
    edges: tuple[Edge, ...]

    @property
    def all_steps(self) -> list[tuple[Step, ...]]:
        return [steps for steps in (self.direct, self.through) if steps]

    def linked_rows(self) -> set[int]:
        return set().union(*(rules.linked(steps) for steps in self.all_steps))

    def linked_columns(self) -> set[int]:
        return set().union(*(rules.linked(rules.turned(steps)) for steps in self.all_steps))


def web(actor: Actor, institution: Institution, chosen: Choice, unit: Unit | None = None) -> Web:
    """The rows, the columns and what lies between them: those of ``unit`` and below, with those of others that are linked
    with them. Three queries, one less where both sides are one."""
    rows = _ids(actor, institution, chosen.rows)
    columns = rows if chosen.columns == chosen.rows else _ids(actor, institution, chosen.columns)
    direct = chosen.direct
    through = chosen.path if chosen.path.through else None
    types = {hop.type for path in (direct, through) if path for step in path.steps for hop in step}
    fields = ("type", "source_id", "source__domain", "target_id", "target__domain")
    edges = tuple(
        visible_relations(actor, institution).filter(type__in=sorted(types)).order_by().values_list(*fields)
    )
    row_ids, column_ids = {pk for pk, _path in rows}, {pk for pk, _path in columns}
    ends = (chosen.rows, chosen.columns, edges, row_ids, column_ids)
    laid = [rules.laid(path, *ends) if path else () for path in (direct, through)]
    if unit is not None:
        within = [{pk for pk, path in side if path.startswith(unit.path)} for side in (rows, columns)]
        row_ids, column_ids = rules.own([steps for steps in laid if steps], *within)
    return Web(
        chosen,
        tuple(pk for pk, _path in rows if pk in row_ids),
        tuple(pk for pk, _path in columns if pk in column_ids),
        laid[0],
        laid[1],
        edges,
    )


def _ids(actor: Actor, institution: Institution, side: Side) -> list[tuple[int, str]]:
    found = visible(actor, institution).filter(domain=side.domain)
    if side.kind:
        found = found.filter(kind=side.kind)
    return list(found.order_by("name_key", "id").values_list("pk", "unit__path"))


def things(
    actor: Actor, institution: Institution, *, ids: Iterable[int] | None = None, domains: Sequence[str] = ()
) -> dict[int, Thing]:
    """Elements by their id: those of ``ids``, or all of ``domains``. One query."""
    found = visible(actor, institution).order_by()
    wanted = None if ids is None else set(ids)
    if wanted is None:
        found = found.filter(domain__in=domains)
    elif len(wanted) <= AT_ONCE:
        found = found.filter(pk__in=wanted)
    fields = ("pk", "uid", "domain", "code", "name", "unit__name", "unit__path")
    return {
        row[0]: Thing(row[0], str(row[1]), row[2], *row[3:])
        for row in found.values_list(*fields)
        if wanted is None or row[0] in wanted
    }


def matrix(
    actor: Actor,
    institution: Institution,
    chosen: Choice,
    *,
    unit: Unit | None = None,
    show: str = "",
    row_page: int = 1,
    column_page: int = 1,
    size: tuple[int, int] = (ROWS, COLUMNS),
    told: int = TOLD,
) -> Matrix:
    """One page of the matrix: four queries. ``show``: everything, only what is ``linked``, or only what is ``missing``."""
    found = web(actor, institution, chosen, unit)
    linked = found.linked_rows(), found.linked_columns()
    sides = [_shown(ids, there, show) for ids, there in zip((found.rows, found.columns), linked, strict=True)]
    pages = [
        _page(ids, page, many) for ids, page, many in zip(sides, (row_page, column_page), size, strict=True)
    ]
    cells = {} if show == "missing" else _cells(found, pages[0][0], pages[1][0], told)
    wanted = {pk for ids, _number, _pages in pages for pk in ids}
    wanted |= {pk for _direct, _count, ways in cells.values() for way in ways for pk in way}
    names = things(actor, institution, ids=wanted)
    rows, columns = (
        Axis(
            side=side,
            total=len(ids),
            empty=len(ids) - len(there.intersection(ids)),
            shown=len(shown),
            page=number,
            pages=count,
            lines=tuple(Line(names[pk], _reach(steps, pk)) for pk in on_page if pk in names),
        )
        for side, ids, there, shown, (on_page, number, count), steps in (
            (chosen.rows, found.rows, linked[0], sides[0], pages[0], found.all_steps),
            (
                chosen.columns,
                found.columns,
                linked[1],
                sides[1],
                pages[1],
                [_turned_from(steps, pages[1][0]) for steps in found.all_steps],
            ),
        )
    )
    told_cells = {
        place: Cell(direct, count, _told(names, ways))
        for place, (direct, count, ways) in cells.items()
        if names.keys() >= set(place)
    }
    return Matrix(chosen, rows, columns, told_cells)


def _told(names: Mapping[int, Thing], ways: Iterable[Sequence[int]]) -> tuple[tuple[Thing, ...], ...]:
    """Ways by name. One that leads through what went while it was read is left out."""
    return tuple(tuple(names[pk] for pk in way) for way in ways if all(pk in names for pk in way))


def _shown(ids: Sequence[int], linked: set[int], show: str) -> list[int]:
    if not show:
        return list(ids)
    return [pk for pk in ids if (pk in linked) == (show == "linked")]


def _page(ids: Sequence[int], page: int, size: int) -> tuple[Sequence[int], int, int]:
    """The ids of a page, its number within bounds, and how many pages there are."""
    count = max(1, -(-len(ids) // size))
    number = min(max(1, page), count)
    return ids[(number - 1) * size : number * size], number, count


def _reach(all_steps: Iterable[Sequence[Step]], pk: int) -> int:
    return len({end for steps in all_steps for end in rules.reached(steps, pk)})


def _turned_from(steps: Sequence[Step], columns: Sequence[int]) -> tuple[Step, ...]:
    return rules.turned(rules.narrowed(steps, steps[0], columns))


Raw = tuple[tuple[Hop, ...], int, tuple[tuple[int, ...], ...]]


def _cells(found: Web, rows: Sequence[int], columns: Sequence[int], told: int) -> dict[tuple[int, int], Raw]:
    """The cells of some rows and columns that hold anything."""
    hops = _hops(found, set(rows), set(columns)) if found.direct else {}
    through = rules.narrowed(found.through, rows, columns) if found.through else ()
    cells: dict[tuple[int, int], Raw] = {}
    for row in rows:
        counts = rules.reached(through, row) if through else {}
        near = {column: hops[row, column] for column in columns if (row, column) in hops}
        for column in dict.fromkeys((*counts, *near)):
            ways = tuple(islice(rules.ways(through, row, column), told)) if column in counts else ()
            cells[row, column] = (near.get(column, ()), counts.get(column, 0), ways)
    return cells


def _hops(found: Web, rows: set[int], columns: set[int]) -> dict[tuple[int, int], tuple[Hop, ...]]:
    """Which relations stand directly between rows and columns."""
    path, ends = found.choice.direct, (found.choice.rows.domain, found.choice.columns.domain)
    if path is None:
        return {}
    kept: dict[tuple[int, int], dict[Hop, None]] = {}
    for hop in path.steps[0]:
        near, far = reversed(ends) if hop.backward else ends
        for type_, source, source_domain, target, target_domain in found.edges:
            if type_ == hop.type and (source_domain, target_domain) == (near, far):
                place = (target, source) if hop.backward else (source, target)
                if place[0] in rows and place[1] in columns:
                    kept.setdefault(place, {})[hop] = None
    return {place: tuple(hops) for place, hops in kept.items()}


def cell(
    actor: Actor, institution: Institution, chosen: Choice, row: str, column: str
) -> tuple[Thing, Thing, Cell] | None:
    """One cell with up to 200 of its ways; ``None`` where the two are not there or not linked."""
    found = web(actor, institution, chosen)
    ends = visible(actor, institution).filter(uid__in=[uid for uid in (row, column) if is_uid(uid)])
    by_uid = {str(uid): pk for pk, uid in ends.values_list("pk", "uid")}
    first, second = by_uid.get(row), by_uid.get(column)
    if first is None or second is None:
        return None
    raw = _cells(found, [first], [second], 200).get((first, second))
    if raw is None:
        return None
    direct, count, ways = raw
    names = things(actor, institution, ids={first, second, *(pk for way in ways for pk in way)})
    if first not in names or second not in names:
        return None
    return names[first], names[second], Cell(direct, count, _told(names, ways))


# ------------------------------------------------------------------------------------------------------------ all of it


@dataclass(frozen=True)
class Whole:
    """The whole matrix for a file: names by id, and its pairs as they are asked for, row by row."""

    found: Web
    names: dict[int, Thing]
    empty_rows: tuple[Thing, ...]
    empty_columns: tuple[Thing, ...]

    @property
    def rows(self) -> list[Thing]:
        return [self.names[pk] for pk in self.found.rows]

    @property
    def columns(self) -> list[Thing]:
        return [self.names[pk] for pk in self.found.columns]

    def pairs(self) -> Iterator[tuple[Thing, Thing, Cell]]:
        """All cells that hold anything, in the order of rows and columns."""
        web = self.found
        order = {pk: number for number, pk in enumerate(web.columns)}
        hops: dict[int, dict[int, tuple[Hop, ...]]] = {}
        for (row, column), some in _hops(web, set(web.rows), set(order)).items():
            hops.setdefault(row, {})[column] = some
        for row in web.rows:
            near = hops.get(row, {})
            counts = rules.reached(web.through, row) if web.through else {}
            for column in sorted({*counts, *near} & order.keys(), key=order.__getitem__):
                ways = islice(rules.ways(web.through, row, column), TOLD) if column in counts else ()
                cell = Cell(near.get(column, ()), counts.get(column, 0), _told(self.names, ways))
                yield self.names[row], self.names[column], cell

    def count(self, most: int) -> int:
        """How many pairs there are, counted up to ``most`` and a little more."""
        found = 0
        for row in self.found.rows:
            found += len({end for steps in self.found.all_steps for end in rules.reached(steps, row)})
            if found > most:
                break
        return found


def whole(actor: Actor, institution: Institution, chosen: Choice, *, unit: Unit | None = None) -> Whole:
    """All of the matrix: four queries."""
    found = web(actor, institution, chosen, unit)
    domains = dict.fromkeys((chosen.rows.domain, *chosen.path.through, chosen.columns.domain))
    names = things(actor, institution, domains=list(domains))
    found = replace(
        found,
        rows=tuple(pk for pk in found.rows if pk in names),
        columns=tuple(pk for pk in found.columns if pk in names),
    )
    rows, columns = found.linked_rows(), found.linked_columns()
    return Whole(
        found,
        names,
        tuple(names[pk] for pk in found.rows if pk not in rows),
        tuple(names[pk] for pk in found.columns if pk not in columns),
    )


def path_label(model: Metamodel, path: Path) -> str:
    """“directly”, “through services and data”."""
    if not path.through:
        return _("directly")
    return _("through %(domains)s") % {
        "domains": " → ".join(label(model, Side(domain)) for domain in path.through)
    }


def hop_label(model: Metamodel, hop: Hop) -> str:
    """A relation in words, read from the row to the column."""
    relation = model.relation(hop.type)
    text = relation.backward if hop.backward else relation.forward
    return text.in_language(get_language() or "id")


__all__ = [
    "COLUMNS", "DIRECT", "ROWS", "SHOW", "Axis", "Cell", "Choice", "Line", "Matrix", "Thing", "Whole", "cell", "choice", "hop_label", "label",
    "matrix", "path_label", "unit_of", "whole",
]  # fmt: skip
