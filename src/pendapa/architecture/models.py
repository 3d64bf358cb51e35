"""The register: elements of the six domains and the relations between them.

*Data Arsitektur SPBE* after Perpres 132/2022; which kinds, attributes and relations exist is told by the metamodel pack.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.history.models import Recorded


class Element(Recorded):
    """One thing of the architecture. ``attributes`` is keyed by the pack's official field names.

    ``name_key`` orders and matches the same on every database; ``completeness`` is the percentage of the attributes
    that the metamodel asks for and that are filled. ``remap`` says that a national tree changed under its mapping
    (*petakan lagi*).
    """

    CLASSIFICATIONS = [("public", _("Public")), ("internal", _("Internal")), ("restricted", _("Restricted"))]

    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, related_name="elements")
    domain = models.CharField(max_length=16)
    kind = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)
    attributes = models.JSONField(default=dict)
    classification = models.CharField(max_length=12, choices=CLASSIFICATIONS, default="internal")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    completeness = models.PositiveSmallIntegerField(default=0)
    remap = models.BooleanField(default=False)

    recorded_type: ClassVar[str] = "element"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "unit",
        "domain",
        "kind",
        "code",
        "name",
        "attributes",
        "classification",
        "valid_from",
        "valid_to",
    )
    derived_fields: ClassVar[tuple[str, ...]] = ("name_key", "completeness")
    read: tuple[str, dict[str, Any] | None] = ("", None)
    """Code and attributes as they were when the row was read."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "domain", "code"],
                condition=Q(deleted_at=None),
                name="element_code_once",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "domain", "name_key", "id"], name="element_by_name"),
            models.Index(fields=["unit", "domain", "name_key", "id"], name="element_by_unit"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, *told: Any, **more: Any) -> Self:
        row = super().from_db(*told, **more)
        row.read = (row.__dict__.get("code", ""), row.__dict__.get("attributes"))
        return row

    def derive(self) -> None:
        from pendapa.architecture import metamodel
        from pendapa.architecture.rules.metamodel import completeness

        self.name_key = name_key(self.name)
        self.completeness = completeness(metamodel.of_row(self), self.domain, self.kind, self.attributes)


class Relation(Recorded):
    """A directed link ``source → target`` of a type that the metamodel allows between their domains."""

    type = models.CharField(max_length=40)
    source = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="outgoing")
    target = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="incoming")
    attributes = models.JSONField(default=dict)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    recorded_type: ClassVar[str] = "relation"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "type",
        "source",
        "target",
        "attributes",
        "valid_from",
        "valid_to",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "source", "target"], condition=Q(deleted_at=None), name="relation_once"
            ),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="relation_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source.name} → {self.target.name}"


class Release(models.Model):
    """The architecture as it was set (*rilis arsitektur*), with decree and date: the frozen annex of a regulation.

    Its items name revisions, which nobody changes; ``digest`` covers theirs, in the order of ``target_uid``.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="releases")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    decree_number = models.CharField(max_length=120, blank=True)
    decree_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="release_code_once"),
        ]
        indexes = [models.Index(fields=["institution", "-created_at"], name="release_recent")]

    def __str__(self) -> str:
        return self.name


class ReleaseItem(models.Model):
    """One element or relation of a release, by the revision that was current when it was frozen."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="items")
    target_type = models.CharField(max_length=40)
    target_uid = models.UUIDField()
    revision = models.ForeignKey("kernel.Revision", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "target_uid"], name="release_item_once"),
        ]


class ForeignId(models.Model):
    """The name that another program gives to an element or relation, kept so that it stays the same when exported again."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    system = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    target_type = models.CharField(max_length=40)
    target_uid = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "system", "value"], name="foreign_id_once"),
        ]
        indexes = [models.Index(fields=["target_uid"], name="foreign_id_of")]


class Gap(models.Model):
    """One finding of the gap catalogue (*katalog celah*): a rule that an element does not meet, since when and until when.

    Derived from the register and kept, so that a plan can point at it and a closed gap is still known.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="gaps")
    rule = models.CharField(max_length=60)
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="gaps")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "element"], condition=Q(closed_on=None), name="gap_open_once"
            ),
        ]
        indexes = [models.Index(fields=["institution", "rule", "closed_on"], name="gap_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.element.name}"


class GapMark(models.Model):
    """How far the gap catalogue of an institution is in step: the last entry of its ledger, the day, and the rules."""

    institution = models.OneToOneField("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    on = models.DateField(null=True)
    rules = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.institution_id}: {self.seq}"


class GapDecision(Recorded):
    """What was decided about a gap: close it by a day, postpone it until a day, or accept it. Postponed ones are kept."""

    DECISIONS = [("close", _("Close")), ("postpone", _("Postpone")), ("accept", _("Accept"))]

    rule = models.CharField(max_length=60)
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="gap_decisions")
    decision = models.CharField(max_length=10, choices=DECISIONS)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)

    recorded_type: ClassVar[str] = "gap_decision"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "rule",
        "element",
        "decision",
        "unit",
        "owner",
        "due",
        "reason",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "element"], condition=Q(deleted_at=None), name="gap_decided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element.name}: {self.get_decision_display()}"


class TwinDecision(Recorded):
    """What was decided about two applications that look alike, or about one and a national shared application: merge them
    (into ``into``, or into the national one), keep both, or that they are no twins. Not asked again.

    ``first`` has the smaller key of the two. ``national`` is the code of an *Aplikasi Umum*; then there is no ``second``.
    """

    DECISIONS = [("merge", _("Merge")), ("keep", _("Keep both")), ("different", _("Not a twin"))]

    first = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Element, on_delete=models.CASCADE, null=True, related_name="+")
    national = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=10, choices=DECISIONS)
    into = models.ForeignKey(Element, on_delete=models.CASCADE, null=True, related_name="+")
    due = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)

    recorded_type: ClassVar[str] = "twin_decision"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "first",
        "second",
        "national",
        "decision",
        "into",
        "due",
        "reason",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(deleted_at=None, second__isnull=False),
                name="twin_decided_once",
            ),
            models.UniqueConstraint(
                fields=["first", "national"],
                condition=Q(deleted_at=None, second__isnull=True),
                name="twin_national_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=False, national="") | (Q(second__isnull=True) & ~Q(national="")),
                name="twin_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.name}: {self.get_decision_display()}"


class TwinMemory(models.Model):
    """What the last comparison of all applications of an institution left, so that the next compares only what changed.

    Kept in the database because the worker compares and the pages read. ``content`` is compressed JSON
    (:class:`pendapa.architecture.rules.twins_memory.Memory`); it can be thrown away at any time.
    """

    institution = models.OneToOneField("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    compared = models.PositiveIntegerField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.institution}: {self.compared}"
