"""JSON documents as grids: what ``pendapa export --format json`` wrote, one grid a table.

Each record of such a document stands on a line of its own, so that one is held at a time. A document that was laid out anew
is read whole, up to ``WHOLE`` bytes. ``columns`` in its head names the columns of each table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .cleaning import clean
from .containers import Limits
from .escape import escape
from .messages import Unreadable, _, say
from .scanning import too_many_rows
from .writing import text_of

FORMAT = "pendapa-architecture"
VERSION = 1
WHOLE = 20 << 20
HEADER = 1
_FIELDS = {
    "code": "id", "name": "nama", "unit": "opd", "classification": "keterbukaan", "valid_from": "berlaku_mulai",
    "valid_to": "berlaku_hingga", "type": "jenis_relasi",
}  # fmt: skip
_ENDS = {"source": "asal", "target": "tujuan"}
RELATIONS = "relations"


class Document:
    """A document on disk: its tables, and the rows of one. ``institution`` are code and name of whose it is (empty: not said).

    Raises `Unreadable`."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        head = self._head()
        if head.get("format") != FORMAT:
            raise _foreign()
        if head.get("version") != VERSION:
            raise Unreadable(
                say(_("The document is of version %(version)s."), version=str(head.get("version"))[:20]),
                say(_("Version %(known)s is read."), known=VERSION),
            )
        columns = head.get("columns")
        if not isinstance(columns, dict) or not all(isinstance(names, list) for names in columns.values()):
            raise _foreign()
        self.tables: Mapping[str, list[str]] = {
            str(k): list(dict.fromkeys(str(n) for n in names)) for k, names in columns.items()
        }
        of = head.get("institution")
        self.institution = (
            (str(of.get("code") or ""), str(of.get("name") or "")) if isinstance(of, dict) else ("", "")
        )

    def rows(self, table: str) -> Iterator[tuple[int, list[str]]]:
        """The header of a table, then its rows; numbers are those of the lines."""
        names = self.tables[table]
        yield HEADER, names
        filled = 0
        for number, section, record in self._records():
            if table != (RELATIONS if section == RELATIONS else str(record.get("domain", ""))):
                continue
            filled += 1
            if filled > self._limits.rows:
                raise too_many_rows(table, self._limits.rows)
            values = _flat(record)
            yield number, [clean(escape(text_of(values.get(name))))[0] for name in names]

    def _head(self) -> dict[str, Any]:
        """All that stands before the first list of records."""
        try:
            with self._path.open(encoding="utf-8-sig") as file:
                lines: list[str] = []
                for line in file:
                    if line.rstrip() in _SECTIONS:
                        found = json.loads("".join(lines).rstrip().rstrip(",") + "}")
                        return found if isinstance(found, dict) else {}
                    lines.append(line)
                    if len(lines) > 1000 or len(line) > WHOLE:
                        break
        except (ValueError, RecursionError):
            pass
        return {key: value for key, value in self._whole().items() if key not in ("elements", RELATIONS)}

    def _records(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Line, section and content of each record."""
        section, number, count = "", 0, 0
        try:
            with self._path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, 1):
                    text = line.rstrip()
                    if text in _SECTIONS:
                        section = _SECTIONS[text]
                    elif section and text.startswith("]"):
                        section = ""
                    elif section and text:
                        count += 1
                        yield number, section, _mapping(json.loads(text.rstrip(",")), count)
        except (ValueError, RecursionError) as error:
            if section:
                raise _broken(error, number) from error
        if not self._in_lines():
            yield from self._whole_records()

    def _in_lines(self) -> bool:
        with self._path.open(encoding="utf-8-sig") as file:
            return any(line.rstrip() in _SECTIONS for line in file)

    def _whole_records(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        whole = self._whole()
        number = HEADER
        for section in ("elements", RELATIONS):
            records = whole.get(section, [])
            if not isinstance(records, list):
                raise _no_list(section)
            for record in records:
                number += 1
                yield number, section, _mapping(record, number - HEADER)

    def _whole(self) -> dict[str, Any]:
        if self._path.stat().st_size > WHOLE:
            raise Unreadable(
                say(_("The document is too large to be read in this layout.")),
                say(_("Hand in the file as pendapa export wrote it: a record on each line.")),
            )
        try:
            found = json.loads(self._path.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise _broken(error) from error
        if not isinstance(found, dict):
            raise _foreign()
        return found


_SECTIONS = {'"elements": [': "elements", '"relations": [': RELATIONS}


def _mapping(value: Any, number: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(
            say(
                _("Record %(number)s of the JSON document holds no fields, but %(value)s."),
                number=number,
                value=json.dumps(value, ensure_ascii=False)[:40],
            ),
            say(_("Take the record out of the file, or export it again.")),
        )
    return value


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record by the names of the columns."""
    flat: dict[str, Any] = {_FIELDS[key]: value for key, value in record.items() if key in _FIELDS}
    for key, name in _ENDS.items():
        end = record.get(key)
        if isinstance(end, dict):
            flat |= {
                name: end.get("code"),
                f"domain_{name}": end.get("domain"),
                f"nama_{name}": end.get("name"),
            }
    if record.get("elements"):
        flat["unsur"] = _touched(record["elements"])
    if record.get("kind") and record["kind"] != record.get("domain"):
        flat["jenis"] = record["kind"]
    attributes = record.get("attributes")
    return (
        flat | {k: v for k, v in attributes.items() if k not in flat or k == "jenis"}
        if isinstance(attributes, dict)
        else flat
    )


def _touched(parts: Any) -> str:
    """Elements that a record names with what is done to them, as a cell tells it: "applications: DAA.01 (new)"; by uid where the
    code would be more than one thing in a cell."""
    found = []
    for part in parts if isinstance(parts, list) else [parts]:
        one = part if isinstance(part, dict) else {"code": part}
        code, uid = (str(one.get(name) or "").strip() for name in ("code", "uid"))
        is_plain = bool(code) and not set(";|()[],:\n\r") & set(code)
        name = (f"{one['domain']}: {code}" if one.get("domain") else code) if is_plain or not uid else uid
        found.append(f"{name} ({one['effect']})" if one.get("effect") else name)
    return "; ".join(found)


def _foreign() -> Unreadable:
    return Unreadable(
        say(_("This JSON document is not one that Pendapa wrote.")),
        say(_("Hand in a file of pendapa export --format json, or a table as .xlsx or .csv.")),
    )


def _no_list(section: str) -> Unreadable:
    return Unreadable(
        say(_("“%(section)s” in the JSON document is no list of records."), section=section),
        say(_("Export it again with pendapa export --format json.")),
    )


def _broken(error: Exception, line: int = 0) -> Unreadable:
    """The refusal of a text that is no JSON; the words of its reader are English, so only its place is told."""
    place = line or getattr(error, "lineno", 0)
    reason = say(_("The JSON document is damaged near line %(line)s."), line=place)
    if not place:
        reason = say(_("The JSON document is damaged."))
    return Unreadable(reason, say(_("Export it again, or mend the line.")))
