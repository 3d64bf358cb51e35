"""What taking back in the history, and doors that stand open too long, may not do to a round."""

from __future__ import annotations

import socket
import threading
from datetime import date

import pytest

from pendapa.evaluation.actions import cycles as rounds
from pendapa.evaluation.actions import decrees, findings, links, work
from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.actions import rounds as parts
from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, Evidence, EvidenceUse
from pendapa.evaluation.queries import evidence as queries
from pendapa.evaluation.queries.reports import material
from pendapa.evaluation.reports import data
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import queries as past
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet, Recorded, Revision
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Unit
from tests.cast import Cast, cast  # noqa: F401
from tests.evaluation.proving import begin, hand_in
from tests.evaluation.test_cycle_steps import begun, lead, now, sheet  # noqa: F401


def last_set(row: Recorded) -> ChangeSet:
    return Revision.objects.filter(target_uid=row.uid).order_by("-version")[0].change_set


def judged(cast: Cast, state: str = "accepted") -> EvidenceUse:  # noqa: F811
    use = actions.hang(cast.actor("operator"), begin(cast), "11", hand_in(cast))
    return actions.judge(cast.actor("assessor"), use, use.version, state, "Sudah dibaca.")


def test_what_a_closed_round_stands_on_stays_and_its_recommendations_are_followed_up(cast, begun):  # noqa: F811
    actor, day = cast.actor("diskominfo"), date(2026, 11, 2)
    row = lead(cast, begun, "result")
    finding = findings.save(actor, row, "recommendation", "Tetapkan kebijakan.", unit=cast.unit)
    row, event, member = lead(cast, begun, "closed"), row.events.get(), row.members.first()
    for change in (
        lambda: findings.save(actor, row, "weakness", "Belum ada reviu."),
        lambda: findings.save(actor, row, "weakness", "Lain.", uid=finding.uid, version=finding.version),
        lambda: findings.remove(actor, row, finding.uid),
        lambda: parts.save_event(actor, row, "meeting", day),
        lambda: parts.remove_event(actor, row, event.uid),
        lambda: parts.add_member(actor, row, "respondent", name="Sri"),
        lambda: parts.remove_member(actor, row, member.uid),
    ):
        with pytest.raises(Refused):
            change()
    with pytest.raises(undoing.Refused):
        undoing.undo(actor, last_set(finding))
    done = findings.follow_up(cast.actor("operator"), row, finding.uid, finding.version, "done", "Terbit.")
    assert done.state == "done"
    page = cast.client("diskominfo").get(f"/di/{cast.institution.code}/penilaian/2026/spbe-2020/temuan/")
    assert page.status_code == 200 and b"ditutup" in page.content and b'value="remove"' not in page.content


def test_who_handed_a_piece_in_cannot_take_it_back_while_it_is_used(cast):  # noqa: F811
    use = judged(cast)
    done = undoing.undo(cast.actor("operator"), last_set(use.evidence))
    assert done.count == 0 and len(done.kept) == 1
    assert len(queries.of_cycle(cast.actor("assessor"), use.cycle)["11"]) == 1


def test_a_piece_that_is_used_nowhere_can_be_taken_back(cast):  # noqa: F811
    piece = hand_in(cast)
    assert undoing.undo(cast.actor("operator"), last_set(piece)).count == 1


def test_a_decree_to_which_evidence_of_others_points_is_not_taken_back(cast):  # noqa: F811
    own = {"kind": "Perbup", "number": "41 Tahun 2025", "title": "Arsitektur", "unit": cast.unit}
    decree = decrees.add(cast.actor("operator"), cast.institution, **own)
    actions.add_decree(cast.actor("other_operator"), cast.institution, decree, unit=cast.other_unit)
    assert undoing.undo(cast.actor("operator"), last_set(decree)).count == 0


def test_what_the_assessors_said_is_not_taken_back_by_the_secretariat(cast):  # noqa: F811
    use = judged(cast, "rejected")
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), last_set(use))
    assert EvidenceUse.objects.get(pk=use.pk).state == "rejected"


def test_a_use_that_nobody_judged_can_be_taken_back(cast):  # noqa: F811
    use = actions.hang(cast.actor("operator"), begin(cast), "11", hand_in(cast))
    assert undoing.undo(cast.actor("diskominfo"), last_set(use)).count == 1


@pytest.mark.parametrize("stage", ["self", "internal", "external"])
def test_levels_of_a_closed_round_are_not_taken_back(cast, begun, stage):  # noqa: F811
    cycle = lead(cast, begun, "closed")
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), last_set(sheet(cycle, stage)))
    assert len(sheet(cycle, stage).levels) == 47


def test_levels_of_the_assessors_are_not_taken_back_by_the_secretariat(cast, begun):  # noqa: F811
    cycle = lead(cast, begun, "internal")
    row = Assessment.objects.select_related("institution", "cycle").get(cycle=cycle, stage="internal")
    work.set_level(cast.actor("assessor"), cycle, "internal", "1", "2", "Dibaca.", row.version)
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), last_set(row))
    assert sheet(cycle, "internal").levels == {"1": "2"}


@pytest.mark.parametrize("step", ["internal", "closed"])
def test_a_passed_step_is_not_taken_back_in_the_history(cast, begun, step):  # noqa: F811
    cycle = lead(cast, begun, step)
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), last_set(cycle))
    assert now(cycle).step == step


def test_what_the_coordinator_agreed_to_is_not_taken_back_by_the_secretariat(cast, begun):  # noqa: F811
    cycle = lead(cast, begun, "agreement")
    agreed = rounds.agree(cast.actor("sekda"), cycle, cycle.version, True)
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), last_set(agreed))
    assert now(cycle).consent is True


@pytest.mark.parametrize("verb", ["send_back", "validate"])
def test_explanations_of_a_closed_round_stay_as_they_are(cast, begun, verb):  # noqa: F811
    cycle = lead(cast, begun, "closed")
    row = Answer.objects.get(cycle=cycle, indicator="1", deleted_at=None)
    with pytest.raises(Refused):
        if verb == "send_back":
            work.send_back(cast.actor("assessor"), cycle, "1", "Belum lengkap.", row.version)
        else:
            work.validate(cast.actor("diskominfo"), cycle, "1", row.version)
    assert Answer.objects.get(pk=row.pk).state == "valid"


def test_a_round_that_was_only_begun_can_be_taken_back(cast, begun):  # noqa: F811
    undoing.undo(cast.actor("diskominfo"), last_set(begun))
    assert Cycle.objects.get(pk=begun.pk).deleted_at is not None


def test_the_name_of_a_pinned_record_is_told_neither_in_reports_nor_in_the_past(cast):  # noqa: F811
    cycle, actor = begin(cast), cast.actor("diskominfo")
    key = f"unit:{cast.unit.uid}:1"
    piece = actions.add_record(actor, cast.institution, key, title="Bukti susunan")
    actions.hang(actor, cycle, "12", piece)
    assert Evidence.objects.get(pk=piece.pk).record_name == "Dinas Kesehatan"
    reader = cast.actor("other_operator")
    told = [row for block in data._evidence(material(reader, cycle)) for row in getattr(block, "rows", [])]
    assert [row[2] for row in told] == ["Bukti susunan\nCatatan Pendapa (versi 1)"]
    entries = past.of_target(actor, cast.institution, piece.uid)
    assert entries and "Dinas Kesehatan" not in str([one.differences for one in entries])


def test_a_site_that_answers_by_drops_does_not_hold_the_worker(settings, monkeypatch):
    monkeypatch.setattr(links, "SECONDS", 0.5)
    stop, listening = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        there, _address = listening.accept()
        there.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not stop.wait(0.1):
                there.sendall(b"a")
        except OSError:
            pass

    port = listening.getsockname()[1]
    settings.EVIDENCE_LINK_HOSTS = (f"127.0.0.1:{port}",)
    threading.Thread(target=drip, daemon=True).start()
    looking = threading.Thread(target=links.check, args=[f"http://127.0.0.1:{port}/"], daemon=True)
    looking.start()
    looking.join(10)
    stuck = looking.is_alive()
    stop.set()
    listening.close()
    assert not stuck


def test_a_piece_that_was_accepted_is_not_changed_afterwards(cast):  # noqa: F811
    piece = judged(cast).evidence
    with pytest.raises(Refused):
        actions.change(
            cast.actor("operator"),
            piece,
            piece.version,
            title="Lain",
            nature="other",
            dated=None,
            unit=piece.unit,
        )


def test_nobody_hangs_the_piece_of_another_agency_on_an_own_indicator(cast):  # noqa: F811
    cycle = begin(cast)
    help_with(cast, cycle, "11", cast.other_unit)
    piece = hand_in(cast)
    actions.hang(cast.actor("operator"), cycle, "11", piece)
    other = cast.actor("other_operator")
    assert queries.of_cycle(other, cycle)["11"]
    with pytest.raises(Refused) as told:
        actions.hang(other, cycle, "12", piece)
    assert list(told.value.faults) == ["evidence"]
    actions.hang(cast.actor("diskominfo"), cycle, "12", piece)


def help_with(cast: Cast, cycle: Cycle, number: str, unit: Unit) -> None:  # noqa: F811
    """Another unit helps to answer for an indicator."""
    duty = Duty(institution=cast.institution, cycle=cycle, indicator=number, unit=unit, lead=False)
    history.write(system(), cast.institution, "edit", history.Writes(add=[duty]))
