"""What an import does: judges every row, saves what was confirmed, takes it back, and keeps what others did since."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tables import actions, queries
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Unit
from tests.cast import Cast
from tests.kernel.sheets import (
    APPLICATIONS,
    UNITS,
    csv_of,
    hand_in,
    messages,
    numbers,
    row_of,
    saved,
    verdicts,
    xlsx_of,
)

GOOD = csv_of(
    APPLICATIONS,
    ["", "SIMPUS", "Dinas Kesehatan", "Mencatat kunjungan", 2019],
    ["", "Antrean", "Dinas Kesehatan", "Antrean", 2020],
)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def names(**which):
    return list(
        Element.objects.filter(deleted_at=None, **which).order_by("name").values_list("name", flat=True)
    )


def test_nothing_is_saved_until_it_is_confirmed(cast: Cast):
    before = ChangeSet.objects.count()
    batch = hand_in(cast, GOOD)
    assert (batch.state, numbers(batch)["new"]) == ("preview", 2)
    assert names() == []
    assert ChangeSet.objects.count() == before
    actions.confirm(cast.actor("diskominfo"), batch)
    assert names() == ["Antrean", "SIMPUS"]


def test_rows_are_new_changed_same_and_faulty_together(cast: Cast):
    saved(cast, GOOD)
    batch = hand_in(
        cast,
        csv_of(
            APPLICATIONS,
            ["", "SIMPUS", "Dinas Kesehatan", "Mencatat kunjungan", 2019],
            ["", "Antrean", "Dinas Kesehatan", "Antrean", 2021],
            [],
            ["", "Baru", "Dinas Kesehatan", "", ""],
            ["", "", "Dinas Kesehatan", "", ""],
            ["", "Tanpa rumah", "Dinas Antah Berantah", "", ""],
            ["Jumlah", 5],
        ),
    )
    assert verdicts(batch) == {2: "same", 3: "changed", 5: "new", 6: "faulty", 7: "faulty"}
    counted = numbers(batch)
    assert counted["rows"] == 5 == sum(counted[verdict] for verdict in queries.VERDICTS)


def test_every_fault_of_a_row_is_told_at_once_and_doubts_do_not_keep_it(cast: Cast):
    batch = hand_in(
        cast,
        csv_of(
            APPLICATIONS, ["", "", "Dinas Kesehatann", "", "2O19"], ["", "A", "Dinas Kesehatan", "", "2O19"]
        ),
    )
    both, doubt = row_of(batch, 2), row_of(batch, 3)
    assert [one["column"] for one in both.errors] == ["Nama Aplikasi", "OPD"]
    assert "Dinas Kesehatan" in messages(both)[1]
    assert [one["column"] for one in both.warnings] == ["Tahun pembuatan"]
    assert (doubt.verdict, doubt.errors, doubt.data["values"]["tahun_pembuatan"]) == ("new", [], "2O19")
    assert doubt.warnings[0]["suggestion"] == "2019"


def test_a_near_unit_is_suggested_never_taken(cast: Cast):
    batch = hand_in(cast, csv_of(APPLICATIONS, ["", "A", "Dinas Kesehatann", "", ""]))
    row = row_of(batch, 2)
    assert (row.verdict, row.data["unit"], row.errors[0]["suggestion"]) == ("faulty", None, "Dinas Kesehatan")


def test_a_repair_makes_the_row_good_and_the_rows_with_the_same_fault_follow(cast: Cast):
    batch = hand_in(
        cast,
        csv_of(
            APPLICATIONS,
            ["", "A", "Dinkes PPKB", "", ""],
            ["", "B", "Dinkes PPKB", "", ""],
            ["", "C", "Dinkes", "", ""],
            ["", "D", "Dinkes PPKB", "", ""],
        ),
    )
    assert set(verdicts(batch).values()) == {"faulty"}
    key = ("OPD", "Dinkes PPKB")
    same = queries.repeats_of(batch, 0, {key})[key]
    assert same == [2, 3, 5]
    written = actions.repair(cast.actor("diskominfo"), batch, 0, 2, {2: "Dinas Kesehatan"}, {2: same})
    assert [row.row for row in written] == [2, 3, 5]
    assert verdicts(batch) == {2: "new", 3: "new", 4: "faulty", 5: "new"}
    assert row_of(batch, 5).cells[2] == "Dinas Kesehatan"


def test_a_repair_touches_only_rows_that_hold_what_was_repaired(cast: Cast):
    batch = hand_in(cast, csv_of(APPLICATIONS, ["", "A", "X", "", ""], ["", "B", "Dinas Kesehatan", "", ""]))
    actions.repair(cast.actor("diskominfo"), batch, 0, 2, {2: "2.12"}, {2: [3, 77]})
    assert row_of(batch, 3).cells[2] == "Dinas Kesehatan"


def test_a_repaired_name_frees_the_row_that_repeated_it(cast: Cast):
    batch = hand_in(
        cast, csv_of(APPLICATIONS, ["", "SIMPUS", "1.02", "", ""], ["", "simpus", "1.02", "", ""])
    )
    assert verdicts(batch) == {2: "new", 3: "faulty"}
    assert messages(row_of(batch, 3)) == ["The same name in the same unit as row 2."]
    actions.repair(cast.actor("diskominfo"), batch, 0, 2, {1: "SIMPUS lama"})
    assert verdicts(batch) == {2: "new", 3: "new"}
    actions.repair(cast.actor("diskominfo"), batch, 0, 2, {1: "Simpus"})
    assert verdicts(batch) == {2: "new", 3: "faulty"}


def test_a_column_that_is_not_imported_cannot_be_written(cast: Cast):
    batch = hand_in(cast, csv_of([*APPLICATIONS, "Catatan dapur"], ["", "A", "1.02", "", "", "x"]))
    actions.repair(cast.actor("diskominfo"), batch, 0, 2, {5: "y", 9999: "z", 1: "B"})
    assert row_of(batch, 2).cells == ["", "B", "1.02", "", "", "x"]


def test_the_same_name_twice_in_one_file_and_in_two_sheets_of_it(cast: Cast):
    one = hand_in(
        cast, csv_of(APPLICATIONS, *[["", "SIMPUS", "1.02", "", ""]] * 3, ["", "SIMPUS", "2.12", "", ""])
    )
    assert verdicts(one) == {2: "new", 3: "faulty", 4: "faulty", 5: "new"}
    row = [["Kode", "Nama Aplikasi", "OPD"], ["A-1", "SIMPUS", "1.02"]]
    two = hand_in(cast, xlsx_of(Aplikasi=row, Lama=row), name="dua.xlsx")
    assert [verdicts(two, 0), verdicts(two, 1)] == [{2: "new"}, {2: "faulty"}]
    assert messages(row_of(two, 2, 1)) == ["The same code as row 2 of the sheet Aplikasi."]
    assert messages(row_of(two, 2, 1), "warnings") == [
        "The same name in the same unit as row 2 of the sheet Aplikasi."
    ]
    actions.confirm(cast.actor("diskominfo"), two, skip_errors=True)
    assert names() == ["SIMPUS"]


def test_upsert_by_code_else_by_name_within_the_unit(cast: Cast):
    header = ["Kode", "Nama Aplikasi", "OPD"]
    saved(cast, csv_of(header, ["K-1", "SIMPUS", "1.02"], ["", "Antrean", "1.02"]))
    batch = saved(
        cast, csv_of(header, ["K-1", "SIMPUS baru", "1.02"], ["", "ANTREAN", "1.02"], ["", "Antrean", "2.12"])
    )
    assert verdicts(batch) == {2: "changed", 3: "changed", 4: "new"}
    assert names(unit=cast.unit) == ["ANTREAN", "SIMPUS baru"]
    assert names(unit=cast.other_unit) == ["Antrean"]
    # A code that is told later replaces the one that the register had made up.
    batch = saved(cast, csv_of(header, ["K-2", "Antrean", "1.02"]))
    assert verdicts(batch) == {2: "changed"}
    assert Element.objects.get(code="K-2", deleted_at=None).unit == cast.unit


@pytest.mark.parametrize("name", ["denpasar_opd.csv", "opd_kab_trenggalek.csv"])
def test_the_same_list_of_units_twice_changes_nothing(cast: Cast, shared, name):
    content = (shared / "samples" / name).read_bytes()
    first = saved(cast, content, name=name)
    count = Unit.objects.filter(institution=cast.institution, deleted_at=None).count()
    second = hand_in(cast, content, name=name)
    assert set(verdicts(second).values()) - {"faulty"} == {"same"}
    assert numbers(second)["faulty"] == numbers(first)["faulty"]
    sets = ChangeSet.objects.count()
    assert actions.confirm(cast.actor("diskominfo"), second, skip_errors=True).change_set is None
    assert (
        ChangeSet.objects.count(),
        Unit.objects.filter(institution=cast.institution, deleted_at=None).count(),
    ) == (sets, count)


def test_the_same_applications_of_denpasar_twice_change_nothing(cast: Cast, shared):
    saved(cast, (shared / "samples/denpasar_opd.csv").read_bytes(), name="denpasar_opd.csv")
    content = (shared / "samples/denpasar_aplikasi.csv").read_bytes()
    first = saved(cast, content, name="denpasar_aplikasi.csv")
    assert numbers(first) == {"rows": 189, "new": 189, "changed": 0, "same": 0, "faulty": 0}
    second = hand_in(cast, content, name="denpasar_aplikasi.csv")
    assert numbers(second) == {"rows": 189, "new": 0, "changed": 0, "same": 189, "faulty": 0}


def test_undo_keeps_rows_edited_since_and_names_them(cast: Cast):
    batch = saved(cast, GOOD)
    edited = Element.objects.get(name="SIMPUS")
    edited.name = "SIMPUS Daring"
    edited.derive()
    history.write(cast.actor("operator"), cast.institution, "edit", history.Writes(change=[edited]))
    undone = undoing.undo(cast.actor("diskominfo"), batch.change_set)
    assert undone.count == 1
    assert [str(row) for row, _why in undone.kept] == ["SIMPUS Daring"]
    assert "Operator" in undone.kept[0][1]
    assert names() == ["SIMPUS Daring"]


def test_undo_of_a_changing_import_brings_the_old_values_back(cast: Cast):
    saved(cast, GOOD)
    batch = saved(
        cast, csv_of(APPLICATIONS, ["", "SIMPUS", "1.02", "Lain", 2024], ["", "Ketiga", "1.02", "", ""])
    )
    assert undoing.undo(cast.actor("diskominfo"), batch.change_set).count == 2
    assert names() == ["Antrean", "SIMPUS"]
    assert Element.objects.get(name="SIMPUS").attributes["fungsi"] == "Mencatat kunjungan"
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), batch.change_set)


def test_after_undo_the_file_can_be_saved_again(cast: Cast):
    batch = saved(cast, GOOD)
    undoing.undo(cast.actor("diskominfo"), batch.change_set)
    again = saved(cast, GOOD)
    assert verdicts(again) == {2: "new", 3: "new"}
    assert names() == ["Antrean", "SIMPUS"]


def test_an_operator_writes_for_the_own_unit_and_what_stands_below_only(cast: Cast):
    rows = [["", "A", "1.02", "", ""], ["", "B", "UPT Puskesmas Uji", "", ""], ["", "C", "2.12", "", ""]]
    batch = hand_in(cast, csv_of(APPLICATIONS, *rows), "operator")
    assert verdicts(batch) == {2: "new", 3: "new", 4: "faulty"}
    assert "own unit" in messages(row_of(batch, 4))[0]


def test_an_operator_cannot_take_over_a_code_of_another_unit(cast: Cast):
    saved(cast, csv_of(APPLICATIONS, ["K-1", "Milik lain", "2.12", "", ""]))
    batch = hand_in(cast, csv_of(APPLICATIONS, ["K-1", "Milik saya", "1.02", "", ""]), "operator")
    row = row_of(batch, 2)
    assert (row.verdict, row.errors[0]["column"]) == ("faulty", "Kode")


def test_rows_without_a_unit_column_belong_to_the_operators_own_unit(cast: Cast):
    content = csv_of(["Nama Aplikasi", "Fungsi Aplikasi"], ["SIMPUS", "x"])
    assert row_of(hand_in(cast, content, "operator"), 2).data["unit"] == cast.unit.pk
    batch = hand_in(cast, content)
    assert messages(row_of(batch, 2)) == ["The row names no unit."]
    actions.set_unit(cast.actor("diskominfo"), batch, cast.other_unit)
    assert row_of(batch, 2).data["unit"] == cast.other_unit.pk
    with pytest.raises(NotFound):
        hand_in(cast, content, "operator", unit=cast.other_unit)


def test_the_list_of_units_is_kept_by_the_secretariat_alone(cast: Cast):
    batch = hand_in(cast, csv_of(UNITS, ["9.01", "Dinas Baru", ""]), "operator")
    assert set(verdicts(batch).values()) == {"faulty"}


def test_units_that_name_each_other_as_parent_are_saved_all_the_same(cast: Cast):
    rows = [["9.01", "Dinas A", "Dinas B"], ["9.02", "Dinas B", "Dinas A"], ["9.03", "Dinas C", "Dinas C"]]
    batch = saved(cast, csv_of(UNITS, *rows))
    assert numbers(batch)["new"] == 3
    above = dict(Unit.objects.filter(code__startswith="9.").values_list("code", "parent__code"))
    assert above == {"9.01": None, "9.02": "9.01", "9.03": None}


def test_a_unit_gets_another_parent_once(cast: Cast):
    content = csv_of(UNITS, ["2.12", "Dinas Kependudukan dan Pencatatan Sipil", "Dinas Kesehatan"])
    batch = saved(cast, content)
    assert verdicts(batch) == {2: "changed"}
    cast.other_unit.refresh_from_db()
    assert (cast.other_unit.parent_id, cast.other_unit.path.startswith(cast.unit.path)) == (
        cast.unit.pk,
        True,
    )
    assert verdicts(hand_in(cast, content)) == {2: "same"}
    # Below itself it cannot stand: that part of the row is left alone.
    assert verdicts(hand_in(cast, csv_of(UNITS, ["1.02", "Dinas Kesehatan", "2.12"]))) == {2: "same"}


def test_what_a_changed_row_would_change_is_told_by_field(cast: Cast):
    saved(cast, GOOD)
    batch = hand_in(cast, csv_of(APPLICATIONS, ["", "Simpus", "1.02", "", 2020]))
    row = row_of(batch, 2)
    session = queries.importer_session(cast.actor("diskominfo"), batch, 0)
    assert session.changes([row])[row.pk] == [
        ("nama", "SIMPUS", "Simpus"),
        ("tahun_pembuatan", "2019", "2020"),
    ]


def test_two_previews_of_one_file_cannot_both_be_saved(cast: Cast):
    first, second = hand_in(cast, GOOD), hand_in(cast, GOOD)
    actions.confirm(cast.actor("diskominfo"), first)
    with pytest.raises(actions.Refused, match="changed since"):
        actions.confirm(cast.actor("diskominfo"), second)
    assert set(verdicts(second).values()) == {"same"}
    assert actions.confirm(cast.actor("diskominfo"), second).change_set is None
    assert names() == ["Antrean", "SIMPUS"]


def test_what_somebody_changed_since_the_preview_is_not_written_over_unseen(cast: Cast):
    saved(cast, GOOD)
    batch = hand_in(cast, csv_of(APPLICATIONS, ["", "SIMPUS", "1.02", "Dari berkas", 2019]))
    edited = Element.objects.get(name="SIMPUS")
    edited.attributes = edited.attributes | {"fungsi": "Dari orang"}
    history.write(cast.actor("operator"), cast.institution, "edit", history.Writes(change=[edited]))
    with pytest.raises(actions.Refused):
        actions.confirm(cast.actor("diskominfo"), batch)
    assert Element.objects.get(name="SIMPUS").attributes["fungsi"] == "Dari orang"
    actions.confirm(cast.actor("diskominfo"), batch)
    assert Element.objects.get(name="SIMPUS").attributes["fungsi"] == "Dari berkas"


def test_a_change_that_concerns_no_row_does_not_stop_the_import(cast: Cast):
    batch = hand_in(cast, GOOD)
    saved(cast, csv_of(APPLICATIONS, ["", "Urusan lain", "2.12", "", ""]))
    assert actions.confirm(cast.actor("diskominfo"), batch).state == "saved"


def test_faulty_rows_stop_the_import_unless_they_are_left_out(cast: Cast):
    batch = hand_in(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""], ["", "", "1.02", "", ""]))
    with pytest.raises(actions.Refused, match="faulty"):
        actions.confirm(cast.actor("diskominfo"), batch)
    assert names() == []
    actions.confirm(cast.actor("diskominfo"), batch, skip_errors=True)
    assert names() == ["A"]
    with pytest.raises(actions.Refused, match="no longer waiting"):
        actions.confirm(cast.actor("diskominfo"), batch, skip_errors=True)


def test_a_discarded_import_leaves_neither_rows_nor_file(cast: Cast, django_capture_on_commit_callbacks):
    from pendapa.kernel.files.store import path

    batch = hand_in(cast, GOOD)
    kept = path(batch.file)
    assert kept.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(cast.actor("diskominfo"), batch)
    assert not StagedRow.objects.filter(batch=batch).exists()
    assert not kept.exists()
    with pytest.raises(actions.Refused):
        actions.confirm(cast.actor("diskominfo"), batch)


# ---- many rows


@pytest.fixture
def many(monkeypatch):
    """What counts as many is little here."""
    monkeypatch.setattr(actions, "AT_ONCE", 20)
    return csv_of(APPLICATIONS, *(["", f"Aplikasi {n}", "1.02", "", 2020] for n in range(30)))


def run_next_job() -> Job:
    job = Job.objects.get(state="waiting")
    jobs.run(job)
    job.refresh_from_db()
    return job


def test_many_rows_are_read_and_saved_by_jobs(cast: Cast, many):
    batch = hand_in(cast, many)
    assert (batch.state, StagedRow.objects.count()) == ("reading", 0)
    job = run_next_job()
    assert (job.state, job.done) == ("done", 30)
    batch.refresh_from_db()
    assert (batch.state, numbers(batch)["new"]) == ("preview", 30)
    batch = actions.confirm_by_size(cast.actor("diskominfo"), batch, skip_errors=False)
    assert (batch.state, names()) == ("saving", [])
    assert run_next_job().state == "done"
    batch.refresh_from_db()
    assert (batch.state, len(names())) == ("saved", 30)


def test_reading_that_is_cancelled_leaves_nothing(cast: Cast, many):
    batch = hand_in(cast, many)
    actions.discard(cast.actor("diskominfo"), batch)
    assert run_next_job().state == "cancelled"
    assert (ImportBatch.objects.get(pk=batch.pk).state, StagedRow.objects.count()) == ("discarded", 0)


def test_a_job_that_died_while_saving_gives_the_preview_back(cast: Cast, many):
    batch = hand_in(cast, many)
    run_next_job()
    batch = actions.confirm_by_size(
        cast.actor("diskominfo"), ImportBatch.objects.get(pk=batch.pk), skip_errors=False
    )
    Job.objects.filter(pk=batch.job_id).update(state="failed")
    batch.job.refresh_from_db()
    actions.settle(batch)
    assert (batch.state, numbers(batch)["new"], names()) == ("preview", 30, [])


def test_a_job_that_died_while_reading_says_so(cast: Cast, many):
    batch = hand_in(cast, many)
    Job.objects.filter(pk=batch.job_id).update(state="failed")
    batch.job.refresh_from_db()
    actions.settle(batch)
    assert batch.state == "unreadable"
    assert queries.say(batch.problem["reason"]) == "The reading of the file was interrupted."


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(cast: Cast):
    batch = hand_in(cast, b"%PDF-1.7 x", name="daftar.xlsx")
    assert (batch.state, batch.sheets) == ("unreadable", [])
    assert "PDF" in queries.say(batch.problem["reason"])
    assert queries.say(batch.problem["advice"])


def test_statements_grow_with_the_chunks_not_with_the_rows(cast: Cast, monkeypatch):
    from pendapa.kernel.tables import staging

    def statements(count: int) -> int:
        rows = ([f"{count}-{n}", f"Aplikasi {count} {n}", "1.02", "Fungsi", 2020] for n in range(count))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            batch = hand_in(cast, csv_of(APPLICATIONS, *rows))
            actions.confirm(cast.actor("diskominfo"), batch)
            queries.report(batch)
        return len(seen)

    assert staging.CHUNK == 1000
    few, more = statements(1000), statements(2000)
    print(f"{few} statements for 1,000 rows, {more} for 2,000")
    assert more - few <= 0.6 * few


def test_the_report_reads_the_same_in_any_order_of_keys(cast: Cast):
    batch = hand_in(
        cast, csv_of(["Zeta", "Nama Aplikasi", "OPD", "", "Nama Aplikasi"], ["z", "A", "1.02", "isi", "B"])
    )
    columns = json.loads(json.dumps(queries.report(batch)))["columns"]
    assert list(columns) == ["Zeta", "Nama Aplikasi", "OPD", "", "Nama Aplikasi (2)"]
