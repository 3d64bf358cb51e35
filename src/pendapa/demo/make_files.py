"""Writes the spreadsheets of the demo into ``data/`` from ``source.yaml``; run by developers alone.

    .venv/bin/python -m pendapa.demo.make_files [FOLDER]

The same source gives the same bytes each time that the module is run. It needs odfpy, which the installation does not have.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from pendapa.demo.facts import DATA
from pendapa.regulations import packs

SOURCE = Path(__file__).resolve().parent / "source.yaml"
MADE_ON = datetime(2026, 6, 30, tzinfo=UTC)
MARK = "data contoh"
_LEVEL = "RAB Level "


@dataclass(frozen=True)
class Table:
    """One file: lines above the header, the header, the rows as texts, the line below."""

    name: str
    facts: dict[str, Any]
    titles: list[str]
    headers: list[str]
    rows: list[list[str]]
    foot: list[str]


def tables(file: Path = SOURCE) -> Iterator[Table]:
    """All files of the source, cells completed: counter, mark, names of the levels of a reference."""
    for name, facts in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        headers = facts["headers"]
        rows = [
            _row(facts, headers, number, line)
            for number, line in enumerate(facts["rows"].splitlines(), start=1)
        ]
        yield Table(name, facts, facts.get("titles", []), headers, rows, facts.get("foot", []))


def _row(facts: dict[str, Any], headers: list[str], number: int, line: str) -> list[str]:
    told = [_cell(text) for text in line.split("|")]
    if facts.get("merged_rows"):
        told = _with_levels(told)
    cells = [str(number), *told] if facts.get("numbered") else told
    cells += [""] * (len(headers) - len(cells))
    if len(cells) > len(headers):
        raise ValueError(f"More cells than headers: {line}")
    _fill(facts.get("fill", {}), headers, cells)
    if headers[-1] == "Sumber":
        cells[-1] = MARK
    joined = "\n- " if facts.get("bullets") else "\n"
    return [_joined(cell, joined) for cell in cells]


def _fill(wanted: dict[str, dict[str, str]], headers: list[str], cells: list[str]) -> None:
    """Further columns: a text or what another column says, where that column (or the one of ``where``) is filled."""
    told = dict(zip(headers, cells, strict=True))
    for header, rule in wanted.items():
        condition = rule.get("where") or rule.get("from")
        if condition is None or told[condition].strip() not in ("", "-"):
            cells[headers.index(header)] = rule.get("text") or told[rule["from"]]


def _cell(text: str) -> str:
    return text.strip().replace("~", " ")


def _joined(cell: str, sign: str) -> str:
    parts = [part.strip() for part in cell.split(" ; ")]
    return (sign.lstrip() if sign != "\n" else "") + sign.join(parts) if len(parts) > 1 else cell


def _with_levels(told: list[str]) -> list[str]:
    """Name, code, unit, RAB, goals → the same with year, field and the names of the levels of the RAB."""
    name, code, unit, reference, *goals = told
    tree = {node.code: node.name for node in packs.references().tree("RAB") if node.code}
    first, second = tree[reference[:6]], tree[reference]
    return [name, code, unit, str(MADE_ON.year), second, first, second, "", *goals]


def write(folder: Path = DATA) -> list[Path]:
    """All files; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for table in tables():
        path = folder / table.name
        {".xlsx": _xlsx, ".ods": _ods, ".csv": _csv}[path.suffix](table, path)
        made.append(path)
    return made


def _csv(table: Table, path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=table.facts["delimiter"], lineterminator="\r\n")
    writer.writerows([title] for title in table.titles)
    writer.writerow(table.headers)
    writer.writerows(table.rows)
    path.write_bytes(text.getvalue().encode(table.facts["encoding"]))


def _xlsx(table: Table, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": MADE_ON.replace(tzinfo=None), "comments": MARK})
        strong = book.add_format(
            {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        )
        title = book.add_format({"bold": True, "align": "center"})
        sheet = book.add_worksheet(table.facts["sheet"])
        sheet.set_column(1, len(table.headers), 24)
        last = len(table.headers) - 1
        for at, text in enumerate(table.titles):
            if text:
                sheet.merge_range(at, 0, at, last, text, title)
        at = _xlsx_header(sheet, table, len(table.titles), strong)
        for number, row in enumerate(table.rows, start=1):
            for column, text in enumerate(row):
                _xlsx_cell(sheet, at, column, text)
            at += 2 if number in table.facts.get("blank_after", ()) else 1
        for column, text in enumerate(table.foot):
            _xlsx_cell(sheet, at, column, text)
        if second := table.facts.get("second_sheet"):
            other = book.add_worksheet(second["name"])
            for line, text in enumerate(second["lines"]):
                other.write_string(line, 0, text)


def _xlsx_header(sheet: Any, table: Table, at: int, strong: Any) -> int:
    """The header at line ``at``; gives the line of the first row. Doubled where the table has groups or merged rows."""
    groups: dict[int, str] = table.facts.get("groups", {})
    if not groups and not table.facts.get("merged_rows"):
        sheet.write_row(at, 0, table.headers, strong)
        return at + 1
    starts = sorted(groups)
    grouped = starts[0] if starts else len(table.headers)
    for column, text in enumerate(table.headers):
        if column < grouped:
            sheet.merge_range(at, column, at + 1, column, text, strong)
        else:
            sheet.write_string(at + 1, column, text, strong)
    for start, end in zip(starts, [*starts[1:], len(table.headers)], strict=False):
        if end - start > 1:
            sheet.merge_range(at, start, at, end - 1, groups[start], strong)
        else:
            sheet.write_string(at, start, groups[start], strong)
    return at + 2


def _xlsx_cell(sheet: Any, row: int, column: int, text: str) -> None:
    """Counters and years stand as numbers, as people type them; codes such as 1.10 stay texts."""
    if re.fullmatch(r"\d{1,4}", text):
        sheet.write_number(row, column, int(text))
    elif text:
        sheet.write_string(row, column, text)


def _ods(table: Table, path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet  # type: ignore[import-untyped, unused-ignore]
    from odf.table import Table as Sheet  # type: ignore[import-untyped, unused-ignore]
    from odf.table import TableCell, TableRow
    from odf.text import P  # type: ignore[import-untyped, unused-ignore]

    document = OpenDocumentSpreadsheet()
    sheet = Sheet(name=table.facts["sheet"])
    document.spreadsheet.addElement(sheet)
    for line in [*([title] for title in table.titles), table.headers, *table.rows]:
        row = TableRow()
        for text in line:
            whole = bool(re.fullmatch(r"\d{1,4}", text))
            cell = TableCell(valuetype="float", value=text) if whole else TableCell(valuetype="string")
            for part in text.split("\n"):
                cell.addElement(P(text=part))
            row.addElement(cell)
        sheet.addElement(row)
    loose = io.BytesIO()
    document.save(loose)
    _fixed(loose, path)


def _fixed(loose: io.BytesIO, path: Path) -> None:
    """The same archive with one date on everything."""
    date = MADE_ON.timetuple()[:6]
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            how = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            text = re.sub(rb"<dc:date>[^<]*|<meta:creation-date>[^<]*", _dated, source.read(entry))
            target.writestr(zipfile.ZipInfo(entry.filename, date), text, how)


def _dated(match: re.Match[bytes]) -> bytes:
    return match.group().partition(b">")[0] + b">" + MADE_ON.strftime("%Y-%m-%dT%H:%M:%S").encode()


if __name__ == "__main__":
    for made in write(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA):
        print(f"{made.name}: {made.stat().st_size} bytes")
