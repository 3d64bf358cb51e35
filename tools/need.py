"""What the tests need beside Python packages: found, installed where that is allowed, else named.

    python -m tools.need chromium fonts postgresql      installs what is missing (root on Debian or Ubuntu)
    python -m tools.need --check chromium               only looks

Exit 0 when all is there, or when it is missing on somebody's own machine (the tests say what they skip);
exit 1 when it is missing with CI=true.
"""

from __future__ import annotations

import argparse
import ctypes
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    title: str
    packages: tuple[str, ...]
    find: Callable[[], str | None]

    @property
    def command(self) -> str:
        return "apt-get install --no-install-recommends " + " ".join(self.packages)


def find_chromium() -> str | None:
    named = os.environ.get("PENDAPA_CHROMIUM")
    candidates = (
        [named] if named else ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    )
    for name in candidates:
        path = shutil.which(name)
        # Ubuntu's package is a stub that asks for snap, which does not run as root or in a container.
        if path and "/snap/" not in os.path.realpath(path) and not _is_snap_stub(path):
            return path
    return None


def _is_snap_stub(path: str) -> bool:
    with open(path, "rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"snap" in head


def find_driver() -> str | None:
    """What the browser's driver (a program inside the playwright package) needs of the system."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return None
    return "libatomic.so.1"


def find_fonts() -> str | None:
    """A font with the whole Latin range; without one Chromium draws boxes."""
    if not shutil.which("fc-list"):
        return None
    listed = subprocess.run(
        ["fc-list", ":lang=id", "file"], capture_output=True, text=True, check=False
    ).stdout
    return next(
        (line.rstrip(": ") for line in listed.splitlines() if "Noto" in line or "Liberation" in line), None
    )


def find_postgresql() -> str | None:
    """The newest folder of server programs that is 15 or later."""
    found: list[tuple[int, str]] = []
    for folder in [*glob.glob("/usr/lib/postgresql/*/bin"), *os.environ.get("PATH", "").split(os.pathsep)]:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in ("initdb", "pg_ctl", "postgres")):
            version = _postgresql_version(folder)
            if version >= 15:
                found.append((version, folder))
    return max(found)[1] if found else None


def _postgresql_version(folder: str) -> int:
    said = subprocess.run(
        [os.path.join(folder, "postgres"), "--version"], capture_output=True, text=True, check=False
    ).stdout.split()
    digits = said[2].split(".")[0] if len(said) > 2 else ""
    return int(digits) if digits.isdigit() else 0


def find_gettext() -> str | None:
    return shutil.which("xgettext") and shutil.which("msgmerge")


def find_node() -> str | None:
    return shutil.which("npm") and shutil.which("node")


NEEDS = {
    "chromium": Need("Chromium", ("chromium",), find_chromium),
    "driver": Need("libatomic for the browser's driver", ("libatomic1",), find_driver),
    "fonts": Need("fonts", ("fontconfig", "fonts-noto-core", "fonts-liberation"), find_fonts),
    "postgresql": Need("PostgreSQL 15 or newer", ("postgresql",), find_postgresql),
    "gettext": Need("gettext", ("gettext",), find_gettext),
    "node": Need("Node and npm", ("nodejs", "npm"), find_node),
}


def missing(names: list[str]) -> list[Need]:
    return [NEEDS[name] for name in names if not NEEDS[name].find()]


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"true", "1"}


def may_install() -> bool:
    """Root on a Debian or an Ubuntu."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    release = Path("/etc/os-release")
    words = release.read_text(encoding="utf-8").lower() if release.exists() else ""
    return "debian" in words or "ubuntu" in words


def install(needs: list[Need]) -> None:
    packages = [package for need in needs for package in need.packages]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        print("apt-get", *arguments, flush=True)
        done = subprocess.run(
            ["apt-get", "-o", "Dpkg::Use-Pty=0", "-qq", *arguments],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            print(done.stdout, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Find or install what the tests need.")
    parser.add_argument("names", nargs="+", choices=sorted(NEEDS))
    parser.add_argument("--check", action="store_true", help="only look, install nothing")
    options = parser.parse_args()
    lacking = missing(options.names)
    if lacking and not options.check and may_install():
        install(lacking)
        lacking = missing(options.names)
    for need in lacking:
        print(f"MISSING: {need.title}. Install it with: {need.command}", file=sys.stderr)
    if lacking and (in_ci() or options.check):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
