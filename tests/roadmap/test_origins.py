"""Initiatives are born of gaps, of decided requests and of drafts of a plan; each once."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from pendapa.architecture import actions as architecture
from pendapa.architecture.models import Element, GapDecision
from pendapa.architecture.queries.gaps import Asked, catalogue
from pendapa.clearance import ports as clearance
from pendapa.evaluation.ports import Draft
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.actions import initiatives as initiative_actions
from pendapa.roadmap.actions import origins as actions
from pendapa.roadmap.actions.plans import FromPlans
from pendapa.roadmap.models import Budget, Initiative, InitiativeElement
from pendapa.roadmap.queries import origins as queries
from tests.cast import WHO, Cast, cast
from tests.clearance import scene
from tests.roadmap.frozen import FIRST, decreed, initiative, roadmap

__all__ = ["cast"]
GAPS = "/di/uji/peta-rencana/dari-celah/"
REQUESTS = "/di/uji/peta-rencana/dari-rekomendasi/"
PLANS = "/di/uji/peta-rencana/dari-rencana/"
RULE = "service_without_application"
PLAN = uuid.UUID("22222222-2222-4222-8222-222222222222")


def service(cast: Cast, name: str, unit: Unit | None = None, **more: str) -> Element:
    """A service that no application supports: it has the gap of RULE, and others."""
    made = architecture.create_element(
        cast.actor("diskominfo"), cast.institution, "services", unit or cast.unit, name=name, **more
    ).row
    assert isinstance(made, Element)
    return made


def gaps(cast: Cast, who: str = "diskominfo") -> dict[str, str]:
    """The open gaps of RULE, by the name of their element."""
    found = catalogue(cast.actor(who), cast.institution, Asked(rule=RULE))
    return {one.name: one.uid for one in found.rows}


# ---- gaps


def test_a_gap_becomes_a_draft_with_its_element_owner_and_content(cast: Cast) -> None:
    element = service(cast, "Rujukan daring")
    made = actions.from_gaps(cast.actor("operator"), cast.institution, [gaps(cast)["Rujukan daring"]])
    row = made.initiatives[0]
    assert (row.state, row.origin, row.unit, row.content) == ("draft", "gap", cast.unit, "services")
    assert str(row.origin_uid) == gaps(cast)["Rujukan daring"] and "Rujukan daring" in row.title
    assert InitiativeElement.objects.get(initiative=row).element == element


def test_a_gap_is_not_made_twice_but_again_once_its_initiative_is_cancelled(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    actor, uid = cast.actor("diskominfo"), gaps(cast)["Rujukan daring"]
    first = actions.from_gaps(actor, cast.institution, [uid]).initiatives[0]
    again = actions.from_gaps(actor, cast.institution, [uid])
    assert (again.initiatives, again.before) == ([], 1)
    assert Initiative.objects.count() == 1
    initiative_actions.move(actor, first, first.version, "cancelled")
    assert len(actions.from_gaps(actor, cast.institution, [uid]).initiatives) == 1


def test_several_gaps_of_a_rule_and_owner_become_one_initiative_when_asked(cast: Cast) -> None:
    for name in ("Rujukan daring", "Imunisasi", "Surat sehat"):
        service(cast, name)
    service(cast, "Kartu keluarga", cast.other_unit)
    actor, known = cast.actor("diskominfo"), gaps(cast)
    made = actions.from_gaps(actor, cast.institution, list(known.values()), gathered=True)
    assert sorted(one.elements.count() for one in made.initiatives) == [1, 3]
    again = actions.from_gaps(actor, cast.institution, [known["Imunisasi"], known["Surat sehat"]])
    assert (again.initiatives, again.before) == ([], 2)


def test_what_was_decided_about_a_gap_gives_owner_and_day(cast: Cast) -> None:
    element, day = service(cast, "Rujukan daring"), timezone.localdate() + timedelta(days=200)
    decision = GapDecision(
        institution=cast.institution, rule=RULE, element=element, decision="close", unit=cast.other_unit, due=day,
        reason="Bersama SIMPUS",
    )  # fmt: skip
    history.write(system(), cast.institution, "edit", history.Writes(add=[decision]))
    made = actions.from_gaps(cast.actor("diskominfo"), cast.institution, [gaps(cast)["Rujukan daring"]])
    row = Initiative.objects.get(pk=made.initiatives[0].pk)
    assert (row.unit, row.ends_on, row.year) == (cast.other_unit, day, day.year)
    assert "Bersama SIMPUS" in row.description


def test_gaps_of_another_opd_are_not_made_by_an_operator_and_nothing_of_the_rest_either(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    service(cast, "Kartu keluarga", cast.other_unit)
    with pytest.raises(NotFound):
        actions.from_gaps(cast.actor("operator"), cast.institution, list(gaps(cast).values()))
    assert not Initiative.objects.exists()


@pytest.mark.parametrize("given", [["bukan-uid"], ["33333333-3333-4333-8333-333333333333"]])
def test_a_gap_that_is_none_is_not_found(cast: Cast, given: list[str]) -> None:
    with pytest.raises(NotFound):
        actions.from_gaps(cast.actor("diskominfo"), cast.institution, given)


def test_nothing_ticked_is_told_on_the_page(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    answer = cast.client("operator").post(GAPS, {})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_the_page_shows_what_became_an_initiative_and_makes_the_ticked_ones(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    service(cast, "Kartu keluarga", cast.other_unit)
    client, known = cast.client("operator"), gaps(cast)
    page = client.get(GAPS + f"?aturan={RULE}").content.decode()
    assert f'value="{known["Rujukan daring"]}"' in page and f'value="{known["Kartu keluarga"]}"' not in page
    assert client.post(GAPS, {"celah": known["Rujukan daring"], "aturan": RULE}).status_code == 302
    after = client.get(GAPS + f"?aturan={RULE}").content.decode()
    assert Initiative.objects.get().title in after.replace("&quot;", '"')
    assert f'value="{known["Rujukan daring"]}"' not in after


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("address", [GAPS, REQUESTS, PLANS])
def test_who_may_write_drafts_sees_where_they_come_from(cast: Cast, who: str, address: str) -> None:
    may = (
        {"diskominfo"}
        if address == PLANS
        else {"operator", "other_operator", "head", "diskominfo", "foreigner"}
    )
    expected = 302 if who == "public" else 200 if who in may - {"foreigner"} else 404
    assert cast.client(who).get(address).status_code == expected


def test_restricted_elements_stay_hidden_from_who_may_not_see_them(cast: Cast) -> None:
    service(cast, "Rahasia negara", cast.other_unit, classification="restricted")
    assert "Rahasia negara" not in cast.client("operator").get(GAPS).content.decode()


# ---- requests


def test_a_request_that_goes_ahead_becomes_a_draft_with_its_ceiling_code_and_conditions(cast: Cast) -> None:
    row = scene.decided(cast, verdict="conditions", pagu="850000000", kode_program="2.16.03.2.02.0035")
    made = actions.from_request(cast.actor("operator"), cast.institution, row.uid).initiatives[0]
    assert (made.title, made.origin, made.origin_uid, made.unit) == (
        row.title,
        "clearance",
        row.uid,
        cast.unit,
    )
    budget = Budget.objects.get(initiative=made)
    assert (budget.year, budget.planned, budget.programme_code) == (
        2027,
        Decimal(850_000_000),
        "2.16.03.2.02.0035",
    )
    assert "Silakan dilanjutkan." in made.note and row.reference in made.note
    assert actions.from_request(cast.actor("diskominfo"), cast.institution, row.uid).before == 1
    assert Initiative.objects.count() == 1


def test_a_request_without_an_amount_leaves_the_cost_unknown(cast: Cast) -> None:
    row = scene.decided(cast)
    made = actions.from_request(cast.actor("diskominfo"), cast.institution, row.uid).initiatives[0]
    assert made.cost is None and not Budget.objects.exists()


def test_a_request_that_waits_or_is_of_another_opd_is_not_found(cast: Cast) -> None:
    waits, other = scene.submitted(cast), scene.decided(cast, "Kartu")
    with pytest.raises(NotFound):
        actions.from_request(cast.actor("diskominfo"), cast.institution, waits.uid)
    with pytest.raises(NotFound):
        actions.from_request(cast.actor("other_operator"), cast.institution, other.uid)
    assert cast.client("operator").post(REQUESTS, {"permohonan": "x"}).status_code == 404


def test_the_page_of_requests_makes_a_draft(cast: Cast) -> None:
    row = scene.decided(cast)
    client = cast.client("operator")
    assert str(row.uid) in client.get(REQUESTS).content.decode()
    assert client.post(REQUESTS, {"permohonan": str(row.uid)}).status_code == 302
    assert Initiative.objects.get().origin_uid == row.uid


# ---- drafts of plans


def drafts(cast: Cast) -> list[Initiative]:
    told = [
        Draft(f"Naikkan {n}", "spbe-2020", str(n), "2", "3", cast.unit, FIRST + n, Fraction(60_000_000), None)
        for n in (1, 2)
    ]
    FromPlans().make(cast.actor("diskominfo"), cast.institution, PLAN, told)
    return list(Initiative.objects.order_by("pk"))


def test_drafts_of_a_plan_go_into_a_roadmap_with_days_and_codes(cast: Cast) -> None:
    row, (one, two) = roadmap(cast), drafts(cast)
    taken = [
        actions.Taken(one.uid, one.version, date(FIRST + 1, 3, 1), date(FIRST + 1, 6, 30)),
        actions.Taken(two.uid, two.version),
    ]
    assert actions.take_drafts(cast.actor("diskominfo"), row, taken) == 2
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.roadmap, one.state, one.ends_on) == (row, "planned", date(FIRST + 1, 6, 30))
    assert (two.starts_on, two.ends_on) == (date(FIRST + 2, 1, 1), date(FIRST + 2, 12, 31))
    assert one.code == f"PR-{FIRST + 1}-001"
    assert not queries.plan_drafts(cast.actor("diskominfo"), cast.institution).exists()


def test_days_outside_the_period_or_the_wrong_way_round_take_nothing(cast: Cast) -> None:
    row, (one, two) = roadmap(cast), drafts(cast)
    taken = [
        actions.Taken(one.uid, one.version, date(FIRST + 9, 1, 1), date(FIRST + 9, 2, 1)),
        actions.Taken(two.uid, two.version, date(FIRST + 2, 5, 1), date(FIRST + 2, 4, 1)),
    ]
    with pytest.raises(Refused) as told:
        actions.take_drafts(cast.actor("diskominfo"), row, taken)
    assert set(told.value.faults) == {str(one.uid), str(two.uid)}
    assert Initiative.objects.filter(roadmap=None, state="draft").count() == 2


def test_a_draft_that_somebody_changed_meanwhile_takes_nothing_and_the_page_says_so(cast: Cast) -> None:
    row, (one, two) = roadmap(cast), drafts(cast)
    given = {"peta": str(row.uid), "draf": [str(one.uid), str(two.uid)]}
    given |= {f"versi-{one.uid}": "1", f"versi-{two.uid}": "7", f"mulai-{one.uid}": f"{FIRST + 1}-02-01"}
    answer = cast.client("diskominfo").post(PLANS, given)
    assert answer.status_code == 409
    assert f'value="{FIRST + 1}-02-01"' in answer.content.decode()  # what was typed is kept
    assert Initiative.objects.filter(roadmap=None).count() == 2
    given[f"versi-{two.uid}"] = "1"
    assert cast.client("diskominfo").post(PLANS, given).status_code == 302
    assert Initiative.objects.filter(roadmap=row).count() == 2


def test_a_day_that_is_none_is_told_at_its_draft(cast: Cast) -> None:
    row, (one, _two) = roadmap(cast), drafts(cast)
    given = {
        "peta": str(row.uid),
        "draf": str(one.uid),
        f"versi-{one.uid}": "1",
        f"mulai-{one.uid}": "31 Februari",
    }
    answer = cast.client("diskominfo").post(PLANS, given)
    assert answer.status_code == 422 and "31 Februari" in answer.content.decode()


# ---- where a request stands in the roadmap


def lines(cast: Cast, title: str, year: int = FIRST + 1, unit: Unit | None = None) -> list[str] | None:
    found = clearance.roadmap(cast.institution, unit or cast.unit, year, title)
    return None if found is None else [one.name for one in found]


def test_without_a_set_roadmap_of_the_year_nothing_is_said_and_with_one_only_what_names_the_request(
    cast: Cast,
) -> None:
    row = roadmap(cast)
    made = initiative(cast, row, "Pengembangan Antrean Puskesmas 2027")
    initiative(cast, row, "Jaringan intra")
    assert lines(cast, "Antrean Puskesmas") is None  # a draft of a roadmap is nobody's business
    decreed(cast, row)
    assert lines(cast, "antrean puskesmas") == [f"{made.code} {made.title}"]
    assert lines(cast, "Arsip digital") == []
    assert lines(cast, "Antrean Puskesmas", FIRST + 30) is None
    assert lines(cast, "Antrean Puskesmas", FIRST + 3) == []


def test_of_another_opd_only_the_very_title_counts_and_drafts_never(cast: Cast) -> None:
    row = roadmap(cast)
    initiative(cast, row, "Arsip digital terpadu", unit=cast.other_unit)
    decreed(cast, row)
    initiative(cast, row, "Rahasia dinas baru", state="draft")
    assert lines(cast, "Arsip digital") == []
    assert len(lines(cast, "Arsip Digital Terpadu") or []) == 1
    assert lines(cast, "Rahasia dinas baru") == []
