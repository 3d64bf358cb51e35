"""Exchange of data between applications: what is typed again, who writes the same data, and how far an OPD shares.

The score of an OPD (0–100) is the mean of two shares, of those that can be known:

* of its data, how many are used by an application of another OPD;
* of its applications, how many exchange data with another application by SPLP or API, or hang on the SPLP.

Counted over data and applications, not over exchanges, so that one more exchange, of whatever kind, never lowers it: who
records honestly that something is still typed again loses nothing. Where nothing of an OPD is recorded, neither an exchange nor a
use of its data, the score is not known. It is the project's own; no regulation sets one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction

SPLP, API, FILE, HAND = "SPLP", "API", "berkas", "manual"
WAYS = (SPLP, API, FILE, HAND)
"""The values of ``lewat`` of the metamodel pack; the empty text stands for a way that is not known."""
AUTOMATIC = frozenset({SPLP, API})
WRITING = frozenset({"write", "read-write"})
"""The values of ``akses`` that write."""


@dataclass(frozen=True)
class Flow:
    """Data go from one application to another, by a way of :data:`WAYS` or ``""``."""

    source: int
    target: int
    way: str = ""


@dataclass(frozen=True)
class Use:
    """An application works on data; ``access`` is ``read``, ``write``, ``read-write`` or ``""`` (not known)."""

    application: int
    data: int
    access: str = ""


@dataclass(frozen=True)
class Score:
    """``shared`` of ``data`` are used by other OPD, ``connected`` of ``applications`` exchange by SPLP or API.

    ``value`` is 0–100, ``None`` where it is not ``known``: no exchange and no use of its data is recorded.
    """

    data: int = 0
    shared: int = 0
    applications: int = 0
    connected: int = 0
    known: bool = False

    @property
    def value(self) -> int | None:
        shares = [
            Fraction(part, whole)
            for part, whole in ((self.shared, self.data), (self.connected, self.applications))
            if whole
        ]
        return round(100 * sum(shares) / len(shares)) if shares and self.known else None


def scores(
    data: Mapping[int, int],
    applications: Mapping[int, int],
    uses: Iterable[Use],
    flows: Iterable[Flow],
    on_bus: Set[int] = frozenset(),
) -> dict[int, Score]:
    """The score of each OPD that has data or applications: ``data`` and ``applications`` give the OPD of each by key."""
    uses, flows = list(uses), list(flows)
    shared = {
        use.data
        for use in uses
        if use.data in data and applications.get(use.application, data[use.data]) != data[use.data]
    }
    connected = {end for flow in flows if flow.way in AUTOMATIC for end in (flow.source, flow.target)}
    connected |= set(on_bus)
    told = (
        {use.data for use in uses} | connected | {end for flow in flows for end in (flow.source, flow.target)}
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    known = set()
    for place, (things, good) in enumerate(((data, shared), (applications, connected))):
        for one, opd in things.items():
            counts[opd][2 * place] += 1
            counts[opd][2 * place + 1] += one in good
            if one in told:
                known.add(opd)
    return {opd: Score(n[0], n[1], n[2], n[3], opd in known) for opd, n in counts.items()}


def writers(uses: Iterable[Use]) -> dict[int, list[int]]:
    """The applications that write each data element, in the order of the uses."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for use in uses:
        if use.access in WRITING:
            found[use.data][use.application] = None
    return {data: list(applications) for data, applications in found.items()}


def typed_again(written: Mapping[int, list[int]], flows: Iterable[Flow]) -> dict[int, list[list[int]]]:
    """Data that several applications write although no flow joins all of these: the groups that flows do join, by data.

    Where nothing flows between two applications that write the same, somebody types the same into both.
    """
    near: dict[int, set[int]] = defaultdict(set)
    for flow in flows:
        near[flow.source].add(flow.target)
        near[flow.target].add(flow.source)
    found = {}
    for data, applications in written.items():
        groups = _joined(applications, near)
        if len(groups) > 1:
            found[data] = groups
    return found


def _joined(applications: list[int], near: Mapping[int, set[int]]) -> list[list[int]]:
    """The applications in groups that flows among themselves join, in their order."""
    place = {one: number for number, one in enumerate(applications)}
    left, groups = dict.fromkeys(applications), []
    while left:
        group = [next(iter(left))]
        del left[group[0]]
        for one in group:  # grows while it is walked
            reached = sorted((other for other in near.get(one, ()) if other in left), key=place.__getitem__)
            for other in reached:
                del left[other]
            group += reached
        groups.append(group)
    return groups


def matrix(flows: Iterable[Flow], opds: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """How many flows go from OPD to OPD; ``opds`` gives the OPD of each application."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for flow in flows:
        found[opds[flow.source], opds[flow.target]] += 1
    return dict(found)
