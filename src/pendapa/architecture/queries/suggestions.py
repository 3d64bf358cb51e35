"""What the texts of an element name and no relation says yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import get_language

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries.lists import readable, sight, touching, visible
from pendapa.architecture.rules.mentions import Mention, Name, Names, ways
from pendapa.architecture.rules.metamodel import attribute_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Column, RelationType

READ = frozenset({"string", "text"})
"""Types of columns that hold words of people."""
PASSED_OVER = frozenset({"sumber", "sifat_asal", "tipe_asal"})
MOST = 12
KEPT = 4
"""Registers whose names are kept ready."""
_kept: dict[tuple[int, str, str], Names] = {}


class Way(NamedTuple):
    """One relation that would be legal; ``key`` is what the page for linking takes, ``may`` whether the actor may make it."""

    key: str
    label: str
    type: str
    backward: bool
    may: bool


class Suggestion(NamedTuple):
    """An element that a text names: the fragment that does, the label of the field it stands in, and the legal relations."""

    element: Element
    words: str
    fragment: str
    field: str
    ways: list[Way]


def suggested_relations(actor: Actor, element: Element) -> list[Suggestion]:
    """Elements that the descriptions of ``element`` name, that it is not linked with, and that may be linked with it.

    Only what the actor may see, in the texts that the actor may read.
    """
    institution = element.institution
    texts = list(_texts(actor, element))
    if not texts:
        return []
    names = _names(actor, institution)
    found: dict[int, tuple[Mention, Column]] = {}
    for column, text in texts:
        for mention in names.find(text):
            found.setdefault(mention.key, (mention, column))
    found.pop(element.pk, None)
    for row in touching(actor, element):
        if row["live"]:
            found.pop(row["other"]["id"], None)
    seen = visible(actor, institution).select_related("unit").in_bulk(list(found))
    model, language = metamodel.of(institution), get_language() or "id"
    suggestions = []
    for pk, (mention, column) in found.items():
        other = seen.get(pk)
        legal = ways(model, (element.domain, element.kind), (other.domain, other.kind)) if other else ()
        if other and legal:
            offered = [_way(actor, element, other, *one, language) for one in legal]
            label = column.label.in_language(language)
            suggestions.append(Suggestion(other, mention.words, mention.fragment, label, offered))
    return suggestions[:MOST]


def _way(
    actor: Actor, element: Element, other: Element, kind: RelationType, backward: bool, language: str
) -> Way:
    source = other if backward else element
    label = (kind.backward if backward else kind.forward).in_language(language)
    may = actor.may(EDIT, element.institution, source.unit)
    return Way(f"{'in' if backward else 'out'}:{kind.key}", label, kind.key, backward, may)


def _texts(actor: Actor, element: Element) -> Iterator[tuple[Column, str]]:
    kept = readable(actor, element.institution, [element])[element.pk]
    for column in attribute_columns(metamodel.of(element.institution), element.domain, element.kind):
        value = kept.get(column.key)
        if column.type in READ and column.key not in PASSED_OVER and isinstance(value, str) and value:
            yield column, value


def _names(actor: Actor, institution: Institution) -> Names:
    """The names that the actor may see: not even what is missing here tells of others. Made once for each state of the
    register and each word of :func:`sight`; the few used last are kept in the process, where they need no unpacking."""
    ledger = LedgerEntry.objects.filter(institution=institution).order_by("-seq")
    last = ledger.values_list("digest", flat=True).first() or ""
    key = (institution.pk, last, sight(actor, institution))
    names = _kept.pop(key, None)
    if names is None:
        rows = visible(actor, institution).order_by("pk").values_list("pk", "code", "name_key")
        names = Names(Name(*row) for row in rows.iterator(chunk_size=2_000))
    while len(_kept) >= KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = names
    return names
