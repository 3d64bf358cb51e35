"""The book as docx: the institution's template is filled, then the chapters are written into it as they are shaped.

python-docx looks at a whole table for each cell it makes; 12,000 rows take it hours. So the template holds two paragraphs
with a mark, and the parts of the package are copied with the chapters' own XML in the place of the marks, a piece at a time.
"""

from __future__ import annotations

import copy
import io
import secrets
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from pendapa.analysis.documents.blocks import Block, Book, Heading, Paragraph, Picture, Remark, Table
from pendapa.analysis.documents.wordml import (
    OWN_STYLES,
    SMALL,
    Styles,
    contents,
    heading,
    own_style,
    paragraph,
    picture,
    table,
)
from pendapa.kernel.documents import making

DRAWINGS = Path(__file__).parent / "gambar.typ"
PPI, EMU = 160, 914_400
TALLEST = int(4.4 * EMU)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
# updateFields stands before these in the settings (CT_Settings is a sequence).
AFTER_FIELDS = (
    "hdrShapeDefaults",
    "footnotePr",
    "endnotePr",
    "compat",
    "docVars",
    "rsids",
    "attachedSchema",
    "themeFontLang",
)
Tick = Callable[[], None]


class Place(NamedTuple):
    """The two marks in the filled template, and what surrounds them."""

    before: str
    between: str
    after: str
    contents_first: bool
    portrait: int
    landscape: int


def write(book: Book, template: bytes, logo: bytes, out: IO[bytes], tick: Tick = lambda: None) -> None:
    """Write the docx into ``out``. Raises :class:`making.NotMade`."""
    marks = (f"pendapa{secrets.token_hex(8)}", f"pendapa{secrets.token_hex(8)}")
    filled = making.docx(template, _data(book, *marks), logo=logo, seconds=60, tick=tick)
    drawings = _drawings(book, tick)
    with (
        zipfile.ZipFile(io.BytesIO(filled)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        styles, own = _styles(source.read("word/styles.xml"))
        changed = {
            "word/styles.xml": lambda xml: own,
            "word/settings.xml": _fields,
            "[Content_Types].xml": _types,
            "word/_rels/document.xml.rels": lambda xml: _relations(xml, len(drawings)),
        }
        for name in source.namelist():
            if name == "word/document.xml":
                place = _place(source.read(name), *marks)
                with target.open(name, "w") as part:
                    for piece in _document(book, place, styles, drawings, tick):
                        part.write(piece.encode())
            else:
                content = source.read(name)
                target.writestr(name, changed[name](content) if name in changed else content)
        for place_, drawing in enumerate(drawings, 1):
            target.writestr(f"word/media/pendapa-{place_}.png", drawing)


def _data(book: Book, contents_mark: str, chapters_mark: str) -> dict[str, Any]:
    return {
        "instansi": book.institution,
        "judul": book.title,
        "nama_rilis": book.subtitle,
        "peringatan": book.warning,
        "keterangan": [{"nama": name, "isi": told} for name, told in book.facts],
        "dibuat": book.made,
        "daftar_isi": contents_mark,
        "bab": chapters_mark,
    }


def _drawings(book: Book, tick: Tick) -> list[bytes]:
    """The drawings as PNG, in their order."""
    found = [block.svg for chapter in book.chapters for block in chapter.blocks if isinstance(block, Picture)]
    if not found:
        return []
    files = {f"gambar-{place}.svg": svg for place, svg in enumerate(found, 1)}
    return making.pictures(DRAWINGS, {"files": list(files)}, files=files, ppi=PPI, tick=tick)


# ---- the parts of the package


def _styles(xml: bytes) -> tuple[Styles, bytes]:
    """The ids of the template's styles, and its styles with ours added where there are none of that id."""
    root = _parse(xml)
    found = Styles()
    for style in root.findall(f"{{{W}}}style"):
        name = style.find(f"{{{W}}}name")
        if name is not None:
            group = found.tables if style.get(f"{{{W}}}type") == "table" else found.paragraphs
            group[str(name.get(f"{{{W}}}val")).casefold()] = str(style.get(f"{{{W}}}styleId"))
    known = {style.get(f"{{{W}}}styleId") for style in root.findall(f"{{{W}}}style")}
    for key in OWN_STYLES:
        if key not in known:
            root.append(_piece(own_style(key)))
    return found, _bytes(root)


def _fields(xml: bytes) -> bytes:
    """Have the word processor count contents and pages when it opens the file."""
    root = _parse(xml)
    if root.find(f"{{{W}}}updateFields") is None:
        wish = _piece('<w:updateFields w:val="true"/>')
        later = [child for child in root if etree.QName(child).localname in AFTER_FIELDS]
        if later:
            later[0].addprevious(wish)
        else:
            root.append(wish)
    return _bytes(root)


def _types(xml: bytes) -> bytes:
    root = _parse(xml)
    if not any(one.get("Extension", "").lower() == "png" for one in root):
        root.insert(0, etree.Element(f"{{{TYPES}}}Default", Extension="png", ContentType="image/png"))
    return _bytes(root)


def _relations(xml: bytes, drawings: int) -> bytes:
    root = _parse(xml)
    for place in range(1, drawings + 1):
        etree.SubElement(
            root,
            f"{{{RELATIONS}}}Relationship",
            Id=f"pendapa{place}",
            Type=IMAGE,
            Target=f"media/pendapa-{place}.png",
        )
    return _bytes(root)


def _parse(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _piece(text: str) -> Any:
    return _parse(f'<root xmlns:w="{W}">{text}</root>'.encode())[0]


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


# ---- the document


def _place(xml: bytes, contents_mark: str, chapters_mark: str) -> Place:
    """Cut the filled document at its two marks; what follows the chapters is laid across."""
    root = _parse(xml)
    body = root.find(f"{{{W}}}body")
    paragraphs = {mark: _holding(body, mark) for mark in (contents_mark, chapters_mark)}
    section = body.find(f"{{{W}}}sectPr")
    if section is None:
        section = _piece(
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="700" w:footer="700" w:gutter="0"/></w:sectPr>'
        )
        body.append(section)
    front = _piece("<w:p><w:pPr/></w:p>")
    front[0].append(copy.deepcopy(section))
    portrait = _line(section)
    landscape = _turned(section)
    paragraphs[chapters_mark].addprevious(front)
    for mark, found in paragraphs.items():
        found.getparent().replace(found, _piece(f"<w:p><w:r><w:t>{mark}</w:t></w:r></w:p>"))
    text = _bytes(root).decode()
    first, last = sorted((contents_mark, chapters_mark), key=text.index)
    before, rest = _cut(text, first)
    between, after = _cut(rest, last)
    return Place(before, between, after, first == contents_mark, portrait, landscape)


def _holding(body: Any, mark: str) -> Any:
    for found in body.iter(f"{{{W}}}p"):
        if mark in "".join(found.itertext()) and found.getparent() is body:
            return found
    raise making.NotMade(
        "Templat dokumen tidak memuat paragraf tersendiri untuk daftar_isi dan bab.",
        "a mark is in no paragraph of its own",
    )


def _cut(text: str, mark: str) -> tuple[str, str]:
    at = text.index(mark)
    start = text.rindex("<w:p", 0, at)
    while text[start + 4] not in " >":
        start = text.rindex("<w:p", 0, start)
    end = text.index("</w:p>", at) + len("</w:p>")
    return text[:start], text[end:]


def _number(element: Any, name: str, other: int) -> int:
    try:
        return int(element.get(f"{{{W}}}{name}", other))
    except (AttributeError, ValueError):
        return other


def _line(section: Any) -> int:
    """Width of the text of a section in twentieths of a point."""
    size, margin = section.find(f"{{{W}}}pgSz"), section.find(f"{{{W}}}pgMar")
    edges = sum(_number(margin, side, 1134) for side in ("left", "right")) if margin is not None else 2268
    return max(4000, _number(size, "w", 11906) - edges) if size is not None else 9638


def _turned(section: Any) -> int:
    """Lay a section across, without a first page of its own; its width of text."""
    size = section.find(f"{{{W}}}pgSz")
    if size is None:
        size = _piece('<w:pgSz w:w="11906" w:h="16838"/>')
        section.append(size)
    width, height = _number(size, "w", 11906), _number(size, "h", 16838)
    size.set(f"{{{W}}}w", str(max(width, height)))
    size.set(f"{{{W}}}h", str(min(width, height)))
    size.set(f"{{{W}}}orient", "landscape")
    for first in section.findall(f"{{{W}}}titlePg"):
        section.remove(first)
    return _line(section)


def _document(book: Book, place: Place, styles: Styles, drawings: list[bytes], tick: Tick) -> Iterator[str]:
    entries = _entries(book)
    told = contents([entry for entry in entries if entry[1] <= 2], styles, place.portrait)
    chapters = _chapters(book, styles, drawings, place.landscape, tick)
    yield place.before
    if place.contents_first:
        yield told
        yield place.between
        yield from chapters
    else:
        yield from chapters
        yield place.between
        yield told
    yield place.after


def _entries(book: Book) -> list[tuple[str, int, int]]:
    """All headings as text, level and the number of their mark, in their order."""
    found: list[tuple[str, int, int]] = []
    for number, chapter in book.numbered():
        found.append((f"{number}  {chapter.title}", 1, len(found) + 1))
        for block in chapter.blocks:
            if isinstance(block, Heading):
                found.append((block.text, block.level, len(found) + 1))
    return found


def _chapters(book: Book, styles: Styles, drawings: list[bytes], line: int, tick: Tick) -> Iterator[str]:
    mark, drawn = 0, 0
    for number, chapter in book.numbered():
        mark += 1
        yield heading(f"{number}  {chapter.title}", 1, mark, styles)
        for block in chapter.blocks:
            tick()
            if isinstance(block, Heading):
                mark += 1
                yield heading(block.text, block.level, mark, styles)
            elif isinstance(block, Picture):
                drawn += 1
                yield _drawn(block, drawn, drawings[drawn - 1], line, styles)
            else:
                yield from _written(block, styles, line)


def _written(block: Block, styles: Styles, line: int) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield paragraph(text, '<w:jc w:val="both"/>')
        case Remark(text):
            yield paragraph(text, f'<w:pStyle w:val="{SMALL}"/>')
        case Table():
            yield from table(block, styles, line)


def _drawn(block: Picture, place: int, png: bytes, line: int, styles: Styles) -> str:
    width, height = (side * EMU // PPI for side in struct.unpack(">II", png[16:24]))
    scale = min(1.0, line * EMU / 1440 / width, TALLEST / height)
    shown = picture(f"pendapa{place}", place, block.alt, int(width * scale), int(height * scale))
    caption = paragraph(
        f"Gambar {place}: {block.caption}", f'{styles.paragraph("caption")}<w:jc w:val="center"/>'
    )
    return shown + caption
