"""Speed as a ratio: our work against the least that the machine could do for it, both measured in the same run.

A bench is a function ``bench_…(quick: bool) -> Result`` in a file ``bench/bench_*.py``; it sets its scene and
hands two calls to :func:`compare`. Milliseconds differ from machine to machine, the ratio hardly does.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any


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

    def with_rate(self, rows: int) -> Result:
        """The same, with the rows a second of both sides as its note."""
        ours, floor = (rows / ms * 1000 for ms in (self.ours_ms, self.floor_ms))
        return replace(self, note=f"{self.note} {ours:,.0f} rows/s, floor {floor:,.0f}".strip())


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
    inner: int = 1,
) -> Result:
    """Runs floor and ours by turns; the ratio is the median of the ratios of neighbours.

    ``before`` is run ahead of each call and not measured (to empty a table, for instance).
    ``inner`` calls in a row are one measurement, for work of a few milliseconds.
    """

    def milliseconds(call: Callable[[], object]) -> float:
        return _milliseconds(call, before, inner)

    for _ in range(warm):
        for call in (floor, ours):
            milliseconds(call)
    pairs = []
    for number in range(rounds):
        # Who goes first changes each round, so that neither always finds the other's warm caches.
        if number % 2:
            ours_ms = milliseconds(ours)
            pairs.append((milliseconds(floor), ours_ms))
        else:
            pairs.append((milliseconds(floor), milliseconds(ours)))
    return Result(
        name=name,
        ratio=median(own / least for least, own in pairs),
        limit=limit,
        floor_ms=median(least for least, _ in pairs),
        ours_ms=median(own for _, own in pairs),
        note=note,
    )


def _milliseconds(call: Callable[[], object], before: Callable[[], object] | None, inner: int) -> float:
    if before:
        before()
    gc.collect()
    began = time.perf_counter()
    for _ in range(inner):
        call()
    return max((time.perf_counter() - began) * 1000 / inner, 1e-6)


def watched(call: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that a call runs, with their parameters."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        call()
    return seen
