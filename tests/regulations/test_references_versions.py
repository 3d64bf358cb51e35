"""A newer version of a tree: what it changes, and what stays of everything around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.references import References, build_references, differences


def tree(*nodes: dict[str, Any], name: str = "RAB") -> References:
    values = {"id": "newer", "code_pattern": r"^RAB(\.[0-9]{2})+$", "sources": {}, "references": [
        {"level": node["code"].count(".") if "code" in node else 2, "tree": name, **node} for node in nodes
    ]}  # fmt: skip
    return build_references(values, Path("references/RAB"))


TOP = {"code": "RAB.01", "name": "Satu"}
SUB = {"code": "RAB.01.01", "name": "Dua", "parent": "RAB.01"}


def told(before: References, after: References) -> tuple[list[str], list[str], list[str]]:
    found = differences(before.nodes, after.nodes)
    return (
        [node.key for node in found.new],
        [node.key for node in found.gone],
        [one.before.key for one in found.changed],
    )


def test_new_gone_and_changed_nodes_are_told_apart() -> None:
    before = tree(TOP, SUB)
    assert told(before, tree(TOP, {**SUB, "name": "Lain"})) == ([], [], ["RAB.01.01"])
    assert told(before, tree(TOP, {**SUB, "code": "RAB.01.02"})) == (["RAB.01.02"], ["RAB.01.01"], [])
    second = {"code": "RAB.02", "name": "Tiga"}
    assert told(before, tree(TOP, second, {**SUB, "parent": "RAB.02"})) == (["RAB.02"], [], ["RAB.01.01"])


def test_another_spelling_or_a_known_other_name_is_no_change() -> None:
    before = tree(TOP, {**SUB, "also": ["Kedua"]})
    assert not differences(before.nodes, tree(TOP, {**SUB, "name": "DUA "}).nodes)
    assert not differences(before.nodes, tree(TOP, {**SUB, "name": "Kedua"}).nodes)
    assert not differences(tree(TOP, SUB).nodes, tree(TOP, {**SUB, "name": "Kedua", "also": ["dua"]}).nodes)


def test_a_node_without_a_code_is_known_by_its_parent_and_name() -> None:
    before, after = (
        tree(TOP, {"name": "Tanpa", "parent": "RAB.01"}),
        tree(TOP, {"name": "Kode", "parent": "RAB.01"}),
    )
    assert told(before, after) == (["RAB.01/Kode"], ["RAB.01/Tanpa"], [])
    assert differences(before.nodes, after.nodes).codes == frozenset()


def test_a_newer_tree_takes_the_place_of_its_own_alone() -> None:
    shipped = packs.references()
    now = shipped.with_trees([tree(TOP, SUB)])
    assert now.trees == shipped.trees and now.tree("RAL") == shipped.tree("RAL")
    assert [node.name for node in now.tree("RAB")] == ["Satu", "Dua"]
    assert now.lookup("Dua", "RAB") is now.node("RAB.01.01") and now.lookup("RAB.06.01", "RAB") is None


def test_an_affair_leads_only_to_codes_that_mean_what_they_meant() -> None:
    education = {"code": "RAB.06", "name": "Pendidikan dan Tenaga Kerja"}
    same = {"code": "RAB.06.01", "name": "Pendidikan", "parent": "RAB.06"}
    now = packs.references().with_trees(
        [tree(education, same, {**same, "code": "RAB.06.02", "name": "Lain"})]
    )
    assert [one.name for one in now.crosswalk] == ["Pendidikan"]


def test_without_newer_trees_the_pack_itself_holds() -> None:
    assert packs.references().with_trees([]) is packs.references()


@pytest.mark.parametrize(("nodes", "place"), [
    ([SUB], "references[0].parent"), ([TOP, TOP], "references[1]"), ([{**TOP, "level": 2}], "references[0].parent"),
    ([TOP, {**SUB, "level": 3}], "references[1].level"), ([{**TOP, "code": "RAX.01"}], "references[0].code"),
])  # fmt: skip
def test_a_version_that_is_no_tree_is_refused_with_its_place(nodes: list[dict[str, Any]], place: str) -> None:
    with pytest.raises(PackError) as refused:
        tree(*nodes)
    assert refused.value.path == place and refused.value.file == Path("references/RAB")
