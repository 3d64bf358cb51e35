"""National shared applications (*Aplikasi Umum*): the eight fields of Perpres 95/2018 Pasal 63(3), and what sources name for them.

pack = packs.national()
pack.of_field("records")[0].name     # "SRIKANDI"
pack.field("records").verified       # True: the field is law; which application stands for it may not be
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text


@dataclass(frozen=True, slots=True)
class Field(Sourced):
    """One field of the law; `key` is the purpose of the twins rule that tells it."""

    key: str
    label: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class NationalApplication(Sourced):
    """One application: `names` as inventories write it (lower case, plain words), `hosts` the beginnings of its addresses."""

    code: str
    name: str
    long: Text
    owner: str
    fields: tuple[str, ...]
    names: tuple[str, ...]
    hosts: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class National(Sourced):
    """The pack."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    applications: tuple[NationalApplication, ...]
    source_names: Mapping[str, str]
    provenance: Provenance
    file: Path

    @cached_property
    def by_code(self) -> Mapping[str, NationalApplication]:
        return {one.code: one for one in self.applications}

    @cached_property
    def _fields(self) -> Mapping[str, Field]:
        return {one.key: one for one in self.fields}

    def field(self, key: str) -> Field:
        """Raises KeyError for an unknown one."""
        return self._fields[key]

    def of_field(self, key: str) -> tuple[NationalApplication, ...]:
        """The applications named for a field; empty where no source names one."""
        return tuple(one for one in self.applications if key in one.fields)


def load_national(file: Path) -> National:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "sources", "fields", "applications"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    pack = National(
        id=root.at("id").string(),
        title=root.at("title").text(),
        fields=tuple(_field(item, base) for item in root.at("fields").items()),
        applications=tuple(_application(item, base) for item in root.at("applications").items()),
        source_names=MappingProxyType(
            {str(key): value.string() for key, value in root.at("sources").pairs()}
        ),
        provenance=base,
        file=file,
    )
    root.raise_faults()
    _check(root, pack)
    root.raise_faults()
    return pack


def _field(cursor: Cursor, base: Provenance) -> Field:
    cursor.keys({"key", "label"})
    return Field(cursor.at("key").string(), cursor.at("label").text(), cursor.provenance(base))


def _application(cursor: Cursor, base: Provenance) -> NationalApplication:
    cursor.keys({"code", "name", "long", "owner", "fields", "names"}, {"hosts"})
    return NationalApplication(
        code=cursor.at("code").string(),
        name=cursor.at("name").string(),
        long=cursor.at("long").text(),
        owner=cursor.at("owner").string(),
        fields=cursor.at("fields").strings(),
        names=cursor.at("names").strings(),
        hosts=cursor.at("hosts").strings(),
        provenance=cursor.provenance(base),
    )


def _check(root: Cursor, pack: National) -> None:
    keys = [field.key for field in pack.fields]
    codes = [one.code for one in pack.applications]
    for what, found in (("fields", keys), ("applications", codes)):
        for twice in sorted({one for one in found if found.count(one) > 1}):
            root.fault(f"{twice!r} is there twice", what)
    for one in pack.applications:
        for unknown in sorted(set(one.fields) - set(keys)):
            root.fault(f"{one.code}: unknown field {unknown!r}; known are {', '.join(keys)}", "applications")
        for source in sorted(set(one.sources) - set(pack.source_names)):
            root.fault(f"{one.code}: unknown source {source!r}", "applications")
