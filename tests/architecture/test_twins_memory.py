"""What a comparison leaves behind: brought up to date it says what comparing anew by the same measure says."""

from __future__ import annotations

import json
import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pendapa.architecture.rules.twins import Application, Memory, find, pair_of
from tests.architecture.test_twins_rules import app, groups, inventories


@settings(max_examples=80, deadline=None)
@given(inventories(least=1), inventories(), st.data())
def test_a_memory_brought_up_to_date_groups_as_one_made_anew_by_the_same_measure(
    before: list[Application], after: list[Application], data: st.DataObject
) -> None:
    memory = Memory.made(before)
    kept = data.draw(st.lists(st.sampled_from(before), unique_by=lambda one: one.id))
    now = list({one.id: one for one in [*kept, *after]}.values())
    memory.groups()  # what was asked before must not mislead what is asked now
    assert memory.updated(now).groups() == Memory.made(now, corpus=memory.corpus.without([])).groups()
    assert memory.groups() == Memory.made(before).groups()


@settings(max_examples=60, deadline=None)
@given(inventories(least=1))
def test_a_memory_comes_back_from_json_as_it_was(apps: list[Application]) -> None:
    memory = Memory.made(apps)
    found = memory.groups()
    again = Memory.from_plain(json.loads(json.dumps(memory.to_plain())))
    assert again.groups() == found
    assert again.updated(apps) is again


@settings(max_examples=60, deadline=None)
@given(inventories(least=2), st.data())
def test_a_pair_decided_to_be_different_never_shares_a_group(
    apps: list[Application], data: st.DataObject
) -> None:
    pairs = [pair_of(a.id, b.id) for a in apps for b in apps if a.id < b.id]
    apart = data.draw(st.lists(st.sampled_from(pairs), max_size=4))
    for group in find(apps, apart=apart):
        ids = {member.id for member in group.members}
        assert not any(set(pair) <= ids for pair in apart)


def test_one_that_is_no_twin_leaves_the_others_together() -> None:
    apps = [app(n, "Sistem Antrean", f"Dinas {n}") for n in (1, 2, 3)]
    assert groups(*apps) == [{"1", "2", "3"}]
    (left,) = find(apps, apart=[("1", "3"), ("2", "3")])
    assert {member.id for member in left.members} == {"1", "2"}


def test_few_changes_are_brought_in_and_many_ask_for_all_anew() -> None:
    apps = [app(n, f"Melati {n}", f"Dinas {n}") for n in range(100)]
    memory = Memory.made(apps)
    changed = {one.id: replace(one, name=f"{one.name} baru") if int(one.id) < 40 else one for one in apps}
    assert not memory.stale(changed)
    assert memory.stale({key: one for key, one in changed.items() if key != "99"})


def test_who_waits_hears_of_the_progress() -> None:
    heard: list[tuple[int, int]] = []
    Memory.made([app(n, "Antrean", f"Dinas {n}") for n in range(60)], tell=lambda *at: heard.append(at))
    assert len(heard) > 3 and [done for done, _total in heard] == sorted(done for done, _total in heard)
    assert {total for _done, total in heard} == {120}


def test_one_change_among_thousands_is_brought_in_within_a_second() -> None:
    """The bench compares 5,000; here fewer stand for them."""
    words = ["antrean", "arsip", "aset", "pasar", "sekolah", "pajak", "surat", "jalan", "taman", "kolam"]
    apps = [
        app(n, f"Sistem {words[n % 10]} {words[n // 7 % 10]}", f"Dinas {n % 40}", words[n // 3 % 10])
        for n in range(1200)
    ]
    memory = Memory.made(apps)
    memory.groups()
    apps[5] = replace(apps[5], name="Antrean Loket")
    start = time.process_time()
    assert memory.updated(apps).groups()
    assert time.process_time() - start < 1
