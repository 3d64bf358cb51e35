"""The pages of commitments: the list by agency, one, the form, what is told where something cannot be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.history import actions as history
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.waiting import duties, ports
from pendapa.roadmap.actions import commitments as actions
from pendapa.roadmap.models import Commitment
from pendapa.roadmap.queries import commitments as queries
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.test_commitment_actions import PDF, approved, drafted, fresh, proposed, step_of

pytestmark = pytest.mark.django_db
LIST = "/en/di/uji/peta-rencana/komitmen/"
TODAY = timezone.localdate()
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
WIDE = OFFICERS - {"other_operator"}


def one(row: Commitment, more: str = "") -> str:
    return f"{LIST}{row.uid}/{more}"


def typed(cast: Cast, **more: str) -> dict[str, str]:  # noqa: F811
    return {
        "unit": str(cast.unit.uid), "title": "Satu portal", "text": "Kami menyatukan.", "problem": "", "rows": "4",
        "starts_on": str(TODAY), "ends_on": str(TODAY + timedelta(300)), "evidence_asked": "", "initiative": "",
        "m0_text": "Portal berjalan", "m0_due": str(TODAY + timedelta(100)), "m0_uid": "", "version": "1",
    } | more  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_a_draft_is_read_by_its_agency_and_by_who_sees_all(cast, who):  # noqa: F811
    row = drafted(cast)
    for path in (LIST, one(row)):
        answer = cast.client(who).get(path)
        if who == "public":
            assert answer.status_code == 302
        elif path == LIST:
            assert answer.status_code == (200 if who in OFFICERS else 404)
            assert (row.title in answer.content.decode()) == (who in WIDE)
        else:
            assert answer.status_code == (200 if who in WIDE else 404)


def test_what_is_public_is_read_by_other_agencies_without_notes_and_files(cast):  # noqa: F811
    row = approved(cast, public=True)
    client = cast.client("operator")
    client.post(
        one(row, f"tonggak/{step_of(row).uid}/"),
        {"version": "1", "done_on": str(TODAY), "note": "Rahasia", "file": SimpleUploadedFile("a.pdf", PDF)},
    )
    step = step_of(row)
    assert step.done_on == TODAY and step.file is not None
    page = cast.client("other_operator").get(one(row)).content.decode()
    assert row.title in page and "Rahasia" not in page and "a.pdf" not in page
    file = one(row, f"tonggak/{step.uid}/bukti/")
    assert cast.client("other_operator").get(file).status_code == 404
    answer = client.get(file)
    assert answer["X-Content-Type-Options"] == "nosniff" and b"".join(answer.streaming_content) == PDF


def test_a_commitment_is_begun_handed_in_and_approved_in_the_browser(cast):  # noqa: F811
    answer = cast.client("operator").post(f"{LIST}baru/", typed(cast))
    row = Commitment.objects.get()
    assert answer.status_code == 302 and answer["Location"] == one(row)
    cast.client("operator").post(one(row, "langkah/"), {"verb": "propose", "version": "1"})
    head = cast.client("head")
    assert "not a certified electronic signature" in head.get(one(row)).content.decode()
    head.post(one(row, "langkah/"), {"verb": "approve", "version": "2"})
    row = fresh(row)
    assert row.state == "approved" and row.approved_hash in head.get(one(row)).content.decode()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"title": ""}, "This field is required."),
        ({"ends_on": "2020-01-01"}, "The period ends before it begins."),
        (
            {"m0_due": str(TODAY - timedelta(1))},
            "Milestone 1: This day lies outside the period of the commitment.",
        ),
        ({"m0_due": "", "m2_text": "Dua", "m2_due": str(TODAY)}, "Milestone 1: Say until when"),
        ({"m2_text": "Dua", "m2_due": "31-02-2027"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_stands_in_the_form_and_what_was_typed_stays(cast, more, told):  # noqa: F811
    answer = cast.client("operator").post(f"{LIST}baru/", typed(cast, **more))
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and "Portal berjalan" in page
    assert not Commitment.objects.exists()


def test_more_rows_come_without_losing_what_was_typed(cast):  # noqa: F811
    answer = cast.client("operator").post(f"{LIST}baru/", typed(cast, title="", more="1"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "Portal berjalan" in page and 'name="m5_text"' in page
    assert "This field is required." not in page and not Commitment.objects.exists()


def test_a_unit_of_others_and_a_hidden_initiative_are_not_taken(cast):  # noqa: F811
    answer = cast.client("operator").post(f"{LIST}baru/", typed(cast, unit=str(cast.other_unit.uid)))
    assert answer.status_code == 422 and not Commitment.objects.exists()


def test_a_change_over_another_is_told_and_what_was_typed_stays(cast):  # noqa: F811
    row = drafted(cast)
    actions.change(cast.actor("head"), row, 1, queries.values(fresh(row)))
    answer = cast.client("operator").post(one(row, "ubah/"), typed(cast, title="Judul saya"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Judul saya" in page and "Somebody changed this meanwhile" in page
    assert fresh(row).title == "Satu portal layanan"
    assert 'name="version" value="2"' in page


def test_a_press_on_an_old_page_does_nothing_and_says_so(cast):  # noqa: F811
    row = proposed(cast)
    answer = cast.client("head").post(one(row, "langkah/"), {"verb": "approve", "version": "1"})
    assert answer.status_code == 409 and fresh(row).state == "proposed"


@pytest.mark.parametrize("verb", ["", "delete", "__class__"])
def test_an_unknown_verb_is_no_page(cast, verb):  # noqa: F811
    answer = cast.client("head").post(one(proposed(cast), "langkah/"), {"verb": verb, "version": "2"})
    assert answer.status_code == 404


def test_a_program_is_refused_with_a_reason_beside_the_milestone(cast):  # noqa: F811
    row = approved(cast)
    step = step_of(row)
    answer = cast.client("operator").post(
        one(row, f"tonggak/{step.uid}/"),
        {
            "version": "1",
            "note": "Sudah saya tulis",
            "file": SimpleUploadedFile("laporan.pdf", b"MZ\x90\x00"),
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "The file is a program" in page and "Sudah saya tulis" in page


def test_the_assessor_is_advised_and_decides(cast):  # noqa: F811
    row = approved(cast, since=-400, until=-10, dues=(-300,))
    page = cast.client("assessor").get(one(row)).content.decode()
    assert "no evidence available" in page and "on: 4 months after its period." in page
    answer = cast.client("assessor").post(one(row, "nilai/"), {"version": "3", "completion": "limited"})
    assert answer.status_code == 422 and "Say on what your assessment rests." in answer.content.decode()
    told = {"version": "3", "completion": "limited", "note": "Dilihat di lapangan"}
    assert cast.client("assessor").post(one(row, "nilai/"), told).status_code == 302
    assert fresh(row).completion == "limited"
    assert cast.client("head").post(one(row, "nilai/"), told).status_code == 404


def test_a_sheet_is_there_to_be_signed_on_paper(cast):  # noqa: F811
    answer = cast.client("head").get(one(approved(cast), "komitmen.pdf"))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")


def test_the_worst_agency_stands_first_and_filters_narrow(cast):  # noqa: F811
    approved(cast, title="Tepat waktu", dues=(50,))
    approved(cast, title="Terlambat lama", dues=(-20,))
    page = cast.client("sekda").get(LIST).content.decode()
    assert page.index("Terlambat lama") < page.index("Tepat waktu")
    assert "1 milestone is late" in page
    narrowed = cast.client("sekda").get(LIST + "?perihal=late").content.decode()
    assert "Terlambat lama" in narrowed and "Tepat waktu" not in narrowed
    for nonsense in ("?opd=bukan-uid", "?keadaan=apa", "?perihal=apa", "?mulai=999999"):
        assert cast.client("sekda").get(LIST + nonsense).status_code == 200


def test_the_filters_are_folded_until_one_narrows(cast):  # noqa: F811
    drafted(cast)
    folded, open_ = (
        '<details class="card tl-filter commit-filter">',
        '<details class="card tl-filter commit-filter" open>',
    )
    client = cast.client("sekda")
    whole = client.get(LIST).content.decode()
    assert whole.count(folded) == 1 and whole.index(folded) < whole.index('name="keadaan"') < whole.index(
        "</details>", whole.index(folded)
    )
    for query in ("?keadaan=draft", f"?opd={cast.unit.uid}", "?perihal=late"):
        narrowed = client.get(LIST + query).content.decode()
        assert open_ in narrowed and 'href="?"' in narrowed


def test_the_list_asks_the_same_queries_for_two_and_for_twelve(cast):  # noqa: F811
    client = cast.client("sekda")

    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(LIST).status_code == 200
        return len(told)

    for _n in range(2):
        approved(cast)
    asked()
    few = asked()
    for _n in range(10):
        approved(cast)
    assert asked() == few


def test_what_waits_is_told_to_who_can_do_it(cast):  # noqa: F811
    proposed(cast, title="Menunggu kepala")
    approved(cast, title="Berjalan", dues=(-3, 5, 200))
    approved(cast, title="Lama berakhir", since=-600, until=-200, dues=(-300,))

    def told(who: str) -> list[str]:
        found = ports.groups(cast.actor(who), cast.institution)
        return sorted(row.title for group in found if group.key == "commitments" for _u, row in group.rows)

    assert told("head") == ["Menunggu kepala", "Tonggak 1", "Tonggak 1", "Tonggak 2"]
    assert told("operator") == ["Tonggak 1", "Tonggak 1", "Tonggak 2"]
    assert told("assessor") == told("verifier") == ["Lama berakhir"]
    assert told("other_operator") == told("sekda") == []


def test_the_page_of_the_agency_tells_its_duties(cast):  # noqa: F811
    approved(cast, dues=(-3,))
    found = {one.text: one.count for one in duties.of(cast.actor("head"), cast.institution, cast.unit)}
    assert {n for text, n in found.items() if "komitmen" in text.lower() or "commit" in text.lower()} == {1}
    assert all(
        "ommit" not in one.text for one in duties.of(cast.actor("head"), cast.institution, cast.other_unit)
    )


def test_open_milestones_are_due_and_reached_ones_are_not(cast):  # noqa: F811
    drafted(cast, dues=(-9,))
    row = approved(cast, dues=(-3, 30))
    actions.milestone_done(cast.actor("operator"), step_of(row), 1, TODAY)
    due = [one for one in notices.dues(cast.institution, TODAY) if one.key.startswith("milestone:")]
    assert [(one.due, one.unit) for one in due] == [(TODAY + timedelta(30), cast.unit)]
    assert notices.find(cast.institution, [due[0].key], TODAY) == {due[0].key: due[0]}
    offer = notices.of(due[0].key)
    assert offer is not None and offer.visible is not None
    assert offer.visible(cast.actor("head"), cast.institution, [due[0].key]) == {due[0].key}
    assert offer.visible(cast.actor("other_operator"), cast.institution, [due[0].key]) == set()


def test_the_history_of_what_others_opened_stays_with_them(cast):  # noqa: F811
    row = approved(cast, public=True)
    uids = [row.uid, step_of(row).uid]
    for kind, uid in zip(("commitment", "milestone"), uids, strict=True):
        visible = history.registered(kind).visible
        assert visible(cast.actor("operator"), cast.institution, [uid]) == {uid}
        assert visible(cast.actor("sekda"), cast.institution, [uid]) == {uid}
        for who in ("other_operator", "stranger", "foreigner", "public"):
            assert visible(cast.actor(who), cast.institution, [uid]) == set(), who
