"""The critical path (*jalur kritis*): the longest chain of initiatives that wait for each other. Pure.

    path({1: 90, 2: 30, 3: 200}, [(2, 1)])  →  [1, 2]: 120 days; 3 takes longer, but nothing waits for it

What lies on a circle (the actions refuse circles, an import of old data may not) counts, only not the edges inside it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def days(starts_on: date | None, ends_on: date | None) -> int:
    """Days that an initiative takes, first and last included; 0 where they are not known."""
    return 0 if starts_on is None or ends_on is None else max((ends_on - starts_on).days + 1, 0)


def path(takes: Mapping[Key, int], waits: Iterable[tuple[Key, Key]]) -> list[Key]:
    """The chain that takes the most days together, first one first; empty where nothing waits for anything.

    ``takes`` are days by initiative, ``waits`` pairs (who waits, for whom); pairs with an end that is not in ``takes`` are left
    out. Of chains that take as long, the one with more initiatives.
    """
    before = _without_circles(takes, waits)
    best: dict[Key, tuple[int, int]] = {}
    through: dict[Key, Key | None] = {}
    for one in _in_order(takes, before):
        longest = max(before[one], key=lambda other: best[other], default=None)
        days_before, count = best[longest] if longest is not None else (0, 0)
        best[one] = (days_before + takes[one], count + 1)
        through[one] = longest
    last = max((one for one in takes if through[one] is not None), key=lambda one: best[one], default=None)
    chain: list[Key] = []
    while last is not None:
        chain.append(last)
        last = through[last]
    return chain[::-1]


def _without_circles(takes: Mapping[Key, int], waits: Iterable[tuple[Key, Key]]) -> dict[Key, list[Key]]:
    """What each waits for, without edges that lie on a circle."""
    before: dict[Key, list[Key]] = {one: [] for one in takes}
    for one, other in waits:
        if one in before and other in before and one != other:
            before[one].append(other)
    part = _parts(before)
    return {
        one: [other for other in others if part[other] != part[one]] or [] for one, others in before.items()
    }


def _in_order(takes: Mapping[Key, int], before: Mapping[Key, list[Key]]) -> list[Key]:
    """All of them, each after what it waits for (there are no circles left)."""
    left = {one: len(others) for one, others in before.items()}
    after: dict[Key, list[Key]] = {one: [] for one in takes}
    for one, others in before.items():
        for other in others:
            after[other].append(one)
    order = [one for one, count in left.items() if not count]
    for one in order:  # grows while it is walked
        for following in after[one]:
            left[following] -= 1
            if not left[following]:
                order.append(following)
    return order


def _parts(edges: Mapping[Key, list[Key]]) -> dict[Key, int]:
    """Numbers of the strongly connected parts: two lie on one circle when theirs is the same. After Tarjan, without recursion."""
    number: dict[Key, int] = {}
    low: dict[Key, int] = {}
    part: dict[Key, int] = {}
    stack: list[Key] = []
    for root in edges:
        if root in number:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        while work:
            one, others = work[-1]
            for other in others:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    work.append((other, iter(edges[other])))
                    break
                if other not in part:
                    low[one] = min(low[one], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[one])
                if low[one] == number[one]:
                    while True:
                        gone = stack.pop()
                        part[gone] = number[one]
                        if gone == one:
                            break
    return part
