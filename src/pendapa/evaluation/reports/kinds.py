"""Which reports there are, who may have them made, and their replaceable templates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from pendapa.kernel.documents.kinds import HEAD, Kind, Placeholder, register
from pendapa.kernel.documents.shipped import FONT, blank, field, rule_below, saved, set_font


@dataclass(frozen=True)
class Report:
    """A report: ``whole`` those that need to read every explanation, ``formats`` in the order in which they are offered."""

    key: str
    label: Any
    about: Any
    whole: bool
    formats: tuple[str, ...] = ("pdf", "docx")

    @property
    def kind(self) -> str:
        """The kind of its documents and of its template."""
        return f"evaluation-{self.key}"


REPORTS = (
    Report("self", _("Self-assessment report"), _("Levels, index, the explanation of every indicator, the list of evidence."), True),
    Report("summary", _("Executive summary"), _("Index, what is strong and what is weak, the next steps: two pages."), False),
    Report("minutes", _("Official record of the self-assessment"), _("Berita acara with the table of results, for the coordinator to sign."), True),
    Report("consent", _("Consent to publish"), _("Statement of the coordinator on the publication of the result."), True),
    Report("followup", _("Recommendations with follow-up"), _("Strengths, weaknesses, recommendations, who follows them up, until when."), False),
    Report("answers", _("All answers"), _("Levels of the three sheets, explanations and evidence as a workbook."), False, ("xlsx",)),
)  # fmt: skip
BY_KEY = {one.key: one for one in REPORTS}


@lru_cache(maxsize=1)
def template() -> bytes:
    """The shipped docx template: letterhead, title, facts, the place of the contents, signature, notes."""
    made = blank()
    made.styles["Normal"].font.size = Pt(11)
    for level, size in ((1, 14), (2, 12), (3, 11)):
        style = made.styles[f"Heading {level}"]
        set_font(style, FONT, size, bold=True, black=True)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(4)
    _head(made)
    for text, size in (("{{ judul|upper }}", 14), ("{{ subjudul }}", 12)):
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(2)
        run = line.add_run(text)
        run.font.size, run.font.bold = Pt(size), True
    made.add_paragraph("{%p for fakta in keterangan %}")
    line = made.add_paragraph("{{ fakta.nama }}\t: {{ fakta.isi }}")
    line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(48), Mm(-48)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(46))
    line.paragraph_format.space_after = Pt(2)
    made.add_paragraph("{%p endfor %}")
    made.add_paragraph("{{ isi }}")
    _signature(made)
    made.add_paragraph("{%p for baris in catatan %}")
    made.add_paragraph().add_run("{{ baris }}").font.size = Pt(9)
    made.add_paragraph("{%p endfor %}")
    foot = made.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("{{ judul }} · halaman ")
    field(foot, "PAGE")
    foot.add_run(" dari ")
    field(foot, "NUMPAGES")
    for run in foot.runs:
        run.font.size = Pt(9)
    return saved(made)


def _head(made: Any) -> None:
    for text in ("{%p if logo %}", "{{ logo }}", "{%p endif %}"):
        made.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph("{%p for baris in kop %}")
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(0)
    for condition, size, bold in (("== 1", 14, False), ("== 2", 16, True), ("> 2", 9.5, False)):
        shown = "baris|upper" if size > 10 else "baris"
        run = line.add_run(f"{{% if loop.index {condition} %}}{{{{ {shown} }}}}{{% endif %}}")
        run.font.size, run.font.bold = Pt(size), bold
    made.add_paragraph("{%p endfor %}")
    rule_below(made.add_paragraph(), 18)


def _signature(made: Any) -> None:
    lines = ("{%p if jabatan %}", "{% if tempat %}{{ tempat }}, {% endif %}{{ tanggal }}", "{{ jabatan }},", "", "", "",
             "{{ penanda_tangan }}", "{%p if nip %}", "NIP {{ nip }}", "{%p endif %}", "{%p endif %}")  # fmt: skip
    for text in lines:
        line = made.add_paragraph()
        line.add_run(text).bold = text == "{{ penanda_tangan }}"
        line.paragraph_format.left_indent, line.paragraph_format.space_after = Mm(85), Pt(0)
        line.paragraph_format.keep_with_next = True


def _probe(content: bytes) -> None:
    """Fill a template as the work itself will. Raises whatever goes wrong."""
    from pendapa.evaluation.reports.layout import sample, to_docx

    to_docx(sample(), content)


PLACES = (
    *HEAD,
    Placeholder("judul", _("Title of the report")),
    Placeholder("subjudul", _("Institution, year and instrument")),
    Placeholder(
        "keterangan", _("Facts at the beginning as label and value"),
        "{%p for fakta in keterangan %} {{ fakta.nama }} {{ fakta.isi }} {%p endfor %}",
    ),
    Placeholder("isi", _("The place of all that the report says: a paragraph of its own")),
    Placeholder("tempat", _("Place")),
    Placeholder("tanggal", _("Day in words")),
    Placeholder("jabatan", _("Office of who signs; empty where nobody does")),
    Placeholder("penanda_tangan", _("Name of who signs")),
    Placeholder("nip", _("Civil servant number of who signs")),
    Placeholder(
        "catatan", _("Notes, such as what no source settles"),
        "{%p for baris in catatan %} {{ baris }} {%p endfor %}",
    ),
)  # fmt: skip
for _one in REPORTS:
    if "docx" in _one.formats:
        register(
            Kind(
                key=_one.kind,
                label=_one.label,
                placeholders=PLACES,
                shipped=template,
                sample={
                    **dict.fromkeys(("judul", "subjudul", "isi", "tempat", "tanggal"), "Contoh"),
                    **dict.fromkeys(("jabatan", "penanda_tangan", "nip"), "Contoh"),
                    "kop": ["Contoh"], "catatan": ["Contoh"], "keterangan": [{"nama": "Tahun", "isi": "2026"}],
                },
                needed=frozenset({"isi", "judul", "catatan"}),
                probe=_probe,
            )
        )  # fmt: skip
