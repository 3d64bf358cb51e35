"""Runs every bench and prints a table: python -m bench.run [--quick] [WORD …]. Exit 1 when one is over its limit.

The words choose benches by a part of their name. All of them share one empty home that is removed at the end.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.harness import Result

Bench = Callable[[bool], Result | list[Result]]


def collect(folder: Path) -> dict[str, Bench]:
    found: dict[str, Bench] = {}
    for file in sorted(folder.glob("bench_*.py")):
        module = importlib.import_module(f"bench.{file.stem}")
        for name, value in vars(module).items():
            if name.startswith("bench_") and callable(value) and value.__module__ == module.__name__:
                found[f"{file.stem.removeprefix('bench_')}.{name.removeprefix('bench_')}"] = value
    return found


def measure(benches: dict[str, Bench], quick: bool) -> Iterable[Result]:
    for bench in benches.values():
        results = bench(quick)
        yield from [results] if isinstance(results, Result) else results


def line(result: Result) -> str:
    verdict = "OVER " if result.over else "ok   "
    figures = f"{result.ratio:8.2f} {result.limit:8.2f} {result.floor_ms:12.2f} {result.ours_ms:12.2f}"
    return f"{verdict} {result.name:<44} {figures}  {result.note}".rstrip()


def report(results: Iterable[Result]) -> int:
    print(f"{'':5} {'bench':<44} {'ratio':>8} {'limit':>8} {'floor ms':>12} {'ours ms':>12}")
    done = []
    for result in results:
        done.append(result)
        print(line(result), flush=True)
    over = [result.name for result in done if result.over]
    print(f"{len(done)} measured, {len(over)} over their limit{': ' if over else ''}{', '.join(over)}")
    return 1 if over else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed as ratios, each measured in one run.")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pendapa-bench-") as home:
        # Real settings, not those of the tests: what is measured is what users run.
        os.environ.update(PENDAPA_HOME=home, DJANGO_SETTINGS_MODULE="pendapa.web.settings")
        for name in ("PENDAPA_TESTING", "DATABASE_URL"):
            os.environ.pop(name, None)
        benches = collect(Path(__file__).parent)
        chosen = {
            name: bench
            for name, bench in benches.items()
            if not options.words or any(word in name for word in options.words)
        }
        return report(measure(chosen, options.quick))


if __name__ == "__main__":
    sys.exit(main())
