"""The shipped docx template of the book, and the names that an institution's own may use."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Mm, Pt

from pendapa.analysis.documents.blocks import Book, Chapter, Heading, Paragraph, Remark, Table
from pendapa.analysis.documents.book import TITLE
from pendapa.kernel.documents.kinds import Kind, Placeholder, register
from pendapa.kernel.documents.shipped import FONT, blank, field, saved, set_font


@lru_cache(maxsize=1)
def template() -> bytes:
    """Cover, contents, and the place of the chapters; header and footer with the number of the page."""
    made = blank()
    normal = made.styles["Normal"]
    normal.font.size = Pt(10.5)
    for level, size in ((1, 18), (2, 13), (3, 11)):
        style = made.styles[f"Heading {level}"]
        set_font(style, FONT, size, bold=True, black=True)
        style.paragraph_format.keep_with_next = True
    made.styles["Heading 1"].paragraph_format.page_break_before = True
    made.styles["Heading 1"].paragraph_format.space_after = Pt(10)
    _cover(made)
    _contents(made)
    made.add_paragraph("{{ bab }}")
    _margins(made)
    return saved(made)


def _cover(made: Any) -> None:
    lines = (
        ("{{ logo }}", 11, False, 60),
        ("{{ instansi|upper }}", 15, False, 30),
        ("{{ judul }}", 28, True, 24),
        ("{{ nama_rilis }}", 15, False, 6),
        ("{{ peringatan }}", 11, False, 150),
    )
    for text, size, bold, before in lines:
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(before)
        run = line.add_run(text)
        run.font.size, run.font.bold = Pt(size), bold
    made.add_paragraph("{%p for fakta in keterangan %}")
    line = made.add_paragraph("{{ fakta.nama }}\t{{ fakta.isi }}")
    line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(55), Mm(-40)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(55))
    made.add_paragraph("{%p endfor %}")
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(made: Any) -> None:
    title = made.add_paragraph()
    run = title.add_run("Daftar isi")
    run.font.size, run.font.bold = Pt(18), True
    made.add_paragraph("{{ daftar_isi }}")


def _margins(made: Any) -> None:
    section = made.sections[0]
    section.different_first_page_header_footer = True
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.add_run("{{ judul }} · {{ instansi }}")
    foot.add_run("Dibuat {{ dibuat }} · Halaman ")
    field(foot, "PAGE")
    foot.add_run(" dari ")
    field(foot, "NUMPAGES")
    for line in (head, foot):
        for run in line.runs:
            run.font.size = Pt(9)


def _probe(content: bytes) -> None:
    """Write a small book by a template. Raises whatever goes wrong."""
    from pendapa.analysis.documents.word import write

    table = Table(("Nama",), (1.0,), (("Contoh",),))
    chapter = Chapter("contoh", "Contoh", [Heading("Contoh"), Paragraph("Contoh"), Remark("Contoh"), table])
    write(
        Book(TITLE, "Contoh", "Contoh", (("Rilis", "2026"),), "2026", (chapter,)), content, b"", io.BytesIO()
    )


KIND = register(
    Kind(
        key="architecture",
        label=_("Architecture document"),
        placeholders=(
            Placeholder("logo", _("The arms, where some were given")),
            Placeholder("instansi", _("Name of the institution")),
            Placeholder("judul", _("Title of the document")),
            Placeholder("nama_rilis", _("Name of the release")),
            Placeholder("peringatan", _("What the cover warns of, such as a release without a decree")),
            Placeholder(
                "keterangan",
                _("Release, decree and day as label and value"),
                "{%p for fakta in keterangan %} {{ fakta.nama }} {{ fakta.isi }} {%p endfor %}",
            ),
            Placeholder("dibuat", _("The day on which it was made")),
            Placeholder("daftar_isi", _("The place of the contents: a paragraph of its own")),
            Placeholder("bab", _("The place of all chapters: a paragraph of its own")),
        ),
        shipped=template,
        sample={
            **dict.fromkeys(
                ("instansi", "judul", "nama_rilis", "peringatan", "dibuat", "daftar_isi", "bab"), TITLE
            ),
            "keterangan": [{"nama": "Rilis", "isi": "2026"}],
        },
        needed=frozenset({"daftar_isi", "bab", "instansi", "keterangan"}),
        probe=_probe,
    )
)
