"""Graphs drawn in layers."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.ui import graphs

words = st.text(min_size=1, max_size=60)


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[graphs.Node], list[graphs.Edge]]:
    many = draw(st.integers(1, 14))
    nodes = [
        graphs.Node(
            f"k{n}", draw(words), draw(words), draw(st.integers(0, 6)), "/x/", draw(st.integers(-2, 3))
        )
        for n in range(many)
    ]
    ends = st.integers(0, many - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=24))
    return nodes, [graphs.Edge(f"k{a}", f"k{b}", "label") for a, b in pairs]


@given(drawings(), st.sampled_from(["down", "right"]), st.sampled_from([300.0, 960.0]))
def test_no_box_lies_over_another_and_all_lie_within_the_drawing(
    given_graph: tuple[list[graphs.Node], list[graphs.Edge]], direction: str, widest: float
) -> None:
    picture = graphs.layout(*given_graph, direction=direction, widest=widest)
    assert len(picture.boxes) == len(given_graph[0])
    for box in picture.boxes:
        assert box.x >= 0 and box.y >= 0
        assert box.x + box.width <= picture.width and box.y + box.height <= picture.height
    for one, other in combinations(picture.boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above


@given(drawings())
def test_a_lower_rank_never_stands_below_a_higher_one(
    given_graph: tuple[list[graphs.Node], list[graphs.Edge]],
) -> None:
    boxes = graphs.layout(*given_graph).boxes
    for one, other in combinations(boxes, 2):
        if one.node.rank < other.node.rank:
            assert one.y + one.height <= other.y


@given(drawings())
def test_every_name_stands_whole_in_the_drawing(
    given_graph: tuple[list[graphs.Node], list[graphs.Edge]],
) -> None:
    for box in graphs.layout(*given_graph).boxes:
        assert "".join("".join(box.lines).split()) == "".join(box.node.label.split())


def test_the_drawing_is_sound_xml_with_a_link_for_each_box_and_nothing_runs() -> None:
    nodes = [
        graphs.Node("a", "<script>alert(1)</script>", "Aplikasi", 4, "/a/?x=1&y=2"),
        graphs.Node("b", "B", rank=1),
    ]
    drawn = graphs.svg(graphs.layout(nodes, [graphs.Edge("a", "b", '"><b>')]), 'Bila "A" berhenti')
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "group"
    assert root.get("aria-label") == 'Bila "A" berhenti'
    tags = [one.tag.rpartition("}")[2] for one in root.iter()]
    assert tags.count("a") == 1
    assert "script" not in tags and "b" not in tags


@given(drawings())
def test_whatever_a_name_holds_the_drawing_is_xml(
    given_graph: tuple[list[graphs.Node], list[graphs.Edge]],
) -> None:
    ElementTree.fromstring(graphs.svg(graphs.layout(*given_graph), "\x0b", standalone=True))


def test_a_drawing_without_links_is_one_image() -> None:
    drawn = graphs.svg(graphs.layout([graphs.Node("a", "A")], []), "A")
    assert ElementTree.fromstring(drawn).get("role") == "img"


def test_a_file_carries_its_colours_and_leads_nowhere_without_a_base() -> None:
    picture = graphs.layout([graphs.Node("a", "A", url="/a/")], [])
    alone = graphs.svg(picture, "A", standalone=True)
    assert "<style>" in alone and "var(" not in alone and "href" not in alone
    assert 'href="https://contoh.example/a/"' in graphs.svg(
        picture, "A", standalone=True, base="https://contoh.example"
    )


def test_ranks_come_from_the_edges_and_circles_do_no_harm() -> None:
    nodes = [graphs.Node(key, key) for key in "abcd"]
    edges = [graphs.Edge("a", "b"), graphs.Edge("b", "c"), graphs.Edge("a", "c"), graphs.Edge("c", "a")]
    assert [node.rank for node in graphs.ranked(nodes, edges)] == [0, 1, 2, 0]


def test_mermaid_takes_names_with_any_signs() -> None:
    text = graphs.mermaid(
        [graphs.Node("a", 'Sistem "E#1" <b>\n`x`', "Aplikasi", 4), graphs.Node("b", "B")],
        [graphs.Edge("a", "b", "melayani"), graphs.Edge("a", "gone")],
    )
    assert text.splitlines()[:4] == [
        "flowchart TB",
        '  n1["Aplikasi: Sistem #quot;E#35;1#quot; #lt;b#gt; #96;x#96;"]:::k4',
        '  n2["B"]:::k0',
        '  n1 -->|"melayani"| n2',
    ]
