"""All checks, one after another; each says its name and its result, and the last line which of them failed.

python -m tools.lint            all
python -m tools.lint types …    only these
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tools.need import NEEDS, find_gettext, find_node, in_ci

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent


def module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


STEPS: dict[str, list[str]] = {
    "style": [str(PROGRAMS / "ruff"), "check", "--output-format=concise", "."],
    "format": [str(PROGRAMS / "ruff"), "format", "--check", "--output-format=concise", "."],
    "types": [str(PROGRAMS / "mypy")],
    "floors by import": [str(PROGRAMS / "lint-imports"), "--no-logo"],
    "floors by name": module("tools.check_floors"),
    "licences": module("tools.check_licences"),
    "sizes": module("tools.check_sizes"),
    "migrations": [str(PROGRAMS / "django-admin"), "makemigrations", "--check", "--dry-run"],
    "translations": module("tools.messages", "--check"),
    "built assets": module("tools.assets", "--check"),
}
# What a step needs that may be missing on somebody's own machine.
NEEDED: dict[str, tuple[str, Callable[[], str | None]]] = {
    "translations": ("gettext", find_gettext),
    "built assets": ("node", find_node),
}


def run(name: str, environment: dict[str, str]) -> str:
    needed = NEEDED.get(name)
    if needed and not needed[1]():
        need = NEEDS[needed[0]]
        return f"{'FAILED' if in_ci() else 'SKIPPED'}: no {need.title}; install with: {need.command}"
    began = time.monotonic()
    done = subprocess.run(
        STEPS[name], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    seconds = f"{time.monotonic() - began:.1f} s"
    if done.returncode:
        return f"FAILED ({seconds})\n{done.stdout.rstrip()}\n"
    last = done.stdout.strip().splitlines()[-1:] or [""]
    return f"clean ({seconds}) {last[0]}"


def main() -> int:
    chosen = sys.argv[1:] or list(STEPS)
    unknown = [name for name in chosen if name not in STEPS]
    if unknown:
        print(f"No such check: {', '.join(unknown)}. There are: {', '.join(STEPS)}", file=sys.stderr)
        return 2
    failed = []
    with tempfile.TemporaryDirectory(prefix="pendapa-lint-") as home:
        environment = os.environ | {
            "PENDAPA_HOME": home,
            "PENDAPA_TESTING": "1",
            "DJANGO_SETTINGS_MODULE": "pendapa.web.settings",
        }
        environment.pop("DATABASE_URL", None)
        for name in chosen:
            said = run(name, environment)
            print(f"{name}: {said}", flush=True)
            if said.startswith("FAILED"):
                failed.append(name)
    print(
        f"lint: {len(failed)} of {len(chosen)} failed: {', '.join(failed)}" if failed else "lint: all clean"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
