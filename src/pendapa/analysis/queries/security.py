"""Security coverage of what the actor may see. A security object that the actor may not see covers nothing here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from pendapa.analysis.queries.opds import Opd, opd_of, opds, path_of
from pendapa.analysis.rules import security as rules
from pendapa.analysis.rules.security import Coverage, End
from pendapa.architecture.queries import visible, visible_relations
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Thing:
    """An application or data with the kinds of security that cover it; ``personal`` is empty for applications."""

    uid: str
    code: str
    name: str
    domain: str
    unit: str
    path: str
    kinds: frozenset[str]
    personal: str
    personal_kind: str


@dataclass(frozen=True)
class Expiry:
    """What ends: ``what`` is ``audit`` (of an application), ``standard`` or ``licence``; ``by`` names the audit."""

    what: str
    uid: str
    code: str
    name: str
    unit: str
    path: str
    by: str
    end: End


@dataclass(frozen=True)
class OfOpd:
    """One OPD with all below it."""

    opd: Opd
    coverage: Coverage


@dataclass(frozen=True)
class Security:
    """What :func:`security` finds. ``expiries`` stand in the order in which they matter; ``states`` counts them by
    what and state; ``personal`` counts data by state, and ``lacking`` are those without a record of processing."""

    today: date
    coverage: Coverage
    opds: list[OfOpd]
    things: list[Thing]
    expiries: list[Expiry]
    states: dict[str, Counter[str]]
    personal: Counter[str]
    lacking: list[Thing]


@dataclass(frozen=True)
class _Dated:
    """What may end, as it was written; ``kelas`` is that of the audited application, or the kind of the licence."""

    what: str
    uid: str
    code: str
    name: str
    unit: str
    path: str
    by: str
    held: Any
    until: Any
    kelas: Any


@dataclass(frozen=True)
class _Known:
    things: tuple[Thing, ...]
    dated: tuple[_Dated, ...]


def security(
    actor: Actor, institution: Institution, unit: str = "", domain: str = "", today: date | None = None
) -> Security:
    """Coverage, ends and personal data, narrowed to a unit (uid) with all below it, the coverage to one domain as well.

    At most seven queries; :class:`NotFound` for an unknown unit.
    """
    today = today or timezone.localdate()
    path = path_of(institution, unit)
    known = remembered(key_of("security", actor, institution), lambda: _read(actor, institution))
    inside = [thing for thing in known.things if thing.path.startswith(path)]
    things = [thing for thing in inside if domain in ("", thing.domain)]
    expiries = sorted(
        (_expiry(one, today) for one in known.dated if one.path.startswith(path)),
        key=lambda one: (rules.STATES.index(one.end.state), one.end.until or date.max, one.name.casefold(), one.uid),
    )  # fmt: skip
    states: dict[str, Counter[str]] = {
        what: Counter() for what in (rules.AUDIT, rules.STANDARD, rules.LICENCE)
    }
    for one in expiries:
        states[one.what][one.end.state] += 1
    data = [thing for thing in inside if thing.domain == "data"]
    lacking = [thing for thing in data if thing.personal == rules.MISSING]
    return Security(
        today=today,
        coverage=rules.coverage(thing.kinds for thing in things),
        opds=_by_opd(things, opds(institution).values()),
        things=things,
        expiries=expiries,
        states=states,
        personal=Counter(thing.personal for thing in data),
        lacking=sorted(lacking, key=lambda thing: rules.PERSONAL_KINDS.index(thing.personal_kind)),
    )


def without(things: Iterable[Thing], kind: str = "") -> list[Thing]:
    """The things that no object of ``kind`` covers; ``bare`` for none of any kind; all where nothing is asked."""
    if kind == "bare":
        return [thing for thing in things if not thing.kinds]
    return [thing for thing in things if not kind or kind not in thing.kinds]


_DATES = ("tanggal_kegiatan", "tanggal_akhir_penerapan")
_ENDS = {
    "security": ("tanggal_akhir_penerapan",),
    "infrastructure": ("tanggal_akhir_lisensi", "validitas_lisensi", "jenis_lisensi"),
}
_TOLD = ("kelas", "data_pribadi", "catatan_pemrosesan")


def _read(actor: Actor, institution: Institution) -> _Known:
    shown = visible(actor, institution).order_by("name_key", "id")
    attributes = [f"attributes__{name}" for name in _TOLD]
    fields = ("id", "uid", "code", "name", "domain", "unit__name", "unit__path", *attributes)
    rows = {row["id"]: row for row in shown.filter(domain__in=rules.DOMAINS).values(*fields)}
    kinds, audits = _covered(actor, institution, rows)
    things = tuple(_thing(row, kinds[pk]) for pk, row in rows.items())
    place = ("uid", "code", "name", "kind", "unit__name", "unit__path")
    rows_of = {
        domain: [dict(row) for row in shown.filter(domain=domain).values(*place, *(f"attributes__{n}" for n in names))]
        for domain, names in _ENDS.items()
    }  # fmt: skip
    standards = [row for row in rows_of["security"] if row["kind"] == "standar_keamanan"]
    licences = rows_of["infrastructure"]
    dated = [
        *audits,
        *(_dated(rules.STANDARD, row, until=row["attributes__tanggal_akhir_penerapan"]) for row in standards),
        *(_licence(row) for row in licences if _has_licence(row)),
    ]
    return _Known(things, tuple(dated))


def _covered(
    actor: Actor, institution: Institution, rows: dict[int, dict[str, Any]]
) -> tuple[dict[int, set[str]], list[_Dated]]:
    """The kinds by the key of the thing, and the audits of applications; of several audits the last one."""
    dates = [f"target__attributes__{name}" for name in _DATES]
    told = visible_relations(actor, institution).filter(type="secured_by", source__domain__in=rules.DOMAINS)
    kinds: dict[int, set[str]] = defaultdict(set)
    newest: dict[int, tuple[Any, Any, str]] = {}
    for source, kind, name, held, until in told.order_by("pk").values_list(
        "source_id", "target__kind", "target__name", *dates
    ):
        kinds[source].add(kind)
        if kind == "audit_keamanan" and rows.get(source, {}).get("domain") == "applications":
            there = newest.get(source)
            if there is None or str(held or "") >= str(there[0] or ""):
                newest[source] = (held, until, name)
    audits = [
        _dated(rules.AUDIT, rows[pk], by, held, until, rows[pk]["attributes__kelas"])
        for pk, (held, until, by) in newest.items()
    ]
    return kinds, audits


def _thing(row: dict[str, Any], kinds: set[str]) -> Thing:
    attributes = {name: row[f"attributes__{name}"] for name in _TOLD}
    is_data = row["domain"] == "data"
    return Thing(
        *_place(row)[:3],
        row["domain"],
        *_place(row)[3:],
        frozenset(kinds.intersection(rules.KINDS)),
        rules.personal_state(attributes) if is_data else "",
        str(attributes["data_pribadi"] or "") if is_data else "",
    )


def _place(row: dict[str, Any]) -> tuple[str, str, str, str, str]:
    return str(row["uid"]), row["code"], row["name"], row["unit__name"], row["unit__path"]


def _dated(
    what: str, row: dict[str, Any], by: str = "", held: Any = None, until: Any = None, kelas: Any = None
) -> _Dated:
    return _Dated(what, *_place(row), by, held, until, kelas)


# Infrastructure of which a licence is asked: what has none needs no date.
_LICENSED = frozenset({"sistem_operasi", "sistem_database", "sistem_utilitas"})


def _has_licence(row: dict[str, Any]) -> bool:
    said = ("tanggal_akhir_lisensi", "validitas_lisensi", "jenis_lisensi")
    return row["kind"] in _LICENSED or any(row[f"attributes__{name}"] for name in said)


def _licence(row: dict[str, Any]) -> _Dated:
    validity = row["attributes__validitas_lisensi"]
    until, kind = row["attributes__tanggal_akhir_lisensi"], row["attributes__jenis_lisensi"]
    return _dated(rules.LICENCE, row, held=validity, until=until, kelas=kind)


def _expiry(one: _Dated, today: date) -> Expiry:
    if one.what == rules.AUDIT:
        end = rules.audit_end(one.held, one.until, one.kelas, today)
    elif one.what == rules.STANDARD:
        end = rules.plain_end(one.until, today)
    else:
        end = rules.licence_end(one.until, one.held, one.kelas, today)
    return Expiry(one.what, one.uid, one.code, one.name, one.unit, one.path, one.by, end)


def _by_opd(things: list[Thing], tops: Iterable[Opd]) -> list[OfOpd]:
    """The OPD that have something, by name."""
    kinds: dict[int, list[frozenset[str]]] = defaultdict(list)
    for thing in things:
        kinds[opd_of(thing.path)].append(thing.kinds)
    return [OfOpd(opd, rules.coverage(kinds[opd.pk])) for opd in tops if opd.pk in kinds]
