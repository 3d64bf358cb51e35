"""Handing in, hanging on, judging: the verbs, with the whole cast."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from pendapa.evaluation.actions import decrees
from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.models import Cycle, Evidence, EvidenceUse
from pendapa.evaluation.queries import evidence as queries
from pendapa.evaluation.queries import records
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Assignment
from tests.cast import Cast, cast  # noqa: F401
from tests.evaluation.proving import begin, hand_in, pdf


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    return begin(cast)


def move(cycle: Cycle, step: str, deadlines: dict[str, str] | None = None) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(step=step, deadlines=deadlines or {})


def test_a_file_keeps_its_checksum_pages_and_who_handed_it_in(cast, cycle):  # noqa: F811
    row = hand_in(cast, pages=3)
    assert (row.media, row.pages, row.author_name) == ("application/pdf", 3, "Operator")
    assert row.sha256 == row.file.sha256 and store.path(row.file).read_bytes() == pdf(3, "Perbup 41/2025")
    assert Revision.objects.filter(target_uid=row.uid).count() == 1


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 program", b"<html>"])
def test_what_cannot_be_taken_is_told_and_leaves_nothing(cast, content):  # noqa: F811
    with pytest.raises(actions.Refused) as refused:
        actions.add_file(cast.actor("operator"), cast.institution, io.BytesIO(content), "surat.pdf", len(content), unit=cast.unit)  # fmt: skip
    assert set(refused.value.faults) == {"file"}
    assert not Evidence.objects.exists() and not StoredFile.objects.exists()


def test_the_same_file_twice_offers_the_piece_that_is_there(cast, cycle):  # noqa: F811
    first = hand_in(cast)
    kept = files_kept()
    with pytest.raises(actions.Same) as same:
        hand_in(cast, content=pdf(1, "Perbup 41/2025"), title="Nama lain")
    assert same.value.evidence.pk == first.pk
    assert StoredFile.objects.count() == 1 and files_kept() == kept
    assert store.path(first.file) in kept


def files_kept() -> set[Path]:
    """Every file of the store, also those of other tests in the same home."""
    return {one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()}


def test_a_piece_that_one_may_not_see_is_not_told_as_the_same(cast, cycle):  # noqa: F811
    hand_in(cast, "other_operator")
    again = hand_in(cast, "operator", content=pdf(1, "Perbup 41/2025"))
    assert again.unit == cast.unit and Evidence.objects.count() == 2


def test_an_agency_keeps_pieces_of_its_own_units_alone(cast, cycle):  # noqa: F811
    for unit in (cast.other_unit, None):
        with pytest.raises(actions.Refused) as refused:
            actions.add_link(cast.actor("operator"), cast.institution, "https://a.example/", unit=unit)
        assert set(refused.value.faults) == {"unit"}
    assert actions.add_link(cast.actor("operator"), cast.institution, "https://a.example/", unit=cast.subunit)
    for who in ("sekda", "verifier", "assessor", "stranger", "foreigner", "public"):
        with pytest.raises(NotFound):
            actions.add_link(cast.actor(who), cast.institution, "https://a.example/")


@pytest.mark.parametrize("url", ["ftp://a.example/", "javascript:alert(1)", "https://u:p@a.example/", "x", "https:// a"])  # fmt: skip
def test_only_web_addresses_are_links(cast, url):  # noqa: F811
    with pytest.raises(actions.Refused):
        actions.add_link(cast.actor("operator"), cast.institution, url, unit=cast.unit)
    assert not Evidence.objects.exists()


def test_one_piece_serves_many_indicators_and_years(cast, cycle):  # noqa: F811
    boss, row = cast.actor("diskominfo"), hand_in(cast, "diskominfo")
    other = begin_other_year(cast)
    for place, number in ((cycle, "11"), (cycle, "12"), (other, "11")):
        actions.hang(boss, place, number, row, level=2)
    assert [one.use.indicator for one in queries.uses_of(boss, row)] == ["11", "12", "11"]
    with pytest.raises(actions.Refused):
        actions.hang(boss, cycle, "11", row, level=2)


def begin_other_year(cast: Cast) -> Cycle:  # noqa: F811
    from pendapa.evaluation.actions import assessments

    return assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2025, "spbe-2020").cycle


def test_an_agency_hangs_pieces_on_its_own_indicators_alone(cast, cycle):  # noqa: F811
    row = hand_in(cast)
    assert actions.hang(cast.actor("operator"), cycle, "11", row, level=2).state == "waiting"
    for who, number in (("operator", "12"), ("other_operator", "12"), ("other_operator", "11"), ("assessor", "11")):  # fmt: skip
        with pytest.raises(NotFound):
            actions.hang(cast.actor(who), cycle, number, row, level=3)
    for bad in (6, -1):
        with pytest.raises(actions.Refused):
            actions.hang(cast.actor("operator"), cycle, "11", row, level=bad)


def test_a_deadline_binds_agencies_and_what_was_begun_before_it_is_late(cast, cycle):  # noqa: F811
    yesterday = timezone.localdate() - timedelta(days=1)
    move(cycle, "self", {"self": yesterday.isoformat()})
    operator, row = cast.actor("operator"), hand_in(cast)
    with pytest.raises(actions.TooLate):
        actions.hang(operator, cycle, "11", row)
    with pytest.raises(actions.TooLate):
        actions.hang(operator, cycle, "11", row, begun_at=timezone.now())
    assert not EvidenceUse.objects.exists() and Evidence.objects.count() == 1
    use = actions.hang(operator, cycle, "11", row, begun_at=timezone.now() - timedelta(days=1))
    assert use.late
    assert not actions.hang(cast.actor("diskominfo"), cycle, "12", row).late


def test_after_the_result_nothing_is_added_by_anybody(cast, cycle):  # noqa: F811
    row = hand_in(cast)
    use = actions.hang(cast.actor("operator"), cycle, "11", row)
    move(cycle, "result")
    for act in (
        lambda: actions.hang(cast.actor("diskominfo"), cycle, "12", row),
        lambda: actions.take_off(cast.actor("diskominfo"), use, 1),
        lambda: actions.judge(cast.actor("assessor"), use, 1, "accepted"),
    ):
        with pytest.raises(actions.Refused):
            act()


def test_assessors_accept_return_and_reject_with_a_reason(cast, cycle):  # noqa: F811
    use = actions.hang(cast.actor("operator"), cycle, "11", hand_in(cast))
    with pytest.raises(actions.Refused) as refused:
        actions.judge(cast.actor("assessor"), use, 1, "rejected", "  ")
    assert set(refused.value.faults) == {"reason"}
    judged = actions.judge(cast.actor("assessor"), use, 1, "revise", "Tanpa daftar hadir")
    assert (judged.state, judged.judged_by) == ("revise", "Assessor")
    mended = actions.change_use(cast.actor("operator"), judged, 2, level=2, item="", page="hlm. 3", note="")
    assert (mended.state, mended.judged_by) == ("waiting", "")
    for who in ("operator", "head", "diskominfo", "sekda", "verifier", "stranger", "foreigner", "public"):
        with pytest.raises(NotFound):
            actions.judge(cast.actor(who), use, 3, "accepted")


def test_two_assessors_on_one_piece_at_once_are_told(cast, cycle):  # noqa: F811
    use = actions.hang(cast.actor("operator"), cycle, "11", hand_in(cast))
    actions.judge(cast.actor("assessor"), use, 1, "accepted")
    with pytest.raises(Conflict):
        actions.judge(cast.actor("assessor"), use, 1, "rejected", "Keliru")
    use.refresh_from_db()
    assert use.state == "accepted"


def test_nobody_judges_what_he_handed_in_himself(cast, cycle):  # noqa: F811
    user = cast.users["operator"]
    Assignment.objects.create(user=user, institution=cast.institution, role="assessor")
    mine = actions.hang(cast.actor("operator"), cycle, "11", hand_in(cast))
    theirs = actions.hang(cast.actor("diskominfo"), cycle, "11", hand_in(cast, "diskominfo", "Lain"))
    with pytest.raises(actions.Refused):
        actions.judge(cast.actor("operator"), mine, 1, "accepted")
    assert actions.judge(cast.actor("operator"), theirs, 1, "accepted").state == "accepted"
    assert actions.judge(cast.actor("assessor"), mine, 1, "accepted").state == "accepted"


def test_a_used_piece_stays_and_an_unused_one_goes(cast, cycle):  # noqa: F811
    row = hand_in(cast)
    use = actions.hang(cast.actor("operator"), cycle, "11", row)
    with pytest.raises(actions.Refused):
        actions.remove(cast.actor("operator"), row, 1)
    actions.take_off(cast.actor("operator"), use, 1)
    actions.remove(cast.actor("operator"), row, 1)
    assert not queries.visible(cast.actor("diskominfo"), cast.institution).exists()


def test_a_record_is_pinned_at_its_version(cast, cycle):  # noqa: F811
    operator = cast.actor("operator")
    found = records.find(operator, cast.institution, "puskesmas")
    assert [one.name for one in found] == ["UPT Puskesmas Uji"]
    row = actions.add_record(operator, cast.institution, found[0].key, unit=cast.unit)
    unit = cast.subunit
    unit.name = "UPT Puskesmas Baru"
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    unit.derive()
    history.write(system(), cast.institution, "edit", history.Writes(change=[unit]))
    shown = records.pinned(operator, row)
    assert (
        ("UPT Puskesmas Uji" in [text for _label, text in shown.fields]) and shown.intact and shown.now == 2
    )
    with pytest.raises(actions.Refused):
        actions.add_record(operator, cast.institution, f"unit:{cast.foreign_unit.uid}:1", unit=cast.unit)
    for key in ("", "x", "unit:x:1", f"evidence:{row.uid}:1", f"unit:{unit.uid}:99"):
        with pytest.raises(actions.Refused):
            actions.add_record(operator, cast.institution, key, unit=cast.unit)


def test_a_restricted_element_is_no_evidence_for_who_may_not_see_it(cast, cycle):  # noqa: F811
    from pendapa.architecture import actions as architecture
    from pendapa.architecture.models import Element

    made = architecture.create_element(
        cast.actor("other_operator"), cast.institution, "applications", cast.other_unit, name="Sistem Intel",
        classification="restricted",
    )  # fmt: skip
    Element.objects.filter(pk=getattr(made, "pk", None)).update(classification="restricted")
    element = Element.objects.get(name="Sistem Intel")
    assert [one.name for one in records.find(cast.actor("diskominfo"), cast.institution, "intel")] == [
        "Sistem Intel"
    ]
    assert records.find(cast.actor("operator"), cast.institution, "intel") == []
    with pytest.raises(actions.Refused):
        actions.add_record(cast.actor("operator"), cast.institution, f"element:{element.uid}:1", unit=cast.unit)  # fmt: skip


def test_what_is_wrong_is_told_with_the_piece(cast, cycle):  # noqa: F811
    operator = cast.actor("operator")
    row = hand_in(cast, pages=9, nature="review", dated=date(2020, 1, 1))
    actions.hang(operator, cycle, "11", row, level=3)
    keys = {one.key: one.text for one in queries.of_cycle(operator, cycle)["11"][0].problems}
    assert {"too_old", "missing_lower", "missing_page"} <= set(keys)
    assert "31 Des 2021" in keys["too_old"] and "1, 2" in keys["missing_lower"]
    store.path(row.file).unlink()
    told = queries.of_cycle(operator, cycle)["11"][0].problems
    assert "gone" in {one.key for one in told}
    assert queries.summary(operator, cycle)["11"].rejects


def test_doctor_finds_a_file_that_was_deleted_behind_our_back(cast, cycle):  # noqa: F811
    from pendapa.web.health import examine

    row = hand_in(cast)
    assert all(one["ok"] for one in examine() if one["check"] == "files")
    store.path(row.file).unlink()
    assert [one["ok"] for one in examine() if one["check"] == "files"] == [False]


def test_an_expired_decree_is_told_where_it_is_evidence(cast, cycle):  # noqa: F811
    boss = cast.actor("diskominfo")
    decree = decrees.add(boss, cast.institution, kind="Perbup", number="41/2020", title="SPBE", set_on=date(2020, 1, 1), valid_until=date(2024, 12, 31))  # fmt: skip
    row = actions.add_decree(boss, cast.institution, decree)
    actions.hang(boss, cycle, "11", row)
    assert [one.key for one in queries.of_cycle(boss, cycle)["11"][0].problems] == ["expired"]
    with pytest.raises(actions.Same):
        actions.add_decree(boss, cast.institution, decree)


def test_an_agency_reads_its_own_pieces_and_those_of_its_indicators_alone(cast, cycle):  # noqa: F811
    mine = hand_in(cast, "operator", "Punya kami")
    theirs = hand_in(cast, "other_operator", "Punya mereka")
    whole = hand_in(cast, "diskominfo", "Milik kabupaten")
    boss = cast.actor("diskominfo")
    actions.hang(cast.actor("other_operator"), cycle, "12", theirs)
    actions.hang(boss, cycle, "11", whole)
    read = {row.title for row in queries.visible(cast.actor("operator"), cast.institution)}
    assert read == {"Punya kami", "Milik kabupaten"}
    assert set(queries.of_cycle(cast.actor("operator"), cycle)) == {"11"}
    assert set(queries.summary(cast.actor("other_operator"), cycle)) == {"12"}
    for who in ("stranger", "foreigner", "public"):
        assert not queries.visible(cast.actor(who), cast.institution).exists()
    for who in ("assessor", "sekda", "verifier"):
        assert queries.visible(cast.actor(who), cast.institution).count() == 3
    with pytest.raises(NotFound):
        queries.one(cast.actor("other_operator"), cast.institution, mine.uid)


def test_the_pieces_of_a_round_take_a_fixed_number_of_statements(cast, cycle, django_assert_max_num_queries):  # noqa: F811
    boss = cast.actor("diskominfo")
    for n in range(6):
        row = hand_in(cast, "diskominfo", f"Bukti {n}")
        for number in ("1", "2", "11"):
            actions.hang(boss, cycle, number, row, level=n % 5 + 1)
    for who in ("diskominfo", "operator"):
        fresh = Cycle.objects.select_related("institution", "edition").get(pk=cycle.pk)
        with django_assert_max_num_queries(4):
            queries.of_cycle(cast.actor(who), fresh)
