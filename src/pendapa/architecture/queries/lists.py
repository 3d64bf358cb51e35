"""Elements and relations as lists and one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils.translation import get_language

from pendapa.architecture import metamodel, searching
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT, PERSONAL, RESTRICTED, VIEW
from pendapa.architecture.queries.conditions import lacks
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import open_keys, relation_columns
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column, Metamodel

PAGE = 50
COUNT_LIMIT = 10_000


def seen(actor: Actor, institution: Institution, prefix: str = "") -> Q:
    """The condition on an element (at ``prefix``) that the actor may see it."""
    if not actor.may(VIEW, institution):
        return Q(**{f"{prefix}classification": "public"})
    restricted = actor.scope(RESTRICTED, institution)
    if restricted.everything:
        return Q()
    return ~Q(**{f"{prefix}classification": "restricted"}) | restricted.filter(f"{prefix}unit__")


def could_see(actor: Actor, institution: Institution) -> Callable[[Mapping[str, Any]], bool]:
    """:func:`seen` for a past state of an element: whether the actor could have seen it so. At most one query."""
    if not actor.may(VIEW, institution):
        return lambda snapshot: snapshot.get("classification") == "public"
    restricted = actor.scope(RESTRICTED, institution)
    if restricted.everything:
        return lambda snapshot: True
    live = Unit.objects.filter(restricted.filter(""), institution=institution) if restricted.paths else ()
    own = {unit.pk for unit in live}
    return lambda snapshot: snapshot.get("classification") != "restricted" or snapshot.get("unit") in own


def sight(actor: Actor, institution: Institution) -> str:
    """A word for what :func:`seen` lets through: actors with the same word see the same."""
    if not actor.may(VIEW, institution):
        return "public"
    restricted = actor.scope(RESTRICTED, institution)
    return "all" if restricted.everything else "units " + ",".join(sorted(restricted.paths))


def visible(actor: Actor, institution: Institution) -> QuerySet[Element]:
    """Live elements of ``institution`` that ``actor`` may see."""
    live = Element.objects.filter(institution=institution, deleted_at=None)
    return live.filter(seen(actor, institution))


def visible_relations(actor: Actor, institution: Institution) -> QuerySet[Relation]:
    """Live relations both of whose ends ``actor`` may see."""
    live = Relation.objects.filter(
        institution=institution, deleted_at=None, source__deleted_at=None, target__deleted_at=None
    )
    return live.filter(seen(actor, institution, "source__"), seen(actor, institution, "target__"))


def element(actor: Actor, institution: Institution, uid: str | UUID) -> Element:
    """One element by uid; :class:`NotFound` when absent or not to be seen."""
    found = (
        visible(actor, institution).select_related("unit").filter(uid=uid).first() if is_uid(uid) else None
    )
    if found is None:
        raise NotFound
    found.institution = institution
    return found


def readable(
    actor: Actor, institution: Institution, elements: Sequence[Element]
) -> dict[int, dict[str, Any]]:
    """The attributes of elements as far as the actor may read them, by the id of the element.

    Left out are personal data, for whom they do not concern, and texts of relation columns that name something the actor
    may not see. Of the units that are the actor's own such texts are told: they were written there, and that one of them
    vanished would give away what it names.
    """
    model = metamodel.of(institution)
    withheld = not actor.may(PERSONAL, institution)
    own = actor.scope(EDIT, institution)
    texts = {e.pk: {} if own.covers(e.unit) else _loose(model, e) for e in elements}
    hidden = _hidden(actor, institution, texts.values())
    found = {}
    for element in elements:
        kept = dict(element.attributes)
        for column, said in texts[element.pk].items():
            domain = column.links_to.partition(".")[0]
            shown = [text for text in said if not {text, name_key(text)} & hidden[domain]]
            if shown:
                kept[column.key] = shown
            else:
                del kept[column.key]
        keys = open_keys(model, element.domain) if withheld else kept.keys()
        found[element.pk] = {key: value for key, value in kept.items() if key in keys}
    return found


def sees_field(actor: Actor, institution: Institution, domain: str) -> Callable[[str], bool]:
    """Whether the actor may read what a snapshot tells of a field (``attributes.operator``): personal data is for who works
    there."""
    if not domain or actor.may(PERSONAL, institution):
        return lambda name: True
    keys = open_keys(metamodel.of(institution), domain)
    return lambda name: not name.startswith("attributes.") or name.partition(".")[2] in keys


def _loose(model: Metamodel, element: Element) -> dict[Column, list[str]]:
    """The texts of relation columns that an element keeps."""
    said = {column: element.attributes.get(column.key) for column in relation_columns(model, element.domain)}
    return {c: [v] if isinstance(v, str) else [str(one) for one in v] for c, v in said.items() if v}


def _hidden(
    actor: Actor, institution: Institution, said: Iterable[Mapping[Column, list[str]]]
) -> dict[str, set[str]]:
    """By domain, those codes and keys of names among the texts that are of elements the actor may not see."""
    texts: dict[str, set[str]] = defaultdict(set)
    for columns in said:
        for column, some in columns.items():
            texts[column.links_to.partition(".")[0]].update(some)
    found: dict[str, set[str]] = defaultdict(set)
    condition = seen(actor, institution)
    if not condition:
        return found
    for domain, named in texts.items():
        unseen = Element.objects.filter(~condition, institution=institution, domain=domain)
        for part in chunks(sorted(named), 300):
            meant = unseen.filter(Q(code__in=part) | Q(name_key__in=[name_key(text) for text in part]))
            for names in meant.values_list("code", "name_key"):
                found[domain].update(names)
    return found


def is_uid(text: str | UUID) -> bool:
    """Whether ``text`` can be an uid at all."""
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. ``after`` is the keyset mark ``name_key|id`` of the last row shown."""

    domain: str = ""
    kind: str = ""
    unit: str = ""
    query: str = ""
    gap: str = ""
    remap: bool = False
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list: lean rows, marks for the neighbours, and a count capped at ``COUNT_LIMIT``.

    ``count`` is ``None`` where it was not asked for.
    """

    rows: list[dict[str, Any]]
    next: str
    previous: str
    count: int | None
    capped: bool


LEAN = (
    "id", "uid", "domain", "kind", "code", "name", "name_key", "classification", "completeness", "unit__name", "unit__uid",
    "unit__path", "remap",
)  # fmt: skip


def filtered(actor: Actor, institution: Institution, filters: Filters) -> QuerySet[Element]:
    """Elements of a list, without order and page."""
    rows = visible(actor, institution)
    if filters.domain:
        rows = rows.filter(domain=_plain(filters.domain))
    if filters.kind:
        rows = rows.filter(kind=_plain(filters.kind))
    if filters.unit:
        rows = rows.filter(unit__in=_subtree(institution, filters.unit))
    if filters.remap:
        rows = rows.filter(remap=True)
    if filters.gap:
        known = gap_rules.BY_KEY.get(filters.gap)
        rows = rows.filter(lacks(known)) if known else rows.none()
    if filters.query.strip():
        rows = rows.filter(searching.meant(institution, filters.query))
    return rows


def _plain(text: str) -> str:
    """Without the one character that PostgreSQL keeps in no text."""
    return text.replace("\x00", "")


def _subtree(institution: Institution, uid: str) -> list[int]:
    """Ids of a unit and of all below it. As ids, so that a single unit can be walked in the order of its index."""
    live = Unit.objects.filter(institution=institution)
    path = live.filter(uid=uid).values_list("path", flat=True).first() if is_uid(uid) else None
    return list(live.filter(path__startswith=path).values_list("pk", flat=True)) if path else []


def elements(
    actor: Actor,
    institution: Institution,
    filters: Filters,
    size: int = PAGE,
    *,
    counted: bool = True,
    columns: Sequence[str] = (),
) -> Page:
    """A page of elements in the order of their names, by keyset. The values of ``columns``, attributes that the actor is
    known to be allowed to read in a list, stand in the rows as ``column_0``, ``column_1`` …"""
    found = filtered(actor, institution, filters)
    forward = not filters.before
    rows = _rows(found, filters, size + 1, {f"column_{n}": key for n, key in enumerate(columns)})
    more, rows = len(rows) > size, rows[:size]
    if not forward and len(rows) < size:
        # Back at the start: show the first page whole.
        filters = replace(filters, before="")
        return elements(actor, institution, filters, size, counted=counted, columns=columns)
    if not forward:
        rows.reverse()
    first, last = (_mark(rows[0]), _mark(rows[-1])) if rows else ("", "")
    has_next, has_previous = (more, bool(filters.after)) if forward else (True, more)
    count = None
    if counted:
        alone = forward and not more and not filters.after
        count = len(rows) if alone else found.order_by()[: COUNT_LIMIT + 1].count()
    return Page(
        rows,
        next=last if has_next else "",
        previous=first if has_previous else "",
        count=None if count is None else min(count, COUNT_LIMIT),
        capped=count is not None and count > COUNT_LIMIT,
    )


def _rows(
    found: QuerySet[Element], filters: Filters, most: int, columns: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows beyond the mark. Without a domain those of each are taken in the order of their index, and merged."""
    fields = (*LEAN, *_told(filters), *columns)
    if columns:
        found = found.annotate(**{name: KeyTransform(key, "attributes") for name, key in columns.items()})
    if filters.domain or filters.query or filters.gap:
        return list(_beyond(found, filters).values(*fields)[:most])
    merged: list[dict[str, Any]] = []
    model = packs.metamodel()  # an overlay adds no domains
    for domain in model.domains:
        merged += _beyond(found.filter(domain=domain.key), filters).values(*fields)[:most]
    # Of these there are few.
    others = found.filter(domain__in=[model.strategy.key, model.outside.key])
    merged += _beyond(others, filters).values(*fields)[:most]
    merged.sort(key=lambda row: (row["name_key"], row["id"]), reverse=bool(filters.before))
    return merged[:most]


def _told(filters: Filters) -> list[str]:
    """Attributes that the gap rules ask of the rows of this list, to be read along."""
    return [f"attributes__{name}" for name in gap_rules.fields_of(filters.domain)]


def _beyond(found: QuerySet[Element], filters: Filters) -> QuerySet[Element]:
    mark = _plain(filters.before or filters.after)
    key, _, pk = mark.rpartition("|")
    number = whole(pk, digits=18)
    if number is not None:
        # The redundant first bound lets both databases walk the index instead of filtering all of it.
        if filters.before:
            found = found.filter(name_key__lte=key).filter(
                Q(name_key__lt=key) | Q(name_key=key, id__lt=number)
            )
        else:
            found = found.filter(name_key__gte=key).filter(
                Q(name_key__gt=key) | Q(name_key=key, id__gt=number)
            )
    return found.order_by("-name_key", "-id") if filters.before else found.order_by("name_key", "id")


def _mark(row: dict[str, Any]) -> str:
    return f"{row['name_key']}|{row['id']}"


_END = (
    "id",
    "uid",
    "code",
    "name",
    "domain",
    "kind",
    "classification",
    "deleted_at",
    "unit__name",
    "unit__path",
)
_ABOUT = ("type", "uid", "attributes", "version", "valid_from", "valid_to")
Touching = list[dict[str, Any]]


def touching(actor: Actor, element: Element) -> Touching:
    """Every relation that touches or touched an element, with both ends, in one query: ``live``, and ``seen`` where the
    actor may see the other end. What is not ``seen`` tells nothing but that it exists."""
    fields = [
        "id",
        "type",
        "uid",
        "attributes",
        "deleted_at",
        "source_id",
        "version",
        "valid_from",
        "valid_to",
    ]
    fields += [f"{end}__{name}" for end in ("source", "target") for name in _END]
    about = Relation.objects.filter(Q(source=element) | Q(target=element), institution=element.institution_id)
    sees = _seer(actor, element.institution)
    rows = []
    for row in about.order_by("type", "pk").values(*fields):
        outgoing = row["source_id"] == element.pk
        end = "target" if outgoing else "source"
        other = {name: row[f"{end}__{name}"] for name in _END}
        live = row["deleted_at"] is None and other["deleted_at"] is None
        seen = sees(other["classification"], other["unit__path"])
        about_it = {name: row[name] for name in ("id", *_ABOUT)}
        rows.append({**about_it, "outgoing": outgoing, "other": other, "live": live, "seen": seen})
    return rows


def _seer(actor: Actor, institution: Institution) -> Callable[[str, str], bool]:
    """:func:`seen` for rows already read: by classification and the path of the unit."""
    if not actor.may(VIEW, institution):
        return lambda classification, path: classification == "public"
    restricted = actor.scope(RESTRICTED, institution)
    if restricted.everything:
        return lambda classification, path: True
    return lambda classification, path: classification != "restricted" or path.startswith(restricted.paths)


def relations_of(actor: Actor, element: Element, known: Touching | None = None) -> list[dict[str, Any]]:
    """Relations of one element seen from it: ``[{"label", "type", "uid", "outgoing", "attributes", "other": {…}}]``.

    ``other`` holds ``uid``, ``code``, ``name``, ``domain``, ``kind``, ``unit`` of the other end. ``known`` saves the query.
    """
    model, language = metamodel.of_row(element), get_language() or "id"
    shown = []
    for row in touching(actor, element) if known is None else known:
        if row["live"] and row["seen"]:
            kind = model.relation(row["type"])
            label = (kind.forward if row["outgoing"] else kind.backward).in_language(language)
            other = {name: row["other"][name] for name in ("id", "uid", "code", "name", "domain", "kind")}
            about = {name: row[name] for name in (*_ABOUT, "outgoing")}
            shown.append({"label": label, **about, "other": other | {"unit": row["other"]["unit__name"]}})
    return shown


def offered_units(actor: Actor, institution: Institution, permission: str = "") -> QuerySet[Unit]:
    """Live units to choose from; with ``permission`` those that it reaches."""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    if permission:
        live = live.filter(actor.scope(permission, institution).filter(""))
    return live.order_by("name", "id")


def by_name(institution: Institution, domain: str, name: str) -> QuerySet[Element]:
    """Live elements of a domain with this name; for actions, which check rights themselves."""
    return Element.objects.filter(
        institution=institution, domain=domain, name_key=name_key(name), deleted_at=None
    )
