"""Many elements at once, by domain and code: what is not there is created, what differs is changed, the rest is the same.

Set-based: a few queries for all rows, one change set. Every row is judged by itself; each fault names its row by index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.architecture import actions, metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.outcomes import unique
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.rules.metamodel import CORE
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from pendapa.kernel.review import actions as review
from pendapa.kernel.tables import periods
from pendapa.kernel.tables.actions import own_unit
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.metamodel import Domain

MOST = 5000
TEXTS = ("domain", "code", "name", "unit", "kind", "classification", "valid_from", "valid_to")
FIELDS = frozenset((*TEXTS, "attributes"))
CHECKED = frozenset({"enum", "enum_many", "reference", *periods.KINDS})
CREATED, CHANGED, SAME = "created", "changed", "same"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with (or doubtful in) one field of the row with this index, counted from 0."""

    index: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a row: created, changed or same."""

    index: int
    element: Element
    result: str


@dataclass
class Result:
    """What came of all rows. With ``errors`` and not ``partial`` nothing was written."""

    rows: list[Done] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    change_set: ChangeSet | None = None
    draft: ChangeSet | None = None

    def count(self, result: str) -> int:
        return sum(1 for one in self.rows if one.result == result)

    @property
    def failed(self) -> int:
        """How many rows have a fault."""
        return len({fault.index for fault in self.errors})


def upsert(
    actor: Actor, institution: Institution, rows: Sequence[Any], *, partial: bool = False, reason: str = ""
) -> Result:
    """Create or change up to ``MOST`` elements. ``rows`` are mappings with ``domain``, ``code`` and what shall be so: ``name``,
    ``unit`` (uid or code), ``kind``, ``classification``, ``valid_from``, ``valid_to`` (ISO dates), ``attributes``.

    What a row does not name stays; an attribute given empty is taken away. With a fault in any row nothing is written,
    unless ``partial``: then the good ones are. Raises :class:`Refused` where there are too many rows, ``NotFound``.
    """
    actor.require(EDIT, institution)
    if len(rows) > MOST:
        raise Refused(_("At most %(most)d rows at once; send them in parts.") % {"most": MOST})
    work = _Upsert(actor, institution, rows, partial, " ".join(reason.replace("\x00", "").split()))
    result, draft = review.through(actor, institution, work.run, kind="import")
    if draft is not None:
        result.change_set, result.draft = None, draft
    elif result.change_set is not None:
        bus.emit("architecture.changed", institution_id=institution.pk)
    return result


class _Upsert:
    def __init__(
        self, actor: Actor, institution: Institution, rows: Sequence[Any], partial: bool, reason: str
    ) -> None:
        self._actor, self._institution, self._rows = actor, institution, rows
        self._partial, self._reason = partial, reason
        self._scope = actor.scope(EDIT, institution)
        self._domains = {domain.key: domain for domain in metamodel.of(institution).all_domains}
        self._own = own_unit(actor, institution)
        units = Unit.objects.filter(institution=institution, deleted_at=None)
        self._units = {unit.pk: unit for unit in units}
        self._by_word = {unit.code: unit for unit in self._units.values()}
        self._by_word |= {str(unit.uid): unit for unit in self._units.values()}
        self._columns = {
            key: {c.key: c for c in domain.columns if c.key not in CORE}
            for key, domain in self._domains.items()
        }
        self._doubts: dict[tuple[str, str, str], list[str]] = {}
        self._openness = dict(Element.CLASSIFICATIONS)

    def run(self) -> Result:
        result, writes = Result(), history.Writes()
        read = self._read(result)
        taken = _("A code was given to something else at this very moment. Send the rows again.")
        with unique(taken), transaction.atomic():
            hold(self._institution)
            present = self._present(read)
            for index, row in read.items():
                self._lay(index, row, present.get((row["domain"], row["code"])), result, writes)
            if writes and (self._partial or not result.errors):
                result.change_set = history.write(
                    self._actor, self._institution, "import", writes, reason=self._reason or "API"
                )
        if result.errors and not self._partial:
            result.rows, result.warnings = [], []
        return result

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self, result: Result) -> dict[int, dict[str, Any]]:
        """Rows by index, as far as they say what they are about: the types hold, the code stands once."""
        read: dict[int, dict[str, Any]] = {}
        first: dict[tuple[str, str], int] = {}
        for index, row in enumerate(self._rows):
            faults = list(self._malformed(index, row))
            if faults:
                result.errors += faults
                continue
            row = {**row, "code": " ".join(row["code"].replace("\x00", "").split())}
            key = (row["domain"], row["code"])
            if key in first:
                same = _("The row with index %(index)d has the same code.") % {"index": first[key]}
                result.errors.append(Fault(index, "code", same))
                continue
            first[key] = index
            read[index] = row
        return read

    def _malformed(self, index: int, row: Any) -> list[Fault]:
        if not isinstance(row, Mapping):
            return [Fault(index, "", _("A row is an object with the fields of an element."))]
        faults = []
        if not row.keys() <= FIELDS:
            for name in sorted(str(key) for key in row.keys() - FIELDS):
                words = {"field": name[:60], "known": ", ".join(sorted(FIELDS))}
                told = _("There is no field “%(field)s”. Accepted: %(known)s.") % words
                faults.append(Fault(index, name[:60], told))
        for name in TEXTS:
            value = row.get(name)
            if value is not None and not isinstance(value, str):
                faults.append(Fault(index, name, _("A text is expected.")))
        if not isinstance(row.get("attributes") or {}, Mapping):
            faults.append(Fault(index, "attributes", _("An object of fields and values is expected.")))
        if faults:
            return faults
        if (row.get("domain") or "") not in self._domains:
            words = {"domain": str(row.get("domain") or "")[:60], "known": ", ".join(self._domains)}
            told = _("There is no domain “%(domain)s”. Accepted: %(known)s.") % words
            faults.append(Fault(index, "domain", told))
        code = " ".join((row.get("code") or "").replace("\x00", "").split())
        if not code:
            faults.append(Fault(index, "code", _("The code is empty.")))
        elif len(code) > actions.CODE_LIMIT:
            told = _("The code is longer than %(limit)d characters.") % {"limit": actions.CODE_LIMIT}
            faults.append(Fault(index, "code", told))
        return faults

    def _present(self, read: Mapping[int, Mapping[str, Any]]) -> dict[tuple[str, str], Element]:
        """What has these codes, or once had them."""
        codes: dict[str, list[str]] = defaultdict(list)
        for row in read.values():
            codes[row["domain"]].append(row["code"])
        found: dict[tuple[str, str], Element] = {}
        for domain, some in codes.items():
            held = Element.objects.filter(institution=self._institution, domain=domain)
            for chunk in history.chunks(some, history.CHUNK):
                for element in held.filter(code__in=chunk).order_by("-deleted_at"):
                    if element.deleted_at is None or (domain, element.code) not in found:
                        found[domain, element.code] = element
        return found

    # -- judging ------------------------------------------------------------------------------------------------------

    def _lay(
        self, index: int, row: dict[str, Any], present: Element | None, result: Result, writes: history.Writes
    ) -> None:
        """Lay a row over its element; a fault is told and leaves the element out."""
        unit = self._units.get(present.unit_id) if present else None
        if present is not None and (present.deleted_at or not self._scope.covers(unit)):
            taken = _("The code %(code)s is taken, or was once given to something else.") % {
                "code": row["code"]
            }
            result.errors.append(Fault(index, "code", taken))
            return
        element = present or Element(institution=self._institution, domain=row["domain"], code=row["code"])
        element.institution = self._institution
        before = _values(element) if present else None
        if present is not None and unit is not None:
            element.unit = unit
        faults, doubts = self._take(index, element, row, fresh=present is None)
        if faults:
            result.errors += faults
            return
        result.warnings += doubts
        if before is None or _values(element) != before:
            element.derive()
            (writes.add if before is None else writes.change).append(element)
            result.rows.append(Done(index, element, CREATED if before is None else CHANGED))
        else:
            result.rows.append(Done(index, element, SAME))

    def _take(
        self, index: int, element: Element, row: Mapping[str, Any], *, fresh: bool
    ) -> tuple[list[Fault], list[Fault]]:
        """Put what the row says into the element; its faults, and its doubts."""
        faults: list[Fault] = []
        doubts: list[str] = []
        domain = self._domains[row["domain"]]

        def attempt(name: str, work: Any) -> None:
            try:
                work()
            except Refused as refused:
                at_fault = refused.field or name
                inside = name == "attributes" and at_fault != name
                faults.append(Fault(index, f"attributes.{at_fault}" if inside else name, str(refused)))

        if fresh or "name" in row:
            attempt("name", lambda: setattr(element, "name", actions._name(row.get("name") or "")))
        attempt("unit", lambda: self._set_unit(element, row.get("unit") or "", fresh))
        if fresh or row.get("kind"):
            attempt("kind", lambda: self._set_kind(element, domain, row.get("kind") or ""))
        if row.get("classification"):
            attempt("classification", lambda: self._set_openness(element, row["classification"]))
        for name in ("valid_from", "valid_to"):
            if name in row:
                attempt(name, lambda name=name: setattr(element, name, _day(row[name])))
        if element.valid_from and element.valid_to and element.valid_to < element.valid_from:
            faults.append(Fault(index, "valid_to", _("It would end before it begins.")))
        if row.get("attributes"):
            attempt(
                "attributes", lambda: doubts.extend(self._set_attributes(element, domain, row["attributes"]))
            )
        return faults, [Fault(index, "attributes", doubt) for doubt in doubts]

    def _set_unit(self, element: Element, said: str, fresh: bool) -> None:
        if not said and not fresh:
            return
        unit = self._by_word.get(said.strip()) if said else self._own
        if unit is None and said:
            raise Refused(_("No unit has the uid or code “%(said)s”.") % {"said": said[:60]})
        if unit is None:
            raise Refused(_("Say whose it is: the uid or code of a unit."))
        if not self._scope.covers(unit):
            told = _("You may write for your own unit only, not for %(unit)s.") % {"unit": unit.name}
            raise Refused(told)
        element.unit = unit

    def _set_attributes(self, element: Element, domain: Domain, given: Mapping[Any, Any]) -> list[str]:
        """The same as ``actions`` does for one element; what is doubtful in a value is worked out once for all rows."""
        columns, merged, told = self._columns[domain.key], dict(element.attributes), []
        for key, value in given.items():
            column = columns.get(key)
            if column is None:
                raise Refused(
                    _("This domain has no field “%(field)s”.") % {"field": str(key)[:60]}, str(key)[:60]
                )
            if column.type in periods.KINDS:
                kept = actions._by_period(column, value)
            else:
                kept = actions._clean(key, _plain(key, value))
            if not kept:
                merged.pop(key, None)
            elif kept != merged.get(key):
                merged[key] = kept
                if column.type in CHECKED:
                    memo = (domain.key, key, repr(kept))
                    if memo not in self._doubts:
                        self._doubts[memo] = actions._doubts(column, kept)
                    told += self._doubts[memo]
        element.attributes = merged
        return told

    def _set_kind(self, element: Element, domain: Domain, said: str) -> None:
        element.kind = actions._kind(self._institution, domain, said)

    def _set_openness(self, element: Element, said: str) -> None:
        if said not in self._openness:
            raise Refused(_("“%(value)s” is not a degree of openness.") % {"value": said[:60]})
        element.classification = said


def _plain(key: str, value: Any) -> Any:
    """A value that a cell could hold: a text, a number, or a list of them."""
    if isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(v, dict | list) for v in value)
    ):
        raise Refused(_("A text, a number or a list of them is expected."), key)
    return value


def _day(said: str | None) -> date | None:
    if not said:
        return None
    try:
        if len(said) != 10:
            raise ValueError(said)
        return date.fromisoformat(said)
    except ValueError as error:
        raise Refused(_("A date like 2026-01-31 is expected.")) from error


def _values(element: Element) -> tuple[Any, ...]:
    return (
        element.name,
        element.unit_id,
        element.kind,
        element.classification,
        element.valid_from,
        element.valid_to,
        element.attributes,
    )
