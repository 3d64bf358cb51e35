"""A zip of csv tables: read table by table, and harmless whatever is in it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pendapa.kernel.tables.reading import Limits, Unreadable, read

TABLE = b"Nama Aplikasi,OPD\nSIMPUS,1.02\n"


def packed(tmp_path: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "ekspor.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def refused(path: Path, words: str, **limits: int) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        for grid in read(path, limits=Limits(**limits)):
            list(grid.rows)
    assert str(caught.value.advice)


def test_every_csv_of_an_archive_is_a_table(tmp_path: Path) -> None:
    path = packed(
        tmp_path, ("applications.csv", TABLE), ("a/services.CSV", TABLE), ("__MACOSX/._a.csv", b"\0")
    )
    grids = read(path)
    assert [(grid.name, len(list(grid.rows))) for grid in grids] == [("applications", 2), ("services", 2)]
    assert [grid.name for grid in read(path, sheet="Services")] == ["services"]


def test_paths_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    path = packed(
        tmp_path, ("../../jahat.csv", TABLE), ("/etc/mutlak.csv", TABLE), ("..\\jendela.csv", TABLE)
    )
    assert [len(list(grid.rows)) for grid in read(path)] == [2, 2, 2]
    assert [one.name for one in tmp_path.iterdir()] == ["ekspor.zip"]


def test_a_bomb_is_refused_whatever_the_directory_says(tmp_path: Path) -> None:
    bomb = packed(tmp_path, ("a.csv", b"a,b\n" * (10 << 20)))
    refused(bomb, "far more")
    refused(packed(tmp_path, *((f"{n}.csv", TABLE * 100) for n in range(9))), "far more", unpacked_bytes=9000)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"a,b\n" * (10 << 20))
    lying = bytearray(content.getvalue())
    size = (40 << 20).to_bytes(4, "little")
    while (at := lying.find(size)) >= 0:
        lying[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "bohong.zip").write_bytes(lying)
    refused(tmp_path / "bohong.zip", "far more|damaged")


def test_too_many_files_or_others_than_tables_are_refused_by_name(tmp_path: Path) -> None:
    refused(packed(tmp_path, *((f"{n}.csv", TABLE) for n in range(51))), "51 files; at most 50")
    refused(packed(tmp_path, *((f"{n}.csv", TABLE) for n in range(9))), "far more", members=5)
    refused(packed(tmp_path, ("a.csv", TABLE), ("b.exe", b"MZ")), "b.exe, which is no csv table")
    refused(packed(tmp_path, ("a.csv", TABLE), ("b.zip", b"PK\3\4")), "b.zip, which is no csv table")
    refused(packed(tmp_path, ("a.csv", b"PK\3\4" + bytes(40))), "damaged|no csv table")
    refused(packed(tmp_path, ("a.csv", b"%PDF-1.7")), "PDF")
    refused(packed(tmp_path, ("foto.png", b"\x89PNG")), "zip archive")
    refused(packed(tmp_path, ("a.csv", TABLE), method=zipfile.ZIP_LZMA), "damaged")
