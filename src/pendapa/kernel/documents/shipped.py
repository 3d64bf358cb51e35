"""The shipped docx templates, built from plain statements so that their placeholders are read in one place."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"


def blank() -> Any:
    """An empty A4 document in Indonesian, with margins and a readable type."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    normal = made.styles["Normal"]
    set_font(normal, FONT, 11.5)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "id-ID")
    normal.element.get_or_add_rPr().append(language)
    return made


def set_font(style: Any, name: str, size: float, *, bold: bool | None = None, black: bool = False) -> None:
    """One font for all scripts of a style."""
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    if bold is not None:
        style.font.bold = bold
    if black:
        style.font.color.rgb = RGBColor(0, 0, 0)


def saved(document: Any) -> bytes:
    """The document as bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def field(paragraph: Any, code: str) -> None:
    """A field that the word processor counts itself, such as PAGE."""
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run()
        if kind is None:
            told = OxmlElement("w:instrText")
            told.set(qn("xml:space"), "preserve")
            told.text = f" {code} "
            run._r.append(told)
        elif kind == "text":
            run.text = "1"
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def rule_below(paragraph: Any, size: int = 12) -> None:
    """A line below a paragraph; ``size`` in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "thinThickSmallGap"), ("sz", str(size)), ("space", "4"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def repeat_header(row: Any) -> None:
    """This row stands at the top of each page of its table."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


@lru_cache(maxsize=1)
def letter() -> bytes:
    """The template of a letter (*surat*)."""
    made = blank()
    _head(made)
    day = made.add_paragraph("{% if tempat %}{{ tempat }}, {% endif %}{{ tanggal }}")
    day.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _facts(made)
    made.add_paragraph()
    made.add_paragraph("Yth.")
    for text in ("{%p for baris in penerima %}", "{{ baris }}", "{%p endfor %}"):
        made.add_paragraph(text).paragraph_format.space_after = Pt(0)
    made.add_paragraph()
    _each(made, "isi")
    _checks(made)
    made.add_paragraph()
    _each(made, "penutup")
    _signature(made)
    _small(made)
    return saved(made)


def _head(made: Any) -> None:
    for text in ("{%p if logo %}", "{{ logo }}", "{%p endif %}"):
        made.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph("{%p for baris in kop %}")
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(0)
    # The first two lines are large, the address is small.
    for condition, size, bold in (("== 1", 14, False), ("== 2", 16, True), ("> 2", 9.5, False)):
        shown = "baris|upper" if size > 10 else "baris"
        run = line.add_run(f"{{% if loop.index {condition} %}}{{{{ {shown} }}}}{{% endif %}}")
        run.font.size, run.font.bold = Pt(size), bold
    made.add_paragraph("{%p endfor %}")
    rule_below(made.add_paragraph(), 18)


def _facts(made: Any) -> None:
    lines = (
        ("Nomor", "nomor", ""),
        ("Sifat", "sifat", "sifat"),
        ("Lampiran", "lampiran", "lampiran"),
        ("Hal", "hal", ""),
    )
    for label, name, wanted in lines:
        if wanted:
            made.add_paragraph(f"{{%p if {wanted} %}}")
        line = made.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(22))
        line.paragraph_format.tab_stops.add_tab_stop(Mm(25))
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(25), Mm(-25)
        line.paragraph_format.space_after = Pt(2)
        line.add_run(f"{label}\t:\t")
        line.add_run(f"{{{{ {name} }}}}").bold = name == "hal"
        if wanted:
            made.add_paragraph("{%p endif %}")


def _each(made: Any, name: str) -> None:
    made.add_paragraph(f"{{%p for paragraf in {name} %}}")
    made.add_paragraph("{{ paragraf }}").alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    made.add_paragraph("{%p endfor %}")


def _checks(made: Any) -> None:
    made.add_paragraph("{%p if pemeriksaan %}")
    table = made.add_table(rows=4, cols=4)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    heads = ("No.", "Yang diperiksa", "Hasil", "Keterangan")
    names = ("nomor", "hal", "hasil", "keterangan")
    widths = (Mm(11), Mm(55), Mm(38), Mm(61))
    repeat_header(table.rows[0])
    table.rows[1].cells[0].text = "{%tr for baris in pemeriksaan %}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    for cell, text, name in zip(range(4), heads, names, strict=True):
        table.rows[0].cells[cell].paragraphs[0].add_run(text).bold = True
        table.rows[2].cells[cell].text = f"{{{{ baris.{name} }}}}"
    made.add_paragraph("{%p endif %}")


def _signature(made: Any) -> None:
    lines = ("{{ jabatan }},", "", "", "", "{{ penanda_tangan }}", "{%p if pangkat %}", "{{ pangkat }}", "{%p endif %}",
             "{%p if nip %}", "NIP {{ nip }}", "{%p endif %}")  # fmt: skip
    for text in lines:
        line = made.add_paragraph()
        line.add_run(text).bold = text == "{{ penanda_tangan }}"
        line.paragraph_format.left_indent, line.paragraph_format.space_after = Mm(85), Pt(0)
        line.paragraph_format.keep_with_next = True


def _small(made: Any) -> None:
    for text in ("{%p if tembusan %}", "Tembusan:", "{%p for baris in tembusan %}", "{{ loop.index }}. {{ baris }}",
                 "{%p endfor %}", "{%p endif %}", "{%p for baris in catatan %}", "{{ baris }}", "{%p endfor %}"):  # fmt: skip
        line = made.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(text).font.size = Pt(9)
