"""A national tree from the rows of a table: what is taken, and what is refused with row and reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.architecture.rules.tree_rows import RowFault, content_of, read_rows
from pendapa.regulations import packs
from pendapa.regulations.references import build_references

HEADER = ["Kode", "Nama", "Induk", "Level", "Sumber", "Terverifikasi"]


def rows(*lines: list[str], header: list[str] | None = None) -> list[tuple[int, list[str]]]:
    return list(enumerate([header or HEADER, *lines], 1))


def test_a_table_becomes_a_tree_with_parents_by_the_dots_and_sources_as_told() -> None:
    read = read_rows("RAB", rows(
        ["RAB.01.01", "Pertahanan", "", "2", "Perpres 9/2027", "ya"], ["rab.01", " Pertahanan  Negara ", "", "1", "", "belum"],
        ["", "Tanpa Kode", "RAB.01", "", "", ""],
    ))  # fmt: skip
    assert read.faults == []
    tree = build_references(content_of("RAB", read.nodes, "Perpres 9/2027"), Path("references/RAB"))
    assert [(node.code, node.name, node.level, node.parent) for node in tree.nodes] == [
        ("RAB.01", "Pertahanan Negara", 1, None), ("RAB.01.01", "Pertahanan", 2, "RAB.01"), (None, "Tanpa Kode", 2, "RAB.01"),
    ]  # fmt: skip
    assert [node.verified for node in tree.nodes] == [False, True, False]
    assert tree.node("RAB.01").source == "Perpres 9/2027" and tree.lookup("Tanpa Kode", "RAB").code is None


@pytest.mark.parametrize(("lines", "faults"), [
    ([["RAB.01", "A", "", "", "", ""], ["RAB.01", "B", "", "", "", ""]], [RowFault(3, "twice", "RAB.01", "2")]),
    ([["RAB.01.02", "A", "", "", "", ""]], [RowFault(2, "orphan", "RAB.01.02", "RAB.01")]),
    ([["RAB.01", "A", "RAB.02", "", "", ""], ["RAB.02", "B", "RAB.01", "", "", ""]],
     [RowFault(2, "cycle", "RAB.01"), RowFault(3, "cycle", "RAB.02")]),
    ([["RAB.01", "A", "RAB.01", "", "", ""]], [RowFault(2, "cycle", "RAB.01")]),
    ([["RAL.01", "A", "", "", "", ""]], [RowFault(2, "other tree", "RAL.01", "RAB")]),
    ([["6.1", "A", "", "", "", ""]], [RowFault(2, "code", "6.1", "RAB")]),
    ([["RAB.01", "", "", "", "", ""]], [RowFault(2, "no name", "RAB.01")]),
    ([["RAB.01", "A", "", "2", "", ""]], [RowFault(2, "level", "2", "1")]),
    ([["RAB.01", "A", "", "", "", "mungkin"]], [RowFault(2, "verified", "mungkin")]),
    ([["RAB.01", "A" * 301, "", "", "", ""]], [RowFault(2, "long", "A" * 60, "300")]),
    ([], [RowFault(0, "empty")]),
])  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why(lines: list[list[str]], faults: list[RowFault]) -> None:
    read = read_rows("RAB", rows(*lines))
    assert (read.faults, read.nodes) == (faults, [])


def test_titles_above_the_header_and_missing_columns_are_no_harm() -> None:
    lines = rows(["Kode", "Nama"], ["RAB.01", "A"], header=["Referensi Arsitektur 2027"])
    assert [node["code"] for node in read_rows("RAB", lines).nodes] == ["RAB.01"]


def test_a_table_without_codes_and_names_is_no_tree() -> None:
    assert read_rows("RAB", rows(["1", "A"], header=["No", "Isi"])).faults == [RowFault(0, "no header")]
    assert read_rows("RAB", []).faults == [RowFault(0, "no header")]


@pytest.mark.parametrize("tree", packs.references().trees)
def test_the_shipped_trees_come_back_as_they_went(tree: str) -> None:
    before = packs.references().tree(tree)
    lines = rows(*(
        [node.code or "", node.name, node.parent or "", str(node.level), node.source, "ya" if node.verified else "tidak"]
        for node in before
    ))  # fmt: skip
    read = read_rows(tree, lines)
    assert read.faults == []
    after = build_references(content_of(tree, read.nodes, "x"), Path("x")).tree(tree)
    told = {(node.key, node.name, node.parent, node.level, node.verified) for node in before}
    assert {(node.key, node.name, node.parent, node.level, node.verified) for node in after} == told


CELLS = st.sampled_from(["", "RAB.01", "RAB.02", "RAB.01.01", "RAB.01.02.03", "RAL.01", "x", "A", "ya", "2"])


@given(st.lists(st.lists(CELLS, max_size=7), max_size=8))
def test_any_table_gives_a_sound_tree_or_faults_with_their_rows(lines: list[list[str]]) -> None:
    read = read_rows("RAB", rows(*lines))
    assert bool(read.nodes) != bool(read.faults)
    assert all(fault.row <= len(lines) + 1 for fault in read.faults)
    if read.nodes:
        build_references(content_of("RAB", read.nodes, "x"), Path("x"))
