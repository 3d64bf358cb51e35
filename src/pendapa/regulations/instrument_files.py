"""Instruments as files: a YAML or JSON file in the shape of the packs, read with care and written back."""

import json
import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from pendapa.regulations.crosswalk import Known, check_pairs, read_pairs
from pendapa.regulations.errors import Fault, PackError
from pendapa.regulations.instruments import Instrument, as_kept, instrument_from
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance

MOST_BYTES = 1_000_000
"""A shipped instrument has some 80 KB."""
DEEPEST = 20
TOO_DEEP = "is nested too deeply: no instrument"
RESERVED = ("impor", "padanan")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)*")
_ORDER = (
    "id", "title", "regulation", "sources", "groups", "scale", "decimals", "predicates", "level_names", "domains",
    "aspects", "notes", "unknown", "crosswalk", "number", "name", "short_name", "label", "also", "weight", "capability",
    "min", "max", "step", "max_included", "levels", "criteria", "evidence", "evidence_from", "names_from",
    "weights_from", "external_index", "indicators", "from", "to", "verified", "source", "note", "about", "text", "en",
)  # fmt: skip


def read(data: bytes, name: str) -> dict[str, Any]:
    """The content of a file as it is kept, not yet checked. Raises PackError: too large, no text, neither YAML nor JSON."""
    file = Path(Path(name).name or "instrument")
    if len(data) > MOST_BYTES:
        raise PackError([Fault(file, "", f"is larger than {MOST_BYTES // 1000} KB: no instrument")])
    if not data.strip():
        raise PackError([Fault(file, "", "is empty")])
    try:
        content = _parsed(data, file)
    except RecursionError:
        raise PackError([Fault(file, "", TOO_DEEP)]) from None
    if not isinstance(content, dict):
        raise PackError([Fault(file, "", "must be a mapping with id, title, … in the shape of the packs")])
    return dict(as_kept(content))


def checked(content: dict[str, Any], name: str, known: Known) -> Instrument:
    """The instrument, with its id, its numbers and the ways to it that it brings. Raises PackError with every fault."""
    file = Path(Path(name).name or "instrument")
    found = instrument_from(content, file)
    root = Cursor(content, file)
    if not _ID.fullmatch(found.id) or len(found.id) > 40:
        root.fault("must be small letters, digits and hyphens, at most 40, such as pemdi-2027", "id")
    if found.id in RESERVED:
        root.fault(f"{found.id!r} has a meaning of its own; choose another id", "id")
    if not found.title.id.strip():
        root.fault("is empty", "title")
    if found.scale.min < 0 or found.scale.max > 20:
        root.fault("must lie between 0 and 20", "scale")
    for one in found.indicators:
        if not _NUMBER.fullmatch(one.number) or len(one.number) > 10:
            root.fault("must be letters, digits and points, at most 10", f"indicator {one.number}")
    pairs = read_pairs(root.at("crosswalk"), Provenance(False), found.id)
    check_pairs(root, pairs, lambda id: found if id == found.id else known(id))
    root.raise_faults()
    return found


def written(content: dict[str, Any]) -> str:
    """The YAML of a content, in the order in which the packs are written."""
    return str(yaml.safe_dump(_ordered(content), allow_unicode=True, sort_keys=False, width=110))


def _parsed(data: bytes, file: Path) -> Any:
    if data.lstrip()[:1] == b"{":
        try:
            return json.loads(data.decode(), parse_float=Decimal, object_pairs_hook=_once)
        except UnicodeDecodeError:
            raise PackError([Fault(file, "", "is not UTF-8 text")]) from None
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise PackError([Fault(file, place, error.msg)]) from None
        except ValueError as error:
            raise PackError([Fault(file, "", str(error))]) from None
    _refuse_bombs(data, file)
    with TemporaryDirectory() as folder:
        kept = Path(folder) / file.name
        kept.write_bytes(data)
        try:
            return read_yaml(kept)
        except PackError as error:
            raise PackError([Fault(file, one.path, one.reason) for one in error.faults]) from None


def _refuse_bombs(data: bytes, file: Path) -> None:
    """Some lines of YAML aliases stand for gigabytes, and a deep nest breaks the C parser; no instrument needs either."""
    depth = 0
    try:
        for event in yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise PackError([Fault(file, "", TOO_DEEP)])
            if isinstance(event, yaml.AliasEvent):
                place = f"line {event.start_mark.line + 1}" if event.start_mark else ""
                raise PackError([Fault(file, place, "uses a YAML alias (*…); write the words out")])
    except yaml.YAMLError:
        return  # told with its line by the reader


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} is written twice")
        found[key] = value
    return found


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (_ORDER.index(key) if key in _ORDER else -1, _natural(key)))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def _natural(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdecimal() else (-1, key)
