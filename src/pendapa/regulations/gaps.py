"""The catalogue of gap rules: which conditions there are, and the reader of the pack that combines them.

An element has the gap of a rule when it is of its domains (and kinds), all conditions of ``where`` hold and none of
``needs`` does. The conditions are a closed set, so that each has two readings that must agree: a plain function
(:mod:`pendapa.architecture.rules.gaps`) and a condition of the database.

========== ================================ ===========================================================================
type        reads                            holds when
========== ================================ ===========================================================================
linked      way, types, kinds, told, recent  a live relation of one of ``types`` leaves (``out``) or reaches (``in``) the
                                             element; its other end is of one of ``kinds``; the relation itself tells one
                                             of the values; the other end has a date of the last so many years
filled      fields                           one of the fields is not empty
value       field, in                        the field holds one of the listed values, in any spelling of the metamodel
past        field, years                     the field is a date before today (before today ``years`` ago)
level       field, least                     the field begins with the code of a national reference of at least this level
remap                                        the national reference changed under the mapping
mapped                                       the field of the domain's national reference is not empty
complete    least                            so many percent of the official and required fields are filled
several     types                            more than one live relation of one of ``types`` leaves the element
every_kind  types, kinds                     relations of ``types`` lead to things of every one of ``kinds``
found       by                               a check of another part of the programme names the element
========== ================================ ===========================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from pendapa.regulations.errors import Fault
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

SEVERITIES = ("high", "medium", "low")
# Per type: what it must say, and what it may.
TYPES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "linked": (frozenset({"way", "types"}), frozenset({"kinds", "told", "recent"})),
    "filled": (frozenset({"fields"}), frozenset()),
    "value": (frozenset({"field", "in"}), frozenset()),
    "past": (frozenset({"field"}), frozenset({"years"})),
    "level": (frozenset({"field", "least"}), frozenset()),
    "remap": (frozenset(), frozenset()),
    "mapped": (frozenset(), frozenset()),
    "complete": (frozenset({"least"}), frozenset()),
    "several": (frozenset({"types"}), frozenset()),
    "every_kind": (frozenset({"types", "kinds"}), frozenset()),
    "found": (frozenset({"by"}), frozenset()),
}


@dataclass(frozen=True)
class Condition:
    """One condition; which of its parts are used says the table above. ``told`` holds the values that each column of the
    relation may have."""

    type: str
    way: str = ""
    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    recent: str = ""
    years: int = 0
    least: int = 0
    by: str = ""


@dataclass(frozen=True, eq=False)
class Rule(Sourced):
    """One rule. ``message`` names the gap, ``about`` says when an element has it, ``advice`` what closes it."""

    key: str
    domains: tuple[str, ...]
    kinds: tuple[str, ...]
    severity: str
    where: tuple[Condition, ...]
    needs: tuple[Condition, ...]
    message: Text
    about: Text
    advice: Text
    provenance: Provenance

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.where + self.needs

    @cached_property
    def fields(self) -> frozenset[str]:
        """The attributes of the element that the rule reads; those of the national references are named by domain."""
        return frozenset(name for one in self.conditions for name in one.fields)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of relations that the rule reads."""
        return frozenset(name for one in self.conditions for name in one.types)

    @cached_property
    def checks(self) -> frozenset[str]:
        """The checks of other parts of the programme that the rule asks."""
        return frozenset(one.by for one in self.conditions if one.by)

    @cached_property
    def by_day(self) -> bool:
        """Whether the passing of time alone opens or closes it."""
        return any(one.type == "past" or one.recent for one in self.conditions)


@dataclass(frozen=True, eq=False)
class GapRules:
    """The pack: rules in the order of the file. ``digest`` differs whenever the file does."""

    id: str
    title: Text
    rules: tuple[Rule, ...]
    source_names: Mapping[str, str]
    digest: str
    file: Path

    @cached_property
    def by_key(self) -> Mapping[str, Rule]:
        return MappingProxyType({rule.key: rule for rule in self.rules})


def load_gaps(file: Path) -> GapRules:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "sources", "rules"})
    root.raise_faults()
    rules = tuple(_rule(item) for item in root.at("rules").items())
    keys = [rule.key for rule in rules]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault("is there twice", f"rules.{key}")
    found = GapRules(
        id=root.at("id").string(),
        title=root.at("title").text(),
        rules=rules,
        source_names=MappingProxyType(
            {str(key): value.string() for key, value in root.at("sources").pairs()}
        ),
        digest=hashlib.sha256(file.read_bytes()).hexdigest(),
        file=file,
    )
    root.raise_faults()
    return found


def _rule(cursor: Cursor) -> Rule:
    cursor.keys(
        {"key", "domains", "severity", "message", "about", "advice", "source"}, {"kinds", "where", "needs"}
    )
    where = tuple(_condition(item) for item in cursor.at("where").items())
    needs = tuple(_condition(item) for item in cursor.at("needs").items())
    if not where and not needs:
        cursor.fault("says neither “where” nor “needs”: every element would have this gap")
    return Rule(
        key=cursor.at("key").string(),
        domains=cursor.at("domains").strings(),
        kinds=cursor.at("kinds").strings(),
        severity=cursor.at("severity").choice(SEVERITIES),
        where=where,
        needs=needs,
        message=cursor.at("message").text(),
        about=cursor.at("about").text(),
        advice=cursor.at("advice").text(),
        provenance=cursor.provenance(Provenance(False)),
    )


def _condition(cursor: Cursor) -> Condition:
    if not isinstance(cursor.value, dict):
        cursor.fault("must be a mapping with a type")
        return Condition("remap")
    kind = cursor.at("type").choice(tuple(TYPES))
    required, optional = TYPES[kind]
    cursor.keys({"type", *required}, set(optional))
    recent = cursor.at("recent")
    if cursor.has("recent"):
        recent.keys({"field", "years"})
        if cursor.at("way").value != "out":
            recent.fault("is read at what an element leads to only: the way must be out")
    return Condition(
        type=kind,
        way=cursor.at("way").choice(("out", "in")) if kind == "linked" else "",
        types=cursor.at("types").strings(),
        kinds=cursor.at("kinds").strings(),
        told=MappingProxyType({str(key): value.strings() for key, value in cursor.at("told").pairs()}),
        fields=cursor.at("fields").strings() or tuple(filter(None, [cursor.at("field").string()])),
        values=cursor.at("in").strings(),
        recent=recent.at("field").string(),
        years=recent.at("years").whole() or cursor.at("years").whole(),
        least=cursor.at("least").whole(),
        by=cursor.at("by").string(),
    )


def gap_faults_against(pack: GapRules, model: Metamodel) -> list[Fault]:
    """What the rules name that the metamodel does not know: domains, kinds, fields, values and types of relations."""
    domains = {domain.key: domain for domain in model.all_domains}
    faults: list[Fault] = []

    def fault(rule: Rule, reason: str) -> None:
        faults.append(Fault(pack.file, f"rules.{rule.key}", reason))

    for rule in pack.rules:
        known = [domains[key] for key in rule.domains if key in domains]
        for key in sorted(set(rule.domains) - domains.keys()):
            fault(rule, f"unknown domain {key!r}")
        for kind in rule.kinds:
            if not any(kind == one.key for domain in known for one in domain.kinds):
                fault(rule, f"unknown kind {kind!r}")
        columns = {column.key: column for domain in known for column in domain.columns}
        for name in sorted(rule.fields - columns.keys()):
            fault(rule, f"unknown field {name!r}")
        relations = {relation.key: relation for relation in model.relations}
        for name in sorted(rule.types - relations.keys()):
            fault(rule, f"unknown type of relation {name!r}")
        for one in rule.conditions:
            for value in one.values:
                column = columns.get(one.fields[0])
                if column is not None and column.match_value(value) is None:
                    fault(rule, f"unknown value {value!r} of {column.key}")
            for type_ in one.types:
                told = {column.key: column for column in getattr(relations.get(type_), "columns", ())}
                for name in sorted(one.told.keys() - told.keys()):
                    fault(rule, f"the relation {type_} tells no {name!r}")
    return faults
