"""What taking back in the history, and doors that stand open too long, may not do to a round."""

from __future__ import annotations

import pytest

from pendapa.evaluation.actions import cycles as rounds
from pendapa.evaluation.actions import decrees, work
from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.actions.refusing import Refused
from pendapa.evaluation.models import Answer, Assessment, Cycle, EvidenceUse
from pendapa.evaluation.queries import evidence as queries
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet, Recorded, Revision
from tests.cast import Cast, cast  # noqa: F401
from tests.evaluation.proving import begin, hand_in
from tests.evaluation.test_cycle_steps import begun, lead, now, sheet  # noqa: F401


def last_set(row: Recorded) -> ChangeSet:
    return Revision.objects.filter(target_uid=row.uid).order_by("-version")[0].change_set


def judged(cast: Cast, state: str = "accepted") -> EvidenceUse:  # noqa: F811
    use = actions.hang(cast.actor("operator"), begin(cast), "11", hand_in(cast))
    return actions.judge(cast.actor("assessor"), use, use.version, state, "Sudah dibaca.")


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
