"""Dependencies between rooms that no import shows: foreign keys by name, models by name, migrations.

import-linter holds the imports; this holds what stands in strings. The floors are read from the same list.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "GenericRelation"}


def read_floors(pyproject: Path) -> list[set[str]]:
    """Rooms by floor, the highest first, as the contract 'floors' of import-linter lists them."""
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return [set(re.findall(r"\w+", layer)) for layer in layers]


def find_faults(package: Path, floors: list[set[str]]) -> list[str]:
    """Each line: where, and what it reaches for."""
    heights = {room: -number for number, rooms in enumerate(floors) for room in rooms}
    labels = _labels(package)
    faults = []
    for file in sorted(package.glob("*/**/*.py")):
        own = file.relative_to(package).parts[0]
        for line, label in _named_apps(ast.parse(file.read_text(encoding="utf-8"), str(file))):
            other = labels.get(label)
            if other in (None, own) or own not in heights or other not in heights:
                continue
            if heights[other] >= heights[own]:
                where = "the same floor" if heights[other] == heights[own] else "a floor above"
                faults.append(f"{file.relative_to(package.parent)}:{line}: {own} names '{label}' on {where}")
    return faults


def _labels(package: Path) -> dict[str, str]:
    """Room of each app label: the folder's own name, and what an AppConfig says."""
    labels = {folder.name: folder.name for folder in package.iterdir() if (folder / "__init__.py").exists()}
    for file in package.rglob("apps.py"):
        room = file.relative_to(package).parts[0]
        labels.setdefault(file.parent.name, room)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and _assigns(node, {"label"}) and _text(node.value):
                labels[_text(node.value)] = room
    return labels


def _named_apps(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for text in _names_in_call(node):
                yield node.lineno, text
        elif isinstance(node, ast.Assign) and _assigns(node, {"dependencies", "run_before"}):
            for item in ast.walk(node.value):
                if isinstance(item, ast.Tuple) and len(item.elts) == 2 and _text(item.elts[0]):
                    yield item.lineno, _text(item.elts[0])


def _names_in_call(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in RELATIONS:
        given = [*call.args[:1], *(word.value for word in call.keywords if word.arg in {"to", "through"})]
        for value in given:
            if "." in _text(value):
                yield _text(value).split(".")[0]
    elif name == "get_model" and call.args and _text(call.args[0]):
        yield _text(call.args[0]).split(".")[0]


def _assigns(node: ast.Assign, names: set[str]) -> bool:
    return any(isinstance(target, ast.Name) and target.id in names for target in node.targets)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def main() -> int:
    faults = find_faults(ROOT / "src" / "pendapa", read_floors(ROOT / "pyproject.toml"))
    print("\n".join(faults) or "no name reaches upward")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
