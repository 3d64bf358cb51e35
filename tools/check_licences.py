"""Every installed package, and every part of the front-end lock, has a licence from the list below."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from email.message import Message
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib",
}  # fmt: skip
# Used as a library of its own, unchanged and replaceable: what the LGPL asks for.
LESSER = {"docxtpl", "psycopg", "psycopg-binary", "psycopg-pool"}
LGPL = {"LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "LGPL"}
# Shipped as a file of its own, unchanged and with its licence beside it: what the EPL asks for.
UNCHANGED = {"elkjs": {"EPL-2.0"}}
# How older metadata names the same licences.
SAME = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd-0-clause": "0BSD",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD",
    "bsd": "BSD",
    "gnu library or lesser general public license (lgpl)": "LGPL",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "the mit license (mit)": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}


def licence_of(metadata: Message) -> str:
    """One SPDX-like expression. Several classifiers offer a choice, unless an expression says otherwise."""
    expression = metadata.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [
        line.rpartition("::")[2].strip()
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::") and line.count("::") > 1
    ]
    if classifiers:
        return " OR ".join(f"({_spdx(line)})" for line in classifiers)
    first_line = (metadata.get("License") or "").strip().partition("\n")[0]
    return _spdx(first_line)


def _spdx(text: str) -> str:
    return SAME.get(text.lower(), text)


def is_allowed(expression: str, allowed: Iterable[str]) -> bool:
    """Any side of an OR will do, every side of an AND must."""
    for sign, whole in ((" OR ", any), (" AND ", all)):
        parts = _split(expression, sign)
        if len(parts) > 1:
            return whole(is_allowed(part, allowed) for part in parts)
    text = expression.strip()
    if text.startswith("(") and text.endswith(")"):
        inner = text[1:-1].strip()
        if inner in allowed or inner != text:
            return is_allowed(inner, allowed)
    return re.sub(r"\s+WITH\s+\S+$", "", text) in allowed


def _split(expression: str, sign: str) -> list[str]:
    """Parts between the signs that stand outside all parentheses."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(expression):
        depth += (expression[at] == "(") - (expression[at] == ")")
        if depth == 0 and expression[at : at + len(sign)].upper() == sign:
            parts.append(expression[begin:at])
            begin = at = at + len(sign)
            continue
        at += 1
    return [*parts, expression[begin:]]


def refused(packages: Iterable[Message]) -> list[str]:
    lines = []
    for metadata in packages:
        name = re.sub(r"[-_.]+", "-", metadata["Name"]).lower()
        expression = licence_of(metadata)
        if not is_allowed(expression, ALLOWED | LGPL if name in LESSER else ALLOWED):
            lines.append(f"{metadata['Name']} {metadata['Version']}: {expression or 'names no licence'}")
    return sorted(lines)


def refused_in_frontend(lock: Path) -> list[str]:
    if not lock.exists():
        return []
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return sorted(
        f"{path.rpartition('node_modules/')[2]}: {entry.get('license') or 'names no licence'}"
        for path, entry in packages.items()
        if path
        and not is_allowed(
            _spdx(str(entry.get("license", ""))),
            ALLOWED | UNCHANGED.get(path.rpartition("node_modules/")[2], set()),
        )
    )


def main() -> int:
    installed = [found.metadata for found in distributions()]
    lines = refused(installed) + refused_in_frontend(ROOT / "frontend" / "package-lock.json")  # type: ignore[arg-type]
    if not lines:
        print(f"{len(installed)} packages and the front-end parts have a licence from the list")
        return 0
    print("Not on the list of tools/check_licences.py:", *lines, sep="\n  ")
    return 1


if __name__ == "__main__":
    sys.exit(main())
