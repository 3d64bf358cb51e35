"""The invented spreadsheets: made from their source, small, dirty as real ones, and nobody's."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from pendapa.demo import facts, make_files
from pendapa.kernel.tables.reading import read

FILES = [*facts.FILES, facts.WAITING]
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
TEXT = make_files.SOURCE.read_text(encoding="utf-8")


def cells(path: Path) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    return [(grid.name, [(line.number, list(line.cells)) for line in grid.source()]) for grid in read(path)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_files.write(folder)
    return folder


def test_the_source_names_exactly_the_files_that_are_kept() -> None:
    assert sorted(yaml.safe_load(TEXT)) == sorted(FILES) == sorted(path.name for path in facts.DATA.iterdir())


@pytest.mark.parametrize("name", FILES)
def test_the_kept_files_say_what_the_source_says(name: str, made: Path) -> None:
    assert cells(made / name) == cells(facts.DATA / name)


def test_the_same_source_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    for path in make_files.write(tmp_path):
        if path.suffix == ".ods":
            continue  # odfpy carries names over from one document to the next of a process
        assert path.read_bytes() == (made / path.name).read_bytes()


def test_together_they_are_small() -> None:
    assert sum(path.stat().st_size for path in facts.DATA.iterdir()) < 200_000


@pytest.mark.parametrize("name", FILES)
def test_each_file_says_that_it_is_invented(name: str) -> None:
    lines = [text for _sheet, rows in cells(facts.DATA / name) for _number, row in rows for text in row]
    assert any("data contoh" in text.lower() for text in lines)


@pytest.mark.parametrize(
    "dirt",
    ["2O19", "Apliaksi", "Metode Layaan", "Kementrian", "Interoprabilitas", "LinuxCentOS 7", "Dekstop", "noada", "TOTAL",
     "Dinas Kesehatan~", "| - |"],
)  # fmt: skip
def test_the_dirt_of_real_lists_is_there(dirt: str) -> None:
    assert dirt in TEXT


def test_links_lead_nowhere() -> None:
    hosts = re.findall(r"[\w.-]+\.(?:id|com|net|org|go|example)\b", TEXT)
    assert hosts
    assert all(host.endswith("contoh.example") for host in hosts)


def sample(name: str, column: str) -> set[str]:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    with path.open(encoding="utf-8") as lines:
        return {" ".join((row[column] or "").split()).casefold() for row in csv.DictReader(lines)}


def words() -> str:
    return " ".join(TEXT.replace("|", " | ").replace("~", " ").split()).casefold()


@pytest.mark.parametrize("column", ["judul", "fungsi"])
def test_no_application_comes_from_the_samples(column: str) -> None:
    told = {text for text in sample("denpasar_aplikasi.csv", column) if len(text) > 5}
    table = next(table for table in make_files.tables() if table.name == "02_aplikasi_diskominfo.xlsx")
    waiting = next(table for table in make_files.tables() if table.name == facts.WAITING)
    ours = {
        " ".join(cell.split()).casefold()
        for row in [*table.rows, *waiting.rows]
        for cell in row
        if len(cell) > 5
    }
    assert not (told & ours)


def test_no_service_comes_from_the_samples() -> None:
    told = sample("layanan_diskominfo_kab_mojokerto.csv", "nama_layanan")
    assert [name for name in told if len(name) > 5 and name in words()] == []


def test_no_real_region_is_named() -> None:
    names = sample("kode_wilayah_prov_kabkota.csv", "nama")
    regions = {name for name in names if name.startswith(("kabupaten ", "kota "))}
    assert len(regions) > 500
    text = words()
    assert [name for name in regions if re.search(rf"\b{re.escape(name)}\b", text)] == []
    for bare in ("denpasar", "trenggalek", "mojokerto", "madiun", "gresik"):
        assert bare not in text
    districts = sample("kode_kecamatan_trenggalek_mojokerto.csv", "nama")
    assert [name for name in districts if f"kecamatan {name}" in text] == []


def test_offices_with_a_name_of_their_own_are_not_from_the_samples() -> None:
    """ "Dinas Kesehatan" is called so everywhere; a name that joins several fields is one region's choice."""
    told = sample("denpasar_opd.csv", "nama_opd") | sample("opd_kab_trenggalek.csv", "nama_opd")
    assert [name for name in told if "," in name and name in words()] == []
