"""Speed as a ratio: our work against the least that the machine could do for it, both measured in the same run.

A bench is a function ``bench_…(quick: bool) -> Result`` in a file ``bench/bench_*.py``; it sets its scene and
hands two calls to :func:`compare`. Milliseconds differ from machine to machine, the ratio hardly does.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    name: str
    ratio: float
    limit: float
    floor_ms: float
    ours_ms: float
    note: str = ""

    @property
    def over(self) -> bool:
        return self.ratio > self.limit


def compare(
    name: str,
    *,
    floor: Callable[[], object],
    ours: Callable[[], object],
    limit: float,
    rounds: int = 7,
    warm: int = 1,
    before: Callable[[], object] | None = None,
    note: str = "",
) -> Result:
    """Runs floor and ours by turns; the ratio is the median of the ratios of neighbours.

    ``before`` is run ahead of each call and not measured (to empty a table, for instance).
    """
    for _ in range(warm):
        for call in (floor, ours):
            _milliseconds(call, before)
    pairs = []
    for number in range(rounds):
        # Who goes first changes each round, so that neither always finds the other's warm caches.
        if number % 2:
            ours_ms = _milliseconds(ours, before)
            pairs.append((_milliseconds(floor, before), ours_ms))
        else:
            pairs.append((_milliseconds(floor, before), _milliseconds(ours, before)))
    return Result(
        name=name,
        ratio=median(own / least for least, own in pairs),
        limit=limit,
        floor_ms=median(least for least, _ in pairs),
        ours_ms=median(own for _, own in pairs),
        note=note,
    )


def _milliseconds(call: Callable[[], object], before: Callable[[], object] | None) -> float:
    if before:
        before()
    gc.collect()
    began = time.perf_counter()
    call()
    return max((time.perf_counter() - began) * 1000, 1e-6)
