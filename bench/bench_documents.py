"""A book of more than 400 pages: within two minutes and 1 GiB, as PDF and as docx, each measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench import scene
from bench.harness import Result

SECONDS, MEMORY = 120, 1 << 20
"""Limits of the issue: two minutes, 1 GiB in KiB."""


def bench_document(quick: bool) -> list[Result]:
    """Share of the time and of the memory that the limits allow."""
    scene.institution()
    count = 1_000 if quick else 5_000  # more than 400 pages
    found = []
    for form in ("pdf", "docx"):
        command = [sys.executable, "-m", "bench.book", form, str(count)]
        root = Path(__file__).parent.parent
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr[-500:]}")
        seconds, peak, pages = done.stdout.split()[-3:]
        told = f"{float(seconds):.1f} s, {int(peak) >> 10} MiB" + (
            f", {pages} pages" if form == "pdf" else ""
        )
        name = f"document of {count} elements as {form}"
        found.append(Result(f"{name}: time", float(seconds) / SECONDS, 1, 0, float(seconds) * 1000, told))
        found.append(Result(f"{name}: memory", int(peak) / MEMORY, 1, 0, 0, told))
    return found
