"""A report as docx and as PDF. The docx is the institution's template with the contents in the place of ``{{ isi }}``."""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from pendapa.analysis.documents.blocks import Block, Heading, Paragraph, Remark, Table
from pendapa.analysis.documents.wordml import (
    OWN_STYLES,
    SMALL,
    Styles,
    heading,
    own_style,
    paragraph,
    table,
)
from pendapa.kernel.documents import making
from pendapa.kernel.documents.letters import logo_name
from pendapa.kernel.documents.rules import Letterhead

TEMPLATE = Path(__file__).parent / "laporan.typ"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WHOLE = 3000
"""A cell of fewer characters, were it as wide as the page, stays on one page with its row."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Tick = Callable[[], None]


@dataclass(frozen=True)
class Signer:
    """Who signs: office, name and civil servant number, as far as known."""

    office: str
    name: str = ""
    nip: str = ""


@dataclass
class Paper:
    """One report, whatever it is written to. Plain texts; ``notes`` stand small at the end."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    blocks: list[Block]
    day: str
    notes: Sequence[str] = ()
    signer: Signer | None = None
    head: Letterhead = field(default_factory=Letterhead)


def clean(text: object) -> str:
    """A text without the signs that no document can hold."""
    return _CONTROL.sub("", str(text or ""))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _data(paper: Paper) -> dict[str, Any]:
    signer = paper.signer or Signer("")
    made = {
        "kop": list(paper.head.lines),
        "judul": paper.title,
        "subjudul": paper.subtitle,
        "keterangan": [{"nama": name, "isi": told} for name, told in paper.facts],
        "tempat": paper.head.place,
        "tanggal": paper.day,
        "jabatan": signer.office,
        "penanda_tangan": signer.name,
        "nip": signer.nip,
        "catatan": list(paper.notes),
    }
    return dict(_plain(made))


# ---- PDF


def to_pdf(paper: Paper, tick: Tick | None = None) -> bytes:
    """The PDF. Raises :class:`making.NotMade`."""
    name = logo_name(paper.head.logo)
    data = _data(paper) | {"logo": name, "isi": [_plain(_block(block)) for block in paper.blocks]}
    files = {name: paper.head.logo} if name else {}
    return making.pdf(TEMPLATE, data, files=files, seconds=300, memory=making.spare(), tick=tick)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text, level):
            return {"t": "h", "level": level, "text": text}
        case Remark(text):
            return {"t": "r", "text": text}
        case Table():
            width = block.share / (sum(block.widths) or 1)
            long = [
                place
                for place, row in enumerate(block.rows)
                if any(len(cell) > WHOLE * of * width for cell, of in zip(row, block.widths, strict=True))
            ]
            return {
                "t": "t", "heads": list(block.heads), "widths": list(block.widths), "share": block.share,
                "rows": [list(row) for row in block.rows], "strong": block.strong, "numbers": sorted(block.numbers),
                "long": long,
            }  # fmt: skip
        case Paragraph(text):
            return {"t": "p", "text": text}
    raise TypeError(f"{type(block).__name__} is no part of a report")


# ---- docx


def to_docx(paper: Paper, template: bytes, tick: Tick | None = None) -> bytes:
    """The docx by a template. Raises :class:`making.NotMade`."""
    mark = f"pendapa{secrets.token_hex(8)}"
    filled = making.docx(template, _data(paper) | {"isi": mark}, logo=paper.head.logo, seconds=60, tick=tick)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(filled)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        styles, own = _styles(source.read("word/styles.xml"))
        for name in source.namelist():
            content = source.read(name)
            if name == "word/styles.xml":
                content = own
            elif name == "word/document.xml":
                content = _document(content, mark, paper.blocks, styles)
            target.writestr(name, content)
    return out.getvalue()


def _styles(xml: bytes) -> tuple[Styles, bytes]:
    """The ids of the template's styles, and its styles with ours added where there are none of that id."""
    root, found = _parse(xml), Styles()
    for style in root.findall(f"{{{W}}}style"):
        name = style.find(f"{{{W}}}name")
        if name is not None:
            group = found.tables if style.get(f"{{{W}}}type") == "table" else found.paragraphs
            group[str(name.get(f"{{{W}}}val")).casefold()] = str(style.get(f"{{{W}}}styleId"))
    known = {style.get(f"{{{W}}}styleId") for style in root.findall(f"{{{W}}}style")}
    for key in OWN_STYLES:
        if key not in known:
            root.append(_pieces(own_style(key))[0])
    return found, _bytes(root)


def _document(xml: bytes, mark: str, blocks: Sequence[Block], styles: Styles) -> bytes:
    root = _parse(xml)
    body = root.find(f"{{{W}}}body")
    place = next((p for p in body.iterchildren(f"{{{W}}}p") if mark in "".join(p.itertext())), None)
    if place is None:
        raise making.NotMade(
            "Templat laporan tidak memuat paragraf tersendiri untuk isi.",
            "the mark is in no paragraph of its own",
        )
    line = _line(body.find(f"{{{W}}}sectPr"))
    for piece in _pieces("".join(_written(blocks, styles, line))):
        place.addprevious(piece)
    body.remove(place)
    return _bytes(root)


def _written(blocks: Sequence[Block], styles: Styles, line: int) -> Iterator[str]:
    for mark, block in enumerate(blocks, 1):
        match block:
            case Heading(text, level):
                yield heading(clean(text), level, mark, styles)
            case Paragraph(text):
                yield paragraph(clean(text), '<w:jc w:val="both"/>')
            case Remark(text):
                yield paragraph(clean(text), f'<w:pStyle w:val="{SMALL}"/>')
            case Table():
                rows = [[clean(cell) for cell in row] for row in block.rows]
                told = Table(block.heads, block.widths, rows, block.strong, block.numbers, block.share)
                yield from table(told, styles, line)


def _line(section: Any) -> int:
    """Width of the text in twentieths of a point; that of A4 with usual margins where the template does not say."""
    size = section.find(f"{{{W}}}pgSz") if section is not None else None
    margin = section.find(f"{{{W}}}pgMar") if section is not None else None
    if size is None or margin is None:
        return 9354
    edges = sum(int(margin.get(f"{{{W}}}{side}", 1134)) for side in ("left", "right"))
    return max(4000, int(size.get(f"{{{W}}}w", 11906)) - edges)


def _parse(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _pieces(text: str) -> list[Any]:
    return list(_parse(f'<root xmlns:w="{W}">{text}</root>'.encode()))


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def sample() -> Paper:
    """A small report, to try a template with."""
    rows = (("Contoh", "3"),)
    blocks: list[Block] = [
        Heading("Contoh"),
        Paragraph("Contoh"),
        Remark("Contoh"),
        Table(("Nama", "Nilai"), (2, 1), rows),
    ]
    return Paper(
        "Contoh", "Contoh", (("Tahun", "2026"),), blocks, "1 Januari 2026", ("Contoh",), Signer("Contoh")
    )
