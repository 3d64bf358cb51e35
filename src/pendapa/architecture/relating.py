"""Verbs of relations: link, change, unlink. What may be joined, and what a relation itself tells, says the metamodel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture import metamodel, queries
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.outcomes import Outcome, done, reviewed, unique
from pendapa.architecture.permissions import EDIT
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables import values
from pendapa.kernel.tables.columns import TEXT_LIMIT
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import ANY, Column, Endpoint, Metamodel, RelationType

DEEPEST = 100
"""Steps up a tree after which something is wrong with it."""
_PARSERS: Mapping[str, Callable[[str], values.Value]] = {
    "date": values.date,
    "year": values.year,
    "number": values.number,
    "money": values.money,
    "url": values.url,
}
_UNSAID: Any = object()


@reviewed
def link(
    actor: Actor,
    source: Element,
    type: str,
    target: Element,
    *,
    attributes: Mapping[str, Any] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> Outcome:
    """Join two elements: the metamodel must allow it, the source be the actor's to edit, the target be seen.

    ``attributes`` are those of the relation (``{"akses": "read"}``); a value outside a list is kept and told.
    """
    institution = source.institution
    actor.require(EDIT, institution, source.unit)
    if target.institution_id != institution.pk:
        raise NotFound
    taken = _("“%(source)s” and “%(target)s” are linked so already.") % {
        "source": source.name,
        "target": target.name,
    }
    with unique(taken), transaction.atomic():
        hold(institution)
        source, target = _live(source), queries.element(actor, institution, target.uid)
        actor.require(EDIT, institution, source.unit)
        kind, warnings = _check_link(actor, source, type, target)
        relation = Relation(institution=institution, type=type, source=source, target=target)
        relation.attributes, doubts = _attributes(kind, {}, attributes or {})
        relation.valid_from, relation.valid_to = _period(valid_from, valid_to)
        writes = history.Writes(add=[relation])
        change_set = history.write(actor, institution, "edit", writes, reason=reason, unit=source.unit)
    return done(relation, change_set, warnings + doubts)


@reviewed
def change_relation(
    actor: Actor,
    relation: Relation,
    *,
    version: int,
    attributes: Mapping[str, Any] | None = None,
    valid_from: date | None = _UNSAID,
    valid_to: date | None = _UNSAID,
    reason: str = "",
) -> Outcome:
    """Change what a relation, read at ``version``, tells; who may edit either end may.

    Of ``attributes`` those named are replaced, those given empty are taken away. Raises ``history.Conflict`` when somebody
    changed it meanwhile. Nothing is written where nothing differs.
    """
    institution = relation.institution
    with transaction.atomic():
        hold(institution)
        row = _mine(actor, institution, relation)
        if row.version != version:
            raise history.Conflict([str(row)])
        kind = _type(metamodel.of(institution), row.type)
        before = history.snapshot(row)
        row.attributes, doubts = _attributes(kind, row.attributes, attributes or {})
        row.valid_from, row.valid_to = _period(
            row.valid_from if valid_from is _UNSAID else valid_from,
            row.valid_to if valid_to is _UNSAID else valid_to,
        )
        if history.snapshot(row) == before:
            return Outcome(row, None, doubts)
        writes = history.Writes(change=[row])
        change_set = history.write(actor, institution, "edit", writes, reason=reason, unit=row.source.unit)
    return done(row, change_set, doubts)


@reviewed
def unlink(actor: Actor, relation: Relation, *, reason: str = "") -> Outcome:
    """Take a relation away; who may edit either end may. The other end must be seen, else the relation is not there."""
    institution = relation.institution
    with transaction.atomic():
        hold(institution)
        row = _mine(actor, institution, relation)
        writes = history.Writes(delete=[row])
        change_set = history.write(actor, institution, "edit", writes, reason=reason, unit=row.source.unit)
    return done(row, change_set)


# ------------------------------------------------------------------------------------------------------------- helpers


def _mine(actor: Actor, institution: Institution, relation: Relation) -> Relation:
    """The relation as it is now, where both ends are seen and either may be edited; else :class:`NotFound`."""
    seen = queries.visible_relations(actor, institution).select_related("source__unit", "target__unit")
    row = seen.filter(pk=relation.pk).first()
    if row is None or not any(actor.may(EDIT, institution, e.unit) for e in (row.source, row.target)):
        raise NotFound
    return row


def _live(element: Element) -> Element:
    """The element as it is now; :class:`NotFound` when it is gone."""
    found = Element.objects.select_related("unit", "institution").filter(pk=element.pk, deleted_at=None)
    row = found.first()
    if row is None:
        raise NotFound
    return row


def _type(model: Metamodel, type: str) -> RelationType:
    try:
        return model.relation(type)
    except KeyError:
        raise Refused(_("There is no kind of relation “%(type)s”.") % {"type": type}) from None


def _check_link(actor: Actor, source: Element, type: str, target: Element) -> tuple[RelationType, list[str]]:
    """Refuse what the metamodel does not allow; doubts where it expects one and there would be two."""
    language, model = get_language() or "id", metamodel.of(source.institution)
    kind = _type(model, type)
    words = {"source": source.name, "target": target.name, "verb": kind.forward.in_language(language)}
    if source.pk == target.pk:
        raise Refused(_("“%(source)s” cannot be linked with itself.") % words)
    if not kind.allows((source.domain, source.kind), (target.domain, target.kind)):
        raise Refused(_illegal(model, kind, words))
    live = Relation.objects.filter(type=type, source=source, deleted_at=None)
    if live.filter(target=target).exists():
        raise Refused(_("“%(source)s” and “%(target)s” are linked so already.") % words)
    if kind.tree:
        _refuse_circle(actor, source, kind, target)
    if kind.cardinality == "many_to_one" and not kind.per_kind and live.exists():
        return kind, [_("“%(source)s” %(verb)s more than one now; the metamodel expects one.") % words]
    return kind, []


def _illegal(model: Metamodel, kind: RelationType, words: Mapping[str, str]) -> str:
    """Why two elements may not stand in a relation, with the ends that may."""
    if kind.pairs:
        pairs = "; ".join(f"{_end(model, start)} → {_end(model, end)}" for start, end in kind.pairs)
        refusal = _(
            "“%(source)s” %(verb)s “%(target)s” is not allowed by the metamodel: "
            "this relation joins only %(pairs)s."
        )
        return refusal % {**words, "pairs": pairs}
    refusal = _(
        "“%(source)s” %(verb)s “%(target)s” is not allowed by the metamodel: "
        "this relation leads from %(froms)s to %(tos)s."
    )
    ends = {
        "froms": ", ".join(_end(model, end) for end in kind.sources_allowed),
        "tos": ", ".join(_end(model, end) for end in kind.targets_allowed),
    }
    return refusal % {**words, **ends}


def _end(model: Metamodel, end: Endpoint) -> str:
    return end_label(model, end.domain, end.kind)


def end_label(model: Metamodel, domain: str, kind: str) -> str:
    """A domain, or one kind in it, in the language of now."""
    if domain == ANY:
        return _("any element")
    found = model.domain(domain)
    return (found.kind(kind) if kind else found).label.in_language(get_language() or "id")


def _refuse_circle(actor: Actor, source: Element, kind: RelationType, target: Element) -> None:
    """Climb from the target: who meets the source on the way would stand above itself. The way is told by name."""
    above: dict[int, int] = {}
    level = [target.pk]
    for _step in range(DEEPEST):
        if source.pk in level or not level:
            break
        live = Relation.objects.filter(
            type=kind.key, source__in=level, deleted_at=None, target__deleted_at=None
        )
        found = [(up, low) for low, up in live.values_list("source", "target") if up not in above]
        above.update(found)
        level = list(dict.fromkeys(up for up, _low in found))
    if source.pk not in level:
        return
    way = [source.pk]
    while way[-1] != target.pk:
        way.append(above[way[-1]])
    seen = queries.visible(actor, source.institution).in_bulk([source.pk, *way])
    names = [seen[pk].name if pk in seen else "…" for pk in [source.pk, *reversed(way)]]
    raise Refused(
        _("“%(source)s” would come to stand above itself: %(path)s.")
        % {"source": source.name, "path": " → ".join(names)}
    )


def _period(begin: date | None, end: date | None) -> tuple[date | None, date | None]:
    if begin and end and end < begin:
        raise Refused(_("It would end before it begins."), "valid_to")
    return begin, end


def _attributes(
    kind: RelationType, before: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The attributes after ``given`` is laid over them, and what is doubtful in it."""
    columns = {column.key: column for column in kind.columns}
    merged, warnings = dict(before), []
    for key, value in given.items():
        if key not in columns:
            known = ", ".join(columns) or "—"
            raise Refused(
                _("This relation has no field “%(field)s”. Accepted: %(known)s.")
                % {"field": key, "known": known},
                key,
            )
        kept, doubts = _value(columns[key], value)
        if kept:
            merged[key] = kept
            warnings += doubts if kept != before.get(key) else []
        else:
            merged.pop(key, None)
    return merged, warnings


def _value(column: Column, value: Any) -> tuple[Any, list[str]]:
    """A value as it is kept: keys of lists, plain numbers and dates; what is none of them as written, and told."""
    if isinstance(value, list | tuple):
        found = [_value(column, one) for one in value]
        return [kept for kept, _doubts in found if kept], [
            doubt for _kept, doubts in found for doubt in doubts
        ]
    text = "" if value is None else str(value).replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > TEXT_LIMIT:
        raise Refused(_("The text is longer than %(limit)d characters.") % {"limit": TEXT_LIMIT}, column.key)
    if not text:
        return "", []
    label = column.label.in_language(get_language() or "id")
    if column.type in ("enum", "enum_many"):
        known = column.match_value(text)
        return (known.key, []) if known else (text, [_outside(column, label, text)])
    if column.type in _PARSERS:
        kept, remark = _PARSERS[column.type](text)
        return kept, [f"{label}: {remark.message.render(_)}"] if remark else []
    return text, []


def _outside(column: Column, label: str, text: str) -> str:
    accepted = ", ".join(v.label.in_language(get_language() or "id") for v in column.values[:12])
    words = {"label": label, "value": text[:80], "accepted": accepted}
    return _("%(label)s: “%(value)s” is not on the list (%(accepted)s); it was kept as written.") % words
