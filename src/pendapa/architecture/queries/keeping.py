"""The gap catalogue is kept in step with the register: which gaps there are, since when, and since when no more.

It is derived, so nobody's right is asked and nothing of it stands in the history. It follows the ledger: where that has
not moved since, nothing is done; where it has, what the change sets touched is looked at again (and what is linked with
it); on another day, with other rules, or after a large import the whole register is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import timezone

from pendapa.architecture.models import Element, Gap, GapMark, Relation
from pendapa.architecture.queries import checks
from pendapa.architecture.queries.conditions import links_of, links_of_all
from pendapa.architecture.rules.gaps import RULES, Known, Thing, find
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.history.models import LedgerEntry, Revision
from pendapa.kernel.inserting import insert, uids_are_native
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

MOST = 500
"""More things than this looked at one by one cost more than the whole register at once; and SQLite takes no longer lists."""
PART = 5000

Found = set[tuple[str, int]]


def keep(institution: Institution) -> None:
    """Bring the catalogue in step. One query where it is; a fixed number of them where it is not."""
    today, rules = timezone.localdate(), packs.gaps().digest
    newest = (
        LedgerEntry.objects.filter(institution=OuterRef("institution")).order_by("-seq").values("seq")[:1]
    )
    known = GapMark.objects.filter(institution=institution).annotate(newest=Subquery(newest)).first()
    if known is not None and (known.seq, known.on, known.rules) == (known.newest or 0, today, _name(rules)):
        return
    with transaction.atomic():
        GapMark.objects.get_or_create(institution=institution)
        mark = GapMark.objects.select_for_update().get(institution=institution)
        last = LedgerEntry.objects.filter(institution=institution).aggregate(seq=Max("seq"))["seq"] or 0
        told = _touched(institution, mark.seq) if mark.on else _since_read(institution)
        same = (mark.on, mark.rules) == (today, _name(rules))
        _follow(institution, told.ids if same and told.complete else None, told, today)
        mark.seq, mark.on, mark.rules = last, today, _name(rules)
        mark.save()


def again(institution: Institution) -> None:
    """Have the whole register looked at before the catalogue is read next: something changed that no ledger tells."""
    GapMark.objects.filter(institution=institution).update(rules="")


def _name(rules: str) -> str:
    """The rules in force: the pack, and which checks of other parts answer."""
    return rules[:32] + ":" + ",".join(sorted(name[:9] for name in checks.registered()))[:31]


@dataclass
class _Touched:
    """What changed and on which day. ``complete`` is false where it is too much to name all."""

    days: dict[int, date] = field(default_factory=dict)
    near: set[int] = field(default_factory=set)
    complete: bool = True

    @property
    def ids(self) -> set[int]:
        return self.days.keys() | self.near


def _touched(institution: Institution, seq: int) -> _Touched:
    """The elements that change sets touched since an entry of the ledger: themselves, their relations, their neighbours."""
    since = Revision.objects.filter(
        change_set__ledger__institution=institution,
        change_set__ledger__seq__gt=seq,
        target_type__in=("element", "relation"),
    )
    fields = ("target_type", "target_uid", "recorded_from", "snapshot__source", "snapshot__target")
    rows = list(since.order_by("recorded_from").values_list(*fields)[: MOST + 1])
    found = _Touched(complete=len(rows) <= MOST)
    moments = {uid: at for kind, uid, at, _source, _target in rows if kind == "element"}
    if found.complete and moments:
        known = Element.objects.filter(institution=institution, uid__in=moments)
        found.days = {pk: _day(moments[uid]) for pk, uid in known.values_list("pk", "uid")}
        ends = Relation.objects.filter(Q(source__in=found.days) | Q(target__in=found.days), deleted_at=None)
        # Two relations between the same two count twice: what was cut off may lead to somebody new.
        near = list(ends.values_list("source_id", "target_id")[: MOST + 1])
        found.complete = len(near) <= MOST
        found.near = {pk for pair in near for pk in pair}
    for kind, _uid, at, source, target in rows:
        if kind == "relation":
            found.days |= {source: _day(at), target: _day(at)}
    found.complete = found.complete and len(found.ids) <= MOST
    return found


def _since_read(institution: Institution) -> _Touched:
    """For the first catalogue of a register: each element's gaps are as old as what is written of it now, as far as known."""
    current = Revision.objects.filter(
        change_set__institution=institution, target_type="element", recorded_to=None
    ).order_by()
    uids = dict(current.values_list("target_uid", "recorded_from").iterator(chunk_size=PART))
    live = Element.objects.filter(institution=institution, deleted_at=None).order_by()
    rows = live.values_list("pk", "uid").iterator(chunk_size=PART)
    return _Touched({pk: _day(uids[uid]) for pk, uid in rows if uid in uids}, complete=False)


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _follow(institution: Institution, ids: set[int] | None, told: _Touched, today: date) -> None:
    """Open what is found and not there, close what is there and not found any more; ``ids`` narrows it to some elements."""
    open_ones = Gap.objects.filter(institution=institution, closed_on=None)
    asked = [rule.key for rule in RULES if rule.checks]
    # One after the other: with an "or" between them neither index is used.
    parts = (
        [open_ones] if ids is None else [open_ones.filter(element__in=ids), open_ones.filter(rule__in=asked)]
    )
    there = {
        (rule, element): pk
        for part in parts
        for pk, rule, element in part.values_list("pk", "rule", "element_id")
    }
    named = checks.results(institution)
    found = _judged(institution, ids, today) | _named(institution, named)
    unknown = {
        rule.key for rule in RULES if any(named.get(name) is None for name in rule.checks & named.keys())
    }
    native = uids_are_native()
    fresh = (
        (uid if native else uid.hex, institution.pk, rule, element, told.days.get(element, today).isoformat())
        for rule, element in sorted(found - there.keys())
        for uid in (uuid4(),)
    )
    insert(Gap, ("uid", "institution", "rule", "element", "opened_on"), fresh)
    gone: dict[date, list[int]] = defaultdict(list)
    for rule, element in there.keys() - found:
        if rule not in unknown:
            gone[told.days.get(element, today) if told.complete else today].append(there[rule, element])
    for day, pks in gone.items():
        for some in chunks(pks, PART // 10):
            Gap.objects.filter(pk__in=some).update(closed_on=day)


def _named(institution: Institution, named: Mapping[str, Iterable[int] | None]) -> Found:
    """Gaps by the rules that do nothing but ask a check. A check may still name what has gone meanwhile."""
    found: Found = set()
    for rule in RULES:
        for name in rule.checks:
            found |= {(rule.key, pk) for pk in named.get(name) or ()}
    if not found:
        return found
    alive: set[int] = set()
    for some in chunks(sorted({pk for _rule, pk in found}), MOST):
        live = Element.objects.filter(institution=institution, deleted_at=None, pk__in=some)
        alive |= set(live.values_list("pk", flat=True))
    return {(rule, pk) for rule, pk in found if pk in alive}


def _judged(institution: Institution, ids: set[int] | None, today: date) -> Found:
    """The gaps of the live elements, or of some of them, by all rules that read the register alone."""
    live = Element.objects.filter(institution=institution, deleted_at=None).order_by()
    if ids is not None:
        if not ids:
            return set()
        live = live.filter(pk__in=ids)
    links = links_of_all(institution) if ids is None else links_of(ids)
    fields = ("pk", "domain", "attributes", "kind", "remap", "completeness")
    things = (Thing(*row) for row in live.values_list(*fields).iterator(chunk_size=PART))
    plain = [rule for rule in RULES if not rule.checks]
    return {(rule.key, pk) for rule, pk in find(things, links, Known(today), plain)}
