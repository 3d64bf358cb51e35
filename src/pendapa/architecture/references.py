"""The national references beside the register: what is mapped to which node, what a newer tree does to it, what is offered.

A newer tree holds for the whole installation. Elements mapped to a node that it drops, renames or moves are marked
(``Element.remap``, *petakan lagi*); the mark is no recorded field. It goes when the mapping changes or is confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.architecture import coding, metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import keeping
from pendapa.architecture.queries.lists import visible
from pendapa.architecture.rules.classify import Candidate, Classifier, Reason
from pendapa.architecture.rules.tree_rows import content_of
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history.actions import Conflict, chunks
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.overlays import trees
from pendapa.kernel.overlays.models import Overlay
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Column, Metamodel
from pendapa.regulations.references import Differences, Node, References, differences

AT_ONCE = 5_000
"""More marked elements of an institution than this are marked by a job."""

TEXTS = {"fungsi": "function", "uraian": "description", "kelas": "class"}
"""Attributes whose words speak for a node, by the name that :mod:`.rules.classify` gives them."""


# ------------------------------------------------------------------------------------------------------------- mappings


def reference_columns(model: Metamodel, tree: str = "") -> list[tuple[str, Column]]:
    """The columns (with their domains) that hold nodes of ``tree``, or of any."""
    return [
        (domain.key, column)
        for domain in model.domains
        for column in domain.columns
        if column.type == "reference" and column.reference and tree in ("", column.reference)
    ]


def mapped(
    actor: Actor, institution: Institution, tree: str, references: References | None = None
) -> dict[str, int]:
    """How many of the elements that the actor may see are mapped to each node of ``tree``, by the node's key."""
    references = references or trees.references_now()
    found: dict[str, int] = defaultdict(int)
    for domain, column in reference_columns(metamodel.of(institution), tree):
        for value, count in _values(visible(actor, institution).filter(domain=domain), column.key):
            node = references.lookup(value, tree)
            if node is not None:
                found[node.key] += count
    return dict(found)


def _values(elements: QuerySet[Element], key: str) -> list[tuple[str, int]]:
    """The texts that stand in an attribute, each with how many elements hold it."""
    told = elements.order_by().annotate(value=KeyTextTransform(key, "attributes")).values_list("value")
    return [(value, count) for value, count in told.annotate(n=Count("pk")) if value]


def to_map_again(actor: Actor, institution: Institution) -> int:
    """How many elements that the actor may see are marked."""
    return visible(actor, institution).filter(remap=True).count()


# ------------------------------------------------------------------------------------------------------------ new trees


@dataclass(frozen=True)
class Effect:
    """What a newer tree would do: to the tree, and to how many mapped elements of all institutions."""

    differences: Differences
    marked: int


def effect(tree: str, nodes: Iterable[Node]) -> Effect:
    """What ``nodes`` would do in the place of the tree that holds now."""
    before = trees.references_now()
    changes = differences(_tree(before, tree), nodes)
    marked = 0
    for institution in Institution.objects.order_by("pk"):
        marked += sum(
            _holding(institution, domain, column.key, values).filter(deleted_at=None).count()
            for domain, column, values in _in_doubt(institution, tree, before, changes)
        )
    return Effect(changes, marked)


def bring(
    actor: Actor, tree: str, nodes: Sequence[Mapping[str, Any]], *, label: str, reason: str = ""
) -> Overlay:
    """Let ``nodes`` (in the shape of a pack) be the tree that holds, for all institutions, and mark what is in doubt.

    Only who runs the installation may; :class:`NotFound` else. Raises PackError where they are no sound tree.
    """
    if not actor.runs_platform:
        raise NotFound
    with transaction.atomic():
        before = trees.references_now()
        kept = trees.keep_tree(actor, tree, content_of(tree, nodes, label), label=label, reason=reason)
        changes = differences(_tree(before, tree), _tree(trees.references_now(), tree))
        for institution in Institution.objects.order_by("pk"):
            _mark_or_queue(actor, institution, tree, before, changes, kept.version)
    return kept


def _mark_or_queue(
    actor: Actor, institution: Institution, tree: str, before: References, changes: Differences, version: int
) -> None:
    doubts = list(_in_doubt(institution, tree, before, changes))
    many = sum(_holding(institution, d, c.key, values).count() for d, c, values in doubts) > AT_ONCE
    if many and not actor.system:  # at a terminal somebody waits, and perhaps no worker runs
        jobs.start("references.mark", institution, actor, tree=tree, version=version)
        return
    for domain, column, values in doubts:
        _holding(institution, domain, column.key, values).update(remap=True)
    if doubts:
        keeping.again(institution)
        bus.emit("architecture.changed", institution_id=institution.pk)


@jobs.register("references.mark", gettext_lazy("Mark elements whose reference changed"))
def _mark(job: Job, progress: jobs.Progress) -> dict[str, int]:
    """Mark what version ``version`` of a tree put in doubt, compared with the version before it."""
    tree, number = job.arguments["tree"], job.arguments["version"]
    known = {version.number: version for version in trees.versions(tree)}
    before = trees.references_of(known[number - 1]) if number - 1 in known else None
    after = trees.references_of(known[number])
    if before is None:
        return {"marked": 0}
    changes = differences(_tree(before, tree), _tree(after, tree))
    doubts, marked = list(_in_doubt(job.institution, tree, before, changes)), 0
    for done, (domain, column, values) in enumerate(doubts):
        progress(done, len(doubts))
        marked += _holding(job.institution, domain, column.key, values).update(remap=True)
    keeping.again(job.institution)
    bus.emit("architecture.changed", institution_id=job.institution_id)
    return {"marked": marked}


def _tree(references: References, tree: str) -> tuple[Node, ...]:
    return references.tree(tree) if tree in references.trees else ()


def _in_doubt(
    institution: Institution, tree: str, before: References, changes: Differences
) -> Iterable[tuple[str, Column, list[str]]]:
    """By column, the kept texts that named one of the nodes that are gone or changed."""
    keys = {node.key for node in changes.to_look_at}
    if not keys:
        return
    for domain, column in reference_columns(metamodel.of(institution), tree):
        of_domain = Element.objects.filter(institution=institution, domain=domain)
        named = ((value, before.lookup(value, tree)) for value, _count in _values(of_domain, column.key))
        values = [value for value, node in named if node is not None and node.key in keys]
        if values:
            yield domain, column, values


def _holding(institution: Institution, domain: str, key: str, values: Sequence[str]) -> QuerySet[Element]:
    """Elements in whose attribute one of these texts stands, deleted ones too: they may come back."""
    of_domain = Element.objects.filter(institution=institution, domain=domain)
    return of_domain.filter(**{f"attributes__{key}__in": values})


# -------------------------------------------------------------------------------------------------------------- writing


def confirm(actor: Actor, element: Element, *, version: int) -> None:
    """Say that the mapping of a marked element still holds. Raises ``Conflict`` when it was changed meanwhile."""
    actor.require(EDIT, element.institution, element.unit)
    live = Element.objects.filter(pk=element.pk, version=version, deleted_at=None)
    if not live.update(remap=False):
        raise Conflict([element.name])
    element.remap = False
    keeping.again(element.institution)
    bus.emit("architecture.changed", institution_id=element.institution_id)


def follow(rows: Sequence[Recorded]) -> None:
    """After elements were written: a changed mapping is no longer to be looked at, a code that was left is not given again."""
    elements = [row for row in rows if isinstance(row, Element)]
    mended = [row for row in elements if row.remap and _remapped(row)]
    for part in chunks(mended, 500):
        Element.objects.filter(pk__in=[row.pk for row in part]).update(remap=False)
    for row in mended:
        row.remap = False
    left = [(row.domain, row.read[0]) for row in elements if row.read[0] and row.read[0] != row.code]
    if left:
        coding.remember(elements[0].institution, left)
    for row in elements:
        row.read = (row.code, row.attributes)


def _remapped(row: Element) -> bool:
    """Whether a reference of the element is another than when it was read."""
    before = row.read[1]
    if before is None:
        return False
    columns = [c for domain, c in reference_columns(metamodel.of_row(row)) if domain == row.domain]
    return any(before.get(column.key) != row.attributes.get(column.key) for column in columns)


# ------------------------------------------------------------------------------------------------------------- offering


@dataclass(frozen=True)
class Offer:
    """A node that is offered for an empty field of an element."""

    column: Column
    candidate: Candidate


def offers(element: Element, attributes: Mapping[str, Any] | None = None) -> list[Offer]:
    """The best node for each empty reference of an element, from its texts; ``attributes``: those that the reader may see.

    Nothing is written: :func:`pendapa.architecture.actions.change_element` takes ``candidate.value``.
    """
    columns = [
        column
        for domain, column in reference_columns(metamodel.of_row(element))
        if domain == element.domain and not element.attributes.get(column.key)
    ]
    if not columns:
        return []
    references = trees.references_now()
    texts = texts_of(element, element.attributes if attributes is None else attributes)
    found = []
    for column in columns:
        best = _classifier(references, column.reference).candidates(texts, 1) if texts else ()
        found += [Offer(column, one) for one in best]
    return found


def texts_of(element: Element, attributes: Mapping[str, Any]) -> dict[str, str]:
    """What of an element is read for an offer."""
    texts = {"name": element.name, "unit": element.unit.name}
    for key, where in TEXTS.items():
        if isinstance(value := attributes.get(key), str) and value:
            texts[where] = value
    return texts


@lru_cache(maxsize=32)
def _classifier(references: References, tree: str) -> Classifier:
    return Classifier(references, tree)


def why(reasons: Iterable[Reason]) -> str:
    """The reasons in words: “pasien” in the function, “puskesmas” in the name."""
    places = {
        "name": _("“%(words)s” in the name"),
        "function": _("“%(words)s” in the function"),
        "description": _("“%(words)s” in the description"),
        "unit": _("“%(words)s” in the name of the unit"),
        "class": _("“%(words)s” as kind of application"),
    }
    return ", ".join(places[reason.where] % {"words": reason.words} for reason in reasons)
