"""Builds the front-end parts from their npm lock: writes them, or with --check compares with the committed ones."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    # Of all install scripts only esbuild's is wanted: it puts its own program in place.
    install = [
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        ["node", "node_modules/esbuild/install.js"],
    ]
    build = ["node", "build.mjs", *(["--check"] if options.check else [])]
    for command in [*([] if installed() else install), build]:
        done = subprocess.run(command, cwd=FRONTEND, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            return done.returncode
    return 0


def installed() -> bool:
    """What npm noted down about its installation is younger than the lock."""
    noted, lock = FRONTEND / "node_modules" / ".package-lock.json", FRONTEND / "package-lock.json"
    return noted.exists() and noted.stat().st_mtime >= lock.stat().st_mtime


if __name__ == "__main__":
    sys.exit(main())
