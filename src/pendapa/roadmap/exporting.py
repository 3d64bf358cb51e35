"""Initiatives as files: the printed table as a workbook or csv, or JSON with all that belongs to them.

What goes out is what the actor may see, in the columns of the import: read again, every row is the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.queries import visible as visible_elements
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tables.columns import Column, Kind
from pendapa.kernel.tables.jsons import FORMAT, VERSION
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.roadmap.models import Budget, Initiative, InitiativeElement, Roadmap
from pendapa.roadmap.queries import items as sources
from pendapa.roadmap.queries.items import Item
from pendapa.roadmap.rules.money import total
from pendapa.roadmap.tables import touching
from pendapa.roadmap.tables.columns import (
    BUDGETED,
    DAYS,
    ELEMENTS,
    GOAL,
    INITIATIVES,
    MONEY,
    OTHER_TARGET,
    PARTNER_CODES,
    PLANNED,
    REACHED,
    SPAN,
    SPENT,
    TARGET,
    WAITS,
    initiative_kind,
    year_header,
)
from pendapa.roadmap.tables.goals import Goals

FORMATS = ("xlsx", "csv", "json")
YEARLY = (PLANNED, BUDGETED, SPENT, REACHED)
ELEMENT_CHUNK = 500


@dataclass(frozen=True)
class Record:
    """One initiative as it goes out: what the lists show, its texts, its money, the visible elements (domain, code, effect, uid),
    what it waits for, by code where there is one, else by uid; ``shared`` are the codes that elements of several domains bear, ``goal`` how its goal is named where that may be seen."""

    item: Item
    row: Initiative
    money: Sequence[Budget]
    elements: Sequence[tuple[str, str, str, UUID]]
    waits: Sequence[str] = ()
    shared: frozenset[str] = frozenset()
    goal: str = ""


def export(
    actor: Actor,
    institution: Institution,
    form: str,
    out: IO[bytes],
    *,
    items: Sequence[Item] | None = None,
    roadmap: Roadmap | None = None,
    language: str = "id",
) -> int:
    """Write the initiatives (``items``, else all of ``roadmap``, else all that the actor may see) into ``out``.

    ``form`` is one of :data:`FORMATS`. How many there were.
    """
    rows = sources.items(actor, institution, roadmap) if items is None else items
    records = records_of(actor, institution, rows)
    years = years_of(records, roadmap)
    if form == "json":
        for piece in document(institution, roadmap, records, years):
            out.write(piece)
    elif form == "csv":
        write_csv(out, sheet(institution, records, years, language))
    else:
        write_xlsx(out, [sheet(institution, records, years, language)])
    return len(records)


def records_of(actor: Actor, institution: Institution, items: Sequence[Item]) -> list[Record]:
    """In the order of the printed table: by content, year and code. A fixed number of queries for each 500."""
    order = {one.key: n for n, one in enumerate(packs.roadmap().contents)}
    ordered = sorted(
        items, key=lambda one: (order.get(one.content, 99), one.year, one.code, one.title, one.id)
    )
    seen = visible_elements(actor, institution).order_by()
    found = []
    codes, goals = _codes(ordered), Goals(actor, institution)
    for some in chunks(ordered, ELEMENT_CHUNK):
        ids = [one.id for one in some]
        rows = Initiative.objects.select_related("goal").in_bulk(ids)
        live = {"initiative__in": ids, "deleted_at": None}
        money: dict[int, list[Budget]] = defaultdict(list)
        for budget in Budget.objects.filter(**live).order_by("year", "programme_code", "pk"):
            money[budget.initiative_id].append(budget)
        elements: dict[int, list[tuple[str, str, str, UUID]]] = defaultdict(list)
        touched = InitiativeElement.objects.filter(**live, element__in=seen.values("pk")).order_by("pk")
        fields = ("initiative", "element__domain", "element__code", "effect", "element__uid")
        for pk, *told in touched.values_list(*fields):
            elements[pk].append((told[0], told[1], told[2], told[3]))
        shared = _shared(seen, {code for many in elements.values() for _domain, code, *_more in many})
        served = {pk: row.goal.uid for pk, row in rows.items() if row.goal is not None}
        named = goals.cells(served.values()) if served else {}
        found += [
            Record(
                one, rows[one.id], money[one.id], elements[one.id], [codes.get(uid) or str(uid) for uid in one.waits_for], shared,
                named.get(served[one.id], "") if one.id in served else "",
            )
            for one in some if one.id in rows
        ]  # fmt: skip
    return found


def _shared(seen: QuerySet[Element], codes: set[str]) -> frozenset[str]:
    """Those of the codes that more than one visible element bears: each domain counts its own."""
    found: set[str] = set()
    for some in chunks(sorted(codes), ELEMENT_CHUNK):
        counted = seen.filter(code__in=list(some)).values_list("code").annotate(count=Count("pk"))
        found |= {code for code, count in counted if count > 1}
    return frozenset(found)


def _codes(items: Sequence[Item]) -> dict[UUID, str]:
    """Codes of the initiatives and of what they wait for; a query where something waits for another one."""
    found = {one.uid: one.code for one in items}
    beyond = {uid for one in items for uid in one.waits_for} - set(found)
    if beyond:
        found |= dict(Initiative.objects.filter(uid__in=beyond).values_list("uid", "code"))
    return found


def years_of(records: Iterable[Record], roadmap: Roadmap | None) -> range:
    """The years of the columns: those of the roadmap, else from the first to the last that a target names."""
    if roadmap is not None:
        return roadmap.years
    known = [int(year) for one in records for year in one.row.targets] or [timezone.localdate().year]
    first = min(known)
    return range(first, max(max(known), first + packs.roadmap().years - 1) + 1)


# ---- the table


def sheet(institution: Institution, records: Sequence[Record], years: range, language: str) -> Sheet:
    """The printed table; a yearly value has a column for each year that it has a value in."""
    kind = initiative_kind(years[0], years[-1])
    written = _Written(institution, records, kind, language)
    headers, widths = ["No"], {0: 6.0}
    for column, year in written.places:
        widths[len(headers)] = _width(column, kind, year)
        headers.append(column.text(language) if year is None else year_header(column.name, year, language))
    widths[len(headers)] = 28.0
    headers.append(PARTNER_CODES["en" if language == "en" else "id"])
    rows = ([n, *written.cells(one), _partner_codes(one)] for n, one in enumerate(records, 1))
    return Sheet(kind.label[language if language in kind.label else "id"], headers, rows, widths)


def _partner_codes(record: Record) -> list[str]:
    """Codes of the partners beside their names, in the same order; none where one of them has no code."""
    codes = [one.code for one in record.item.partners]
    return codes if all(codes) else []


def _width(column: Column, kind: Kind, year: int | None) -> float:
    if column.name == kind.name_column:
        return 48.0
    return 18.0 if year is not None or column.type in ("date", "money", "code") else 28.0


class _Written:
    """Initiatives as cells of the printed table."""

    def __init__(
        self, institution: Institution, records: Sequence[Record], kind: Kind, language: str
    ) -> None:
        self._instruments = editions.known(institution)
        domains = metamodel.of(institution).all_domains
        self._domains = {one.key: one.label.in_language(language) for one in domains}
        self._language = language
        self._named = _twice(records)
        self.values = {one.item.id: self._told(one) for one in records}
        self.places = list(self._places(kind))

    def _places(self, kind: Kind) -> Iterator[tuple[Column, int | None]]:
        for column in kind.columns:
            if column.name in (*YEARLY, OTHER_TARGET):
                years = {year for told in self.values.values() for year in told.get(column.name, {})}
                plain = {int(one.name.removeprefix(TARGET)) for one in kind.columns if _is_target(one)}
                wanted = years - plain if column.name == OTHER_TARGET else years
                yield from ((column, year) for year in sorted(wanted))
            elif column.name not in ("domain_arsitektur", SPAN):
                yield column, None

    def cells(self, record: Record) -> list[Any]:
        told = self.values[record.item.id]
        return [
            told.get(column.name) if year is None else told.get(column.name, {}).get(year)
            for column, year in self.places
        ]

    def _told(self, record: Record) -> dict[str, Any]:
        """By column; yearly values by year."""
        item, row = record.item, record.row
        targets = {int(year): str(one.get("target", "")) for year, one in row.targets.items()}
        reached = {int(year): text for year, one in row.targets.items() if (text := str(one.get("done", "")))}
        codes = list(dict.fromkeys(one.programme_code for one in record.money if one.programme_code))
        held = {one.source for one in record.money}
        return {
            "rencana": item.title, "kode": item.code, "tanggal_awal": item.starts_on, "tanggal_akhir": item.ends_on,
            "opd": self._unit(item), "program": "; ".join(codes), "keterangan": row.note, "uraian": row.description,
            "keluaran": row.output, "muatan": self._content(item.content), "estimasi": item.cost, GOAL: record.goal, DAYS: _days(row.days),
            "aspek": self._aspects(item) if item.content else "", "indikator": self._lifts(item),
            "mitra": [one.name for one in item.partners], "sumber_dana": self._source(held),
            "status": self._label("status", item.state),
            **{f"{TARGET}{year}": text for year, text in targets.items()},
            OTHER_TARGET: targets, REACHED: reached, WAITS: "; ".join(record.waits),
            ELEMENTS: touching.cell(record.elements, record.shared.__contains__, self._domains, self._language == "en"),
            **{column: self._by_year(record.money, part) for column, part in MONEY.items()},
        }  # fmt: skip

    @staticmethod
    def _by_year(money: Sequence[Budget], part: str) -> dict[int, Any]:
        found: dict[int, list[Any]] = defaultdict(list)
        for one in money:
            found[one.year].append(getattr(one, part))
        return {year: sum_ for year, amounts in found.items() if (sum_ := total(amounts)) is not None}

    def _unit(self, item: Item) -> str:
        if item.unit is None:
            return ""
        return f"{item.unit.code} {item.unit.name}" if item.unit.name in self._named else item.unit.name

    def _content(self, key: str) -> str:
        known = packs.roadmap().content(key)
        return known.label.in_language(self._language) if known else ""

    def _label(self, column: str, value: str) -> str:
        choices = initiative_kind(2000, 2000).column(column).choices
        return next((one.label.get(self._language, "") for one in choices if one.value == value), value)

    def _source(self, held: set[str]) -> str:
        return self._label("sumber_dana", next(iter(held))) if len(held) == 1 else ""

    def _aspects(self, item: Item) -> str:
        found = (self._indicator(one) for one in item.lifts)
        return "\n".join(dict.fromkeys(aspect for aspect, _name in found if aspect))

    def _lifts(self, item: Item) -> str:
        return "\n".join(self._lift(one) for one in item.lifts)

    def _lift(self, lift: Mapping[str, str]) -> str:
        low, high = lift.get("from", ""), lift.get("to", "")
        name = self._indicator(lift)[1]
        levels = f"({low or '?'} → {high or '?'})" if low or high else ""
        parts = ("Indikator", lift["indicator"], name, levels, f"[{lift['instrument']}]")
        return " ".join(part for part in parts if part)

    def _indicator(self, lift: Mapping[str, str]) -> tuple[str, str]:
        """Aspect and name of an indicator, where the institution still has its instrument."""
        instrument: Instrument | None = self._instruments.get(lift["instrument"])
        for aspect in instrument.aspects if instrument else ():
            for one in aspect.indicators:
                if one.number == lift["indicator"]:
                    name = " ".join(one.name.in_language(self._language).split())
                    return aspect.name.in_language(self._language), "" if {";", "[", "("} & set(
                        name
                    ) else name
        return "", ""


def _days(value: Decimal | None) -> Decimal | int | None:
    """Person-days as people write them: whole ones without a fraction."""
    return int(value) if value is not None and value == int(value) else value


def _is_target(column: Column) -> bool:
    return column.name.startswith(TARGET) and column.name != OTHER_TARGET


def _twice(records: Sequence[Record]) -> set[str]:
    """Names that several units bear."""
    units: dict[str, set[int]] = defaultdict(set)
    for one in records:
        if one.item.unit:
            units[one.item.unit.name].add(one.item.unit.id)
    return {name for name, ids in units.items() if len(ids) > 1}


# ---- JSON


def document(
    institution: Institution, roadmap: Roadmap | None, records: Sequence[Record], years: range
) -> Iterator[bytes]:
    """The document in pieces, a record on a line of its own; it comes back through the import."""
    kind = initiative_kind(years[0], years[-1])
    written = _Written(institution, records, kind, "id")
    head = {
        "format": FORMAT,
        "version": VERSION,
        "institution": {"code": institution.code, "name": institution.name},
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "roadmap": _roadmap(roadmap),
        "columns": {INITIATIVES: [column.name for column in kind.columns]},
    }
    yield "".join(["{\n", *(f"{_json(key)}: {_json(value)},\n" for key, value in head.items())]).encode()
    yield b'"elements": [\n'
    before = ""
    for one in records:
        yield f"{before}{_json(_record(one, written))}".encode()
        before = ",\n"
    yield b"\n]\n}\n" if before else b"]\n}\n"


def _record(one: Record, written: _Written) -> dict[str, Any]:
    item, row = one.item, one.row
    told = written.values[item.id]
    plain = {key: value for key, value in told.items() if value not in (None, "", [], {})}
    yearly = {key: plain.pop(key) for key in (*YEARLY, OTHER_TARGET) if key in plain}
    yearly.pop(OTHER_TARGET, None)
    plain.pop(ELEMENTS, None)  # told by "elements", which comes first when it is read
    return {
        "uid": str(item.uid), "version": item.version, "domain": INITIATIVES,
        "content": item.content, "lifts": list(item.lifts), "targets": row.targets, "state": item.state,
        "progress": item.progress, "late": item.late, "origin": item.origin,
        "owner": item.unit_code or None, "partners": [unit.code for unit in item.partners],
        "waits_for": list(one.waits),
        "elements": [
            {"domain": domain, "code": code, "effect": effect, "uid": str(uid)} for domain, code, effect, uid in one.elements
        ],
        "money": [
            {
                "year": budget.year, "programme": budget.programme_code, "source": budget.source,
                **{part: _text(getattr(budget, part)) for part in MONEY.values()},
            }
            for budget in one.money
        ],
        "attributes": {key: _plain(value) for key, value in plain.items()}
        | {key: "; ".join(f"{year}: {_plain(value)}" for year, value in values.items()) for key, values in yearly.items()},
    }  # fmt: skip


def _roadmap(roadmap: Roadmap | None) -> dict[str, Any] | None:
    if roadmap is None:
        return None
    return {
        "uid": str(roadmap.uid), "title": roadmap.title, "first_year": roadmap.first_year, "last_year": roadmap.last_year,
        "state": roadmap.state, "decree_number": roadmap.decree_number,
        "decree_on": roadmap.decree_on.isoformat() if roadmap.decree_on else None,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str | int | list) else _text(value)


def _text(value: Any) -> str | None:
    """An exact amount as text; whole rupiah without a fraction."""
    if value is None:
        return None
    whole = f"{value:f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
