"""Taking an action away that was typed by mistake."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from pendapa.cockpit.queries.extent import Extent
from pendapa.cockpit.queries.late_actions import late_actions
from pendapa.kernel.calendars import feeds
from pendapa.kernel.comments import actions as comments
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.refusing import Refused
from pendapa.kernel.waiting import duties
from pendapa.kernel.waiting import ports as waiting
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.actions import initiatives
from pendapa.roadmap.models import Action, ActionEvidence, InitiativePartner
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import items
from pendapa.roadmap.rules.action_plan import Values
from tests.cast import cast  # noqa: F401
from tests.roadmap.plans import action, initiative

ROOM = "/di/uji/peta-rencana/"
LIST = ROOM + "aksi/"
ALL = "/api/v1/institutions/uji/actions"
MAY = ["operator", "head", "diskominfo"]
READ = ["sekda", "verifier", "assessor"]
NOT = ["other_operator", "stranger", "foreigner"]


def door(row) -> str:
    return f"{LIST}{row.uid}/hapus/"


def is_there(row) -> bool:
    return Action.objects.get(pk=row.pk).deleted_at is None


def why(cast, row, who="operator") -> set[str]:  # noqa: F811
    with pytest.raises(Refused) as refused:
        actions.delete(cast.actor(who), row, Action.objects.get(pk=row.pk).version)
    assert is_there(row)
    return set(refused.value.faults)


def ask(cast, who, path, method="DELETE", body=None, match="*"):  # noqa: F811
    headers = {} if match is None else {"If-Match": match}
    sent = b"" if body is None else json.dumps(body).encode()
    answer = cast.client(who).generic(method, path, sent, content_type="application/json", headers=headers)
    return answer, json.loads(answer.content) if answer.content else None


# ---- who


@pytest.mark.parametrize("who", MAY)
def test_who_may_change_an_action_deletes_it_after_being_asked(cast, who):  # noqa: F811
    under = initiative(cast)
    row, client = action(cast, under, "Salah ketik"), cast.client(who)
    assert door(row) in client.get(f"{LIST}{row.uid}/").content.decode()
    asked = client.get(door(row)).content.decode()
    assert "Salah ketik" in asked and 'name="version" value="1"' in asked and is_there(row)
    answer = client.post(door(row), {"version": 1})
    assert (answer.status_code, answer.url) == (302, f"{ROOM}{under.uid}/")
    assert not is_there(row)
    told = client.get(answer.url).content.decode()
    assert "Salah ketik" in told and f"{LIST}{row.uid}/" not in told  # said once, in no list
    assert client.get(f"{LIST}{row.uid}/").status_code == 404


def test_the_person_it_was_given_to_deletes_it_too(cast):  # noqa: F811
    under = initiative(cast, cast.other_unit, partners=[cast.unit])
    row = action(cast, under, "Punya mitra", "diskominfo", unit=cast.unit, person=cast.users["operator"].pk)
    assert cast.client("operator").post(door(row), {"version": 1}).status_code == 302
    assert not is_there(row)


@pytest.mark.parametrize("who", [*READ, *NOT, "public"])
def test_others_do_not_delete_and_find_no_such_page(cast, who):  # noqa: F811
    row, client = action(cast, initiative(cast)), cast.client(who)
    expected = 302 if who == "public" else 404
    assert client.get(door(row)).status_code == expected
    assert client.post(door(row), {"version": 1}).status_code == expected
    assert is_there(row)
    if who in READ:
        assert door(row) not in client.get(f"{LIST}{row.uid}/").content.decode()


# ---- what stays, and why


def test_a_done_action_stays_and_says_what_to_do_instead(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    actions.finish(cast.actor("operator"), row, 1)
    assert why(cast, row) == {"state"}
    client = cast.client("operator")
    page = client.get(door(row)).content.decode()
    assert 'name="version"' not in page.split("<main")[1] and f'href="{LIST}{row.uid}/"' in page
    assert client.post(door(row), {"version": 2}).status_code == 422 and is_there(row)


def test_an_action_with_evidence_stays(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    actions.add_evidence(cast.actor("operator"), row, link="https://uji.example/notula")
    assert why(cast, row) == {"evidence"}
    assert f"{LIST}{row.uid}/#batal" in cast.client("operator").get(door(row)).content.decode()
    actions.cancel(cast.actor("operator"), row, 1, "Ganda")
    assert why(cast, row) == {"evidence"}
    assert "#batal" not in cast.client("operator").get(door(row)).content.decode()
    actions.remove_evidence(cast.actor("operator"), ActionEvidence.objects.get(), 1)
    actions.delete(cast.actor("operator"), row, 2)
    assert not is_there(row)


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        ("draft", False), ("returned", False), ("withdrawn", False), ("undone", False),
        ("submitted", True), ("agreed", True), ("applied", True), ("partly_undone", True),
    ],
)  # fmt: skip
def test_an_action_stays_while_its_proposal_is_on_its_way_or_in_force(cast, state, stays):  # noqa: F811
    row = action(cast, initiative(cast))
    linked = ChangeSet.objects.order_by("pk").first()
    ChangeSet.objects.filter(pk=linked.pk).update(state=state)
    Action.objects.filter(pk=row.pk).update(change_set=linked)
    if stays:
        assert why(cast, row) == {"change_set"}
        return
    actions.delete(cast.actor("operator"), row, 1)
    assert not is_there(row) and ChangeSet.objects.get(pk=linked.pk).state == state


def test_what_hangs_below_it_is_named_and_goes_first(cast):  # noqa: F811
    under = initiative(cast)
    above = action(cast, under, "Induk")
    below = action(cast, under, "Bagian pertama", parent=above)
    assert why(cast, above) == {"below"}
    assert "Bagian pertama" in cast.client("operator").get(door(above)).content.decode()
    actions.delete(cast.actor("operator"), below, 1)
    actions.delete(cast.actor("operator"), above, 1)
    assert not is_there(above)


def test_a_cancelled_action_may_go(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    actions.cancel(cast.actor("operator"), row, 1, "Ganda")
    actions.delete(cast.actor("head"), row, 2)
    assert not is_there(row)


# ---- a series


def test_a_series_ends_with_the_one_that_is_deleted_and_what_was_done_of_it_stays(cast):  # noqa: F811
    row = action(cast, initiative(cast), due=date(2027, 1, 31), repeats="monthly")
    following = actions.finish(cast.actor("operator"), row, 1).following
    actions.delete(cast.actor("operator"), following, 1)
    assert is_there(row) and Action.objects.filter(deleted_at=None).count() == 1
    # Done once more, the series goes on where it ended.
    actions.reopen(cast.actor("operator"), row, 2)
    again = actions.finish(cast.actor("operator"), row, 3).following
    assert again.due == date(2027, 2, 28)
    gone = Revision.objects.get(target_uid=following.uid, verb="delete").change_set
    undone = undoing.undo(cast.actor("diskominfo"), gone)
    assert undone.count == 0 and len(undone.kept) == 1, "another stands on that day"


# ---- nothing counts it


def test_no_list_no_reminder_no_calendar_and_no_progress_counts_it(cast):  # noqa: F811
    me, today = cast.users["operator"].pk, timezone.localdate()
    under = initiative(cast)
    finished = action(cast, under, "Sudah", due=today)
    actions.finish(cast.actor("operator"), finished, 1)
    row = action(cast, under, "Salah ketik", person=me, due=today - timedelta(days=1))
    actor, institution = cast.actor("operator"), cast.institution

    def seen() -> list[object]:
        (item,) = items.items(actor, institution)
        head = cast.actor("head")
        late = late_actions(head, institution, today, Extent(head.scope(VIEW, institution)))
        return [
            item.progress, item.actions_open, item.actions_late, late.count, waiting.total(actor, institution),
            sum(one.count for one in duties.of(actor, institution, cast.unit) if "/aksi/" in one.url),
            sum(one.key == f"action:{row.uid}" for one in notices.dues(institution, today)),
            sum(one.uid == f"action-{row.uid}" for one in feeds.entries(actor, institution, None, today)),
            sum(one.uid == f"action-{row.uid}" for one in feeds.entries(actor, institution, cast.unit, today)),
            queries.counts(actor, institution)[under.pk].open,
        ]  # fmt: skip

    assert seen() == [50, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    actions.delete(cast.actor("head"), row, 1)
    assert seen() == [100] + [0] * 9
    assert notices.find(institution, [f"action:{row.uid}"], today) == {}
    everywhere = (
        "",
        "linimasa/",
        "linimasa/data.json",
        "papan/",
        "menurut-opd/",
        f"{under.uid}/",
        "aksi/?milik=semua&tampil=semua",
    )
    for page in everywhere:
        assert "Salah ketik" not in cast.client("diskominfo").get(ROOM + page).content.decode(), page
    asked, told = ask(cast, "operator", ALL, "GET")
    assert asked.status_code == 200 and [one["title"] for one in told["items"]] == ["Sudah"]


def test_what_was_said_below_it_waits_for_nobody_any_more(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    comments.say(
        cast.actor("head"),
        cast.institution,
        "action",
        row.uid,
        "@Operator tolong dilihat",
        [cast.users["operator"].pk],
    )
    assert waiting.total(cast.actor("operator"), cast.institution) == 1
    actions.delete(cast.actor("head"), row, 1)
    assert waiting.total(cast.actor("operator"), cast.institution) == 0


def test_an_initiative_finishes_and_goes_once_its_mistaken_action_is_gone(cast):  # noqa: F811
    under = initiative(cast)
    row = action(cast, under)
    actions.delete(cast.actor("operator"), row, 1)
    done = initiatives.move(cast.actor("diskominfo"), under, under.version, "doing")
    done = initiatives.move(cast.actor("diskominfo"), done, done.version, "done")
    assert done.state == "done"
    # Now it does not come back open below what is done.
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), deletion(row))
    assert not is_there(row)


# ---- the history


def deletion(row) -> ChangeSet:
    return Revision.objects.get(target_uid=row.uid, verb="delete").change_set


def test_the_history_tells_who_deleted_it_and_brings_it_back(cast):  # noqa: F811
    me = cast.users["operator"].pk
    row = action(
        cast, initiative(cast), "Salah hapus", person=me, due=timezone.localdate(), checklist=("satu",)
    )
    before = history.plain_values(Action.objects.get())
    actions.delete(cast.actor("operator"), row, 1)
    address = f"/di/uji/riwayat/{deletion(row).uid}/"
    for who in (*MAY, "sekda", "verifier"):
        assert "Salah hapus" in cast.client(who).get(address).content.decode(), who
        assert "Salah hapus" in cast.client(who).get("/di/uji/riwayat/").content.decode(), who
    for who in ("assessor", *NOT):  # an assessor reads no history
        assert cast.client(who).get(address).status_code == 404
    assert cast.client("operator").post(f"{address}batalkan/").status_code == 302
    assert is_there(row) and history.plain_values(Action.objects.get()) == before
    assert waiting.total(cast.actor("operator"), cast.institution) == 1
    assert history.verify(cast.institution) == []


def test_the_opd_that_was_given_an_action_of_another_finds_its_deletion_in_the_history(cast):  # noqa: F811
    under = initiative(cast, cast.other_unit, partners=[cast.unit])
    row = action(cast, under, "Padankan NIK", "diskominfo", unit=cast.unit)
    InitiativePartner.objects.all().delete()
    actions.delete(cast.actor("operator"), row, 1)
    page = cast.client("operator").get(f"/di/uji/riwayat/{deletion(row).uid}/")
    assert page.status_code == 200 and "Padankan NIK" in page.content.decode()


# ---- two at once


def test_what_somebody_changed_meanwhile_is_looked_at_before_it_is_deleted(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    actions.change(cast.actor("head"), row, 1, Values("Bukan salah ketik", unit=cast.unit.pk))
    with pytest.raises(history.Conflict):
        actions.delete(cast.actor("operator"), row, 1)
    told = cast.client("operator").post(door(row), {"version": 1})
    page = told.content.decode()
    assert told.status_code == 422 and is_there(row)
    assert "Bukan salah ketik" in page and 'name="version" value="2"' in page and 'role="alert"' in page


@pytest.mark.parametrize("tail", ["ubah/", "kerja/", "butir/", "bukti/", "usulan/", "hapus/"])
def test_who_works_at_what_was_just_deleted_is_told_who_did(cast, tail):  # noqa: F811
    row = action(cast, initiative(cast), "Salah ketik")
    actions.delete(cast.actor("head"), row, 1)
    sent = {"verb": "finish", "version": 1, "title": "Diubah"}
    told = cast.client("operator").post(f"{LIST}{row.uid}/{tail}", sent, follow=True)
    assert told.redirect_chain == [(LIST, 302)]
    (said,) = [str(one) for one in told.context["messages"]]
    assert "Salah ketik" in said and "Head" in said and not is_there(row)
    for who in (*READ, *NOT):  # who may not work at it, or never saw it, finds nothing as before
        assert cast.client(who).post(f"{LIST}{row.uid}/{tail}", sent).status_code == 404
    assert cast.client("operator").get(f"{LIST}{row.uid}/{tail}").status_code in (404, 405)


# ---- for programs


def test_a_program_deletes_with_the_version_that_it_read(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    one = f"{ALL}/{row.uid}"
    assert ask(cast, "operator", one, match=None)[0].status_code == 428
    assert ask(cast, "operator", one, match='"7"')[0].status_code == 412 and is_there(row)
    answer, told = ask(cast, "operator", one, match='"1"')
    assert (answer.status_code, told["uid"]) == (200, str(row.uid)) and not is_there(row)
    assert told["change_set"] == {"uid": str(deletion(row).uid), "state": "applied"}
    assert ask(cast, "operator", one)[0].status_code == 404
    assert ask(cast, "operator", one, "PATCH", {"title": "Diubah"})[0].status_code == 404


def test_a_program_is_told_what_is_in_the_way(cast):  # noqa: F811
    under = initiative(cast)
    above = action(cast, under)
    action(cast, under, "Bagian pertama", parent=above)
    actions.add_evidence(cast.actor("operator"), above, link="https://uji.example/notula")
    answer, told = ask(cast, "head", f"{ALL}/{above.uid}")
    assert answer.status_code == 422 and "Bagian pertama" in json.dumps(told)
    assert {one["field"] for one in told["errors"]} == {"below", "evidence"} and is_there(above)


@pytest.mark.parametrize("who", [*READ, *NOT])
def test_other_programs_find_nothing_to_delete(cast, who):  # noqa: F811
    row = action(cast, initiative(cast))
    answer, told = ask(cast, who, f"{ALL}/{row.uid}")
    assert answer.status_code == 404 and is_there(row)
    assert told == ask(cast, who, f"{ALL}/00000000-0000-4000-8000-000000000000")[1]
