"""A file that holds rows of other units: what stands there anyway is no fault, what would change it is, alike for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.architecture import exporting
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.kernel.sheets import csv_of, hand_in, row_of, verdicts

pytestmark = pytest.mark.django_db
HEADER = ["Kode", "Nama Aplikasi", "OPD", "Fungsi Aplikasi", "Layanan terkait"]
OTHER = "Dinas Kependudukan dan Pencatatan Sipil"
NOT_YOURS = f"You may write for your own unit only, not for {OTHER}."


def messages(row: StagedRow) -> list[str]:
    return [one["msgid"] % one["params"] for one in row.errors]


def filled(cast: Cast) -> None:
    """Two units with elements linked across, personal data, texts that name nothing, and a hidden element."""
    own, other = make(cast.unit, "SIMPUS", code="A-1"), make(cast.other_unit, "SIAK", code="A-2")
    place = make(cast.unit, "SPLP", "infrastructure", code="I-1", kind="sistem_penghubung_layanan")
    theirs = make(cast.other_unit, "SPLP 2", "infrastructure", code="I-2", kind="sistem_penghubung_layanan")
    hidden = make(cast.other_unit, "Rahasia", code="A-3", classification="restricted")
    service = make(cast.other_unit, "Akta", "services", code="L-2")
    Element.objects.filter(pk=other.pk).update(
        attributes={"fungsi": "Mencatat\nwarga", "layanan": ["Tak bernama", "Rahasia"], "pengelola": "Budi"}
    )
    join(other, "application_service", service)
    for source, target in ((other, place), (own, place), (other, theirs), (hidden, theirs)):
        join(source, "application_splp", target)
    join(other, "application_flow", own)


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_an_operator_who_hands_the_export_back_unchanged_is_told_that_all_is_the_same(
    cast: Cast, tmp_path: Path, form: str
) -> None:
    filled(cast)
    file = tmp_path / "ekspor"
    with file.open("wb") as out:
        exporting.export(cast.actor("operator"), cast.institution, form, out=out)
    batch = read(cast, file)
    told = [(r.data["name"], r.verdict, messages(r)) for r in batch.rows.exclude(verdict="same")]
    assert not told
    assert batch.rows.count() == Element.objects.count() - 1 + Relation.objects.count() - 1
    assert queries.counts(batch)


def read(cast: Cast, file: Path) -> ImportBatch:
    with file.open("rb") as source:
        return imports.receive(cast.actor("operator"), cast.institution, source, file.name)


def test_a_row_that_would_change_or_add_something_in_another_unit_is_faulty(cast: Cast) -> None:
    filled(cast)
    rows = [
        ["A-2", "SIAK", OTHER, "", ""],
        ["A-9", "Baru", OTHER, "", ""],
        ["A-3", "Rahasia", OTHER, "", ""],
        ["", "Rahasia", OTHER, "", ""],
        ["A-8", "rahasia", OTHER, "", ""],
    ]
    batch = hand_in(cast, csv_of(HEADER, *rows), "operator")
    assert verdicts(batch) == {2: "same", 3: "faulty", 4: "faulty", 5: "faulty", 6: "faulty"}
    for number in (3, 4):
        row = row_of(batch, number)
        assert messages(row) == [NOT_YOURS]
        assert not row.warnings and row.target is None


@pytest.mark.parametrize(
    "row",
    [
        ["A-2", "SIAK Baru", OTHER, "", ""],
        ["A-2", "SIAK", OTHER, "Lain", ""],
        ["A-2", "SIAK", OTHER, "", "Entah"],
        ["A-1", "SIMPUS", OTHER, "", ""],
    ],
    ids=["name", "attribute", "link", "own element given away"],
)
def test_no_field_of_another_unit_may_differ(cast: Cast, row: list[str]) -> None:
    filled(cast)
    batch = hand_in(cast, csv_of(HEADER, row), "operator")
    assert messages(row_of(batch, 2)) == [NOT_YOURS]


def test_a_hidden_text_cannot_be_found_out_by_guessing(cast: Cast) -> None:
    filled(cast)
    guess = row_of(hand_in(cast, csv_of(HEADER, ["A-2", "SIAK", OTHER, "", "Rahasia"]), "operator"), 2)
    wrong = row_of(hand_in(cast, csv_of(HEADER, ["A-2", "SIAK", OTHER, "", "Rahasiu"]), "operator"), 2)
    assert (guess.verdict, messages(guess), guess.target) == (wrong.verdict, messages(wrong), wrong.target)
    assert guess.verdict == "faulty"


def test_a_hidden_code_looks_like_any_that_is_not_free(cast: Cast) -> None:
    filled(cast)
    rows = ["A-2", "A-3"]
    told = [
        messages(
            row_of(hand_in(cast, csv_of(HEADER, [code, "Punyaku", cast.unit.name, "", ""]), "operator"), 2)
        )
        for code in rows
    ]
    assert [one[0].replace(code, "…") for one, code in zip(told, rows, strict=True)] == [
        "The code … is in use by another unit."
    ] * 2


def test_a_link_that_begins_in_another_unit_stays_the_same_in_the_own_row(cast: Cast) -> None:
    filled(cast)
    header = ["Kode", "Nama Infrastruktur", "Jenis", "OPD", "Aplikasi"]
    row = ["I-1", "SPLP", "sistem_penghubung_layanan", cast.unit.name, '"A-1;A-2"']
    batch = hand_in(cast, csv_of(header, row), "operator", name="infrastruktur.csv")
    assert verdicts(batch) == {2: "same"}
