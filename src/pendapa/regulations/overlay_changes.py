"""What one metamodel has that another has not: what a new overlay would do, told before it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pendapa.regulations.metamodel import Column, Domain, Kind, Metamodel, Value
from pendapa.regulations.schema import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` ("column", "kind", "value") of ``domain`` is ``how`` ("added", "removed", "label", "type", "required",
    "optional", "help", "kinds"). ``column`` is where a value belongs; ``before`` and ``after`` tell labels and types."""

    domain: str
    what: str
    how: str
    key: str
    label: Text
    column: str = ""
    before: str = ""
    after: str = ""


def differences(before: Metamodel, after: Metamodel) -> tuple[Difference, ...]:
    """All of them, by domain: kinds, then fields, each with its values."""
    olds = {domain.key: domain for domain in before.all_domains}
    return tuple(
        one
        for domain in after.all_domains
        if domain.key in olds and olds[domain.key] is not domain
        for one in _of_domain(olds[domain.key], domain)
    )


def _of_domain(before: Domain, after: Domain) -> Iterator[Difference]:
    yield from _of_list(after.key, "kind", before.kinds, after.kinds)
    olds = {column.key: column for column in before.columns}
    news = {column.key: column for column in after.columns}
    for key, new in news.items():
        old = olds.get(key)
        if old is None:
            yield Difference(after.key, "column", "added", key, new.label)
        elif old is not new:
            yield from _of_column(after.key, old, new)
    for key, old in olds.items():
        if key not in news:
            yield Difference(after.key, "column", "removed", key, old.label)


def _of_column(domain: str, old: Column, new: Column) -> Iterator[Difference]:
    if old.label != new.label:
        told = (old.label.id, new.label.id)
        yield Difference(domain, "column", "label", new.key, new.label, "", *told)
    if old.type != new.type:
        yield Difference(domain, "column", "type", new.key, new.label, "", old.type, new.type)
    if old.required != new.required:
        how = "required" if new.required else "optional"
        yield Difference(domain, "column", how, new.key, new.label)
    if set(old.kinds) != set(new.kinds):
        yield Difference(domain, "column", "kinds", new.key, new.label)
    if (old.help, old.unit) != (new.help, new.unit):
        yield Difference(domain, "column", "help", new.key, new.label)
    yield from _of_list(domain, "value", old.values, new.values, new.key)


def _of_list(
    domain: str,
    what: str,
    before: Sequence[Kind] | Sequence[Value],
    after: Sequence[Kind] | Sequence[Value],
    column: str = "",
) -> Iterator[Difference]:
    olds, news = {one.key: one for one in before}, {one.key: one for one in after}
    for key, new in news.items():
        if key not in olds:
            yield Difference(domain, what, "added", key, new.label, column)
        elif olds[key].label != new.label:
            told = (olds[key].label.id, new.label.id)
            yield Difference(domain, what, "label", key, new.label, column, *told)
    for key, old in olds.items():
        if key not in news:
            yield Difference(domain, what, "removed", key, old.label, column)
