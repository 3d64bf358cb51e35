"""What only all rows of a table together show: that they ask more under a code than its line of the budget holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.messages import Message, _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import note
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Budget, Initiative, Programme
from pendapa.roadmap.permissions import EDIT
from pendapa.roadmap.queries.initiative_facts import nearest
from pendapa.roadmap.tables.arranging import money_text
from pendapa.roadmap.tables.columns import INITIATIVES, MONEY

Key = tuple[int, str]
Lines = Mapping[Key, list[Programme]]
COLUMN = {part: column for column, part in MONEY.items()}


def over_ceilings(batch: ImportBatch, actor: Actor) -> Sequence[StagedRow]:
    """The rows that ask for money of a budget line of which, with all others, more is asked than its ceiling: they are faulty.

    Rows that are the same as what stands are not blamed. Six queries, however many rows.
    """
    sheets = [number for number, facts in enumerate(batch.sheets) if facts["kind"] == INITIATIVES]
    if not sheets:
        return []
    rows = [
        row for row in batch.rows.filter(sheet__in=sheets).order_by("sheet", "row") if row.verdict != "faulty"
    ]
    asked = [row for row in rows if row.data["values"].get("money")]
    codes = _codes(batch, asked)
    known = _lines(batch.institution, {code for code in codes.values() if code})
    if not known:
        return []
    standing = _standing(batch, known, {row.target for row in asked if row.target})
    owners = _owners(asked)
    by_line: dict[tuple[Programme, str], list[tuple[StagedRow, Decimal]]] = defaultdict(list)
    for row in asked:
        for year, parts in row.data["values"]["money"].items():
            line = nearest(known.get((int(year or 0), codes[row.pk]), []), owners.get(row.pk))
            if line is None:
                continue
            for part, text in parts.items():
                by_line[line, part].append((row, Decimal(text)))
    faulty: dict[int, StagedRow] = {}
    whole = actor.scope(EDIT, batch.institution).everything
    for (line, part), amounts in by_line.items():
        key, sum_ = (line.year, line.code), sum((value for _row, value in amounts), Decimal(0))
        sum_ += standing[line.pk, part] + standing[key, part]
        if line.ceiling is None or sum_ <= line.ceiling:
            continue
        told = _words(key, sum_, line.ceiling, whole)
        for row, value in amounts:
            if row.verdict != "same":
                _blame(batch, row, part, value, line.year, told)
                faulty[row.pk] = row
    return list(faulty.values())


def _words(key: Key, sum_: Decimal, ceiling: Decimal, whole: bool) -> Message:
    """Who does not see the ``whole`` is not told the sum: what others ask could be reckoned from it."""
    facts = {"code": key[1], "year": str(key[0]), "ceiling": money_text(ceiling)}
    if not whole:
        text = _(
            "Together this is more than the ceiling of %(code)s in %(year)s: %(ceiling)s. Lower it, or ask the secretariat."
        )
        return say(text, **facts)
    text = _(
        "Together %(sum)s is asked under %(code)s in %(year)s, more than its ceiling of %(ceiling)s. Lower it, or raise the "
        "ceiling of the budget line first."
    )
    return say(text, sum=money_text(sum_), **facts)


def _blame(batch: ImportBatch, row: StagedRow, part: str, value: Decimal, year: int, told: Message) -> None:
    headers = [header for header, column in batch.sheets[row.sheet]["columns"] if column == COLUMN[part]]
    header = next((one for one in headers if str(year) in one), next(iter(headers), ""))
    row.verdict = "faulty"
    row.errors = [*row.errors, note(header, money_text(value), told)]


def _codes(batch: ImportBatch, rows: Sequence[StagedRow]) -> dict[int, str]:
    """Under which code each row asks: the one it names, else the only one that its initiative has."""
    targets = [row.target for row in rows if row.target and not row.data["values"].get("code")]
    standing: dict[int, set[str]] = defaultdict(set)
    held = Budget.objects.filter(institution=batch.institution, deleted_at=None, initiative__in=targets)
    for initiative, code in held.values_list("initiative", "programme_code"):
        standing[initiative].add(code)
    found = {}
    for row in rows:
        own = standing.get(row.target or 0, set())
        found[row.pk] = row.data["values"].get("code") or (next(iter(own)) if len(own) == 1 else "")
    return found


def _lines(institution: Institution, codes: set[str]) -> Lines:
    """The lines of the budget by year and code: two OPD may each have one."""
    by_key: dict[Key, list[Programme]] = defaultdict(list)
    rows = Programme.objects.filter(institution=institution, deleted_at=None, code__in=codes)
    for one in rows.select_related("unit").order_by("pk"):
        by_key[one.year, one.code].append(one)
    return by_key


def _owners(rows: Sequence[StagedRow]) -> dict[int, Unit]:
    """The OPD of each row: the one that it names, else that of its initiative."""
    owner = dict(
        Initiative.objects.filter(pk__in=[row.target for row in rows if row.target]).values_list("pk", "unit")
    )
    asked = {row.pk: row.data.get("unit") or owner.get(row.target or 0) for row in rows}
    units = Unit.objects.in_bulk({pk for pk in asked.values() if pk})
    return {row: units[pk] for row, pk in asked.items() if pk in units}


def _standing(batch: ImportBatch, known: Lines, targets: set[int]) -> dict[tuple[int | Key, str], Decimal]:
    """What initiatives that the table does not tell of ask: by the id of the line, and by year and code where none is linked."""
    found: dict[tuple[int | Key, str], Decimal] = defaultdict(Decimal)
    rows = Budget.objects.filter(
        institution=batch.institution, deleted_at=None, initiative__deleted_at=None,
        programme_code__in={code for _year, code in known},
    ).exclude(initiative__state="cancelled")  # fmt: skip
    live = {line.pk for some in known.values() for line in some}
    names = ("initiative_id", "year", "programme_code", "programme_id", *COLUMN)
    for initiative, year, code, line, *amounts in rows.values_list(*names):
        if initiative not in targets:
            for part, value in zip(COLUMN, amounts, strict=True):
                found[line if line in live else (year, code), part] += value or Decimal(0)
    return found
