"""The landscape of a national reference tree: what stands in which capability, and what is known of it.

Elements and relations that the actor may not see are neither drawn nor counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.analysis.queries.matrix import Thing as Named
from pendapa.analysis.queries.matrix import things as named
from pendapa.analysis.rules import landscape as rules
from pendapa.analysis.rules.landscape import MEASURES, Box, Reading, Thing
from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.queries import visible, visible_relations
from pendapa.architecture.queries.gaps import count_by_element
from pendapa.architecture.references import reference_columns
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.overlays import trees
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.references import References

FIRST_TREE, FIRST_MEASURE = "RAB", "completeness"
VALUES = (
    "tahun_pengembangan",
    "tahun_pembuatan",
    "biaya_tahunan",
    "nilai_spk",
    "tingkat_risiko",
    "nilai_skm",
)
READ_ALONG: Mapping[str, tuple[str, ...]] = {"applications": VALUES[:5], "services": VALUES[5:]}


@dataclass(frozen=True)
class Drawn:
    """A box with its reading, its tone (1–5; 0: not known) and how many elements of each domain it holds."""

    box: Box
    reading: Reading
    step: int
    counts: Mapping[str, int]
    inside: tuple[Drawn, ...]

    def each(self) -> list[Drawn]:
        return [self, *(one for drawn in self.inside for one in drawn.each())]


@dataclass(frozen=True)
class Landscape:
    """``capabilities`` counts the nodes of level 2 (of level 1 where a tree has no more), ``empty`` those that hold nothing;
    ``above`` elements are mapped to a node above them and to none of them;
    ``loose`` of ``mappable`` elements are mapped to no node of the tree. ``by_id`` are the elements with their values."""

    tree: str
    measure: str
    boxes: tuple[Drawn, ...]
    capabilities: int
    empty: int
    above: int
    loose: int
    mappable: int
    worst: Drawn | None
    by_id: Mapping[int, Thing]
    today: date

    def each(self) -> list[Drawn]:
        return [one for drawn in self.boxes for one in drawn.each()]

    def find(self, key: str) -> Drawn:
        """The box of a node. :class:`NotFound` where the tree has no such one."""
        for one in self.each():
            if one.box.node.key == key:
                return one
        raise NotFound


def checked(tree: str, measure: str) -> tuple[str, str]:
    """Both in the words that are used here; empty is the first. Raises :class:`Refused` with the field at fault."""
    known = trees.references_now().trees
    tree, measure = tree.strip().upper() or FIRST_TREE, measure.strip() or FIRST_MEASURE
    text = _("“%(said)s” is not known here (there are: %(known)s).")
    if tree not in known:
        raise Refused(text % {"said": tree[:60], "known": ", ".join(known)}, "tree")
    if measure not in MEASURES:
        raise Refused(text % {"said": measure[:60], "known": ", ".join(MEASURES)}, "measure")
    return tree, measure


def landscape(
    actor: Actor,
    institution: Institution,
    tree: str = FIRST_TREE,
    measure: str = FIRST_MEASURE,
    unit: Unit | None = None,
    today: date | None = None,
) -> Landscape:
    """The boxes of ``tree``, warm by ``measure``; of ``unit`` and all below: what it mapped, with what that leads to. As many
    queries as domains are mapped to the tree or led to, and two more; gaps cost one, and what it takes to bring their catalogue in step."""
    today, references = today or timezone.localdate(), trees.references_now()
    found = _Elements(actor, institution, tree, references, unit)
    leads = _leads(actor, institution)
    if measure == "gaps":
        found.count_gaps(count_by_element(actor, institution))
    drawn = tuple(
        _draw(box, found.by_id, measure, today)
        for box in rules.boxes(references.tree(tree), found.mapped, leads)
    )
    level = 2 if any(one.inside for one in drawn) else 1
    inner = [one for box in drawn for one in box.each() if one.box.node.level == level]
    worst = rules.worst(measure, [(one.box, one.reading) for one in inner])
    return Landscape(
        tree=tree,
        measure=measure,
        boxes=drawn,
        capabilities=len(inner),
        empty=sum(not one.box.things for one in inner),
        above=sum(box.box.mapped for box in drawn) - sum(one.box.mapped for one in inner),
        loose=found.loose,
        mappable=found.mappable,
        worst=next((one for one in inner if worst and one.box is worst[0]), None),
        by_id=found.by_id,
        today=today,
    )


def _draw(box: Box, by_id: Mapping[int, Thing], measure: str, today: date) -> Drawn:
    things = [by_id[pk] for pk in box.things if pk in by_id]
    reading = rules.read(measure, things, today)
    counts = Counter(one.domain for one in things)
    inside = tuple(_draw(one, by_id, measure, today) for one in box.inside)
    return Drawn(box, reading, rules.step(measure, reading.value), counts, inside)


class _Elements:
    """The elements that may stand in a box: their values, and to which node they are mapped."""

    def __init__(
        self, actor: Actor, institution: Institution, tree: str, references: References, unit: Unit | None
    ) -> None:
        columns: dict[str, list[str]] = defaultdict(list)
        for domain, column in reference_columns(metamodel.of(institution), tree):
            columns[domain].append(column.key)
        self.by_id: dict[int, Thing] = {}
        self.mapped: dict[str, set[int]] = defaultdict(set)
        self.loose = self.mappable = 0
        # The first column of the tree's own domain says whether an element is mapped at all.
        first = next(iter(columns), "")
        for domain in dict.fromkeys((*columns, *_led(columns))):
            self._read(
                visible(actor, institution).filter(domain=domain),
                domain,
                tree,
                columns,
                first,
                unit,
                references,
            )

    def _read(
        self,
        rows: QuerySet[Element],
        domain: str,
        tree: str,
        columns: Mapping[str, list[str]],
        first: str,
        unit: Unit | None,
        references: References,
    ) -> None:
        asked, along = columns.get(domain, []), READ_ALONG.get(domain, ())
        names = {f"v_{number}": key for number, key in enumerate((*asked, *along))}
        rows = rows.order_by().annotate(
            **{name: KeyTransform(key, "attributes") for name, key in names.items()}
        )
        nodes: dict[str, str | None] = {}
        for pk, full, path, *values in rows.values_list("pk", "completeness", "unit__path", *names):
            told = dict(zip(along, values[len(asked) :], strict=True))
            self.by_id[pk] = _thing(pk, domain, full, told)
            if unit is not None and not path.startswith(unit.path):
                continue
            found = False
            for value in values[: len(asked)]:
                text = str(value or "")
                if text not in nodes:
                    node = references.lookup(text, tree) if text else None
                    nodes[text] = node.key if node else None
                if (key := nodes[text]) is not None:
                    self.mapped[key].add(pk)
                    found = True
            if domain == first:
                self.mappable += 1
                self.loose += not found

    def count_gaps(self, counted: Mapping[int, int]) -> None:
        """Note how many gaps the elements have."""
        for pk in counted.keys() & self.by_id.keys():
            self.by_id[pk] = replace(self.by_id[pk], gaps=counted[pk])


def _led(domains: Iterable[str]) -> list[str]:
    """The domains to which others lead."""
    sources = {"service_process": "services"}
    found, edge = [], list(domains)
    while edge:
        start = edge.pop()
        for type_, _end, of in rules.LEADS:
            other = sources.get(type_, "applications")
            if of == start and other not in found:
                found.append(other)
                edge.append(other)
    return found


def _thing(pk: int, domain: str, full: int, told: Mapping[str, object]) -> Thing:
    today = timezone.localdate()
    years = (told.get("tahun_pengembangan"), told.get("tahun_pembuatan"))
    return Thing(
        pk,
        domain,
        full,
        rules.year(years, today),
        rules.money(told.get("biaya_tahunan")),
        rules.money(told.get("nilai_spk")),
        rules.risk(told.get("tingkat_risiko")),
        rules.satisfaction(told.get("nilai_skm")),
    )


def _leads(actor: Actor, institution: Institution) -> dict[int, set[int]]:
    types = [type_ for type_, _end, _domain in rules.LEADS]
    found: dict[int, set[int]] = defaultdict(set)
    relations = visible_relations(actor, institution).filter(type__in=types).order_by()
    for source, target in relations.values_list("source_id", "target_id"):
        found[target].add(source)
    return found


def members(actor: Actor, institution: Institution, drawn: Drawn) -> list[Named]:
    """The elements of a box by domain and name: one query."""
    order = [domain.key for domain in metamodel.of(institution).all_domains]
    found = named(actor, institution, ids=drawn.box.things)
    return sorted(found.values(), key=lambda one: (order.index(one.domain), one.name.casefold(), one.pk))
