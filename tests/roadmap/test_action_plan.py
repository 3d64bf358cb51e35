"""Verbs of the action plan."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.comments import actions as comments
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tenancy.models import Assignment
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action, ActionEvidence
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.rules.action_plan import Counts, Values
from tests.cast import cast  # noqa: F401
from tests.roadmap.plans import action, initiative

DUE = date(2027, 1, 31)


def values(row: Action, **more) -> Values:
    return Values(**{
        "title": row.title, "unit": row.unit_id, "person": row.person_id, "due": row.due, "evidence_asked": row.evidence_asked,
        "checklist": tuple(one["text"] for one in row.checklist), "repeats": row.repeats, "repeats_until": row.repeats_until,
        **more,
    })  # fmt: skip


@pytest.mark.parametrize("who", ["operator", "head", "diskominfo"])
def test_owner_and_secretariat_plan_actions(cast, who):  # noqa: F811
    under = initiative(cast)
    row = action(cast, under, who=who, person=cast.users["operator"].pk, due=DUE)
    assert (row.person_name, row.state) == ("Operator", "todo")
    assert [one.pk for one in queries.of_initiative(cast.actor(who), under)] == [row.pk]


@pytest.mark.parametrize(
    "who", ["other_operator", "sekda", "verifier", "assessor", "stranger", "foreigner", "public"]
)
def test_others_do_not(cast, who):  # noqa: F811
    under = initiative(cast)
    with pytest.raises(NotFound):
        action(cast, under, who=who)


def test_a_partner_plans_what_its_own_agency_does_and_no_more(cast):  # noqa: F811
    under = initiative(cast, partners=[cast.other_unit])
    row = action(cast, under, "Padankan NIK", who="other_operator", unit=cast.other_unit)
    assert row.unit == cast.other_unit
    for unit in (cast.unit, None):
        with pytest.raises(actions.Refused) as refused:
            action(cast, under, who="other_operator", unit=unit)
        assert "unit" in refused.value.faults
    theirs = action(cast, under)
    with pytest.raises(NotFound):
        actions.begin(cast.actor("other_operator"), theirs, theirs.version)


def test_only_people_of_owner_partner_or_secretariat_are_given_actions(cast):  # noqa: F811
    under = initiative(cast)
    for who in ("operator", "head", "diskominfo"):
        assert action(cast, under, person=cast.users[who].pk).person == cast.users[who]
    for who in ("other_operator", "stranger", "foreigner"):
        with pytest.raises(actions.Refused) as refused:
            action(cast, under, person=cast.users[who].pk)
        assert "person" in refused.value.faults
    assert action(cast, under, person_name=" Bu  Rina ").person_name == "Bu Rina"


def test_actions_hang_one_level_deep_and_stay_in_their_initiative(cast):  # noqa: F811
    under = initiative(cast)
    top = action(cast, under)
    below = action(cast, under, "Rapat", parent=top)
    with pytest.raises(actions.Refused) as refused:
        action(cast, under, parent=below)
    assert "parent" in refused.value.faults
    with pytest.raises(NotFound):
        action(cast, initiative(cast, title="Lain"), parent=top)


def test_a_parent_is_not_finished_over_open_children_and_they_are_named(cast):  # noqa: F811
    under, who = initiative(cast), cast.actor("operator")
    top = action(cast, under)
    below = action(cast, under, "Rapat persiapan", parent=top)
    for verb in (lambda: actions.finish(who, top, top.version), lambda: actions.cancel(who, top, 1, "batal")):
        with pytest.raises(actions.Refused, match="Rapat persiapan"):
            verb()
    actions.finish(who, below, below.version)
    assert actions.finish(who, top, top.version).action.state == "done"


def test_two_people_who_close_one_action_at_once_close_it_once(cast):  # noqa: F811
    row = action(cast, initiative(cast), due=DUE, repeats="monthly")
    seen = row.version
    first = actions.finish(cast.actor("head"), row, seen)
    with pytest.raises(actions.Closed) as closed:
        actions.finish(cast.actor("operator"), row, seen)
    assert closed.value.who == "Head" and closed.value.at is not None and "Head" in str(closed.value)
    assert Action.objects.count() == 2 and first.following.due == date(2027, 2, 28)


def test_a_series_goes_on_once_and_does_not_fork(cast):  # noqa: F811
    who = cast.actor("operator")
    row = action(cast, initiative(cast), due=DUE, repeats="monthly", checklist=("Kirim laporan",))
    actions.check(who, row, 0, "Kirim laporan", True)
    second = actions.finish(who, row, 2).following
    assert (second.due, second.checklist[0]["done"], second.series) == (date(2027, 2, 28), False, row.series)
    again = actions.reopen(who, row, 3)
    assert actions.finish(who, again, again.version).following is None
    third = actions.finish(who, second, second.version).following
    assert third.due == date(2027, 3, 31)
    with pytest.raises(actions.Refused) as refused:
        actions.change(who, third, third.version, values(third, due=date(2027, 2, 28)))
    assert "due" in refused.value.faults


def test_a_series_ends_with_its_day_with_the_initiative_or_by_a_cancellation(cast):  # noqa: F811
    under, who = initiative(cast), cast.actor("operator")
    short = action(cast, under, due=DUE, repeats="monthly", repeats_until=date(2027, 2, 27))
    assert actions.finish(who, short, 1).following is None
    last = action(cast, under, due=date(2027, 12, 1), repeats="monthly")
    assert actions.finish(who, last, 1).following is None
    gone = action(cast, under, due=DUE, repeats="yearly")
    actions.cancel(who, gone, 1, "Dihapus dari APBD")
    assert Action.objects.filter(series=gone.series).count() == 1


def test_taking_back_a_finish_takes_the_next_of_the_series_back_too(cast):  # noqa: F811
    row = action(cast, initiative(cast), due=DUE, repeats="monthly")
    actions.finish(cast.actor("operator"), row, 1)
    undoing.undo(cast.actor("diskominfo"), ChangeSet.objects.latest("pk"))
    assert [one.state for one in Action.objects.filter(deleted_at=None)] == ["todo"]


def test_ticks_of_two_people_do_not_lose_each_other(cast):  # noqa: F811
    row = action(cast, initiative(cast), checklist=("satu", "dua", "tiga"))
    actions.check(cast.actor("operator"), row, 0, "satu", True)
    now = actions.check(cast.actor("head"), row, 2, "tiga", True)
    assert [one["done"] for one in now.checklist] == [True, False, True] and now.state == "doing"
    with pytest.raises(actions.Refused):
        actions.check(cast.actor("head"), row, 0, "hilang", True)


def test_who_changes_the_text_does_not_lose_a_tick_made_meanwhile(cast):  # noqa: F811
    row = action(cast, initiative(cast), checklist=("satu", "dua"))
    seen = row.version
    actions.check(cast.actor("head"), row, 1, "dua", True)
    now = actions.change(cast.actor("operator"), row, seen, values(row, title="Susun SOP baru"))
    assert (now.title, now.checklist[1]["done"], now.state) == ("Susun SOP baru", True, "doing")


def test_two_who_change_the_same_field_are_told(cast):  # noqa: F811
    row = action(cast, initiative(cast), due=DUE)
    actions.change(cast.actor("head"), row, 1, values(row, due=date(2027, 3, 1)))
    with pytest.raises(Conflict):
        actions.change(cast.actor("operator"), row, 1, values(row, due=date(2027, 4, 1)))
    now = actions.change(cast.actor("operator"), row, 1, values(row, title="Lain"))
    assert (now.title, now.due) == ("Lain", date(2027, 3, 1))
    with pytest.raises(Conflict):
        actions.finish(cast.actor("operator"), row, 1)


def test_evidence_that_is_asked_for_must_be_there_or_its_lack_be_explained(cast):  # noqa: F811
    under, who = initiative(cast), cast.actor("operator")
    row = action(cast, under, evidence_asked="Berita acara")
    with pytest.raises(actions.Refused) as refused:
        actions.finish(who, row, 1)
    assert "Berita acara" in refused.value.faults["reason"]
    assert "hilang di banjir" in actions.finish(who, row, 1, reason="hilang di banjir").action.result
    proved = action(cast, under, evidence_asked="Berita acara")
    actions.add_evidence(who, proved, link="https://jdih.uji.example/ba-1", title="Berita acara 1")
    done = actions.finish(who, proved, 1, "Rapat 12 Januari").action
    assert (done.result, done.done_by) == ("Rapat 12 Januari", "Operator")


def test_a_file_is_taken_by_its_content_and_once(cast, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    row, who = action(cast, initiative(cast)), cast.actor("operator")
    pdf = b"%PDF-1.4 isi"
    piece = actions.add_evidence(who, row, content=io.BytesIO(pdf), name="../BA.exe", size=len(pdf))
    assert piece.file.name.endswith(".pdf") and "/" not in piece.file.name
    for content in (pdf, b"MZ program", b""):
        with pytest.raises(actions.Refused) as refused:
            actions.add_evidence(who, row, content=io.BytesIO(content), name="x.pdf", size=len(content))
        assert "file" in refused.value.faults
    assert ActionEvidence.objects.count() == 1 and sum(one.is_file() for one in tmp_path.rglob("*")) == 1
    with pytest.raises(actions.Refused):
        actions.add_evidence(who, row, link="javascript:alert(1)")
    actions.remove_evidence(who, piece, 1)
    assert queries.evidence(row) == []


def test_evidence_of_a_finished_action_stays(cast):  # noqa: F811
    row, who = action(cast, initiative(cast)), cast.actor("operator")
    piece = actions.add_evidence(who, row, link="https://uji.example/a")
    actions.finish(who, row, 1)
    with pytest.raises(actions.Refused):
        actions.remove_evidence(who, piece, 1)


def test_somebody_who_left_is_found_and_the_actions_go_to_another_at_once(cast):  # noqa: F811
    under, boss = initiative(cast), cast.actor("diskominfo")
    rows = [action(cast, under, f"Aksi {n}", person=cast.users["operator"].pk) for n in range(3)]
    nobody = action(cast, under, "Tanpa orang")
    action(cast, under, "Tanpa akun", person_name="Bu Rina")
    orphans = queries.narrowed(boss, cast.institution, queries.Filters("all", "orphans"))
    assert {one.title for one in orphans} == {"Tanpa orang"}
    Assignment.objects.filter(user=cast.users["operator"]).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert {one.title for one in orphans.all()} == {"Tanpa orang", "Aksi 0", "Aksi 1", "Aksi 2"}
    assert queries.left(cast.institution, [*rows, nobody]) == {one.pk for one in rows}
    assert Action.objects.get(pk=rows[0].pk).person_name == "Operator"
    uids = [one.uid for one in [*rows, nobody]]
    assert actions.reassign(boss, cast.institution, uids, cast.users["head"].pk) == (4, [])
    assert not orphans.all().exists()
    with pytest.raises(actions.Refused):
        actions.reassign(boss, cast.institution, uids, cast.users["other_operator"].pk)
    with pytest.raises(NotFound):
        actions.reassign(
            cast.actor("other_operator"), cast.institution, uids, cast.users["other_operator"].pk
        )


def test_somebody_who_moved_to_another_agency_does_it_no_more(cast):  # noqa: F811
    row = action(cast, initiative(cast), person=cast.users["operator"].pk)
    Assignment.objects.filter(user=cast.users["operator"]).update(unit=cast.other_unit)
    assert queries.left(cast.institution, [row]) == {row.pk}
    again = initiative(cast, partners=[cast.other_unit])
    kept = action(cast, again, who="head", person=cast.users["operator"].pk)
    assert queries.left(cast.institution, [kept]) == set()


def test_counts_are_of_what_one_sees(cast):  # noqa: F811
    under, late = initiative(cast), timezone.localdate() - timedelta(days=1)
    done = action(cast, under)
    actions.finish(cast.actor("operator"), done, 1)
    action(cast, under, due=late)
    action(cast, under, due=DUE)
    gone = action(cast, under)
    actions.cancel(cast.actor("operator"), gone, 1, "batal")
    assert queries.counts(cast.actor("head"), cast.institution)[under.pk] == Counts(
        1, 2, 1 if timezone.localdate() <= DUE else 2
    )
    assert queries.counts(cast.actor("other_operator"), cast.institution) == {}


def test_a_comment_calls_only_who_sees_the_action(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    said = comments.say(cast.actor("operator"), cast.institution, "action", row.uid, "@Head mohon dicek")
    assert [one.user for one in said.mentions.all()] == [cast.users["head"]]
    with pytest.raises(comments.Refused):
        comments.say(cast.actor("operator"), cast.institution, "action", row.uid, "@Other Operator lihat ini")
    with pytest.raises(NotFound):
        comments.say(cast.actor("other_operator"), cast.institution, "action", row.uid, "halo")
