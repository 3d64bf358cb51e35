"""Published results: indices of named institutions and national averages, as facts with their source."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Note, Provenance, Sourced, Text


@dataclass(frozen=True, slots=True)
class Result(Sourced):
    """One published index. `year` is None where the source gives none; `order` keeps the sequence.

    `label` is what a chart shows on its axis ("sebelumnya" where no year is known). `printed` is the index as the
    source prints it. `consistent` is False where the printed parts do not give the printed index (see `note`).
    """

    label: Text
    year: int | None
    order: int
    instrument: str | None
    index: Fraction
    printed: str
    domains: Mapping[str, Fraction]
    aspects: Mapping[str, Fraction]
    consistent: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Series(Sourced):
    """The results of one institution, or of one category of institutions, in time."""

    key: str
    name: Text
    kind: str
    region: str
    results: tuple[Result, ...]
    target: Fraction | None
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Results(Sourced):
    id: str
    institutions: tuple[Series, ...]
    averages: tuple[Series, ...]
    notes: tuple[Note, ...]
    provenance: Provenance
    file: Path

    def institution(self, key: str) -> Series:
        """Raises KeyError."""
        return _named(self.institutions, key)

    def average(self, key: str) -> Series:
        """Of a category: "nasional", "kabupaten", "kota", "provinsi", … Raises KeyError."""
        return _named(self.averages, key)


def _named(series: tuple[Series, ...], key: str) -> Series:
    for one in series:
        if one.key == key:
            return one
    raise KeyError(key)


def load_results(file: Path) -> Results:
    """Read and check a pack of results. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "institutions", "averages"}, {"notes"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    results = Results(
        id=root.at("id").string(),
        institutions=tuple(_series(item, base) for item in root.at("institutions").items()),
        averages=tuple(_series(item, base) for item in root.at("averages").items()),
        notes=root.at("notes").notes(),
        provenance=base,
        file=file,
    )
    for group in (results.institutions, results.averages):
        keys = [series.key for series in group]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            root.fault("is there twice", key)
    root.raise_faults()
    return results


def _series(cursor: Cursor, base: Provenance) -> Series:
    cursor.keys({"key", "name", "kind", "results"}, {"region", "target"})
    provenance = cursor.provenance(base)
    found = [_result(item, provenance, order) for order, item in enumerate(cursor.at("results").items())]
    years = [result.year for result in found if result.year is not None]
    if years != sorted(years):
        cursor.fault("the years must rise", "results")
    return Series(
        key=cursor.at("key").string(),
        name=cursor.at("name").text(),
        kind=cursor.at("kind").string(),
        region=cursor.at("region").string(),
        results=tuple(found),
        target=cursor.at("target").optional_fraction(),
        provenance=provenance,
    )


def _result(cursor: Cursor, inherited: Provenance, order: int) -> Result:
    cursor.keys({"index"}, {"year", "label", "instrument", "domains", "aspects", "consistent"})
    year = cursor.at("year").whole() or None
    return Result(
        label=cursor.at("label").text(Text(str(year) if year else "sebelumnya", "" if year else "earlier")),
        year=year,
        order=order,
        instrument=cursor.at("instrument").string() or None,
        index=cursor.at("index").fraction(),
        printed=str(cursor.at("index").value),
        domains=_numbers(cursor.at("domains")),
        aspects=_numbers(cursor.at("aspects")),
        consistent=cursor.at("consistent").flag(True),
        provenance=cursor.provenance(inherited),
    )


def _numbers(cursor: Cursor) -> Mapping[str, Fraction]:
    return MappingProxyType({str(key): value.fraction() for key, value in cursor.pairs()})
