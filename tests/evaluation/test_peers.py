"""Results of many institutions from a table: computed exactly, by row, all or none, in a job."""

from __future__ import annotations

import io
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.actions import peers as actions
from pendapa.evaluation.models import PeerResult
from pendapa.evaluation.rules import comparing, peers, scoring
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tables import writing
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
INSTRUMENTS = {one.id: one for one in packs.instruments()}
PAGE = "/di/uji/penilaian/banding/instansi/"
NUMBERS = [one.number for one in SPBE.indicators]


def read(head: list[str], *rows: list[str], instrument="spbe-2020", year=2024, source="Laporan"):
    lines = [(1, head), *enumerate(rows, 2)]
    found = peers.head_of(lines)
    return list(peers.read(found, lines[1:], INSTRUMENTS, instrument, year, source))


def workbook(*rows: list[str], head: list[str] | None = None) -> io.BytesIO:
    out = io.BytesIO()
    writing.write_xlsx(out, [writing.Sheet("Hasil", head or ["Nama instansi", "Jenis", *NUMBERS], rows)])
    out.seek(0)
    return out


def brought(cast: Cast, content: io.BytesIO, **more) -> Job:  # noqa: F811
    asked = {"instrument": "spbe-2020", "year": 2024, "source": "Laporan"} | more
    job = actions.bring(cast.actor("diskominfo"), cast.institution, content, "hasil.xlsx", **asked)
    jobs.run(Job.objects.select_related("institution", "user").get(pk=job.pk))
    job.refresh_from_db()
    return job


@given(st.lists(st.integers(1, 5), min_size=47, max_size=47))
def test_a_row_of_levels_is_scored_as_the_levels_alone_are(levels):
    (one,) = read(["Nama", *NUMBERS], ["Kabupaten A", *map(str, levels)])
    exact = scoring.score(SPBE, levels=dict(zip(NUMBERS, levels, strict=True)))
    assert (one.index, one.basis, one.predicate) == (scoring.exact(exact.index), "levels", exact.predicate)


def test_the_published_average_of_2021_comes_out_of_its_aspects():
    result = packs.results().average("nasional").results[1]
    head = ["Instansi", *(f"Aspek {n}" for n in result.aspects), "Indeks"]
    (one,) = read(
        head, ["Nasional", *(str(float(v)).replace(".", ",") for v in result.aspects.values()), "2,24"]
    )
    assert one.basis == "aspects" and Fraction(one.index) == scoring.score(SPBE, aspects=result.aspects).index


def test_where_only_the_index_is_printed_it_stays_as_printed():
    (one,) = read(["Nama", "Indeks"], ["Kota B", "3,10"])
    assert (one.index, one.basis, one.predicate) == ("3.10", "printed", "Baik")


def test_every_fault_of_a_row_is_told_with_its_row_and_column():
    found = read(
        ["Nama", "Jenis", "Tahun", "Instrumen", "Indeks"],
        ["", "desa", "20x4", "spbe-2020", "3"],
        ["Kota B", "kota", "2024", "spbe-1999", "3"],
        ["Kota C", "kota", "2024", "spbe-2020", "7"],
        ["Kota D", "kota", "2024", "spbe-2020", "3"],
        ["kota d", "kota", "2024", "spbe-2020", "3"],
    )
    told = [(one.row, one.column, one.why) for one in found if isinstance(one, peers.Fault)]
    assert told == [
        (2, "Nama", "empty"), (2, "Jenis", "unknown kind"), (2, "Tahun", "no year"),
        (3, "Instrumen", "unknown instrument"), (4, "Indeks", "off the scale"), (6, "Nama", "twice"),
    ]  # fmt: skip


def test_a_printed_index_that_its_parts_do_not_give_is_a_fault():
    head = ["Nama", "Indeks", *NUMBERS]
    (fault,) = read(head, ["Kota B", "3,4", *(["3"] * 47)])
    assert (fault.why, fault.accepted) == ("does not agree", "3")


def test_a_missing_level_is_unknown_and_never_zero():
    (fault,) = read(["Nama", *NUMBERS], ["Kota B", *(["3"] * 46), "–"])
    assert (fault.why, fault.accepted) == ("nothing complete", "1")


def test_headings_may_stand_below_a_title_and_twice_is_refused():
    lines = [(1, ["Hasil 2024", "", ""]), (3, ["No", "Nama Instansi *", "Indeks"])]
    assert peers.head_of(lines).row == 3
    with pytest.raises(peers.NoTable, match="twice"):
        peers.head_of([(1, ["Nama", "Indeks", "Nilai"])])
    with pytest.raises(peers.NoTable, match="no values"):
        peers.head_of([(1, ["Nama", "Jenis"])])
    with pytest.raises(peers.NoTable, match="no name"):
        peers.head_of([(1, ["1", "2", "3"])])


@given(st.lists(st.fractions(1, 5), min_size=1, max_size=9))
def test_the_middle_value_has_as_many_above_as_below(values):
    middle = comparing.median(values)
    assert sum(v < middle for v in values) <= len(values) / 2
    assert sum(v > middle for v in values) <= len(values) / 2


def test_the_distance_of_two_instruments_is_refused():
    one = comparing.Standing("a", "A", "own", 2024, "spbe-2020", Fraction(3))
    other = comparing.Standing("b", "B", "peer", 2020, "spbe-2018", Fraction(3))
    with pytest.raises(ValueError, match="not compared"):
        comparing.distance(SPBE, one, other)


# ---- in a job


def test_five_hundred_institutions_are_computed_and_the_same_file_again_changes_nothing(cast):  # noqa: F811
    rows = [
        [f"Kabupaten {n:03}", "kabupaten", *(str(1 + (n + i) % 5) for i in range(47))] for n in range(500)
    ]
    begun = time.process_time()
    job = brought(cast, workbook(*rows))
    assert time.process_time() - begun < 30
    assert (job.state, job.result["added"], job.done, job.total) == ("done", 500, 500, 500)
    kept = PeerResult.objects.get(name="Kabupaten 007")
    exact = scoring.score(SPBE, levels={n: str(1 + (7 + i) % 5) for i, n in enumerate(NUMBERS)})
    assert (kept.index, kept.basis, kept.kind) == (scoring.exact(exact.index), "levels", "kabupaten")
    before = ChangeSet.objects.count()
    again = brought(cast, workbook(*rows))
    assert (again.result["same"], again.result["added"], again.result["changed"]) == (500, 0, 0)
    assert ChangeSet.objects.count() == before


def test_one_faulty_row_keeps_all_of_them_out_and_is_told_on_the_page(cast):  # noqa: F811
    good, bad = ["Kabupaten A", "", *(["3"] * 47)], ["Kabupaten B", "", *(["3"] * 46), "9"]
    job = brought(cast, workbook(good, bad))
    assert job.state == "failed" and not PeerResult.objects.exists()
    html = cast.client("diskominfo").get(PAGE).content.decode()
    assert "“9”" in html and '<td class="num">3</td><td>47</td>' in html


def test_a_changed_row_is_one_new_version_and_others_stay(cast):  # noqa: F811
    first, second = ["Kabupaten A", "", *(["3"] * 47)], ["Kabupaten B", "", *(["2"] * 47)]
    brought(cast, workbook(first, second))
    job = brought(cast, workbook(first, ["Kabupaten B", "", *(["4"] * 47)]))
    assert (job.result["same"], job.result["changed"]) == (1, 1)
    assert sorted(PeerResult.objects.values_list("index", "version")) == [("3", 1), ("4", 2)]


def test_a_job_that_is_asked_to_stop_keeps_nothing(cast):  # noqa: F811
    rows = [[f"Kabupaten {n}", "", *(["3"] * 47)] for n in range(50)]
    job = actions.bring(
        cast.actor("diskominfo"), cast.institution, workbook(*rows), "x.xlsx", instrument="spbe-2020", year=2024,
        source="x",
    )  # fmt: skip
    jobs.cancel(job)
    job.refresh_from_db()
    jobs.run(Job.objects.select_related("institution", "user").get(pk=job.pk))
    job.refresh_from_db()
    assert job.state == "cancelled" and not PeerResult.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\x7fELF" + b"\0" * 100, "failed"), (b"a;b\n1;2\n", "failed"), (b"Nama;Indeks\n", "failed")],
    ids=["an executable", "other headings", "no row"],
)
def test_what_is_no_table_of_results_ends_in_words(cast, content, told):  # noqa: F811
    job = brought(cast, io.BytesIO(content))
    assert job.state == told and len(job.error) > 20 and not job.error.isidentifier()


def test_a_csv_with_commas_reads_as_well(cast):  # noqa: F811
    job = brought(cast, io.BytesIO(b"Nama;Indeks;Sumber\nKota B;3,25;Siaran pers\n"))
    assert job.state == "done" and PeerResult.objects.get().source == "Siaran pers"


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo", "public"}))
def test_only_the_secretariat_brings_and_takes_away(cast, who):  # noqa: F811
    brought(cast, workbook(["Kabupaten A", "", *(["3"] * 47)]))
    row = PeerResult.objects.get()
    client = cast.client(who)
    sent = {"file": workbook(["Kabupaten Z", "", *(["3"] * 47)]), "instrument": "spbe-2020", "year": "2024"}
    assert client.post(PAGE + "unggah/", sent).status_code == 404
    assert client.post(f"{PAGE}{row.uid}/hapus/", {"version": "1"}).status_code == 404
    with pytest.raises(NotFound):
        actions.remove(cast.actor(who), cast.institution, str(row.uid), 1)
    assert PeerResult.objects.filter(deleted_at=None).count() == 1


def test_the_page_refuses_what_it_can_see_at_once_and_keeps_what_was_typed(cast):  # noqa: F811
    client = cast.client("diskominfo")
    answer = client.post(PAGE + "unggah/", {"instrument": "spbe-2020", "source": "Laporan XYZ"})
    assert answer.status_code == 422 and "Laporan XYZ" in answer.content.decode()
    empty = {"file": io.BytesIO(b""), "instrument": "spbe-2020"}
    assert client.post(PAGE + "unggah/", empty).status_code == 422
    year = {"file": workbook(["A", "", *(["3"] * 47)]), "instrument": "spbe-2020", "year": "abad"}
    assert client.post(PAGE + "unggah/", year).status_code == 422
    assert not Job.objects.exists()


def test_the_template_comes_back_through_the_reader(cast):  # noqa: F811
    content = cast.client("head").get(PAGE + "templat.xlsx").content
    job = brought(cast, io.BytesIO(content))
    assert job.state == "failed" and not job.result


def test_a_result_is_taken_away_only_in_the_version_that_was_seen(cast):  # noqa: F811
    brought(cast, workbook(["Kabupaten A", "", *(["3"] * 47)]))
    row = PeerResult.objects.get()
    client = cast.client("diskominfo")
    client.post(f"{PAGE}{row.uid}/hapus/", {"version": "9"})
    assert PeerResult.objects.filter(deleted_at=None).exists()
    client.post(f"{PAGE}{row.uid}/hapus/", {"version": "1"})
    assert not PeerResult.objects.filter(deleted_at=None).exists()
