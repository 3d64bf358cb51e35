"""What the names in a question may mean: domains and kinds, fields, relations, gap rules, as one institution has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pendapa.architecture.rules.metamodel import RELATIONS, attribute_columns, open_keys
from pendapa.regulations.gaps import Rule
from pendapa.regulations.metamodel import ANY, Column, Domain, Endpoint, Metamodel, RelationType
from pendapa.regulations.schema import Text

OUT, IN = "out", "in"
_MORE = {
    "processes": ("proses", "process"),
    "services": ("service",),
    "data": ("informasi", "dataset"),
    "applications": ("app", "apps"),
    "infrastructure": ("infra",),
    "strategy": ("strategi",),
    "outside": ("luar",),
}
_EVERYTHING = ("elemen", "element", "elements", "objek")
_WORDLESS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """How names are compared: "Komputasi Awan" is ``komputasi_awan``."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _WORDLESS.sub("_", "".join(c for c in plain if not unicodedata.combining(c))).strip("_")


@dataclass(frozen=True)
class Target:
    """A domain, or one kind of it; both empty for whatever there is."""

    domain: str
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Field:
    """Something of an element that can be asked and shown.

    ``source``: ``name``, ``code``, ``unit``, ``kind``, ``domain``, ``classification``, ``completeness``, ``valid_from``,
    ``valid_to``, or ``attribute`` (then ``key`` is that of the column). ``type``: ``text``, ``number``, ``date``,
    ``choice``, ``reference``, ``unit``, ``unit_text``
    (the name of a unit as written), ``yearly``.
    """

    key: str
    source: str
    type: str
    label: Text
    column: Column | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    also: tuple[str, ...] = ()


_CLASSES = (
    ("public", Text("Publik", "Public")),
    ("internal", Text("Internal", "Internal")),
    ("restricted", Text("Dikecualikan", "Restricted")),
)
_CORE = (
    Field("nama", "name", "text", Text("Nama", "Name"), also=("name",)),
    Field("kode", "code", "text", Text("Kode", "Code"), also=("code", "id")),
    Field("opd", "unit", "unit", Text("Perangkat daerah", "Unit"), also=("unit", "skpd")),
    Field(
        "klasifikasi",
        "classification",
        "choice",
        Text("Klasifikasi", "Classification"),
        choices=_CLASSES,
        also=("keterbukaan", "classification", "openness"),
    ),
    Field(
        "kelengkapan",
        "completeness",
        "number",
        Text("Kelengkapan", "Completeness"),
        also=("completeness", "lengkap"),
    ),
    Field("berlaku_mulai", "valid_from", "date", Text("Berlaku mulai", "Valid from"), also=("valid_from",)),
    Field("berlaku_hingga", "valid_to", "date", Text("Berlaku sampai", "Valid to"), also=("valid_to",)),
)
_TYPES = {
    "number": "number",
    "money": "number",
    "year": "number",
    "date": "date",
    "enum": "choice",
    "enum_many": "choice",
    "reference": "reference",
    "yearly": "yearly",
    "quarterly": "yearly",
    "unit": "unit_text",
    "unit_many": "unit_text",
}


class Vocabulary:
    """The words of one metamodel for who may (``personal``) or may not read personal data: to whom it is hidden it is no
    word at all."""

    def __init__(self, model: Metamodel, rules: Sequence[Rule], *, personal: bool) -> None:
        self.model, self.rules, self.personal = model, tuple(rules), personal
        self._fields: dict[Target, dict[str, Field]] = {}
        self._words: dict[Target, dict[str, Field]] = {}

    # -- domains and kinds

    @cached_property
    def steps(self) -> Mapping[str, Target]:
        """Domains and kinds by folded word; a domain comes before a kind of that name."""
        found: dict[str, Target] = {}
        for domain in self.model.all_domains:
            both = (domain.label, domain.plural)
            words = [domain.key, domain.name, domain.prefix, *_MORE.get(domain.key, ())]
            words += [text for label in both for text in (label.id, label.in_language("en"))]
            for word in words:
                found.setdefault(folded(word), Target(domain.key))
        for domain in self.model.all_domains:
            for kind in domain.kinds if len(domain.kinds) > 1 else ():
                for word in (kind.key, kind.label.id, kind.label.in_language("en")):
                    found.setdefault(folded(word), Target(domain.key, kind.key))
        for word in _EVERYTHING:
            found.setdefault(word, Target(""))
        found.pop("", None)
        return found

    def offered_steps(self) -> list[tuple[str, Text, Target]]:
        """Domains and kinds by the one word that is offered for each."""
        found = []
        for domain in self.model.all_domains:
            found.append((_word(domain.name), domain.label, Target(domain.key)))
            if len(domain.kinds) > 1:
                found += [(_word(k.key), k.label, Target(domain.key, k.key)) for k in domain.kinds]
        return [*found, ("elemen", Text("Apa pun", "Anything"), Target(""))]

    def label(self, target: Target) -> Text:
        if not target.domain:
            return Text("Elemen", "Elements")
        domain = self.model.domain(target.domain)
        return domain.kind(target.kind).label if target.kind else domain.plural

    # -- fields

    def fields(self, target: Target) -> dict[str, Field]:
        """The fields of a step by their key, in the order of the metamodel."""
        if target not in self._fields:
            self._fields[target] = {field.key: field for field in self._list(target)}
        return self._fields[target]

    def field(self, word: str, target: Target) -> Field | None:
        """The field that a word means for a step; ``None`` where it means nothing that may be read."""
        if target not in self._words:
            self._words[target] = self._by_word(target)
        return self._words[target].get(folded(word))

    def _by_word(self, target: Target) -> dict[str, Field]:
        fields = self.fields(target).values()
        found: dict[str, Field] = {}
        for field in fields:
            found.setdefault(folded(field.key), field)
        for field in fields:
            for word in (field.label.id, field.label.in_language("en"), *field.also):
                found.setdefault(folded(word), field)
        for field in fields:
            for header in field.column.headers if field.column else ():
                if header.part == "value":
                    found.setdefault(folded(header.words), field)
        found.pop("", None)
        return found

    def _list(self, target: Target) -> list[Field]:
        found = list(_CORE)
        if not target.domain:
            labels = tuple((d.key, d.label) for d in self.model.all_domains)
            return [*found, Field("domain", "domain", "choice", Text("Domain", "Domain"), choices=labels)]
        domain = self.model.domain(target.domain)
        if len(domain.kinds) > 1:
            found.insert(2, _kind_field(domain))
        taken = {field.key for field in found}
        readable = None if self.personal else open_keys(self.model, target.domain)
        for column in attribute_columns(self.model, target.domain, target.kind):
            hidden = readable is not None and column.key not in readable
            if column.key in taken or column.type in RELATIONS or hidden:
                continue
            taken.add(column.key)
            choices = tuple((value.key, value.label) for value in column.values)
            kind = _TYPES.get(column.type, "text")
            found.append(Field(column.key, "attribute", kind, column.label, column, choices))
        return found

    # -- relations

    def relations(self, start: Target, end: Target, word: str = "") -> dict[str, tuple[str, ...]]:
        """Relation types from one step to another, by direction: ``out`` where the first is their source, ``in`` where it
        is their target. With a ``word`` those it means: a key both ways, a label the way it reads."""
        meant = folded(word)
        found: dict[str, list[str]] = {OUT: [], IN: []}
        for one in self.model.relations:
            for way, ends, label in (
                (OUT, (start, end), one.forward),
                (IN, (end, start), one.backward),
            ):
                words = (one.key, label.id, label.in_language("en"))
                if _joins(one, *ends) and (not word or meant in map(folded, words)):
                    found[way].append(one.key)
        return {way: tuple(types) for way, types in found.items()}

    def joined(self, start: Target, end: Target) -> bool:
        """Whether the metamodel links them by a relation that people make."""
        offered = {one.key for one in self.model.relations if one.offered}
        return any(offered & set(types) for types in self.relations(start, end).values())

    def between(self, start: Target, end: Target) -> list[str]:
        """Domains over which one comes from one step to another, by their word."""
        return [
            _word(domain.name)
            for domain in self.model.domains
            if domain.key not in (start.domain, end.domain)
            and self.joined(start, Target(domain.key))
            and self.joined(Target(domain.key), end)
        ]

    def relation_words(self, start: Target, end: Target | None = None) -> list[tuple[str, str]]:
        """Labels of the relations that leave or reach a step, with the key of each."""
        found: dict[str, str] = {}
        for one in self.model.relations:
            if not one.offered:
                continue
            for ends, other, label in (
                (one.sources_allowed, one.targets_allowed, one.forward),
                (one.targets_allowed, one.sources_allowed, one.backward),
            ):
                here = any(_fits(e, start) for e in ends)
                if here and (end is None or any(_fits(e, end) for e in other)):
                    found.setdefault(label.id, one.key)
        return list(found.items())

    # -- gaps

    def rule(self, word: str) -> Rule | None:
        """A gap rule by its key or by what it says."""
        for rule in self.rules:
            if folded(word) in map(folded, (rule.key, rule.message.id, rule.message.in_language("en"))):
                return rule
        return None


def _word(name: str) -> str:
    return name.casefold()


def _kind_field(domain: Domain) -> Field:
    choices = tuple((kind.key, kind.label) for kind in domain.kinds)
    return Field("jenis", "kind", "choice", Text("Jenis", "Kind"), choices=choices, also=("kind",))


def _fits(end: Endpoint, target: Target) -> bool:
    if not target.domain:
        return True
    return end.domain in (target.domain, ANY) and (not end.kind or not target.kind or end.kind == target.kind)


def _joins(one: RelationType, source: Target, target: Target) -> bool:
    if one.pairs:
        return any(_fits(start, source) and _fits(end, target) for start, end in one.pairs)
    return any(_fits(end, source) for end in one.sources_allowed) and any(
        _fits(end, target) for end in one.targets_allowed
    )


@lru_cache(maxsize=32)
def vocabulary(model: Metamodel, rules: tuple[Rule, ...], personal: bool) -> Vocabulary:
    """The vocabulary, kept in the process for the models used last."""
    return Vocabulary(model, rules, personal=personal)
