"""The conditions of gap rules: the plain function and the database say the same of any register; so does the catalogue."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from pendapa.architecture import queries
from pendapa.architecture.models import Element, Gap, Relation
from pendapa.architecture.queries import keeping
from pendapa.architecture.queries.conditions import lacks, links_of, links_of_all
from pendapa.architecture.rules.gaps import (
    BY_KEY,
    MAPPED,
    RULES,
    Known,
    Link,
    Thing,
    cutoff,
    fields_of,
    find,
    has,
    level_pattern,
)
from pendapa.architecture.rules.metamodel import asked
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.regulations import packs
from tests.architecture.scene import join, make
from tests.cast import Cast

PLAIN = [rule for rule in RULES if not rule.checks]
TODAY = date(2026, 11, 22)
VALUES = {
    "data_pribadi": ["umum", "Bersifat Spesifik", "tidak", "entah", ""],
    "rab": ["RAB.01", "RAB.02.01.03", "RAB.02.01.03.04 Nama", "Kesehatan", "", None],
    "tanggal_akhir_lisensi": ["2020-01-01", "2099-12-31", "2026-11-22", "tahun depan", "", None],
    "tanggal_akhir_penerapan": ["2020-01-01", "2099-12-31", "", None],
    "tanggal_kegiatan": ["2020-01-01", "2026-05-05", "bulan lalu", "", None],
}
USUAL = ["Tim TI", ["Tim TI", "Tim Data"], [], "", None]


def register(cast: Cast, seed: int, size: int = 150) -> list[Element]:
    """A register in which every field and relation that a rule reads is filled at random."""
    chance, model = random.Random(seed), packs.metamodel()
    elements = []
    for number in range(size):
        domain = chance.choice([*model.domains, model.strategy])
        kinds = [kind.key for kind in domain.kinds] or [""]
        names = ["tanggal_kegiatan", *fields_of(domain.key)]
        attributes = {n: chance.choice(VALUES.get(n, USUAL)) for n in names if chance.random() < 0.7}
        if chance.random() < 0.3:
            attributes = dict.fromkeys(asked(model, domain.key, ""), "Terisi") | attributes
        element = Element(
            institution=cast.institution, unit=chance.choice([cast.unit, cast.other_unit]), domain=domain.key,
            kind=chance.choice(kinds), code=f"X-{number}", name=f"Hal {number}", attributes=attributes,
            remap=chance.random() < 0.3, classification="internal" if number % 6 else "restricted",
        )  # fmt: skip
        element.derive()
        elements.append(element)
    history.write(system(), cast.institution, "edit", history.Writes(add=list(elements)))
    joined = links(cast, chance, elements, 4 * size)
    history.write(system(), cast.institution, "edit", history.Writes(add=list(joined)))
    return elements


def links(cast: Cast, chance: random.Random, elements: list[Element], size: int) -> list[Relation]:
    """Relations that the metamodel allows, and what they tell."""
    made: dict[tuple[str, int, int], Relation] = {}
    for _ in range(size):
        kind = chance.choice([r for r in packs.metamodel().relations if r.offered])
        starts = {end.domain for end in kind.sources_allowed}
        ends = {end.domain for end in kind.targets_allowed}
        source = chance.choice([e for e in elements if e.domain in starts])
        target = chance.choice([e for e in elements if e.domain in ends and e is not source])
        if kind.allows((source.domain, source.kind), (target.domain, target.kind)):
            told = {"lewat": chance.choice(["SPLP", "berkas", "file", "manual", "", "entah"])}
            made[kind.key, source.pk, target.pk] = Relation(
                institution=cast.institution, type=kind.key, source=source, target=target,
                attributes=told if kind.key == "application_flow" else {},
            )  # fmt: skip
    return list(made.values())


def by_function(cast: Cast, today: date = TODAY) -> dict[str, set[int]]:
    things = [
        Thing(e.pk, e.domain, e.attributes, e.kind, e.remap, e.completeness)
        for e in Element.objects.filter(institution=cast.institution, deleted_at=None)
    ]
    found: dict[str, set[int]] = {rule.key: set() for rule in PLAIN}
    for rule, pk in find(things, links_of_all(cast.institution), Known(today), PLAIN):
        found[rule.key].add(pk)
    return found


@pytest.mark.django_db
def test_the_database_finds_what_the_function_finds(cast: Cast) -> None:
    spared, hit = set(), set()
    for seed in range(3):
        register(cast, seed)
        found = by_function(cast)
        live = Element.objects.filter(institution=cast.institution, deleted_at=None)
        for rule in PLAIN:
            assert set(live.filter(lacks(rule, TODAY)).values_list("pk", flat=True)) == found[rule.key], (
                rule.key
            )
            of_domain = live.filter(domain__in=rule.domains).count()
            hit |= {rule.key} if found[rule.key] else set()
            spared |= {rule.key} if of_domain > len(found[rule.key]) else set()
        Element.objects.filter(institution=cast.institution).update(deleted_at=timezone.now(), code="gone")
    assert {rule.key for rule in PLAIN} - hit == {rule.key for rule in PLAIN} - spared == set()


@pytest.mark.django_db
def test_links_of_some_are_those_among_the_links_of_all(cast: Cast) -> None:
    elements = register(cast, 7, 60)
    every = links_of_all(cast.institution)
    read = {rule.key: rule for rule in PLAIN}
    for element in elements[:20]:
        e, near = element, links_of([element.pk]).get(element.pk, [])
        thing = Thing(e.pk, e.domain, e.attributes, e.kind, e.remap, e.completeness)
        for rule in read.values():
            if e.domain in rule.domains:
                known = Known(TODAY)
                assert has(rule, thing, near, known) == has(rule, thing, every.get(e.pk, []), known), rule.key


@pytest.mark.django_db
def test_the_catalogue_follows_each_change_as_if_all_were_looked_at_again(cast: Cast) -> None:
    elements = register(cast, 11, 80)
    chance = random.Random(5)

    def catalogue() -> dict[str, set[int]]:
        keeping.keep(cast.institution)
        kept: dict[str, set[int]] = {rule.key: set() for rule in PLAIN}
        for rule, element in Gap.objects.filter(closed_on=None).values_list("rule", "element_id"):
            kept[rule].add(element)
        return kept

    assert catalogue() == by_function(cast, timezone.localdate())
    for step in range(12):
        writes = history.Writes()
        row = Element.objects.get(pk=chance.choice(elements).pk)
        if step % 4 == 3:
            gone = list(Relation.objects.filter(deleted_at=None).order_by("?")[:5])
            writes.delete = list(gone)
        elif step % 4 == 2:
            there = set(
                Relation.objects.filter(deleted_at=None).values_list("type", "source_id", "target_id")
            )
            fresh = links(cast, chance, elements, 30)
            writes.add = [r for r in fresh if (r.type, r.source_id, r.target_id) not in there]
        else:
            for name in (*fields_of(row.domain), "tanggal_kegiatan"):
                row.attributes[name] = chance.choice(VALUES.get(name, USUAL))
            row.classification = chance.choice(["internal", "restricted"])
            row.derive()
            writes.change = [row]
        history.write(system(), cast.institution, "edit", writes)
        assert catalogue() == by_function(cast, timezone.localdate()), step


@given(some.dates(date(1990, 1, 1), date(2100, 1, 1)), some.integers(0, 30))
def test_the_day_some_years_before_is_a_day_before_or_the_same(today: date, years: int) -> None:
    then = date.fromisoformat(cutoff(today, years))
    assert then.year == today.year - years and (then.month, then.day) <= (today.month, today.day)
    assert today - then <= timedelta(days=366 * years)


@given(some.lists(some.integers(0, 99), min_size=1, max_size=7), some.integers(1, 7))
def test_the_level_of_a_reference_is_the_number_of_its_parts(parts: list[int], least: int) -> None:
    import re

    code = "RAB" + "".join(f".{part:02d}" for part in parts)
    assert (re.match(level_pattern(least), code + " Nama") is not None) == (len(parts) >= least)


@given(some.lists(some.sampled_from(sorted({name for rule in RULES for name in rule.types})), max_size=6))
def test_one_more_link_never_opens_a_gap_that_only_needs_links(types: list[str]) -> None:
    only = [rule for rule in RULES if not rule.where and all(one.type == "linked" for one in rule.needs)]
    for rule in only:
        thing = Thing(1, rule.domains[0], {}, rule.kinds[0] if rule.kinds else "")
        near = [Link(out, name) for name in types for out in (True, False)]
        for count in range(len(near)):
            before, after = near[:count], near[: count + 1]
            assert not (has(rule, thing, after, Known(TODAY)) and not has(rule, thing, before, Known(TODAY)))


@pytest.mark.django_db
def test_what_is_restricted_meets_a_need_and_opens_no_gap(cast: Cast) -> None:
    """A gap found because of a link would tell everybody of a thing that is not theirs to see."""
    mine, shown, hidden = (make(cast.unit, name) for name in ("Milik kami", "Terbuka", "Rahasia"))
    servers = [make(cast.unit, f"Server {n}", "infrastructure", kind="server") for n in (1, 2)]
    for one in (hidden, servers[1]):
        Element.objects.filter(pk=one.pk).update(classification="restricted")
    for one in (hidden, shown):
        flow = join(one, "application_flow", mine)
        Relation.objects.filter(pk=flow.pk).update(attributes={"lewat": "manual"})
    Relation.objects.filter(source=shown).update(deleted_at=timezone.now())
    for server in servers:
        join(mine, "application_server", server)
    found = by_function(cast)
    assert mine.pk not in found["data_typed_by_hand"] | found["more_than_one_link"]
    assert mine.pk not in found["application_without_hosting"]
    Relation.objects.filter(source=shown).update(deleted_at=None)
    assert mine.pk in by_function(cast)["data_typed_by_hand"]


def test_every_rule_names_its_source_and_speaks_both_languages() -> None:
    for rule in RULES:
        assert rule.source and all(t.id and t.en for t in (rule.message, rule.about, rule.advice)), rule.key
    names = packs.gaps().source_names
    for rule in RULES:
        assert all(source.partition(" ")[0] in names for source in rule.sources), rule.key
    assert set(MAPPED) == {domain.key for domain in packs.metamodel().domains}
    assert "process_without_service" in BY_KEY and queries.rule("process_without_service").severity == "high"
