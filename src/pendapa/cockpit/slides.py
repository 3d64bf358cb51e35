"""The cockpit as slides (pptx): native tables and charts, so that a presenter can change them. Seven slides, in Indonesian."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches, Pt

from pendapa.cockpit import facts as told
from pendapa.cockpit.facts import Facts

WEDEL, SOGA, INK = RGBColor(0x24, 0x49, 0x7F), RGBColor(0x8A, 0x57, 0x14), RGBColor(0x21, 0x1F, 0x1B)
MUTED, LINE, SUNKEN, WHITE = RGBColor(0x65, 0x60, 0x55), RGBColor(0xE3, 0xE0, 0xD9), RGBColor(0xF3, 0xF1, 0xEC), RGBColor(0xFF, 0xFF, 0xFF)  # fmt: skip
FONT = "Arial"
HAIRLINE = """<a:{side} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="6350"><a:solidFill>
<a:srgbClr val="C9C5BB"/></a:solidFill></a:{side}>"""
WIDTH, HEIGHT, EDGE = Inches(13.333), Inches(7.5), Inches(0.7)
TITLE_TOP, ONE_LINE = Inches(0.55), Inches(0.7)
TITLE_ONLY = 5
"""Layout of the shipped template that has a title and nothing else."""
ROWS, ROW, TABLE_TOP = 8, Inches(0.46), Inches(1.75)


def deck(known: Facts) -> bytes:
    """The slides as a file."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDTH, HEIGHT
    show.core_properties.title = f"Kokpit SPBE {known.institution}"
    show.core_properties.author = known.institution
    show.core_properties.language = "id-ID"
    makers = (_cover, _index, _commitments, _iku, _money, _decisions, _league)
    for place, make in enumerate(makers, 1):
        slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
        make(slide, known)
        _foot(slide, known, place, len(makers))
    file = io.BytesIO()
    show.save(file)
    return file.getvalue()


# ---- the slides


def _cover(slide: Any, known: Facts) -> None:
    _title(slide, f"Kokpit SPBE {known.institution}", top=Inches(1.6), size=40)
    _bar(slide, EDGE, Inches(1.4), Inches(1.2))
    _text(
        slide,
        [known.day + (" · data contoh" if known.demo else "")],
        EDGE,
        Inches(3.3),
        Inches(11.9),
        size=20,
        color=MUTED,
    )
    _text(slide, [known.finding], EDGE, Inches(3.9), Inches(11.9), size=24, bold=True, height=Inches(1.2))
    numbers = told.numbers(known)
    width = 11.9 / len(numbers)
    for place, (value, label) in enumerate(numbers):
        left = EDGE + Inches(width * place)
        _text(slide, [value], left, Inches(5.2), Inches(width - 0.2), size=36, color=WEDEL, bold=True)
        _text(
            slide, [label], left, Inches(5.95), Inches(width - 0.2), size=14, color=MUTED, height=Inches(0.6)
        )


def _index(slide: Any, known: Facts) -> None:
    index = known.data["index"]
    value = told.number(index["value"], 2) if index["value"] is not None else told.UNKNOWN
    _title(
        slide, f"Indeks {value} dan {'jalur ke target' if known.data['units']['own'] is None else 'target'}"
    )
    _text(slide, [told.index_line(known), told.target_line(known), known.course], EDGE, Inches(1.75), Inches(3.9), size=18, height=Inches(4.5))  # fmt: skip
    rows = told.axis(known)
    if not rows:
        _text(
            slide,
            ["Belum ada indeks yang dapat digambar."],
            Inches(5),
            Inches(3),
            Inches(7.5),
            size=18,
            color=MUTED,
        )
        return
    planned = [value for _name, _measured, value in rows]
    chart = CategoryChartData(number_format="0.00")
    chart.categories = [name for name, _measured, _planned in rows]
    chart.add_series("Terukur", [value for _name, value, _planned in rows])
    has_path = any(value is not None for value in planned)
    if has_path:
        chart.add_series("Jalur rencana", planned)
    drawn = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, Inches(4.9), Inches(1.6), Inches(7.8), Inches(4.9), chart
    ).chart
    _styled(drawn, legend=has_path)
    # The line goes on over the years without a figure.
    drawn._chartSpace.chart.xpath("c:dispBlanksAs")[0].set("val", "span")
    lowest = min(value for row in rows for value in row[1:] if value is not None)
    drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = max(1.0, int(lowest * 2) / 2 - 0.5), 5.0
    for series, color, dashed in zip(drawn.plots[0].series, (WEDEL, SOGA), (False, True), strict=False):
        _line(series, color, dashed)
    if has_path:
        # The first point of the path is the measured one, whose number stands there already.
        start = next(place for place, value in enumerate(planned) if value is not None)
        first = drawn.plots[0].series[1].points[start]
        first.data_label.has_text_frame = True
        first.data_label.text_frame.text = " "


def _commitments(slide: Any, known: Facts) -> None:
    found = known.data["commitments"]
    _title(slide, f"{found['late']} tonggak komitmen terlambat, {found['without_evidence']} komitmen tanpa bukti" if found["committed"] else "Belum ada komitmen kepala OPD")  # fmt: skip
    rows = told.commitments(known, ROWS if known.data["units"]["late_actions"] is None else 3)
    if rows:
        _table(
            slide, ["OPD", "Terlambat", "Terlama", "Tanpa bukti"], rows, [7.4, 1.5, 1.5, 1.5], right={1, 2, 3}
        )
    else:
        empty = "Tidak ada tonggak yang terlambat dan setiap komitmen punya bukti." if found["committed"] else "Komitmen ditulis pada peta rencana dan disetujui kepala OPD."  # fmt: skip
        _text(slide, [empty], EDGE, Inches(1.9), Inches(11.9), size=20)
    if known.data["units"]["late_actions"] is not None:
        _actions(slide, known, Inches(2.4) + ROW * (len(rows) + 1))


def _actions(slide: Any, known: Facts, top: Any) -> None:
    """Of the OPD that somebody heads: its late actions, below its commitments."""
    rows = told.actions(known, 4)
    if rows:
        _table(slide, ["Aksi terlambat", "Petugas", "Terlambat"], rows, [6.9, 3.5, 1.5], right={2}, top=top)
    else:
        _text(slide, ["Tidak ada aksi yang terlambat."], EDGE, top, Inches(11.9), size=20)


def _iku(slide: Any, known: Facts) -> None:
    _title(slide, f"{told.iku_title(known)}: target dan realisasi")
    rows = told.iku(known, ROWS)
    if rows and told.iku_by_quarter(known):
        words = ["Target", "Realisasi", "Selisih"]
        heads = ["Indikator", *words, *(f"{one} {known.data['iku']['year']}" for one in words)]
        _table(slide, heads, rows, [3.7, 1.2, 1.7, 1.1, 1.3, 1.7, 1.3], right={*range(1, 7)})
    elif rows:
        _table(slide, ["Indikator", "Target", "Realisasi", "Selisih"], rows, [6.6, 1.7, 2.1, 1.5], right={1, 2, 3})  # fmt: skip
    else:
        _text(slide, ["Peta strategi belum memuat IKU."], EDGE, Inches(1.9), Inches(11.9), size=20)


def _money(slide: Any, known: Facts) -> None:
    found = known.data["budget"]
    absorbed = (
        f"terserap {told.percent(found['share'])}"
        if found["share"] is not None
        else "serapan belum diketahui"
    )
    _title(slide, f"Anggaran SPBE {found['year']}: {absorbed}" if found["initiatives"] else f"Anggaran SPBE {found['year']}: belum ada")  # fmt: skip
    if found["initiatives"]:
        _table(slide, ["Anggaran", "Nilai"], told.budget(known), [3.4, 2.2], right={1})
    else:
        _text(
            slide,
            ["Belum ada inisiatif beranggaran pada tahun ini."],
            EDGE,
            Inches(1.9),
            Inches(5.6),
            size=18,
        )
    known_sums = [(name, float(found[key]) / 1e6) for name, key in (("Pagu indikatif", "planned"), ("Masuk APBD", "budgeted"), ("Realisasi", "spent")) if found[key] is not None]  # fmt: skip
    if known_sums:
        chart = CategoryChartData(number_format="#,##0")
        chart.categories = [name for name, _value in known_sums]
        chart.add_series("Rp juta", [value for _name, value in known_sums])
        drawn = slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED, EDGE, Inches(4.6), Inches(5.7), Inches(1.95), chart
        ).chart
        _styled(drawn, legend=False)
        drawn.category_axis.reverse_order = True
        drawn.value_axis.visible, drawn.value_axis.minimum_scale = False, 0
        drawn.plots[0].gap_width = 45
        drawn.plots[0].series[0].format.fill.solid()
        drawn.plots[0].series[0].format.fill.fore_color.rgb = WEDEL
        _labels(drawn.plots[0].series[0], XL_LABEL_POSITION.OUTSIDE_END, "#,##0")
        _text(
            slide,
            ["Dalam juta rupiah"],
            EDGE,
            Inches(6.5),
            Inches(5.6),
            size=12,
            color=MUTED,
            height=Inches(0.3),
        )
    _table(slide, ["Celah arsitektur", "Jumlah"], told.gaps(known), [4.0, 1.6], right={1}, left=Inches(7.0))


def _decisions(slide: Any, known: Facts) -> None:
    found = known.data["decisions"]
    _title(
        slide,
        f"{found['count']} keputusan masih terbuka"
        if found["count"]
        else "Tidak ada keputusan yang tertunda",
    )
    rows = told.decisions(known, 6)
    if rows:
        _table(slide, ["Perihal", "OPD", "Menunggu pada", "Hari"], rows, [4.9, 3.4, 2.6, 1.0], right={3})
    silent = told.silent(known, 6)
    lines = [told.silent_line(known), *(["; ".join(silent) + "."] if silent else [])]
    _text(slide, lines, EDGE, Inches(5.3), Inches(11.9), size=16, height=Inches(1.3))


def _league(slide: Any, known: Facts) -> None:
    _title(slide, "Liga OPD: apa yang dapat mereka pengaruhi sendiri")
    rows = told.league(known, ROWS - 1)  # the line about the formula stands below
    if rows:
        heads = ["", "OPD", *told.MEASURES.values(), "Skor"]
        _table(slide, heads, rows, [0.6, 5.6, 1.6, 1.5, 1.6, 1.0], right={2, 3, 4, 5})
    else:
        _text(slide, ["Belum ada OPD yang dapat dibandingkan."], EDGE, Inches(1.9), Inches(11.9), size=20)
    line = told.league_line(known)
    if line:
        _text(slide, [line], EDGE, Inches(2.0) + ROW * (len(rows) + 1), Inches(11.9), size=18)
    formula = "Skor: rata-rata tiga bagian. Tiap bagian dihitung bersama nilai rata-rata sebanyak milik OPD tengah, sehingga OPD kecil tidak menang atau kalah karena kebetulan. Rumus Pendapa, bukan rumus peraturan."  # fmt: skip
    _text(slide, [formula], EDGE, Inches(6.2), Inches(11.9), size=12, color=MUTED, height=Inches(0.6))


# ---- what they are made of


def _title(slide: Any, text: str, top: Any = TITLE_TOP, size: int = 28) -> None:
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = EDGE, top, WIDTH - 2 * EDGE, Inches(0.95)
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_left = 0
    frame.text = text
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    _font(paragraph, size, WEDEL, bold=True)
    if top == TITLE_TOP:
        _bar(slide, EDGE, Inches(0.45), Inches(0.9))


def _bar(slide: Any, left: Any, top: Any, width: Any) -> None:
    """The soga line: here you are."""
    shape = slide.shapes.add_shape(1, left, top, width, Emu(45720))
    shape.fill.solid()
    shape.fill.fore_color.rgb = SOGA
    shape.line.fill.background()
    shape.shadow.inherit = False


def _text(
    slide: Any, lines: Sequence[str], left: Any, top: Any, width: Any, *, size: int, color: RGBColor = INK,
    bold: bool = False, height: Any = ONE_LINE,
) -> None:  # fmt: skip
    frame = slide.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap, frame.margin_left = True, 0
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.text = line
        paragraph.space_after = Pt(size * 0.6)
        _font(paragraph, size, color, bold=bold)


def _font(paragraph: Any, size: int, color: RGBColor, *, bold: bool = False) -> None:
    font = paragraph.font
    font.name, font.size, font.bold, font.color.rgb = FONT, Pt(size), bold, color


def _table(
    slide: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, right: set[int],
    left: Any = EDGE, top: Any = TABLE_TOP,
) -> None:  # fmt: skip
    frame = slide.shapes.add_table(len(rows) + 1, len(heads), left, top, Inches(sum(widths)), ROW * (len(rows) + 1))  # fmt: skip
    table, size = frame.table, 16 if len(rows) <= 6 else 14
    table.horz_banding = False
    for column, width in enumerate(widths):
        table.columns[column].width = Inches(width)
    for number, row in enumerate([heads, *rows]):
        table.rows[number].height = ROW
        for column, text in enumerate(row):
            cell = table.cell(number, column)
            cell.fill.solid()
            cell.fill.fore_color.rgb = SUNKEN if not number else WHITE
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.text_frame.text = text if len(text) <= 90 else text[:89].rstrip() + "…"
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if column in right else PP_ALIGN.LEFT
            _font(paragraph, size if number else 12, INK if number else MUTED, bold=not number)
            for side in ("lnB", "lnT"):  # in the file they stand the other way round, before the fill
                cell._tc.get_or_add_tcPr().insert(0, parse_xml(HAIRLINE.format(side=side)))


def _styled(chart: Any, *, legend: bool) -> None:
    chart.has_title, chart.has_legend = False, legend
    chart.font.size, chart.font.name, chart.font.color.rgb = Pt(12), FONT, INK
    if legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.has_major_gridlines = legend
    if legend:
        chart.value_axis.major_gridlines.format.line.color.rgb = LINE
    chart.value_axis.format.line.fill.background()


def _line(series: Any, color: RGBColor, dashed: bool) -> None:
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = color, Pt(2.5)
    if dashed:
        series.format.line.dash_style = MSO_LINE_DASH_STYLE.ROUND_DOT
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = color
    series.marker.format.line.color.rgb = color
    _labels(series, XL_LABEL_POSITION.ABOVE, "0.00")


def _labels(series: Any, position: Any, form: str) -> None:
    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    labels.position = position
    labels.font.size, labels.font.name = Pt(12), FONT


def _foot(slide: Any, known: Facts, place: int, of: int) -> None:
    """On each slide: whose it is, of which day, and which page."""
    text = f"{known.institution} · keadaan per {known.day} · {place}/{of}"
    _text(slide, [text], EDGE, Inches(6.95), Inches(11.9), size=11, color=MUTED, height=Inches(0.35))
