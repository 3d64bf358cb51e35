"""The metamodel: six domains (with the strategy map and what lies outside), their kinds, columns and relations.

One column definition makes form, list, template, import and export. Column keys are the official Indonesian field
names; `official` says whether the field stands in the SIA-SPBE manual or only in a local government's own tool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from pendapa.regulations.metamodel_checks import ANY, check_domains, check_relations
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text
from pendapa.regulations.words import normalise

__all__ = [
    "ANY", "Column", "DependsIf", "Domain", "Endpoint", "Header", "Kind", "Match", "Metamodel", "RelationType", "Value",
    "load_metamodel", "normalise",
]  # fmt: skip

COLUMN_TYPES = (
    "code", "string", "text", "number", "money", "year", "date", "url", "enum", "enum_many",
    "reference", "unit", "unit_many", "relation", "relation_many", "yearly", "quarterly",
)  # fmt: skip
PARTS = ("value", "code", "name")
CARDINALITIES = ("many_to_many", "many_to_one")
DEPENDS = ("from", "to", "none")


def _spelling(words: str) -> str:
    """A value as it is compared: like a header, but C is neither C# nor C++."""
    return normalise(words.replace("#", " sharp ").replace("+", " plus "))


@dataclass(frozen=True, slots=True)
class Header:
    """One spelling of a column's header.

    `part`: the cell holds the "code" or the "name" of what the column points at, or the "value" itself.
    `level`: of several headers of one column (RAB Level 1 … 4) the deepest that is not empty wins; 0 where there is one.
    """

    words: str
    part: str = "value"
    level: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """What a header of a file means: the column, and which part or level of it."""

    column: "Column"
    header: Header


@dataclass(frozen=True, slots=True)
class Value:
    """One allowed value of a column, with other spellings of it; `doubt` says why it deserves a second look.

    `source` names who added the value where that is not the source of the list.
    """

    key: str
    label: Text
    also: tuple[str, ...] = ()
    doubt: Text | None = None
    source: str = ""


@dataclass(frozen=True, eq=False)
class Column(Sourced):
    """One attribute of an element, or of a relation. `kinds` empty means: of every kind in the domain.

    `verified` is true where the field name stands in the official manual; `values_verified` says the same of the list
    of values (no official list has been found so far). `relation` names a RelationType; `backward` means that the
    element holding the column is its target. `reference` names a tree (RAB … RAK). `personal` marks personal data.
    """

    key: str
    label: Text
    type: str
    required: bool
    required_by: tuple[str, ...]
    official: bool
    official_note: str
    values: tuple[Value, ...]
    values_source: str
    values_verified: bool
    links_to: str
    reference: str
    relation: str
    backward: bool
    kinds: tuple[str, ...]
    help: Text
    unit: str
    personal: bool
    headers: tuple[Header, ...]
    provenance: Provenance

    @property
    def many(self) -> bool:
        return self.type.endswith("_many")

    @cached_property
    def _by_spelling(self) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for value in self.values:
            for spelling in (value.key, value.label.id, value.label.en, *value.also):
                if spelling:
                    found.setdefault(_spelling(spelling), value)
        return found

    def match_value(self, words: str) -> Value | None:
        """The allowed value that `words` means, in any of its spellings; None where it is outside the list."""
        return self._by_spelling.get(_spelling(words))


@dataclass(frozen=True, slots=True)
class Kind(Sourced):
    key: str
    label: Text
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Domain(Sourced):
    """One domain. `prefix` begins the codes of its objects (DAA-001); `reference` is its national tree (RAA)."""

    key: str
    name: str
    label: Text
    plural: Text
    prefix: str
    reference: str
    kinds: tuple[Kind, ...]
    columns: tuple[Column, ...]
    provenance: Provenance

    @cached_property
    def _by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def _by_header(self) -> Mapping[str, Match]:
        found: dict[str, Match] = {}
        for column in self.columns:
            for header in column.headers:
                found.setdefault(normalise(header.words), Match(column, header))
        return found

    def column(self, key: str) -> Column:
        """Raises KeyError where the domain has no such column."""
        return self._by_key[key]

    def columns_of(self, kind: str) -> tuple[Column, ...]:
        """The columns that an element of this kind has, in their order."""
        return tuple(column for column in self.columns if not column.kinds or kind in column.kinds)

    def kind(self, key: str) -> Kind:
        for kind in self.kinds:
            if kind.key == key:
                return kind
        raise KeyError(key)

    def match_header(self, words: str) -> Match | None:
        """What a header of a spreadsheet means here; None where it is not known."""
        return self._by_header.get(normalise(words))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a relation: a domain, or one kind in it (`kind` empty: any); the domain `ANY` takes every element."""

    domain: str
    kind: str = ""

    def allows(self, domain: str, kind: str) -> bool:
        return self.domain in (domain, ANY) and self.kind in ("", kind)


@dataclass(frozen=True, slots=True)
class DependsIf:
    """Where a column of a relation has this value, the end `depends` depends on the other."""

    column: str
    value: str
    depends: str


@dataclass(frozen=True, slots=True)
class RelationType(Sourced):
    """A relation that elements may have. `forward` is read from source to target, `backward` the other way.

    `pairs`, where there are any, are the only ends that go together (an IKU hangs under a sasaran, not under a visi);
    without them every allowed source goes with every allowed target. `tree`: following it from source to target never
    leads back. `columns` are attributes of the relation itself. `offered` is false where only an import makes it.
    `depends` says which end stops working when the other does: "from", "to", or "none"; `depends_if` says so of a value of
    one of its columns. This reading is the project's: no regulation sets it.
    """

    key: str
    sources_allowed: tuple[Endpoint, ...]
    targets_allowed: tuple[Endpoint, ...]
    forward: Text
    backward: Text
    cardinality: str
    per_kind: bool
    at_least_one: bool
    provenance: Provenance
    columns: tuple[Column, ...] = ()
    pairs: tuple[tuple[Endpoint, Endpoint], ...] = ()
    tree: bool = False
    offered: bool = True
    depends: str = "none"
    depends_if: tuple["DependsIf", ...] = ()

    def dependent(self, attributes: Mapping[str, object]) -> str:
        """Which end depends on the other in a relation with these attributes: "from", "to" or "none"."""
        for one in self.depends_if:
            if attributes.get(one.column) == one.value:
                return one.depends
        return self.depends

    def column(self, key: str) -> Column:
        """An attribute of the relation. Raises KeyError where it has no such one."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def other_ends(self, domain: str, kind: str, backward: bool) -> tuple[Endpoint, ...]:
        """What may stand at the other end of an element; `backward` where the element is the target."""
        if self.pairs:
            turned = [(end, start) if backward else (start, end) for start, end in self.pairs]
            return tuple(other for own, other in turned if own.allows(domain, kind))
        return self.sources_allowed if backward else self.targets_allowed

    def allows(self, source: tuple[str, str], target: tuple[str, str]) -> bool:
        """Whether a (domain, kind) may stand in this relation to another."""
        if self.pairs:
            return any(start.allows(*source) and end.allows(*target) for start, end in self.pairs)
        return any(end.allows(*source) for end in self.sources_allowed) and any(
            end.allows(*target) for end in self.targets_allowed
        )


@dataclass(frozen=True, eq=False)
class Metamodel(Sourced):
    """`domains` are the six of the architecture; `strategy` is the strategy map (visi … IKU), shaped like a domain.

    `outside` holds what a foreign file brings and no domain has a place for. `domain(key)` finds all of them;
    `all_domains` lists them: the six, the strategy map, the outside.
    """

    id: str
    title: Text
    domains: tuple[Domain, ...]
    strategy: Domain
    outside: Domain
    relations: tuple[RelationType, ...]
    ignored_headers: tuple[str, ...]
    empty_marks: tuple[str, ...]
    source_names: Mapping[str, str]
    rules: tuple[str, ...]
    provenance: Provenance
    file: Path
    _ignored: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def all_domains(self) -> tuple[Domain, ...]:
        """Every domain that an element may belong to: the six, the strategy map, the outside."""
        return (*self.domains, self.strategy, self.outside)

    @cached_property
    def _domains(self) -> Mapping[str, Domain]:
        return {domain.key: domain for domain in self.all_domains}

    @cached_property
    def _relations(self) -> Mapping[str, RelationType]:
        return {relation.key: relation for relation in self.relations}

    def domain(self, key: str) -> Domain:
        """Raises KeyError for an unknown domain."""
        return self._domains[key]

    def relation(self, key: str) -> RelationType:
        """Raises KeyError for an unknown relation type."""
        return self._relations[key]

    def relations_of(self, domain: str, kind: str = "") -> tuple[tuple[RelationType, bool], ...]:
        """Relation types that an element may stand in; the flag is true where it is the target."""
        found = []
        for relation in self.relations:
            for ends, backward in ((relation.sources_allowed, False), (relation.targets_allowed, True)):
                if any(
                    end.domain in (domain, ANY) and (not kind or end.allows(domain, kind)) for end in ends
                ):
                    found.append((relation, backward))
        return tuple(found)

    def is_ignored(self, header: str) -> bool:
        """Whether a header is known to carry nothing (a running number)."""
        return normalise(header) in self._ignored

    def is_empty(self, cell: str) -> bool:
        """Whether a cell says "nothing" in one of the usual ways ("", "-")."""
        return cell.strip() in self.empty_marks or not cell.strip()


def load_metamodel(file: Path) -> Metamodel:
    """Read and check a metamodel pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys(
        {"id", "title", "sources", "common", "domains", "strategy", "outside", "relations"},
        {"ignored_headers", "empty_marks", "rules"},
    )
    root.raise_faults()
    base = root.provenance(Provenance(False, tuple(str(key) for key, _ in root.at("sources").pairs())))
    ignored = root.at("ignored_headers").strings()
    metamodel = Metamodel(
        id=root.at("id").string(),
        title=root.at("title").text(),
        domains=tuple(_domain(item, root, base) for item in root.at("domains").items()),
        strategy=_domain(root.at("strategy"), root, base),
        outside=_domain(root.at("outside"), root, base),
        relations=tuple(_relation(item, base) for item in root.at("relations").items()),
        ignored_headers=ignored,
        empty_marks=root.at("empty_marks").strings(),
        source_names=MappingProxyType(
            {str(key): value.string() for key, value in root.at("sources").pairs()}
        ),
        rules=root.at("rules").strings(),
        provenance=base,
        file=file,
        _ignored=frozenset(normalise(words) for words in ignored),
    )
    root.raise_faults()
    check_domains(root, metamodel)
    check_relations(root, metamodel)
    root.raise_faults()
    return metamodel


def _domain(cursor: Cursor, root: Cursor, base: Provenance) -> Domain:
    cursor.keys(
        {"key", "name", "label", "columns"}, {"plural", "prefix", "reference", "kinds", "headers", "common"}
    )
    key = cursor.at("key").string()
    provenance = cursor.provenance(base)
    label = cursor.at("label").text()
    kinds = tuple(_kind(item, provenance) for item in cursor.at("kinds").items())
    more = {str(name): value for name, value in cursor.at("headers").pairs()}
    wanted = cursor.at("common").strings()
    common = [item for item in root.at("common").items() if _belongs(item, key)]
    columns = [_column(i, provenance, more) for i in common if not wanted or i.at("key").string() in wanted]
    own = [_column(item, provenance, {}) for item in cursor.at("columns").items()]
    for name in wanted:
        if name not in {column.key for column in columns}:
            cursor.at("common").fault(f"no common column is named {name!r}")
    for name, value in more.items():
        if name not in {column.key for column in columns}:
            value.fault("names no common column")
    return Domain(
        key=key,
        name=cursor.at("name").string(),
        label=label,
        plural=cursor.at("plural").text(label),
        prefix=cursor.at("prefix").string(),
        reference=cursor.at("reference").string(),
        kinds=kinds or (Kind(key, label, provenance),),
        columns=_in_order(columns, own),
        provenance=provenance,
    )


def _belongs(item: Cursor, domain: str) -> bool:
    return not item.has("domains") or domain in item.at("domains").strings()


def _in_order(common: list[Column], own: list[Column]) -> tuple[Column, ...]:
    """Code, name and description first, then the domain's own columns, then the other common ones."""
    head = [column for column in common if column.key in ("id", "uraian", "opd")]
    name = [column for column in own if column.key == "nama"]
    rest = [column for column in own if column.key != "nama"]
    tail = [column for column in common if column not in head]
    return tuple(head[:1] + name + head[1:] + rest + tail)


def _kind(cursor: Cursor, inherited: Provenance) -> Kind:
    cursor.keys({"key", "label"})
    return Kind(cursor.at("key").string(), cursor.at("label").text(), cursor.provenance(inherited))


def _column(cursor: Cursor, inherited: Provenance, more_headers: Mapping[str, Cursor]) -> Column:
    cursor.keys(
        {"key", "label", "type"},
        {
            "required", "required_by", "official", "official_note", "values", "values_source", "values_verified",
            "links_to", "reference", "relation", "backward", "kinds", "help", "unit", "personal", "headers", "domains",
        },
    )  # fmt: skip
    key, label = cursor.at("key").string(), cursor.at("label").text()
    official = cursor.at("official").flag()
    own = cursor.provenance(inherited)
    headers = [Header(words) for words in dict.fromkeys((label.id, key, label.en)) if words]
    headers += [_header(item) for item in cursor.at("headers").items()]
    if key in more_headers:
        headers += [_header(item) for item in more_headers[key].items()]
    return Column(
        key=key,
        label=label,
        type=cursor.at("type").choice(COLUMN_TYPES),
        required=cursor.at("required").flag(),
        required_by=cursor.at("required_by").strings(),
        official=official,
        official_note=cursor.at("official_note").string(),
        values=tuple(_value(item) for item in cursor.at("values").items()),
        values_source=cursor.at("values_source").string(),
        values_verified=cursor.at("values_verified").flag(),
        links_to=cursor.at("links_to").string(),
        reference=cursor.at("reference").string(),
        relation=cursor.at("relation").string(),
        backward=cursor.at("backward").flag(),
        kinds=cursor.at("kinds").strings(),
        help=cursor.at("help").text(Text("")),
        unit=cursor.at("unit").string(),
        personal=cursor.at("personal").flag(),
        headers=tuple(headers),
        provenance=Provenance(official, own.sources, own.note),
    )


def _header(cursor: Cursor) -> Header:
    if isinstance(cursor.value, str):
        return Header(cursor.value)
    cursor.keys({"header"}, {"part", "level"})
    return Header(
        cursor.at("header").string(), cursor.at("part").choice(PARTS, "value"), cursor.at("level").whole()
    )


def _value(cursor: Cursor) -> Value:
    if isinstance(cursor.value, str):
        return Value(cursor.value, Text(cursor.value))
    cursor.keys({"key"}, {"label", "also", "doubt"})
    key = cursor.at("key").string()
    doubt = cursor.at("doubt").text(Text("")) if "doubt" in cursor.value else None
    source = "; ".join(cursor.at("source").strings())
    return Value(key, cursor.at("label").text(Text(key)), cursor.at("also").strings(), doubt, source)


def _relation(cursor: Cursor, inherited: Provenance) -> RelationType:
    cursor.keys(
        {"key", "from", "to", "forward", "backward", "cardinality"},
        {"per_kind", "at_least_one", "columns", "pairs", "tree", "offered", "depends", "depends_if"},
    )
    provenance = cursor.provenance(inherited)
    return RelationType(
        key=cursor.at("key").string(),
        sources_allowed=tuple(_endpoint(words) for words in cursor.at("from").strings()),
        targets_allowed=tuple(_endpoint(words) for words in cursor.at("to").strings()),
        forward=cursor.at("forward").text(),
        backward=cursor.at("backward").text(),
        cardinality=cursor.at("cardinality").choice(CARDINALITIES),
        per_kind=cursor.at("per_kind").flag(),
        at_least_one=cursor.at("at_least_one").flag(),
        provenance=provenance,
        columns=tuple(_column(item, provenance, {}) for item in cursor.at("columns").items()),
        pairs=tuple(_pair(item) for item in cursor.at("pairs").items()),
        tree=cursor.at("tree").flag(),
        offered=cursor.at("offered").flag(True),
        depends=_depends(cursor) if cursor.has("depends") else "none",
        depends_if=tuple(_depends_if(item) for item in cursor.at("depends_if").items()),
    )


def _depends(cursor: Cursor) -> str:
    return cursor.at("depends").choice(DEPENDS)


def _depends_if(cursor: Cursor) -> DependsIf:
    cursor.keys({"column", "value", "depends"})
    return DependsIf(cursor.at("column").string(), cursor.at("value").string(), _depends(cursor))


def _pair(cursor: Cursor) -> tuple[Endpoint, Endpoint]:
    words = cursor.strings()
    if len(words) != 2:
        cursor.fault("must be a pair [source, target]")
        words = ("", "")
    return _endpoint(words[0]), _endpoint(words[1])


def _endpoint(words: str) -> Endpoint:
    domain, _, kind = words.partition(".")
    return Endpoint(domain, kind)
