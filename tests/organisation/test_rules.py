"""The pure rules: order of the tree, words of roles, sign-in names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.organisation.rules import accounts, kinds, tree


@given(st.lists(st.integers(min_value=-1, max_value=30), max_size=31))
def test_every_unit_stands_once_and_behind_its_parent(parents: list[int]) -> None:
    # A parent has a smaller number, so that there is no cycle; some name a parent that is not there.
    items = [(n, p if -1 < p < n else (None if p < n else 99)) for n, p in enumerate(parents)]
    nodes = tree.arrange(items, lambda i: i[0], lambda i: i[1], lambda i: str(i[0]))
    order = [node.item[0] for node in nodes]
    assert sorted(order) == [number for number, _parent in items]
    for node in nodes:
        parent = node.item[1]
        if node.depth:
            assert order.index(parent) < order.index(node.item[0])
        assert node.children == sum(other[1] == node.item[0] for other in items)


@given(
    st.lists(st.integers(min_value=-1, max_value=20), max_size=21),
    st.sets(st.integers(min_value=0, max_value=20)),
)
def test_a_search_keeps_exactly_the_hits_and_what_stands_above(parents: list[int], hits: set[int]) -> None:
    items = [(n, p if -1 < p < n else None) for n, p in enumerate(parents)]
    parent_of = dict(items)
    wanted = {number for number, _parent in items if number in hits}
    needed = set(wanted)
    for number in wanted:
        up = parent_of[number]
        while up is not None:
            needed.add(up)
            up = parent_of[up]
    nodes = tree.arrange(items, lambda i: i[0], lambda i: i[1], lambda i: str(i[0]))
    kept = tree.keep(nodes, lambda i: i[0] in hits)
    assert {node.item[0] for node, _hit in kept} == needed
    assert {node.item[0] for node, hit in kept if hit} == wanted


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Operator", "operator"),
        ("KEPALA OPD", "head"),
        ("Plt. Kepala Dinas", "head"),
        ("head", "head"),
        ("Wali-data", None),
        ("walidata", "diskominfo"),
        ("Sekretaris Daerah", "sekda"),
        ("Asesor", "assessor"),
        ("internal_assessor", "assessor"),
        ("", None),
    ],
)
def test_roles_are_understood_in_both_languages(text: str, role: str | None) -> None:
    assert accounts.role_of(text) == role


@pytest.mark.parametrize(
    ("text", "acting"),
    [("Plt", True), ("pj.", True), ("ya", True), ("", False), ("tidak", False), ("entah", None)],
)
def test_acting_is_understood(text: str, acting: bool | None) -> None:
    assert accounts.acting_of(text) is acting


@given(st.text(max_size=200))
def test_a_sign_in_name_is_judged_without_falling_over(text: str) -> None:
    username = accounts.username_of(text)
    if accounts.username_fault(username) is None:
        assert accounts.username_of(username) == username and len(username) <= 150


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("rumah_sakit", "Rumah sakit"),
        ("satpol_pp", "Satpol PP"),
        ("UPT", "UPT"),
        ("dinas", "Dinas"),
        ("", ""),
    ],
)
def test_a_kind_is_said_in_words(kind: str, said: str) -> None:
    assert kinds.words(kind) == said
