"""The page of reminders: own digests and ways for everybody, the ladder for the secretariat."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.ledger import verify
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.notices import actions, choices
from pendapa.kernel.notices.models import Reach
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = "/di/uji/pengingat/"


def form(cast: Cast, rungs: list[tuple[str, str, str]] | None = None, **more: Any) -> dict[str, Any]:
    """The form of the ladder as the page gives it."""
    rungs = (
        rungs
        if rungs is not None
        else [("3", "before", "person"), ("0", "after", "head"), ("", "before", "person")]
    )
    cast.institution.refresh_from_db()
    return {
        "amount": [r[0] for r in rungs], "side": [r[1] for r in rungs], "to": [r[2] for r in rungs],
        "quiet_from": "20", "quiet_until": "6", "workdays": ["1", "2", "3", "4", "5", "6"], "email": "on",
        "mark": choices.of(cast.institution).mark,
    } | more  # fmt: skip


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "verifier", "assessor", "diskominfo"])
def test_everybody_with_a_role_finds_the_page_and_the_ladder_on_it(cast: Cast, who: str) -> None:
    answer = cast.client(who).get(PAGE)
    text = answer.content.decode()
    assert answer.status_code == 200 and _("the regional secretary") in text
    assert (f"{PAGE}jenjang/" in text) == (who == "diskominfo")
    assert text.count("btn-primary") == 1


def test_outsiders_find_nothing(cast: Cast) -> None:
    for who in ("stranger", "foreigner"):
        assert cast.client(who).get(PAGE).status_code == 404
        assert cast.client(who).post(f"{PAGE}cara/", {"email": "on"}).status_code == 404


def test_the_own_ways_are_kept_and_a_number_only_with_the_wish(cast: Cast) -> None:
    client = cast.client("operator")
    assert client.post(f"{PAGE}cara/", {"whatsapp": "on", "phone": "0812 3456 7890"}).status_code == 302
    known = Reach.objects.get()
    assert (known.user, known.email, known.whatsapp, known.phone) == (
        cast.users["operator"],
        False,
        True,
        "+6281234567890",
    )
    assert client.post(f"{PAGE}cara/", {"email": "on", "phone": "0812 3456 7890"}).status_code == 302
    known.refresh_from_db()
    assert (known.email, known.whatsapp, known.phone) == (True, False, "")


def test_what_is_no_number_is_said_and_what_was_typed_stays(cast: Cast) -> None:
    bad = cast.client("operator").post(f"{PAGE}cara/", {"whatsapp": "on", "phone": "besok saja"})
    assert bad.status_code == 422 and "besok saja" in bad.content.decode()
    assert not Reach.objects.exists()


def test_the_secretariat_sets_the_ladder_and_the_ledger_knows(cast: Cast) -> None:
    before = LedgerEntry.objects.filter(institution=cast.institution).count()
    assert cast.client("diskominfo").post(f"{PAGE}jenjang/", form(cast)).status_code == 302
    cast.institution.refresh_from_db()
    chosen = choices.of(cast.institution)
    assert [(step.days, step.to) for step in chosen.steps] == [(-3, "person"), (0, "head")]
    assert (chosen.quiet_from, chosen.quiet_until, sorted(chosen.workdays)) == (20, 6, [1, 2, 3, 4, 5, 6])
    assert chosen.changed and chosen.changed["by"] == "Diskominfo"
    entries = LedgerEntry.objects.filter(institution=cast.institution)
    assert entries.count() == before + 1 and entries.order_by("-seq")[0].what.startswith("reminders:")
    assert verify(cast.institution) == []
    assert "Diskominfo" in cast.client("diskominfo").get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "verifier", "assessor", "foreigner"])
def test_nobody_else_sets_it(cast: Cast, who: str) -> None:
    assert cast.client(who).post(f"{PAGE}jenjang/", form(cast)).status_code == 404
    with pytest.raises(NotFound):
        actions.set_choices(cast.actor(who), cast.institution, choices.usual(), choices.usual().mark)
    cast.institution.refresh_from_db()
    assert choices.KEY not in cast.institution.settings


@pytest.mark.parametrize(
    "rungs",
    [
        [],
        [("", "before", "person")],
        [("x", "before", "person")],
        [("-3", "before", "person")],
        [("999", "after", "head")],
        [("3", "after", "head"), ("3", "after", "head")],
        [("3", "sideways", "head")],
        [("3", "after", "bupati")],
        [("1", "after", "head"), ("1½", "after", "leader")],
        [(str(n), "after", "head") for n in range(20)],
    ],
)
def test_a_ladder_that_does_not_hold_is_refused_and_stays_typed(
    cast: Cast, rungs: list[tuple[str, str, str]]
) -> None:
    bad = cast.client("diskominfo").post(f"{PAGE}jenjang/", form(cast, rungs))
    assert bad.status_code == 422 and 'role="alert"' in bad.content.decode()
    cast.institution.refresh_from_db()
    assert choices.KEY not in cast.institution.settings


@pytest.mark.parametrize(
    "more", [{"workdays": []}, {"workdays": ["9"]}, {"quiet_from": "25"}, {"quiet_until": ""}]
)
def test_hours_and_days_that_do_not_exist_are_refused(cast: Cast, more: dict[str, Any]) -> None:
    assert cast.client("diskominfo").post(f"{PAGE}jenjang/", form(cast, **more)).status_code == 422


def test_two_who_set_the_ladder_do_not_overwrite_each_other(cast: Cast) -> None:
    mine, theirs = form(cast, [("5", "before", "person")]), form(cast)
    client = cast.client("diskominfo")
    assert client.post(f"{PAGE}jenjang/", theirs).status_code == 302
    late = client.post(f"{PAGE}jenjang/", mine)
    assert late.status_code == 409 and 'value="5"' in late.content.decode()
    cast.institution.refresh_from_db()
    assert [step.days for step in choices.of(cast.institution).steps] == [-3, 0]
    again = mine | {"mark": choices.of(cast.institution).mark}
    assert again["mark"] in late.content.decode()
    assert client.post(f"{PAGE}jenjang/", again).status_code == 302


def test_what_the_institution_chose_else_is_left_alone(cast: Cast) -> None:
    cast.institution.settings = {"codes": {"applications": "X-{n}"}}
    cast.institution.save()
    cast.client("diskominfo").post(f"{PAGE}jenjang/", form(cast))
    cast.institution.refresh_from_db()
    assert cast.institution.settings["codes"] == {"applications": "X-{n}"}
