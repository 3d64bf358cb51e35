"""The book as a tagged PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pendapa.analysis.documents.blocks import Block, Book, Heading, Paragraph, Picture, Remark, Table
from pendapa.kernel.documents import making

TEMPLATE = Path(__file__).parent / "buku.typ"
WHOLE = 4500
"""A cell of fewer characters than this, were it as wide as the page, stays on one page with its row; a narrower cell holds
as much less as it is narrower."""


def write(book: Book, logo: tuple[str, bytes], tick: Callable[[], None], *, seconds: int = 600) -> bytes:
    """The PDF. ``logo``: name and bytes, or empty. Raises :class:`making.NotMade`."""
    data, files = plain(book)
    data["logo"] = logo[0]
    if logo[0]:
        files[logo[0]] = logo[1]
    return making.pdf(TEMPLATE, data, files=files, seconds=seconds, memory=making.spare(), tick=tick)


def plain(book: Book) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The book as JSON, and its pictures by name."""
    files: dict[str, bytes] = {}
    chapters = [
        {
            "number": number,
            "title": chapter.title,
            "blocks": [_plain(block, files) for block in chapter.blocks],
        }
        for number, chapter in book.numbered()
    ]
    data = {
        "title": book.title,
        "institution": book.institution,
        "subtitle": book.subtitle,
        "facts": [list(fact) for fact in book.facts],
        "warning": book.warning,
        "made": book.made,
        "chapters": chapters,
    }
    return data, files


def _plain(block: Block, files: dict[str, bytes]) -> dict[str, Any]:
    match block:
        case Heading(text, level):
            return {"t": "h", "level": level, "text": text}
        case Paragraph(text):
            return {"t": "p", "text": text}
        case Remark(text):
            return {"t": "r", "text": text}
        case Picture(svg, alt, caption):
            name = f"gambar-{len(files) + 1}.svg"
            files[name] = svg
            return {"t": "f", "file": name, "alt": alt, "caption": caption}
        case Table():
            return {
                "t": "t",
                "heads": list(block.heads),
                "widths": list(block.widths),
                "rows": [list(row) for row in block.rows],
                "strong": block.strong,
                "numbers": sorted(block.numbers),
                "long": _long(block),
                "share": block.share,
            }


def _long(table: Table) -> list[int]:
    """The rows that are too high for one page, by the width that each cell has."""
    width = table.share / (sum(table.widths) or 1)
    return [
        place
        for place, row in enumerate(table.rows)
        if any(len(cell) > WHOLE * of * width for cell, of in zip(row, table.widths, strict=False))
    ]


def pages(content: bytes) -> int:
    """How many pages a PDF of typst has: it writes their objects in the open."""
    return len(re.findall(rb"/Type ?/Page\b", content))
