"""Rooms stay readable: over 500 lines a file or 50 a function is listed, over 600 or 80 fails."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_WISH, FILE_LIMIT = 500, 600
FUNCTION_WISH, FUNCTION_LIMIT = 50, 80


def find_large(package: Path) -> tuple[list[str], list[str]]:
    """Lines over the limit, and lines that are only over the wish."""
    over: list[str] = []
    wished: list[str] = []
    for file in sorted(package.rglob("*.py")):
        if "migrations" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        length = text.count("\n") + 1
        if length > FILE_WISH:
            (over if length > FILE_LIMIT else wished).append(f"{file.relative_to(package)}: {length} lines")
        for node in ast.walk(ast.parse(text, str(file))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_WISH:
                line = f"{file.relative_to(package)}:{node.lineno}: {node.name} has {length} lines"
                (over if length > FUNCTION_LIMIT else wished).append(line)
    return over, wished


def main() -> int:
    over, wished = find_large(ROOT / "src" / "pendapa")
    for title, lines in (("too large", over), ("large", wished)):
        if lines:
            print(f"{title}:", *lines, sep="\n  ")
    if not over:
        print(f"nothing above {FILE_LIMIT} lines a file or {FUNCTION_LIMIT} a function")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
