"""Commitments on their way: who may do what, what is kept of an approval, what cannot change any more."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.roadmap.actions import commitments as actions
from pendapa.roadmap.models import Commitment, Milestone
from pendapa.roadmap.queries import commitments as queries
from pendapa.roadmap.rules import commitments as rules
from tests.cast import WHO, Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def values(
    since: int = -30, until: int = 335, dues: tuple[int, ...] = (-5, 100), **more: object
) -> rules.Values:
    """A whole commitment, its days counted from today."""
    steps = tuple(rules.Step(f"Tonggak {n}", TODAY + timedelta(due)) for n, due in enumerate(dues, 1))
    kept = rules.Values(
        "Satu portal layanan", "Kami menyatukan semua layanan dalam satu portal.", TODAY + timedelta(since),
        TODAY + timedelta(until), "Warga mendaftar di enam tempat.", "Tangkapan layar portal", steps,
    )  # fmt: skip
    return replace(kept, **more)  # type: ignore[arg-type]


def drafted(cast: Cast, who: str = "operator", **more: object) -> Commitment:  # noqa: F811
    return actions.draft(cast.actor(who), cast.institution, cast.unit, values(**more))  # type: ignore[arg-type]


def fresh(row: Commitment) -> Commitment:
    return Commitment.objects.select_related("unit", "institution").get(pk=row.pk)


def proposed(cast: Cast, **more: object) -> Commitment:  # noqa: F811
    row = drafted(cast, **more)
    return actions.propose(cast.actor("operator"), row, row.version)


def approved(cast: Cast, **more: object) -> Commitment:  # noqa: F811
    row = proposed(cast, **more)
    return actions.approve(cast.actor("head"), row, row.version)


def step_of(row: Commitment, place: int = 0) -> Milestone:
    return queries.steps(fresh(row))[place]


@pytest.mark.parametrize("who", [who for who in WHO if who != "public"])
def test_only_the_own_agency_and_the_secretariat_write_a_commitment(cast, who):  # noqa: F811
    if who in ("operator", "head", "diskominfo"):
        assert drafted(cast, who).state == "draft"
    else:
        with pytest.raises(NotFound):
            drafted(cast, who)
        assert not Commitment.objects.exists()


def test_the_approval_keeps_name_office_time_and_the_hash_of_what_was_agreed(cast):  # noqa: F811
    row = fresh(approved(cast))
    assert (row.state, row.approved_name, row.approved_by) == ("approved", "Head", cast.users["head"])
    assert row.approved_office == "Kepala OPD, Dinas Kesehatan" and not row.approved_acting
    assert row.approved_hash == rules.digest(values()) and abs(timezone.now() - row.approved_at) < timedelta(
        minutes=1
    )
    assert queries.verify(row) is True


def test_an_acting_head_approves_as_acting(cast):  # noqa: F811
    Assignment.objects.filter(user=cast.users["head"]).update(acting=True)
    row = fresh(approved(cast))
    assert row.approved_acting and row.approved_office.startswith("Plt. ")


@pytest.mark.parametrize(
    "who", ["operator", "other_operator", "diskominfo", "sekda", "verifier", "assessor", "stranger"]
)
def test_nobody_but_the_head_of_that_agency_approves(cast, who):  # noqa: F811
    row = proposed(cast)
    with pytest.raises(NotFound):
        actions.approve(cast.actor(who), row, row.version)
    assert fresh(row).state == "proposed" and queries.verify(fresh(row)) is None


def test_the_command_line_approves_nothing(cast):  # noqa: F811
    row = proposed(cast)
    with pytest.raises(NotFound):
        actions.approve(access.system(), row, row.version)


def test_a_second_head_approves_what_the_first_alone_wrote(cast):  # noqa: F811
    row = drafted(cast, "head")
    row = actions.propose(cast.actor("head"), row, row.version)
    other = User.objects.create_user("plh@uji.example", "Wakil")
    Assignment.objects.create(
        user=other, institution=cast.institution, unit=cast.unit, role="head", acting=True
    )
    with pytest.raises(Refused) as told:
        actions.approve(cast.actor("head"), row, row.version)
    assert "own" in told.value.faults
    assert actions.approve(access.of(other), row, row.version).approved_name == "Wakil"
    assert not queries.approved_alone(fresh(row))


def test_the_only_head_approves_the_own_text_and_it_says_so(cast):  # noqa: F811
    row = drafted(cast, "head")
    row = actions.propose(cast.actor("head"), row, row.version)
    actions.approve(cast.actor("head"), row, row.version)
    assert queries.approved_alone(fresh(row))
    assert not queries.approved_alone(fresh(approved(cast)))


def test_without_a_milestone_nothing_goes_to_the_head(cast):  # noqa: F811
    row = drafted(cast, dues=())
    with pytest.raises(Refused) as told:
        actions.propose(cast.actor("operator"), row, row.version)
    assert list(told.value.faults) == ["milestones"]
    assert fresh(row).state == "draft"


def test_what_was_committed_to_does_not_change(cast):  # noqa: F811
    row = approved(cast)
    for who in ("operator", "head", "diskominfo"):
        with pytest.raises(Refused):
            actions.change(cast.actor(who), row, row.version, values(title="Lain"))
    assert fresh(row).title == "Satu portal layanan" and queries.verify(fresh(row)) is True


def test_a_revision_is_a_draft_that_needs_a_new_approval(cast):  # noqa: F811
    row = approved(cast)
    first = row.approved_hash
    with pytest.raises(NotFound):
        actions.revise(cast.actor("operator"), row, row.version, "Tenggat berubah")
    with pytest.raises(Refused):
        actions.revise(cast.actor("head"), row, row.version, "  ")
    row = actions.revise(cast.actor("head"), row, row.version, "Tenggat berubah")
    assert (row.state, row.approved_hash, row.approved_name) == ("draft", "", "")
    row = actions.change(cast.actor("operator"), row, row.version, values(dues=(20, 120)))
    row = actions.propose(cast.actor("operator"), row, row.version)
    row = actions.approve(cast.actor("head"), row, row.version)
    assert row.approved_hash != first and queries.verify(fresh(row)) is True
    assert [one.reason for one in queries.trail(row) if one.reason] == ["Tenggat berubah"]


def test_a_change_writes_the_milestones_along_with_the_text(cast):  # noqa: F811
    row = drafted(cast)
    kept, gone = queries.steps(row)
    steps = (
        rules.Step("Baru", TODAY), rules.Step("Tonggak 1 ditegaskan", kept.due, str(kept.uid)),
    )  # fmt: skip
    actions.change(cast.actor("operator"), row, row.version, values(milestones=steps))
    assert [one.text for one in queries.steps(fresh(row))] == ["Baru", "Tonggak 1 ditegaskan"]
    assert Milestone.objects.get(pk=kept.pk).version == 2
    assert Milestone.objects.get(pk=gone.pk).deleted_at is not None


def test_of_two_people_who_write_one_draft_the_second_is_told(cast):  # noqa: F811
    row = drafted(cast)
    actions.change(cast.actor("operator"), row, row.version, values(title="Pertama"))
    with pytest.raises(Conflict):
        actions.change(cast.actor("head"), row, row.version, values(title="Kedua"))
    assert fresh(row).title == "Pertama"


def test_a_head_does_not_approve_a_text_that_was_changed_meanwhile(cast):  # noqa: F811
    row = proposed(cast)
    read = row.version
    row = actions.give_back(cast.actor("head"), row, read, "Tegaskan tonggak")
    row = actions.propose(cast.actor("operator"), row, row.version)
    with pytest.raises(Conflict):
        actions.approve(cast.actor("head"), row, read)


def test_to_give_back_takes_a_reason_and_to_withdraw_what_was_committed_too(cast):  # noqa: F811
    row = proposed(cast)
    with pytest.raises(Refused):
        actions.give_back(cast.actor("head"), row, row.version, "")
    row = actions.approve(cast.actor("head"), row, row.version)
    with pytest.raises(NotFound):
        actions.withdraw(cast.actor("operator"), row, row.version, "Tidak jadi")
    with pytest.raises(Refused):
        actions.withdraw(cast.actor("head"), row, row.version, "")
    assert actions.withdraw(cast.actor("head"), row, row.version, "Program dihapus").state == "withdrawn"


def test_milestones_are_reported_with_proof_and_touch_no_hash(cast):  # noqa: F811
    row = approved(cast)
    step = step_of(row)
    proof = actions.Proof(io.BytesIO(PDF), "berita acara.exe", len(PDF))
    actions.milestone_done(cast.actor("operator"), step, step.version, TODAY, note="Selesai", proof=proof)
    step = step_of(row)
    assert step.done_on == TODAY and step.file.name == "berita acara.exe.pdf"
    assert queries.verify(fresh(row)) is True
    assert queries.line(fresh(row), TODAY).proven == 1


@pytest.mark.parametrize(
    ("day", "link", "content", "field"),
    [
        (1, "", b"", "done_on"),
        (0, "javascript:alert(1)", b"", "link"),
        (0, "https://nama:sandi@contoh.go.id/", b"", "link"),
        (0, "", b"MZ\x90\x00", "file"),
    ],
)
def test_what_proves_nothing_is_refused_and_nothing_is_kept(cast, day, link, content, field):  # noqa: F811
    step = step_of(approved(cast))
    proof = actions.Proof(io.BytesIO(content), "a.pdf", len(content)) if content else None
    with pytest.raises(Refused) as told:
        actions.milestone_done(
            cast.actor("operator"), step, step.version, TODAY + timedelta(day), link=link, proof=proof
        )
    assert list(told.value.faults) == [field]
    step.refresh_from_db()
    assert step.done_on is None and not step.link and step.file is None


def test_milestones_of_a_draft_and_of_others_are_not_reported(cast):  # noqa: F811
    row = drafted(cast)
    with pytest.raises(Refused):
        actions.milestone_done(cast.actor("operator"), step_of(row), 1, TODAY)
    row = approved(cast)
    for who in ("other_operator", "assessor", "verifier"):
        with pytest.raises(NotFound):
            actions.milestone_done(cast.actor(who), step_of(row), 1, TODAY)


def test_of_two_people_who_report_one_milestone_the_second_is_told(cast):  # noqa: F811
    step = step_of(approved(cast))
    actions.milestone_done(cast.actor("operator"), step, 1, TODAY)
    with pytest.raises(Conflict):
        actions.milestone_done(cast.actor("head"), step, 1, TODAY - timedelta(1))


def test_nothing_is_assessed_before_its_period_is_over(cast):  # noqa: F811
    row = approved(cast)
    with pytest.raises(Refused):
        actions.assess(cast.actor("verifier"), row, row.version, "complete", "Sudah")
    with pytest.raises(Refused):
        actions.end(cast.actor("head"), row, row.version)


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "other_operator"])
def test_the_agency_does_not_assess_itself(cast, who):  # noqa: F811
    row = approved(cast, since=-400, until=-10, dues=(-300,))
    with pytest.raises(NotFound):
        actions.assess(cast.actor(who), row, row.version, "complete", "Sudah")


def test_without_evidence_another_value_than_that_asks_for_a_reason(cast):  # noqa: F811
    row = approved(cast, since=-400, until=-10, dues=(-300,))
    with pytest.raises(Refused) as told:
        actions.assess(cast.actor("assessor"), row, row.version, "substantial")
    assert list(told.value.faults) == ["note"]
    with pytest.raises(Refused):
        actions.assess(cast.actor("assessor"), row, row.version, "80 persen")
    row = actions.assess(cast.actor("assessor"), row, row.version, "no_evidence")
    row = fresh(row)
    assert (row.state, row.completion, row.assessed_on, row.assessed_by) == (
        "ended",
        "no_evidence",
        TODAY,
        "Assessor",
    )
    assert queries.verify(row) is True


def test_an_approval_does_not_go_away_by_taking_it_back_in_the_history(cast):  # noqa: F811
    row = approved(cast)
    last = ChangeSet.objects.order_by("-pk").first()
    first = ChangeSet.objects.filter(revisions__target_uid=row.uid).order_by("pk").first()
    for one in (last, first):
        with pytest.raises(undoing.Refused):
            undoing.undo(access.system(), one)
    assert fresh(row).state == "approved" and queries.verify(fresh(row)) is True


def test_drafts_of_others_are_neither_seen_nor_counted(cast):  # noqa: F811
    row = drafted(cast)
    with pytest.raises(NotFound):
        queries.commitment(cast.actor("other_operator"), cast.institution, row.uid)
    assert queries.by_unit(cast.actor("other_operator"), cast.institution, queries.Filters(), TODAY) == []
    approved(cast)
    assert queries.late(cast.actor("other_operator"), cast.institution, TODAY) == []


def test_the_cockpit_is_told_by_agency_what_is_late_and_without_evidence(cast):  # noqa: F811
    drafted(cast)
    approved(cast, dues=(-12, -3, 50))
    told = queries.late(cast.actor("sekda"), cast.institution, TODAY)
    assert [(one.unit, one.commitments, one.late, one.longest, one.without_evidence) for one in told] == [
        ("Dinas Kesehatan", 1, 2, 12, 1)
    ]
    assert queries.late(cast.actor("sekda"), cast.institution, date(2000, 1, 1)) == []


def test_each_write_is_in_the_history_with_the_agency(cast):  # noqa: F811
    row = approved(cast)
    kept = Revision.objects.filter(target_uid=row.uid).order_by("version")
    assert [one.snapshot["state"] for one in kept] == ["draft", "proposed", "approved"]
    assert {one.change_set.unit_id for one in kept} == {cast.unit.pk}


def test_an_opd_that_has_ended_commits_to_nothing_new(cast: Cast) -> None:  # noqa: F811
    cast.unit.valid_to = TODAY - timedelta(1)
    cast.unit.save()
    with pytest.raises(Refused, match=cast.unit.name):
        drafted(cast, "diskominfo")
    page = cast.client("diskominfo").get("/di/uji/peta-rencana/komitmen/baru/").content.decode()
    assert f'value="{cast.unit.uid}"' not in page and f'value="{cast.other_unit.uid}"' in page
