"""Finding a reference from what people write into a cell."""

import pytest

from pendapa.regulations import packs


@pytest.fixture(scope="module")
def references():
    return packs.references()


@pytest.mark.parametrize("cell", [
    "RAB.06.01 Pendidikan", "06.01 Pendidikan", "RAB.06.01", "Pendidikan", " pendidikan ", "rab 6.1", "RAB.06.01 - PENDIDIKAN",
])  # fmt: skip
def test_a_cell_with_a_code_a_name_or_both_finds_the_node(references, cell):
    assert references.lookup(cell, "RAB").code == "RAB.06.01"
    assert references.lookup(cell).code == "RAB.06.01"


@pytest.mark.parametrize(("cell", "tree"), [
    ("RAB.06.01 Kesehatan", "RAB"), ("Raa.01.04", "RAA"), ("Rumpun", "RAB"), ("", "RAB"), ("RAB.06.01", "RAL"), ("RAB", "RAB"),
])  # fmt: skip
def test_what_contradicts_itself_or_is_unknown_finds_nothing(references, cell, tree):
    assert references.lookup(cell, tree) is None


def test_a_name_in_two_trees_needs_the_tree(references):
    assert references.lookup("Pertahanan") is None
    assert references.lookup("Pertahanan", "RAL").code == "RAL.01.01"


def test_a_code_whose_name_is_not_settled_is_found_under_another_name(references):
    assert references.lookup("RAB.03.05 Pembangunan Kawasan", "RAB").code == "RAB.03.05"


def test_no_code_is_invented_where_none_was_found(references):
    node = references.lookup("Akuntabilitas Kinerja", "RAL")
    assert node.code is None and node.key == "RAL.02/Akuntabilitas Kinerja"
    assert node.name_verified and not node.verified


def test_the_six_trees_are_there_with_what_was_found_of_them(references):
    assert references.trees == ("RAB", "RAL", "RAD", "RAA", "RAI", "RAK")
    assert len([node for node in references.tree("RAB") if node.level == 2]) == 45
    assert [node.code for node in references.children(references.node("RAA.02"))] == [
        "RAA.02.01",
        "RAA.02.02",
    ]
    with pytest.raises(KeyError):
        references.tree("RAX")


def test_every_node_and_crossing_has_source_and_flag(references):
    for thing in (references, *references.nodes, *references.crosswalk):
        assert isinstance(thing.verified, bool) and thing.source


def test_inferred_codes_stay_marked(references):
    assert not references.node("RAD.06.01").verified
    assert not references.node("RAK.01").code_verified and references.node("RAK.01").name_verified


def test_the_nearest_names_are_suggested(references):
    assert references.suggest("Pendidkan", "RAB")[0].code == "RAB.06.01"
    assert references.suggest("zzzz", "RAB") == ()


def test_the_affairs_of_a_local_government_lead_to_codes(references):
    crossing = next(one for one in references.crosswalk if one.name == "Pendidikan")
    assert crossing.codes == ("RAB.06.01",) and crossing.exact
    assert len([one for one in references.crosswalk if one.kind == "urusan"]) == 32
