"""The chapters of the book, shaped from a release."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from pendapa.analysis.documents.blocks import Block, Chapter, Heading, Paragraph, Picture, Remark, Table
from pendapa.analysis.documents.drawings import flows, overview, strategy_tree
from pendapa.analysis.documents.reading import Reader
from pendapa.analysis.documents.values import DAGGER, clean, head, writer
from pendapa.architecture.columns import KIND_COLUMN
from pendapa.architecture.exporting.records import ElementRecord
from pendapa.kernel.overlays import trees
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Column, Domain

FIXED = ("id", "nama", "uraian", "opd", KIND_COLUMN)
EMPTY: tuple[object, ...] = (None, "", [], {})
UNIT_LESS = "Tanpa perangkat daerah"
Tell = Callable[[int, int, str], None]


def number(value: int) -> str:
    """A count as the book writes it."""
    return formats.number(value, "id")


def introduction(reader: Reader) -> Chapter:
    """How the book came about, and the whole in numbers and one drawing."""
    release = reader.release
    made = Chapter("introduction", "Pendahuluan")
    made.blocks += [
        Heading("Maksud"),
        Paragraph(
            f"Dokumen ini memuat Arsitektur SPBE {clean(reader.institution.name)} sebagaimana ditetapkan dalam rilis "
            f"“{clean(release.name)}” (kode {clean(release.code)}). Arsitektur SPBE adalah kerangka dasar yang mendeskripsikan "
            "integrasi proses bisnis, data dan informasi, infrastruktur, aplikasi, dan keamanan untuk menghasilkan layanan "
            "yang terintegrasi (Peraturan Presiden Nomor 95 Tahun 2018), dengan domain menurut Peraturan Presiden Nomor 132 "
            "Tahun 2022 tentang Arsitektur SPBE Nasional."
        ),
        Heading("Metode"),
        Paragraph(
            "Data diisi oleh perangkat daerah ke dalam satu register, diperiksa, lalu dibekukan sebagai rilis. Setiap unsur "
            "dicatat dengan kode, perangkat daerah pemilik, dan rujukan ke taksonomi nasional (RAB, RAL, RAD, RAA, RAI, RAK). "
            "Hubungan antarunsur dicatat satu kali dan dibaca dari kedua arah. Nama kolom mengikuti nama isian resmi."
        ),
        Paragraph(
            "Isi dokumen sesuai hak akses pembuatnya: unsur yang dikecualikan hanya dimuat bila pembuat berhak melihatnya. "
            "Isian yang kosong berarti belum diketahui, bukan nol."
        ),
        Remark(
            f"Tanda {DAGGER} berarti daftar nilai atau rujukan itu belum terverifikasi terhadap sumber resmi. "
            f"Sidik rilis (SHA-256): {release.digest}."
        ),
        Heading("Arsitektur dalam angka"),
    ]
    return made


def numbers(reader: Reader, counts: Counter[str]) -> list[Block]:
    """The table of counts and the drawing of all domains, once every domain was read."""
    rows = [
        (domain.label.id, domain.reference or "–", number(counts[domain.key]))
        for domain in reader.model.all_domains
        if counts[domain.key]
    ]
    labels = {domain.key: domain.label.id for domain in reader.model.all_domains}
    types = {one.key: one for one in reader.model.relations}
    related = [
        (
            types[key].forward.id if key in types else key,
            _ends(types[key], labels) if key in types else "–",
            number(n),
        )
        for key, n in reader.types.most_common()
    ]
    found: list[Block] = [
        Table(
            ("Domain", "Taksonomi", "Jumlah unsur"),
            (3, 1, 1),
            rows,
            strong=0,
            numbers=frozenset({2}),
            share=0.55,
        )
    ]
    if drawing := overview(reader.model, counts, reader.between):
        found.append(drawing)
    if related:
        found += [
            Heading("Hubungan antarunsur"),
            Paragraph(f"Tercatat {number(sum(reader.types.values()))} hubungan antarunsur."),
            Table(("Hubungan", "Antara", "Jumlah"), (2, 3, 1), related, numbers=frozenset({2})),
        ]
    return found


def _ends(type_: object, labels: dict[str, str]) -> str:
    sources = dict.fromkeys(labels.get(end.domain, "semua domain") for end in type_.sources_allowed)  # type: ignore[attr-defined]
    targets = dict.fromkeys(labels.get(end.domain, "semua domain") for end in type_.targets_allowed)  # type: ignore[attr-defined]
    return f"{', '.join(sources)} → {', '.join(targets)}"


def domain(reader: Reader, found: Domain, tell: Callable[[int], None]) -> tuple[Chapter, int]:
    """One domain: what it is, its numbers by OPD and kind, then all its elements OPD by OPD. With how many there are."""
    records: list[ElementRecord] = []
    for record in reader.elements(found.key):
        records.append(record)
        if len(records) % 200 == 0:
            tell(len(records))
    title = found.label.id if found.key in ("strategy", "outside") else f"Domain {found.label.id}"
    made = Chapter(found.key, title)
    if not records:
        made.blocks.append(Paragraph(f"Rilis ini tidak memuat {found.label.id.lower()}."))
        return made, 0
    by_unit: dict[str, list[ElementRecord]] = defaultdict(list)
    for record in records:
        by_unit[clean(record.unit) or UNIT_LESS].append(record)
    made.blocks += [
        Paragraph(_sentence(found, len(records), len(by_unit))),
        *_counted(found, records, by_unit),
    ]
    if found.key == "strategy" and (drawing := strategy_tree(reader, records)):
        made.blocks.append(drawing)
    if found.key == "applications" and (drawing := flows(reader.flows)):
        made.blocks.append(drawing)
    rows = _Rows(reader, found, records)
    made.blocks.append(Heading("Daftar unsur menurut perangkat daerah"))
    if rows.marked:
        made.blocks.append(Remark(f"{DAGGER} belum terverifikasi terhadap sumber resmi."))
    for unit in sorted(by_unit, key=str.casefold):
        made.blocks += [Heading(unit, 3), rows.table(by_unit[unit])]
    return made, len(records)


def _sentence(found: Domain, elements: int, units: int) -> str:
    tree = f" Unsur dipetakan ke taksonomi nasional {found.reference}." if found.reference else ""
    return f"Bab ini memuat {number(elements)} unsur {found.label.id.lower()} milik {number(units)} perangkat daerah.{tree}"


def _counted(
    found: Domain, records: Sequence[ElementRecord], by_unit: dict[str, list[ElementRecord]]
) -> Iterable[Block]:
    if len(found.kinds) > 1:
        kinds = Counter(record.kind for record in records)
        rows = [(kind.label.id, number(kinds[kind.key])) for kind in found.kinds if kinds[kind.key]]
        yield Table(("Jenis", "Jumlah"), (4, 1), rows, numbers=frozenset({1}), share=0.55)
    units = sorted(by_unit, key=lambda unit: (-len(by_unit[unit]), unit.casefold()))
    yield Table(
        ("Perangkat daerah", "Jumlah"),
        (4, 1),
        [(unit, number(len(by_unit[unit]))) for unit in units],
        numbers=frozenset({1}),
        share=0.55,
    )


class _Rows:
    """How the elements of a domain stand in a table: name with its code, description, kind, national reference, the other
    fields each with its official name, and what the element is linked with. Official fields only (of the strategy map all),
    and those only that are filled. Columns are as wide as what stands in them asks for.

    Fields do not have a column each: a cell costs the typesetter some 20 KiB, and most of thirty columns would be empty.
    """

    def __init__(self, reader: Reader, found: Domain, records: Sequence[ElementRecord]) -> None:
        self._reader, self._domain = reader, found
        held = trees.references_now()
        fields = [c for c in found.columns if _printed(c, found)]
        used = [c for c in fields if any(record.attributes.get(c.key) not in EMPTY for record in records)]
        self._write = {column.key: writer(column, held) for column in used}
        self._mapped = [c for c in used if c.type == "reference" and c.reference == found.reference]
        self._rest = [column for column in used if column not in self._mapped]
        self._kinds = {kind.key: kind.label.id for kind in found.kinds} if len(found.kinds) > 1 else {}
        self._told = any(record.attributes.get("uraian") for record in records)
        self._linked = any(reader.near(record.uid) for record in records)
        self.marked = any(DAGGER in head(column) or column.reference for column in used)
        self._heads = self._headings()
        self._widths = self._measured(records)

    def _headings(self) -> list[str]:
        name = next(c.label.id for c in self._domain.columns if c.key == "nama")
        heads = [f"{name} dan ID"]
        heads += ["Uraian/Deskripsi"] if self._told else []
        heads += ["Jenis"] if self._kinds else []
        heads += [head(column) for column in self._mapped]
        heads += ["Isian"] if self._rest else []
        heads += ["Keterkaitan"] if self._linked else []
        return heads

    def _measured(self, records: Sequence[ElementRecord]) -> list[float]:
        """Shares that grow with the root of the usual length of a cell, within bounds."""
        sample = [self._row(record) for record in records[:: max(1, len(records) // 300)]]
        lengths = (sum(len(row[place]) for row in sample) / len(sample) for place in range(len(self._heads)))
        return [round(min(5.0, max(1.6, length**0.5 / 2)), 2) for length in lengths]

    def table(self, records: Sequence[ElementRecord]) -> Table:
        """The table of some of them."""
        return Table(self._heads, self._widths, [self._row(record) for record in records], strong=0)

    def _row(self, record: ElementRecord) -> list[str]:
        told = record.attributes
        row = [f"{clean(record.name)}\n{clean(record.code)}"]
        if self._told:
            row.append(clean(str(told.get("uraian") or "")))
        if self._kinds:
            row.append(self._kinds.get(record.kind, record.kind))
        row += [self._write[column.key](told.get(column.key)) for column in self._mapped]
        if self._rest:
            rest = ((head(column), self._write[column.key](told.get(column.key))) for column in self._rest)
            row.append("; ".join(f"{label}: {text}" for label, text in rest if text))
        if self._linked:
            row.append(clean(self._reader.near(record.uid)))
        return row


def _printed(column: Column, found: Domain) -> bool:
    if column.key in FIXED or column.type.startswith("relation"):
        return False
    return column.official or (found.key == "strategy" and column.key not in ("periode", "sumber"))


def references(reader: Reader) -> Chapter:
    """Which versions of the national references and of the metamodel the book stands on."""
    made = Chapter("references", "Rujukan dan versi")
    rows = []
    for tree in trees.references_now().trees:
        held = trees.versions(tree)[0]
        version = "bawaan" if held.number == 0 else f"versi {held.number}"
        rows.append((tree, clean(held.label), version))
    model = reader.model
    made.blocks += [
        Paragraph("Taksonomi nasional yang berlaku ketika dokumen ini dibuat:"),
        Table(("Taksonomi", "Sumber", "Versi"), (1, 4, 1), rows),
        Paragraph(f"Metamodel: {model.title.id}."),
        Table(
            ("Singkatan", "Sumber metamodel"),
            (1, 5),
            [(key, clean(text)) for key, text in model.source_names.items()],
        ),
        Remark(
            "Dokumen dibuat secara otomatis dari register. Persetujuan di dalam aplikasi bukan tanda tangan elektronik "
            "tersertifikasi."
        ),
    ]
    return made


__all__ = ["Picture", "domain", "introduction", "numbers", "references"]
