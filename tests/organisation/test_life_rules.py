"""Where the units below go when units are joined: each exactly once, and never two of one name in one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from pendapa.organisation.rules.life import gather


@dataclass(eq=False)
class Node:
    name: str
    below: list[Node] = field(default_factory=list)

    def all(self) -> Iterator[Node]:
        for one in self.below:
            yield one
            yield from one.all()


def nodes(depth: int = 3) -> st.SearchStrategy[Node]:
    """Trees in which sisters have different names, as the register holds them."""
    names = st.sampled_from(["Sekretariat", "Bidang A", "Bidang B", "UPT"])
    if depth == 0:
        return st.builds(Node, names)
    below = st.lists(nodes(depth - 1), max_size=3, unique_by=lambda node: node.name)
    return st.builds(Node, names, below)


@given(st.lists(nodes(), min_size=1, max_size=3), nodes())
def test_every_unit_below_goes_along_once_and_no_place_has_two_of_one_name(
    sources: list[Node], target: Node
) -> None:
    found = gather(sources, target, lambda node: node.below, lambda node: node.name)
    ended = [one for one, _to in found.joined]
    assert len({id(one) for one in ended}) == len(ended)
    assert ended[: len(sources)] == sources
    gone = {id(one) for one in ended}
    place = {id(one): to for one, to in found.moved}
    assert not gone & set(place) and all(id(to) not in gone for _one, to in [*found.joined, *found.moved])
    after: dict[int, list[str]] = {}
    for root in [*sources, target]:
        for parent in [root, *root.all()]:
            for child in parent.below:
                if id(child) in gone:
                    continue
                new = place.get(id(child), parent)
                assert id(new) not in gone, "nothing open stands below what ended"
                after.setdefault(id(new), []).append(child.name)
    assert all(len(set(names)) == len(names) for names in after.values())


@given(nodes(), nodes())
def test_what_stands_below_the_target_stays_there(source: Node, target: Node) -> None:
    found = gather([source], target, lambda node: node.below, lambda node: node.name)
    there = {id(one) for one in target.all()}
    assert not there & {id(one) for one, _to in [*found.joined, *found.moved]}
