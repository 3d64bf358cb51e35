"""Runs every bench and prints a table: python -m bench.run [--quick] [WORD …]. Exit 1 when one is over its limit.

The words choose benches by a part of their name. All of them share one empty home that is removed at the end. What leans on
the database is measured on SQLite, and once more on a PostgreSQL of its own where one is installed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from bench.harness import Result

ONCE = ("memory", "harness", "waiting", "planning")
"""Benches (by a part of their name) that are about this process, or about SQLite itself."""
SLACK = 1.25
"""With --quick there are fewer rounds, and what every piece of work begins with weighs more: the limits are so much wider."""
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
        for one in [results] if isinstance(results, Result) else results:
            yield replace(one, limit=one.limit * SLACK) if quick else one


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
    parser.add_argument("--here", action="store_true", help="only on the database that DATABASE_URL names")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    if options.here:
        return _run(options, postgresql=True)
    worst = _run(options, postgresql=False)
    return max(worst, _on_postgresql(options))


def _run(options: argparse.Namespace, *, postgresql: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="pendapa-bench-") as home:
        # Real settings, not those of the tests: what is measured is what users run.
        os.environ.update(PENDAPA_HOME=home, DJANGO_SETTINGS_MODULE="pendapa.web.settings")
        os.environ.pop("PENDAPA_TESTING", None)
        if not postgresql:
            os.environ.pop("DATABASE_URL", None)
        benches = collect(Path(__file__).parent)
        chosen = {
            name: bench
            for name, bench in benches.items()
            if (not options.words or any(word in name for word in options.words))
            and not (postgresql and any(word in name for word in ONCE))
        }
        if not chosen:
            return 0
        print("\nOn PostgreSQL" if postgresql else "On SQLite")
        return report(measure(chosen, options.quick))


def _on_postgresql(options: argparse.Namespace) -> int:
    """The same in a process of its own, on a cluster that is gone afterwards."""
    from tools.need import find_postgresql
    from tools.postgres import private_cluster

    if not find_postgresql():
        print("\nThere is no PostgreSQL here: not measured on it.")
        return 0
    command = [
        sys.executable,
        "-m",
        "bench.run",
        "--here",
        *(["--quick"] if options.quick else []),
        *options.words,
    ]
    with private_cluster() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
