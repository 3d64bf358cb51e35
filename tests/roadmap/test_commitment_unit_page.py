"""The page of one OPD's commitments: who sees it, what it counts, and where its commitments went when it was merged or split."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.kernel.waiting import duties
from pendapa.organisation import actions as organisation
from pendapa.organisation.actions import NewUnit, Part
from pendapa.roadmap.actions import commitments as actions
from pendapa.roadmap.models import Commitment
from pendapa.roadmap.queries import commitments as queries
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.test_commitment_actions import approved, drafted, fresh, proposed, step_of, values

pytestmark = pytest.mark.django_db
LIST = "/en/di/uji/peta-rencana/komitmen/"
TODAY = timezone.localdate()
WIDE = {"diskominfo", "sekda", "verifier", "assessor"}
OWN = WIDE | {"operator", "head"}
QUERIES, QUERIES_MERGED = {"operator": 10, "sekda": 10, "verifier": 8}, 12
"""With session and account; who heads it is read for who sees people. The second where the OPD was merged."""


def page_of(unit: Unit, more: str = "") -> str:
    return f"{LIST}opd/{unit.uid}/{more}"


def text(cast: Cast, who: str, unit: Unit, more: str = "") -> str:  # noqa: F811
    answer = cast.client(who).get(page_of(unit, more))
    assert answer.status_code == 200, (who, unit.name)
    return answer.content.decode().replace("\xa0", " ")


def statuses(cast: Cast, unit: Unit) -> dict[str, int]:  # noqa: F811
    return {who: cast.client(who).get(page_of(unit)).status_code for who in WHO}


def expected(readers: set[str]) -> dict[str, int]:
    return {who: 302 if who == "public" else 200 if who in readers else 404 for who in WHO}


def below(cast: Cast, **more: object) -> Commitment:  # noqa: F811
    """A commitment of the unit below, approved by the head of the OPD."""
    row = actions.draft(cast.actor("operator"), cast.institution, cast.subunit, values(**more))  # type: ignore[arg-type]
    row = actions.propose(cast.actor("operator"), row, row.version)
    return actions.approve(cast.actor("head"), row, row.version)


def merged(cast: Cast) -> object:  # noqa: F811
    return organisation.merge(
        cast.actor("diskominfo"), cast.institution, [cast.unit], cast.other_unit, decree="Perda 4/2026"
    )


def figure(page: str, label: str) -> str:
    found = re.search(rf'<span class="k">{label}</span><span class="fig">([^<]*)</span>', page)
    assert found, label
    return found[1]


# ---- who sees it


def test_an_agency_reads_its_own_page_and_who_sees_all_reads_every_page(cast):  # noqa: F811
    assert statuses(cast, cast.unit) == expected(OWN)
    drafted(cast)
    assert statuses(cast, cast.unit) == expected(OWN)
    assert statuses(cast, cast.other_unit) == expected(WIDE | {"other_operator"})


def test_what_an_agency_opened_is_read_by_the_others_and_nothing_else_of_it(cast):  # noqa: F811
    approved(cast, public=True, title="Dibuka untuk umum")
    approved(cast, title="Tertutup")
    drafted(cast, title="Masih draf", public=True)
    assert statuses(cast, cast.unit) == expected(OWN | {"other_operator"})
    page = text(cast, "other_operator", cast.unit)
    assert "Dibuka untuk umum" in page and "Tertutup" not in page and "Masih draf" not in page
    assert figure(page, "Committed") == "1" and "baru/?opd=" not in page
    assert "Names of people are shown only" in page


@pytest.mark.parametrize("uid", [uuid.uuid4(), "bukan-uid", "00000000-0000-0000-0000-00000000000x"])
def test_an_agency_that_is_not_there_has_no_page(cast, uid):  # noqa: F811
    assert cast.client("sekda").get(f"{LIST}opd/{uid}/").status_code == 404


def test_an_agency_of_another_institution_has_no_page_here(cast):  # noqa: F811
    assert set(statuses(cast, cast.foreign_unit).values()) == {302, 404}
    assert cast.client("foreigner").get(page_of(cast.unit)).status_code == 404


def test_nothing_is_sent_to_it(cast):  # noqa: F811
    assert cast.client("head").post(page_of(cast.unit)).status_code == 405


# ---- what stands there


def test_it_names_the_head_and_who_approved_in_which_office(cast):  # noqa: F811
    Assignment.objects.filter(user=cast.users["head"]).update(acting=True, valid_to=TODAY + timedelta(40))
    approved(cast)
    for who in ("operator", "sekda"):
        page = text(cast, who, cast.unit)
        assert "Acting OPD head, Dinas Kesehatan" in page and "until " in page
        assert "Plt. Kepala OPD, Dinas Kesehatan" in page and "Who approved" in page
    page = text(cast, "verifier", cast.unit)
    assert "Acting OPD head" not in page and "Plt. Kepala OPD" in page
    assert "Names of people are shown only" in page and "Nobody holds this office" not in page


def test_an_office_that_nobody_holds_is_told(cast):  # noqa: F811
    Assignment.objects.filter(user=cast.users["head"]).delete()
    assert "Nobody holds this office with an account" in text(cast, "operator", cast.unit)


def test_what_is_late_stands_in_front_the_oldest_of_what_still_runs_first(cast):  # noqa: F811
    approved(cast, title="Sudah lewat", since=-400, until=-100, dues=(-300,))
    approved(cast, title="Tepat waktu", dues=(50,))
    late = approved(cast, title="Terlambat", dues=(-3, -20, 40))
    drafted(cast, dues=(-9,))
    page = text(cast, "head", cast.unit)
    assert figure(page, "Late milestones") == "3" and "the longest by 300 days" in page
    first = page[page.index('id="perhatian"') : page.index('id="running"')]
    assert (
        first.index("20 days late") < first.index("3 days late") < first.index("300 days late")
        and "9 days late" not in first
    )
    assert f"{LIST}{late.uid}/#t-{step_of(late).uid}" in first
    assert page.index("Terlambat</a>", page.index('id="running"')) < page.index("Tepat waktu</a>")


def test_reached_without_evidence_is_not_drawn_as_reached_with_evidence(cast):  # noqa: F811
    row = approved(cast, dues=(-9, -5, -2, 60))
    actions.milestone_done(cast.actor("operator"), step_of(row, 0), 1, TODAY, link="https://contoh.go.id/a")
    actions.milestone_done(cast.actor("operator"), step_of(row, 1), 1, TODAY)
    page = text(cast, "operator", cast.unit)
    drawn = re.findall(r'<i class="m-(\w+)">', page[page.index('id="running"') :])
    assert drawn == ["proven", "bare", "late", "open"]
    assert figure(page, "Milestones reached") == "2" and "of 4, 1 with evidence" in page


def test_how_far_they_came_is_counted_by_value_and_what_nobody_said_is_no_value(cast):  # noqa: F811
    for title, value in (("Satu", "no_evidence"), ("Dua", "limited"), ("Tiga", "limited"), ("Empat", "")):
        row = approved(cast, title=title, since=-400, until=-10, dues=(-300,))
        if value:
            actions.assess(cast.actor("assessor"), row, row.version, value, "Dilihat di lapangan")
    approved(cast, title="Berjalan")
    page = text(cast, "sekda", cast.unit)
    table = page[page.index('class="tbl compact came"') :]
    rows = re.findall(r"</svg>([^<]+)</span></th>.*?width:([\d.]+)%.*?<td class=\"num\">(\d+)", table)
    assert {(name.strip().lower(), int(n)) for name, _width, n in rows} == {
        ("no evidence available", 1), ("not started", 0), ("limited", 2), ("substantial", 0), ("complete", 0),
        ("not assessed yet", 1), ("running", 1),
    }  # fmt: skip
    assert {name.strip().lower(): width for name, width, _n in rows}["limited"] == "40.0"


def test_a_year_narrows_the_list_and_every_number(cast):  # noqa: F811
    approved(cast, title="Lama", since=-1200, until=-800, dues=(-900,))
    approved(cast, title="Baru", dues=(50,))
    whole = text(cast, "operator", cast.unit)
    assert figure(whole, "Committed") == "2" and "Lama" in whole and "Baru" in whole
    page = text(cast, "operator", cast.unit, f"?tahun={TODAY.year}")
    assert figure(page, "Committed") == "1" and figure(page, "Late milestones") == "0" and "Lama" not in page
    assert f'<option value="{TODAY.year}" selected>' in page
    for nonsense in ("?tahun=1999", "?tahun=dua", "?tahun=" + "9" * 400, "?mulai=-5", "?mulai=999999"):
        shown = text(cast, "operator", cast.unit, nonsense)
        assert ("Nothing fits these filters" in shown) == ("tahun" in nonsense)


def test_what_units_below_committed_to_belongs_to_the_page_and_has_its_own(cast):  # noqa: F811
    below(cast, title="Milik puskesmas")
    approved(cast, title="Milik dinas")
    page = text(cast, "sekda", cast.unit)
    assert "Milik puskesmas" in page and "UPT Puskesmas Uji · " in page and figure(page, "Committed") == "2"
    page = text(cast, "operator", cast.subunit)
    assert "Milik puskesmas" in page and "Milik dinas" not in page
    assert "OPD head, Dinas Kesehatan" in page  # the head of the OPD answers for the unit below


def test_many_commitments_are_turned_page_by_page_and_counted_whole(cast):  # noqa: F811
    for number in range(22):
        approved(cast, title=f"Komitmen {number:02}")
    page = text(cast, "sekda", cast.unit)
    assert page.count('class="pledge"') == 20 and figure(page, "Committed") == "22" and "mulai=20" in page
    assert text(cast, "sekda", cast.unit, "?mulai=20").count('class="pledge"') == 2


def test_a_draft_may_be_begun_from_it_by_who_writes_for_the_agency(cast):  # noqa: F811
    begin = f"{LIST}baru/?opd={cast.unit.uid}"
    for who in OWN:
        assert (begin in text(cast, who, cast.unit)) == (who in ("operator", "head", "diskominfo")), who


def test_a_title_with_markup_is_text(cast):  # noqa: F811
    approved(cast, title="<script>alert(1)</script>", dues=(-3,))
    assert "<script>alert" not in text(cast, "head", cast.unit)


# ---- merged, split


def test_a_merged_agency_tells_where_its_commitments_are_now(cast):  # noqa: F811
    row = approved(cast, title="Satu portal", public=True)
    merged(cast)
    for who in OWN | {"other_operator"}:  # the people of the agency went along
        page = text(cast, who, cast.unit)
        assert "Satu portal" in page and "Where its commitments are now" in page and "Perda 4/2026" in page
        assert f'href="{page_of(cast.other_unit)}"' in page and "baru/?opd=" not in page
        assert 'class="fig"' not in page and f"{LIST}{row.uid}/" in page
    assert statuses(cast, cast.unit) == expected(OWN | {"other_operator"})
    page = text(cast, "other_operator", cast.other_unit)
    assert "Satu portal" in page and "Has taken over" in page
    assert "Kepala OPD, Dinas Kesehatan" in page  # who approved stays who approved


def test_others_are_not_told_that_a_draft_of_a_merged_agency_was_there(cast):  # noqa: F811
    proposed(cast, title="Baru disetujui kemudian", public=True)
    merged(cast)
    row = fresh(Commitment.objects.get())
    Commitment.objects.filter(pk=row.pk).update(
        state="approved", approved_hash="a" * 64, approved_name="Kepala", approved_at=timezone.now()
    )
    third = Unit.objects.get(code="2.16")
    Assignment.objects.filter(user=cast.users["other_operator"]).update(unit=third)
    assert cast.client("other_operator").get(page_of(cast.other_unit)).status_code == 200
    assert cast.client("other_operator").get(page_of(cast.unit)).status_code == 404
    assert "Baru disetujui kemudian" in text(cast, "operator", cast.unit)


def test_what_units_below_a_merged_agency_committed_to_is_told_too(cast):  # noqa: F811
    below(cast, title="Milik puskesmas")
    merged(cast)
    assert Unit.objects.get(pk=cast.subunit.pk).parent == cast.other_unit
    later = actions.draft(
        cast.actor("diskominfo"), cast.institution, Unit.objects.get(pk=cast.subunit.pk), values()
    )
    page = text(cast, "sekda", cast.unit)
    assert "Milik puskesmas" in page and str(later.uid) not in page


def test_after_a_split_each_commitment_stands_with_its_part(cast):  # noqa: F811
    first, second = approved(cast, title="Ke bagian A"), approved(cast, title="Ke bagian B")
    parts = [Part(NewUnit("Dinas A"), things=(first.uid,)), Part(NewUnit("Dinas B"), heir=True)]
    organisation.split(cast.actor("diskominfo"), cast.institution, cast.unit, parts)
    page = text(cast, "sekda", cast.unit)
    for row, name in ((first, "Dinas A"), (second, "Dinas B")):
        unit = fresh(row).unit
        assert unit.name == name and f'<a href="{page_of(unit)}">{name}</a>' in page
        assert row.title in text(cast, "sekda", unit)


def test_a_merge_taken_back_leaves_no_trace_on_the_pages(cast):  # noqa: F811
    approved(cast, title="Satu portal")
    done = merged(cast)
    organisation.take_back(cast.actor("diskominfo"), done.change_set)  # type: ignore[attr-defined]
    page = text(cast, "operator", cast.unit)
    assert figure(page, "Committed") == "1" and "Where its commitments are now" not in page
    assert "Satu portal" not in text(cast, "sekda", cast.other_unit)
    assert statuses(cast, cast.unit) == expected(OWN)


def test_an_agency_that_was_only_renamed_went_nowhere(cast):  # noqa: F811
    approved(cast, title="Satu portal")
    organisation.rename(cast.actor("diskominfo"), cast.institution, cast.unit, name="Dinas Kesehatan Rakyat")
    page = text(cast, "operator", cast.unit)
    assert "Commitments of Dinas Kesehatan Rakyat" in page and figure(page, "Committed") == "1"
    assert "Institutional changes" not in page and "Has taken over" not in page


# ---- ways to it, and what it costs


def test_the_list_the_commitment_the_agency_and_the_cockpit_lead_to_it(cast):  # noqa: F811
    row = approved(cast, dues=(-3,))
    there = page_of(cast.unit)
    for path in (
        LIST,
        f"{LIST}{row.uid}/",
        f"/en/di/uji/arsitektur/opd/{cast.unit.uid}/",
        "/en/di/uji/kokpit/",
    ):
        page = cast.client("sekda").get(path).content.decode()
        assert f'href="{there}"' in page, path
    other = cast.client("other_operator").get(f"/en/di/uji/arsitektur/opd/{cast.unit.uid}/").content.decode()
    assert there not in other
    told = duties.of(cast.actor("head"), cast.institution, cast.unit)
    assert {one.url.removeprefix("/en") for one in told if "komitmen" in one.url} == {
        f"{there.removeprefix('/en')}#perhatian"
    }


def test_the_page_of_a_commitment_and_its_form_lead_back(cast):  # noqa: F811
    row = drafted(cast)
    form = cast.client("operator").get(f"{LIST}{row.uid}/ubah/").content.decode()
    assert f'<a class="btn" href="{LIST}{row.uid}/">' in form
    begin = cast.client("operator").get(f"{LIST}baru/").content.decode()
    assert f'<a class="btn" href="{LIST}">' in begin


def asked(cast: Cast, unit: Unit, who: str) -> int:  # noqa: F811
    client = cast.client(who)
    client.get(page_of(unit))
    with CaptureQueriesContext(connection) as told:
        assert client.get(page_of(unit)).status_code == 200
    return len(told)


def test_the_page_asks_the_same_queries_for_two_and_for_thirty(cast):  # noqa: F811
    for _n in range(2):
        approved(cast, dues=(-3, 50))
    assert {who: asked(cast, cast.unit, who) for who in QUERIES} == QUERIES
    for _n in range(28):
        approved(cast, dues=(-3, 50))
    assert asked(cast, cast.unit, "sekda") == QUERIES["sekda"]
    merged(cast)
    assert asked(cast, cast.unit, "sekda") == QUERIES_MERGED


def test_the_numbers_of_the_page_are_those_of_the_list(cast):  # noqa: F811
    approved(cast, dues=(-3, 50))
    below(cast, dues=(-9,))
    drafted(cast)
    groups = queries.by_unit(cast.actor("sekda"), cast.institution, queries.Filters(), TODAY)
    page = text(cast, "sekda", cast.unit)
    assert figure(page, "Late milestones") == str(sum(one.late for one in groups)) == "2"
    assert figure(page, "Commitments without evidence") == str(sum(one.unproven for one in groups)) == "2"
    assert figure(page, "Committed") == str(sum(one.committed for one in groups)) == "2"
