"""Pieces of WordprocessingML as text. Source: ECMA-376, part 1, chapter 17."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from pendapa.analysis.documents.blocks import Table

CELL = "PendapaSel"
SMALL = "PendapaCatatan"
OWN_STYLES = {
    CELL: ("Pendapa Sel", 17, 0),
    SMALL: ("Pendapa Catatan", 18, 120),
}
"""Styles added where a template has none of that name: name, half points, space after in twentieths of a point."""
WHOLE = 900


@dataclass
class Styles:
    """Ids of the template's styles by their names, which are the same in every language of the word processor."""

    paragraphs: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def paragraph(self, name: str) -> str:
        """The start of the properties of a paragraph: its style, where the template has that."""
        known = self.paragraphs.get(name.casefold())
        return f"<w:pStyle w:val={quoteattr(known)}/>" if known else ""


def own_style(key: str) -> str:
    """The definition of a style of ours."""
    name, size, after = OWN_STYLES[key]
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/><w:qFormat/>'
        f'<w:pPr><w:spacing w:before="0" w:after="{after}" w:line="240" w:lineRule="auto"/></w:pPr>'
        f'<w:rPr><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def run(text: str, properties: str = "") -> str:
    """A run; breaks of line stay."""
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = escape(text).split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{told}{inside}</w:r>"


def paragraph(text: str, properties: str = "", of_run: str = "") -> str:
    """A paragraph; ``properties`` is the inside of its pPr."""
    told = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{told}{run(text, of_run)}</w:p>"


def heading(text: str, level: int, mark: int, styles: Styles) -> str:
    """A heading that the contents point at by its bookmark."""
    styled = styles.paragraph(f"heading {level}")
    bold = "" if styled else "<w:b/>"
    outline = "" if styled else f'<w:keepNext/><w:outlineLvl w:val="{level - 1}"/>'
    return (
        f'<w:p><w:pPr>{styled}{outline}</w:pPr><w:bookmarkStart w:id="{mark}" w:name="{bookmark(mark)}"/>'
        f'{run(text, bold)}<w:bookmarkEnd w:id="{mark}"/></w:p>'
    )


def bookmark(mark: int) -> str:
    """The name of a heading's bookmark."""
    return f"_Toc{9_000_000 + mark}"


def contents(entries: Sequence[tuple[str, int, int]], styles: Styles, width: int) -> str:
    """The contents as a field over ``(text, level, mark)``. The word processor counts the pages when it opens the file; the
    entries stand there before that as well."""
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">'
        ' TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    made = []
    for place, (text, level, mark) in enumerate(entries):
        indent = 0 if level == 1 else 360
        properties = (
            f'{styles.paragraph(f"toc {level}")}<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>'
            f'<w:ind w:left="{indent}"/>'
        )
        name = bookmark(mark)
        page = _field("PAGEREF " + name + " \\h")
        made.append(
            f"<w:p><w:pPr>{properties}</w:pPr>{begin if place == 0 else ''}"
            f'<w:hyperlink w:anchor="{name}" w:history="1">{run(text, "<w:b/>" if level == 1 else "")}<w:r><w:tab/></w:r>'
            f"{page}</w:hyperlink></w:p>"
        )
    return "".join(made) + '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def _field(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>…</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def table(found: Table, styles: Styles, line: int) -> Iterator[str]:
    """A table in pieces. Its heads stand at the top of each page; a row of usual length is not torn apart."""
    whole = int(line * found.share)
    parts = sum(found.widths) or 1
    widths = [int(whole * width / parts) for width in found.widths]
    known = styles.tables.get("table grid")
    line_, none = 'w:val="single" w:sz="4" w:space="0" w:color="999999"', 'w:val="nil"'
    sides = (
        ("top", line_),
        ("left", none),
        ("bottom", line_),
        ("right", none),
        ("insideH", line_),
        ("insideV", none),
    )
    borders = "".join(f"<w:{side} {drawn}/>" for side, drawn in sides)
    yield (
        "<w:tbl><w:tblPr>"
        + (f"<w:tblStyle w:val={quoteattr(known)}/>" if known else "")
        + f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        + '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
    )
    starts = [
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{CELL}"/>'
        + ('<w:jc w:val="right"/>' if place in found.numbers else "")
        + "</w:pPr>"
        for place, width in enumerate(widths)
    ]
    heads = "".join(
        f"{start}{run(head, '<w:b/>')}</w:p></w:tc>" for start, head in zip(starts, found.heads, strict=True)
    )
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    for row in found.rows:
        kept = "<w:trPr><w:cantSplit/></w:trPr>" if max(map(len, row), default=0) <= WHOLE else ""
        cells = "".join(
            f"{start}{_strong(text) if place == found.strong else run(text)}</w:p></w:tc>"
            for place, (start, text) in enumerate(zip(starts, row, strict=True))
        )
        yield f"<w:tr>{kept}{cells}</w:tr>"
    # Two tables without anything between them would become one.
    yield f'</w:tbl><w:p><w:pPr><w:pStyle w:val="{SMALL}"/></w:pPr></w:p>'


def _strong(text: str) -> str:
    """The first line bold, what follows on lines of its own."""
    first, _break, rest = text.partition("\n")
    return run(first, "<w:b/>") + (run(f"\n{rest}") if rest else "")


def picture(relation: str, place: int, alt: str, width: int, height: int) -> str:
    """A picture in the line, its size in EMU (914,400 an inch)."""
    told = quoteattr(alt)
    return (
        '<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>'
        '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        f' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{9000 + place}" name="Gambar {place}" descr={told}/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:nvPicPr><pic:cNvPr id="{9000 + place}" name="Gambar {place}" descr={told}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{relation}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
