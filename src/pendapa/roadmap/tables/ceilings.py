"""What only all rows of a table together show: that they ask more under a code than its line of the budget holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import note
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Budget, Programme
from pendapa.roadmap.rules.money import total
from pendapa.roadmap.tables.arranging import money_text
from pendapa.roadmap.tables.columns import INITIATIVES, MONEY

Key = tuple[int, str]
COLUMN = {part: column for column, part in MONEY.items()}


def over_ceilings(batch: ImportBatch, actor: Actor) -> Sequence[StagedRow]:
    """The rows that ask for money under a code of which, with all others, more is asked than its ceiling: they are faulty.

    Rows that are the same as what stands are not blamed. Four queries, however many rows.
    """
    sheets = [number for number, facts in enumerate(batch.sheets) if facts["kind"] == INITIATIVES]
    if not sheets:
        return []
    rows = [
        row for row in batch.rows.filter(sheet__in=sheets).order_by("sheet", "row") if row.verdict != "faulty"
    ]
    asked = [row for row in rows if row.data["values"].get("money")]
    codes = _codes(batch, asked)
    ceilings = _ceilings(batch.institution, {code for code in codes.values() if code})
    if not ceilings:
        return []
    standing = _standing(batch, ceilings, {row.target for row in asked if row.target})
    by_key: dict[tuple[Key, str], list[tuple[StagedRow, Decimal]]] = defaultdict(list)
    for row in asked:
        for year, parts in row.data["values"]["money"].items():
            for part, text in parts.items():
                by_key[(int(year or 0), codes[row.pk]), part].append((row, Decimal(text)))
    faulty: dict[int, StagedRow] = {}
    for (key, part), amounts in by_key.items():
        ceiling = ceilings.get(key)
        others = standing.get((key, part), Decimal(0))
        sum_ = others + sum((value for _row, value in amounts), Decimal(0))
        if ceiling is None or sum_ <= ceiling:
            continue
        for row, value in amounts:
            if row.verdict != "same":
                _blame(batch, row, part, value, key, sum_, ceiling)
                faulty[row.pk] = row
    return list(faulty.values())


def _blame(
    batch: ImportBatch, row: StagedRow, part: str, value: Decimal, key: Key, sum_: Decimal, ceiling: Decimal
) -> None:
    text = _(
        "Together %(sum)s is asked under %(code)s in %(year)s, more than its ceiling of %(ceiling)s. Lower it, or raise the "
        "ceiling of the budget line first."
    )
    told = say(text, sum=money_text(sum_), code=key[1], year=key[0], ceiling=money_text(ceiling))
    headers = [header for header, column in batch.sheets[row.sheet]["columns"] if column == COLUMN[part]]
    header = next((one for one in headers if str(key[0]) in one), next(iter(headers), ""))
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


def _ceilings(institution: Institution, codes: set[str]) -> dict[Key, Decimal]:
    """By year and code, the ceilings of its lines together; lines without one bound nothing."""
    by_key: dict[Key, list[Decimal | None]] = defaultdict(list)
    rows = Programme.objects.filter(institution=institution, deleted_at=None, code__in=codes)
    for year, code, ceiling in rows.values_list("year", "code", "ceiling"):
        by_key[year, code].append(ceiling)
    return {
        key: sum_ for key, found in by_key.items() if None not in found and (sum_ := total(found)) is not None
    }


def _standing(
    batch: ImportBatch, ceilings: dict[Key, Decimal], targets: set[int]
) -> dict[tuple[Key, str], Decimal]:
    """What initiatives that the table does not tell of ask under these codes."""
    found: dict[tuple[Key, str], Decimal] = defaultdict(Decimal)
    rows = Budget.objects.filter(
        institution=batch.institution, deleted_at=None, initiative__deleted_at=None,
        programme_code__in={code for _year, code in ceilings},
    ).exclude(initiative__state="cancelled")  # fmt: skip
    names = ("initiative_id", "year", "programme_code", *COLUMN)
    for initiative, year, code, *amounts in rows.values_list(*names):
        if initiative not in targets:
            for part, value in zip(COLUMN, amounts, strict=True):
                found[(year, code), part] += value or Decimal(0)
    return found
