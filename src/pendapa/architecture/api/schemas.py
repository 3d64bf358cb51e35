"""Shapes of what goes in and comes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from pendapa.architecture.actions import CODE_LIMIT
from pendapa.kernel.access.rest import ErrorOut, ProblemOut
from pendapa.kernel.tables.columns import NAME_LIMIT

Scalar = str | int | float | bool
# A mapping is a value for each year, as an element tells it.
Value = Scalar | list[Scalar] | dict[str, Scalar] | None
Attributes = dict[str, Value]
Openness = Literal["public", "internal", "restricted"]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
Code = Annotated[str, Field(max_length=CODE_LIMIT)]
Reason = Annotated[str, Field(max_length=2000)]
UNIT = "uid or code of a unit"


class ElementRow(Schema):
    uid: str
    domain: str
    kind: str
    code: str
    name: str
    unit: str
    unit_uid: str
    classification: str
    completeness: int


class ElementRows(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[ElementRow]
    next: str


class RelationEnd(Schema):
    uid: str
    domain: str
    code: str
    name: str
    unit: str


class RelationRow(Schema):
    uid: str
    type: str
    label: str
    outgoing: bool
    other: RelationEnd


class ColumnFacts(Schema):
    """``official``: the field stands in the official manual. What is not ``verified`` no source settles."""

    label: str
    official: bool
    verified: bool
    values_verified: bool
    source: str


class ElementFull(ElementRow):
    version: int
    valid_from: date | None
    valid_to: date | None
    attributes: dict[str, Any]
    relations: list[RelationRow]
    sources: dict[str, ColumnFacts]


class SetIn(Schema):
    """The change set that a request made, or the proposal into which it went."""

    uid: str
    state: str


class Proposed(Schema):
    """202: your changes are reviewed; this one waits in ``change_set``, the register stands as before."""

    change_set: SetIn
    warnings: list[str]


class ElementWritten(ElementFull):
    """``change_set`` is null when nothing differed; ``warnings`` tell what was kept although it is doubtful."""

    change_set: SetIn | None
    warnings: list[str]


class Gone(Schema):
    uid: str
    change_set: SetIn | None


class Strict(Schema):
    """A field that is not known is refused, so that nobody believes it was stored."""

    model_config = ConfigDict(extra="forbid")


class ElementIn(Strict):
    """A new element. Without ``code`` it gets the next one; keys of ``attributes`` are those of the metamodel."""

    domain: str
    unit: Annotated[str, Field(description=UNIT)]
    name: Name
    code: Code = ""
    kind: str = ""
    classification: Openness = "internal"
    attributes: Attributes = {}
    valid_from: date | None = None
    valid_to: date | None = None
    reason: Reason = ""


class ElementPatch(Strict):
    """What shall change; what is not named stays. An attribute given as null or empty is taken away."""

    unit: Annotated[str, Field(description=UNIT)] = ""
    name: Name = ""
    code: Code = ""
    kind: str = ""
    classification: Openness = "internal"
    attributes: Attributes = {}
    valid_from: date | None = None
    valid_to: date | None = None
    reason: Reason = ""


class RelationIn(Strict):
    """A new relation between two elements by their uids; which types join what is told by the metamodel."""

    type: str
    source: str
    target: str
    attributes: Attributes = {}
    valid_from: date | None = None
    valid_to: date | None = None
    reason: Reason = ""


class RelationPatch(Strict):
    """What shall change in what a relation tells. Its ends and type do not: delete it and make another."""

    attributes: Attributes = {}
    valid_from: date | None = None
    valid_to: date | None = None
    reason: Reason = ""


class RelationFull(Schema):
    uid: str
    type: str
    source: RelationEnd
    target: RelationEnd
    attributes: dict[str, Any]
    valid_from: date | None
    valid_to: date | None
    version: int


class RelationRows(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[RelationFull]
    next: str


class RelationWritten(RelationFull):
    change_set: SetIn | None
    warnings: list[str]


class Difference(Schema):
    """One field before and after, in words; empty where there was nothing."""

    field: str
    label: str
    before: str
    after: str


class Write(Schema):
    """One write of the element."""

    version: int
    verb: str
    at: datetime
    author: str
    change_set: str
    differences: list[Difference]


class Clash(Schema):
    """A field that somebody changed meanwhile: what you read, what is there now, what you sent."""

    field: str
    base: Any
    theirs: Any
    mine: Any


class StaleOut(ProblemOut):
    """412: ``version`` is that of now, ``fields`` tell what differs between the two versions."""

    version: int
    fields: list[Clash] = []


class BulkRow(Strict):
    """One row; ``domain`` and ``code`` say which element. What is not named stays as it is."""

    domain: str
    code: Annotated[str, Field(min_length=1, max_length=CODE_LIMIT)]
    name: Name = ""
    unit: Annotated[str, Field(description=UNIT)] = ""
    kind: str = ""
    classification: Openness = "internal"
    attributes: Attributes = {}
    valid_from: date | None = None
    valid_to: date | None = None


class BulkError(ErrorOut):
    """What is wrong with one field of the row with this ``index`` (from 0)."""

    index: int


class BulkDone(Schema):
    """``result``: created, changed, same."""

    index: int
    uid: str
    result: str
    version: int


class BulkOut(Schema):
    created: int
    changed: int
    same: int
    failed: int
    change_set: SetIn | None
    rows: list[BulkDone]
    errors: list[BulkError]
    warnings: list[BulkError]


class BulkRefused(ProblemOut):
    """422: nothing was written; every row's error."""

    errors: list[BulkError] = []  # type: ignore[assignment]
