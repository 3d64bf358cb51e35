"""Reading YAML into checked values: a cursor that knows where it stands and gathers every fault."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from pendapa.regulations.errors import Fault, PackError
from pendapa.regulations.schema import Note, Provenance, Text

# The C parser is some eight times faster; PyYAML without libyaml still works.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# No exponents: "1e999999999" would be a number of a billion digits.
_EXACT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18}|/[1-9][0-9]{0,17})?")

_PROVENANCE_KEYS = {"verified", "source", "note"}


class _ExactLoader(_Base):
    """A safe loader that keeps decimals exact and refuses a key that is written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key.value!r} is written twice", key.start_mark
                )
            seen.add(key.value)
        result: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return result


def _exact_float(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal | str:
    text = str(node.value).replace("_", "")
    try:
        return Decimal(text)
    except InvalidOperation:  # .inf, .nan, base 60: never a number of a regulation
        return str(node.value)


def _only_true_and_false() -> None:
    """YAML 1.1 reads "No", "yes" and "off" as booleans; "No" is a column header here."""
    bool_tag = "tag:yaml.org,2002:bool"
    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag != bool_tag]
        for first, known in _Base.yaml_implicit_resolvers.items()
    }
    _ExactLoader.yaml_implicit_resolvers = resolvers
    _ExactLoader.add_implicit_resolver(bool_tag, re.compile(r"^(?:true|false)$"), list("tf"))


_only_true_and_false()
_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact_float)
# A date stays the text that was written, so that "2026-06-01" reads the same quoted or not.
_ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: str(node.value))


def read_yaml(file: Path) -> Any:
    """Plain values of a YAML file: decimals as `Decimal`, dates as text. Raises PackError with the line."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_ExactLoader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise PackError([Fault(file, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise PackError([Fault(file, "", "is not UTF-8 text")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise PackError([Fault(file, where, error.problem or "is not YAML")]) from None
    except yaml.YAMLError as error:
        raise PackError([Fault(file, "", f"is not YAML: {error}")]) from None


class Cursor:
    """A value inside a pack, with its path. Reading notes faults instead of stopping, so that all are told at once."""

    __slots__ = ("faults", "file", "path", "value")

    def __init__(self, value: Any, file: Path, path: str = "", faults: list[Fault] | None = None):
        self.value = value
        self.file = file
        self.path = path
        self.faults: list[Fault] = [] if faults is None else faults

    def fault(self, reason: str, key: str | int | None = None) -> None:
        self.faults.append(Fault(self.file, self._place(key), reason))

    def _place(self, key: str | int | None) -> str:
        if key is None:
            return self.path
        if isinstance(key, int):
            return f"{self.path}[{key}]"
        return f"{self.path}.{key}" if self.path else key

    def raise_faults(self) -> None:
        if self.faults:
            raise PackError(self.faults)

    def at(self, key: str) -> "Cursor":
        """The value under `key`; None where it is absent or this is no mapping."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Cursor(value, self.file, self._place(key), self.faults)

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def keys(self, required: set[str], optional: set[str] = frozenset()) -> bool:  # type: ignore[assignment]
        """True where this is a mapping; notes missing keys and keys that the schema does not know."""
        if not isinstance(self.value, dict):
            self.fault(f"must be a mapping, is {_kind(self.value)}")
            return False
        known = required | optional | _PROVENANCE_KEYS
        for key in self.value:
            if key not in known:
                self.fault(f"unknown key; known are {', '.join(sorted(known))}", str(key))
        for key in sorted(required):
            if self.value.get(key) is None:
                self.fault("is missing", key)
        return True

    def items(self) -> Iterator["Cursor"]:
        """The entries of a list (nothing where it is absent)."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.fault(f"must be a list, is {_kind(self.value)}")
            return
        for index, value in enumerate(self.value):
            yield Cursor(value, self.file, self._place(index), self.faults)

    def pairs(self) -> Iterator[tuple[Any, "Cursor"]]:
        """The entries of a mapping (nothing where it is absent)."""
        if self.value is None:
            return
        if not isinstance(self.value, dict):
            self.fault(f"must be a mapping, is {_kind(self.value)}")
            return
        for key, value in self.value.items():
            yield key, Cursor(value, self.file, self._place(str(key)), self.faults)

    def string(self, default: str = "") -> str:
        if self.value is None:
            return default
        if not isinstance(self.value, str):
            self.fault(f"must be text, is {_kind(self.value)}")
            return default
        return self.value

    def strings(self) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        if isinstance(self.value, str):
            return (self.value,)
        return tuple(item.string() for item in self.items())

    def number_name(self) -> str:
        """A number that is a name ("35.1"): quoted, or a plain whole number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        if isinstance(self.value, str) and self.value:
            return self.value
        self.fault(f'must be a number in quotes, such as "35.1", is {_kind(self.value)}')
        return ""

    def whole(self, default: int = 0) -> int:
        if self.value is None:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.fault(f"must be a whole number, is {_kind(self.value)}")
            return default
        return self.value

    def flag(self, default: bool = False) -> bool:
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            self.fault(f"must be true or false, is {_kind(self.value)}")
            return default
        return self.value

    def fraction(self) -> Fraction:
        """An exact number: 13, 1.3 or "10/3"."""
        value = self.value
        if (
            isinstance(value, (int, Decimal, str))
            and not isinstance(value, bool)
            and _EXACT.fullmatch(str(value))
        ):
            return Fraction(value)
        self.fault(f'must be a number such as 13, 1.3 or "10/3", is {_kind(value)}')
        return Fraction(0)

    def optional_fraction(self) -> Fraction | None:
        return None if self.value is None else self.fraction()

    def text(self, default: Text | None = None) -> Text:
        """`{id: …, en: …}`; plain text stands for Indonesian alone."""
        if self.value is None and default is not None:
            return default
        if isinstance(self.value, str):
            return Text(self.value)
        if not self.keys({"id"}, {"en"}):
            return Text("")
        return Text(self.at("id").string(), self.at("en").string())

    def choice(self, allowed: tuple[str, ...], default: str = "") -> str:
        value = self.string(default)
        if value not in allowed:
            self.fault(f"must be one of {', '.join(allowed)}, is {value!r}")
            return allowed[0]
        return value

    def provenance(self, inherited: Provenance) -> Provenance:
        """Own `verified`, `source`, `note`; what is not said here is inherited (a note is not)."""
        if not isinstance(self.value, dict):
            return inherited
        verified = self.at("verified").flag(inherited.verified)
        sources = self.at("source").strings() or inherited.sources
        return Provenance(verified, sources, self.at("note").string())

    def notes(self) -> tuple[Note, ...]:
        found = []
        for item in self.items():
            if item.keys({"about", "text"}):
                found.append(Note(item.at("about").string(), item.at("text").string()))
        return tuple(found)


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if not isinstance(value, Decimal) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
