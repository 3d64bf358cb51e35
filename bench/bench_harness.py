"""The harness measured by itself: the same work on both sides is a ratio near one."""

from __future__ import annotations

from bench.harness import Result, compare


def bench_same_work_twice(quick: bool) -> Result:
    def work() -> int:
        return sum(number * number for number in range(20_000 if quick else 200_000))

    return compare("the same work against itself", floor=work, ours=work, limit=1.5, rounds=9)
