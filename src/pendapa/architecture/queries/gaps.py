"""The gap catalogue (*katalog celah*) as people read it: what is lacking, since when, and what was decided about it.

What one may not see is neither listed nor counted. The catalogue is brought in step before it is read
(:mod:`pendapa.architecture.queries.keeping`); the gaps of single elements and of the rows of a list are found as they stand.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from pendapa.architecture.models import Element, Gap, GapDecision, GapMark
from pendapa.architecture.queries import checks
from pendapa.architecture.queries.analyses import remembered
from pendapa.architecture.queries.conditions import links_of
from pendapa.architecture.queries.keeping import keep
from pendapa.architecture.queries.lists import is_uid, seen, sight
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.gaps import Rule
from pendapa.regulations.schema import Text

OPEN, CLOSED, ALL = "open", "closed", "all"
LATELY_CLOSED, LATELY_OPENED = "closed-90", "opened-90"
LATELY = timedelta(days=90)
STATES = (OPEN, LATELY_CLOSED, LATELY_OPENED, CLOSED, ALL)
"""What a list of gaps can be narrowed to by state: ``closed-90`` and ``opened-90`` are those that were closed or opened in the
last 90 days; what was opened then may be closed since."""
UNDECIDED, LATE = "none", "late"
DECISIONS = (UNDECIDED, "close", "postpone", "accept", LATE)
"""What a list of gaps can be narrowed to by decision: those without one, one of the three, and those past their day."""


@dataclass(frozen=True)
class Asked:
    """What the catalogue is narrowed to: a rule, a unit (uid) with all below it, a domain, a decision (see ``DECISIONS``),
    a severity, a state (see ``STATES``)."""

    rule: str = ""
    unit: str = ""
    domain: str = ""
    decision: str = ""
    severity: str = ""
    state: str = OPEN


@dataclass(frozen=True)
class Decided:
    """What was decided about a gap. ``unit`` is the one that closes it; ``late`` that its day has passed."""

    decision: str
    label: str
    unit: str
    unit_uid: str
    owner: str
    due: date | None
    reason: str
    late: bool
    uid: str


@dataclass(frozen=True)
class Finding:
    """One gap of the catalogue. ``uid`` is its own; it stays the same while it is open and when it has been closed."""

    uid: str
    rule: Rule | None
    key: str
    element_id: int
    element: str
    code: str
    name: str
    domain: str
    unit: str
    unit_uid: str
    unit_path: str
    opened_on: date
    closed_on: date | None
    decided: Decided | None = None

    @property
    def place(self) -> tuple[str, int, int]:
        return self.name, self.element_id, gap_rules.PLACE.get(self.key, 999)


@dataclass(frozen=True)
class Catalogue:
    """Rows of the catalogue; ``next`` is the mark of the next page, empty at the end."""

    rows: list[Finding]
    next: str = ""


@dataclass(frozen=True)
class Figures:
    """The catalogue in numbers: ``month`` is how many more are open than at the beginning of this month; ``units`` are those
    with something undecided; ``closed`` since the beginning of the year."""

    open: int
    month: int
    undecided: int
    units: int
    to_close: int
    late: int
    postponed: int
    accepted: int
    closed: int

    @property
    def of(self) -> int:
        """How many were open at any time this year."""
        return self.open + self.closed


# --------------------------------------------------------------------------------------------------------------- rules


def rule(key: str) -> Rule:
    """One rule of the catalogue; :class:`NotFound` for an unknown one."""
    found = gap_rules.BY_KEY.get(key)
    if found is None:
        raise NotFound
    return found


def rules() -> list[Rule]:
    """The rules that can be judged here: those that ask for a check of another part only where it is registered."""
    return [one for one in gap_rules.RULES if one.checks <= checks.registered()]


def words(text: Text, language: str) -> str:
    """A text of the catalogue in the language, or in English."""
    return text.in_language("id" if language.startswith("id") else "en")


# ----------------------------------------------------------------------------------------------------------- catalogue


def seen_gaps(actor: Actor, institution: Institution) -> QuerySet[Gap]:
    """Gaps, open and closed, of elements that the actor may see, as last kept. Those of deleted elements are closed."""
    return Gap.objects.filter(seen(actor, institution, "element__"), institution=institution)


def catalogue(
    actor: Actor,
    institution: Institution,
    asked: Asked | None = None,
    *,
    after: str = "",
    size: int | None = None,
) -> Catalogue:
    """The gaps that the actor may see, by name, with what was decided about each; all of them, or a page of ``size`` after
    a mark. A fixed number of queries."""
    keep(institution)
    found = narrowed(actor, institution, asked or Asked())
    key, _bar, pk = after.rpartition("|")
    number = whole(pk, digits=18)
    if number is not None:
        named = Q(element__name_key=key, pk__gt=number)
        found = found.filter(element__name_key__gte=key).filter(Q(element__name_key__gt=key) | named)
    fields = ("pk", "uid", "rule", "element_id", "element__uid", "element__code", "element__name", "element__domain",
              "element__unit__name", "element__unit__uid", "element__unit__path", "opened_on", "closed_on",
              "element__name_key")  # fmt: skip
    listed = found.order_by("element__name_key", "pk").values(*fields)
    taken = list(listed if size is None else listed[: size + 1])
    more = size is not None and len(taken) > size
    taken = taken[:size]
    known = _decisions(found, {row["element_id"] for row in taken} if size is not None else None)
    rows = [_finding(row, known) for row in taken]
    if size is None:
        order = {row["element_id"]: place for place, row in reversed(list(enumerate(taken)))}
        rows.sort(key=lambda one: (order[one.element_id], gap_rules.PLACE.get(one.key, 999)))
    mark = f"{taken[-1]['element__name_key']}|{taken[-1]['pk']}" if more else ""
    return Catalogue(rows, mark)


def narrowed(actor: Actor, institution: Institution, asked: Asked) -> QuerySet[Gap]:
    """The gaps of a question, as last kept."""
    found = seen_gaps(actor, institution).filter(in_state(asked.state, timezone.localdate()))
    if asked.rule:
        found = found.filter(rule=asked.rule)
    if asked.severity:
        found = found.filter(rule__in=[one.key for one in gap_rules.RULES if one.severity == asked.severity])
    if asked.domain:
        found = found.filter(element__domain=asked.domain)
    if asked.unit:
        path = _path(institution, asked.unit)
        found = found.filter(element__unit__path__startswith=path) if path else found.none()
    return found.filter(_by_decision(asked.decision)) if asked.decision else found


def in_state(state: str, day: date) -> Q:
    """The gaps that are in a state (see ``STATES``) on a day."""
    return {
        OPEN: Q(closed_on=None),
        LATELY_CLOSED: Q(closed_on__gt=day - LATELY),
        LATELY_OPENED: Q(opened_on__gt=day - LATELY),
        CLOSED: Q(closed_on__isnull=False),
        ALL: Q(),
    }[state]


def _path(institution: Institution, uid: str) -> str:
    units = Unit.objects.filter(institution=institution)
    return units.filter(uid=uid).values_list("path", flat=True).first() or "" if is_uid(uid) else ""


def _made(**what: Any) -> Exists:
    """That something was decided about a gap."""
    live = GapDecision.objects.filter(rule=OuterRef("rule"), element=OuterRef("element"), deleted_at=None)
    return Exists(live.filter(**what))


def _by_decision(decision: str) -> Q:
    if decision == UNDECIDED:
        return ~Q(_made())
    if decision == LATE:
        return Q(_made(due__lt=timezone.localdate()))
    return Q(_made(decision=decision))


Decisions = Mapping[tuple[str, int], Decided]


def _decisions(found: QuerySet[Gap], ids: set[int] | None) -> Decisions:
    """What was decided about the gaps of a list, by rule and element."""
    live = GapDecision.objects.filter(deleted_at=None).select_related("unit")
    of_these = Q(element__in=found.order_by().values("element") if ids is None else ids)
    wanted = live.filter(of_these)
    return {(one.rule, one.element_id): _decided(one) for one in wanted}


def _decided(one: GapDecision) -> Decided:
    return Decided(
        decision=one.decision,
        label=str(one.get_decision_display()),
        unit=one.unit.name if one.unit else "",
        unit_uid=str(one.unit.uid) if one.unit else "",
        owner=one.owner,
        due=one.due,
        reason=one.reason,
        late=one.due is not None and one.due < timezone.localdate(),
        uid=str(one.uid),
    )


def _finding(row: Mapping[str, Any], known: Decisions) -> Finding:
    return Finding(
        uid=str(row["uid"]),
        rule=gap_rules.BY_KEY.get(row["rule"]),
        key=row["rule"],
        element_id=row["element_id"],
        element=str(row["element__uid"]),
        code=row["element__code"],
        name=row["element__name"],
        domain=row["element__domain"],
        unit=row["element__unit__name"],
        unit_uid=str(row["element__unit__uid"]),
        unit_path=row["element__unit__path"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        decided=known.get((row["rule"], row["element_id"])),
    )


def findings(actor: Actor, institution: Institution, uids: Sequence[str | UUID]) -> list[Finding]:
    """Open gaps by their uids, as far as the actor may see them, by name."""
    wanted = [uid for uid in uids if is_uid(uid)]
    found = catalogue(actor, institution, Asked()) if len(wanted) > 500 else None
    if found is not None:
        named = {str(uid) for uid in wanted}
        return [one for one in found.rows if one.uid in named]
    keep(institution)
    rows = narrowed(actor, institution, Asked()).filter(uid__in=wanted)
    fields = ("pk", "uid", "rule", "element_id", "element__uid", "element__code", "element__name", "element__domain",
              "element__unit__name", "element__unit__uid", "element__unit__path", "opened_on", "closed_on")  # fmt: skip
    taken = list(rows.order_by("element__name_key", "pk").values(*fields))
    known = _decisions(rows, {row["element_id"] for row in taken})
    return [_finding(row, known) for row in taken]


def gaps(
    actor: Actor, institution: Institution, *, rule: str = "", unit: Unit | None = None
) -> list[dict[str, Any]]:
    """All open gaps the actor may see, as :func:`told` tells them."""
    asked = Asked(rule=rule, unit=str(unit.uid) if unit else "")
    return [told(one) for one in catalogue(actor, institution, asked).rows]


def told(one: Finding) -> dict[str, Any]:
    """A gap for scripts: ``{"rule", "code", "name", "kind", "unit", "message", "advice", "uid", "unit_uid", …}``. ``kind`` is
    the domain, ``uid`` that of the element, ``gap`` that of the gap; days as ``2026-11-22``."""
    language, known = get_language() or "id", one.rule
    decided = one.decided
    return {
        "rule": one.key,
        "code": one.code,
        "name": one.name,
        "kind": one.domain,
        "unit": one.unit,
        "message": words(known.message, language) if known else one.key,
        "advice": words(known.advice, language) if known else "",
        "uid": one.element,
        "unit_uid": one.unit_uid,
        "gap": one.uid,
        "severity": known.severity if known else "",
        "verified": known.verified if known else False,
        "opened_on": one.opened_on.isoformat(),
        "closed_on": one.closed_on.isoformat() if one.closed_on else None,
        "decision": decided.decision if decided else None,
        "decided_unit": decided.unit if decided else "",
        "owner": decided.owner if decided else "",
        "due": decided.due.isoformat() if decided and decided.due else None,
        "reason": decided.reason if decided else "",
        "late": decided.late if decided else False,
    }


# ------------------------------------------------------------------------------------------------------------- numbers


def by_rule(actor: Actor, institution: Institution, asked: Asked | None = None) -> dict[str, int]:
    """How many gaps there are by rule, of what is asked but for the rule."""
    keep(institution)
    found = narrowed(actor, institution, replace(asked or Asked(), rule=""))
    return dict(found.order_by().values_list("rule").annotate(n=Count("pk")))


def count_by_element(actor: Actor, institution: Institution) -> dict[int, int]:
    """How many open gaps each element (primary key) has; one without any is not named."""
    keep(institution)
    found = narrowed(actor, institution, Asked())
    return dict(found.order_by().values_list("element").annotate(n=Count("pk")))


def gap_numbers(actor: Actor, institution: Institution, unit: str = "") -> dict[str, int]:
    """How many gaps there are by rule, and under ``elements`` and ``units`` in how many of them."""

    def count() -> dict[str, int]:
        asked = Asked(unit=unit)
        counted = by_rule(actor, institution, asked)
        wide = narrowed(actor, institution, asked).aggregate(
            elements=Count("element", distinct=True), units=Count("element__unit", distinct=True)
        )
        return {one.key: counted.get(one.key, 0) for one in gap_rules.RULES} | wide

    return remembered(_key_of_numbers(actor, institution, unit), count)


def _key_of_numbers(actor: Actor, institution: Institution, unit: str) -> str:
    """Names the numbers by the catalogue in step: also what no ledger tells opens or closes gaps. One query where it is."""

    def read() -> tuple[Any, ...]:
        ledger = LedgerEntry.objects.filter(institution=OuterRef("institution")).order_by("-seq")
        there = Gap.objects.filter(institution=OuterRef("institution"), closed_on=None).order_by()
        newest = Gap.objects.filter(institution=OuterRef("institution")).order_by("-pk").values("pk")[:1]
        counted = there.values("institution").annotate(n=Count("pk")).values("n")
        marks = GapMark.objects.filter(institution=institution).annotate(
            last=Subquery(ledger.values("seq")[:1]),
            digest=Subquery(ledger.values("digest")[:1]),
            newest=Subquery(newest),
            open=Subquery(counted),
        )
        row = marks.values_list("seq", "last", "on", "rules", "digest", "newest", "open").first()
        return row or (0, None, None, "", "", None, None)

    state = read()
    seq, last, on, rules, *_rest = state
    if (seq, on) != (last or 0, timezone.localdate()) or not rules:
        keep(institution)
        state = read()
    parts = "\n".join([sight(actor, institution), unit, *map(str, state)])
    return f"architecture:gaps:{institution.pk}:{hashlib.sha256(parts.encode()).hexdigest()}"


def figures(actor: Actor, institution: Institution, asked: Asked | None = None) -> Figures:
    """The catalogue in numbers, of what is asked but for rule, decision and state. One query when it is in step."""
    keep(institution)
    whole_of = replace(asked or Asked(), rule="", decision="", state=ALL)
    today = timezone.localdate()
    begin, year = today.replace(day=1), today.replace(month=1, day=1)
    there = Q(closed_on=None)
    undecided = there & _by_decision(UNDECIDED)
    counted = narrowed(actor, institution, whole_of).aggregate(
        open=Count("pk", filter=there),
        come=Count("pk", filter=Q(opened_on__gte=begin)),
        gone=Count("pk", filter=Q(closed_on__gte=begin)),
        undecided=Count("pk", filter=undecided),
        units=Count("element__unit", filter=undecided, distinct=True),
        to_close=Count("pk", filter=there & _by_decision("close")),
        postponed=Count("pk", filter=there & _by_decision("postpone")),
        accepted=Count("pk", filter=there & _by_decision("accept")),
        late=Count("pk", filter=there & _by_decision(LATE)),
        closed=Count("pk", filter=Q(closed_on__gte=year)),
    )
    return Figures(month=counted.pop("come") - counted.pop("gone"), **counted)


# ---------------------------------------------------------------------------------------------------- of some elements


def gaps_of_rows(rows: list[dict[str, Any]]) -> dict[int, list[Rule]]:
    """The gaps of the rows of a page, by id: rows as :func:`elements` gives them. One query. What other parts check is left
    out; the catalogue tells it."""
    things = [_thing(row) for row in rows if gap_rules.fields_of(row["domain"])]
    found: dict[int, list[Rule]] = defaultdict(list)
    if things:
        links = links_of(thing.id for thing in things)
        for one, pk in gap_rules.find(things, links, gap_rules.Known(timezone.localdate())):
            found[pk].append(one)
    return found


def _thing(row: Mapping[str, Any]) -> gap_rules.Thing:
    attributes = {name: row.get(f"attributes__{name}") for name in gap_rules.fields_of(row["domain"])}
    return gap_rules.Thing(
        row["id"], row["domain"], attributes, row["kind"], row["remap"], row["completeness"]
    )


def gaps_of_element(element: Element) -> list[Rule]:
    """The gaps of one element as it stands; hidden relations close a gap as well. Two queries."""
    e = element
    thing = gap_rules.Thing(e.pk, e.domain, e.attributes, e.kind, e.remap, e.completeness)
    kept = Gap.objects.filter(element=e.pk, closed_on=None).values_list("rule", flat=True)
    named = {check: {e.pk} for key in kept if key in gap_rules.BY_KEY for check in rule(key).checks}
    known = gap_rules.Known(timezone.localdate(), named)
    return [one for one, _pk in gap_rules.find([thing], links_of([e.pk]), known)]
