"""From the gap catalogue, a decided request and a computed plan one gets to the page that makes initiatives of them, and back."""

from __future__ import annotations

import uuid
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from pendapa.architecture import actions as architecture
from pendapa.architecture.models import Element
from pendapa.architecture.queries.gaps import Asked, catalogue
from pendapa.evaluation import ports
from pendapa.evaluation.models import Plan
from pendapa.evaluation.ports import Draft
from pendapa.kernel.ui import onward
from pendapa.roadmap.actions import initiatives as initiative_actions
from pendapa.roadmap.actions import origins as actions
from pendapa.roadmap.actions.plans import FromPlans
from pendapa.roadmap.models import Initiative, InitiativePartner
from tests.cast import Cast, cast
from tests.clearance import scene
from tests.roadmap.frozen import FIRST, roadmap

__all__ = ["cast"]
RULE, OTHER_RULE = "service_without_application", "service_without_process"
ROOM, CATALOGUE = "/di/uji/peta-rencana/", "/di/uji/arsitektur/celah/"
PLANS = ROOM + "dari-rencana/"


def service(cast: Cast, name: str, *, other: bool = False, classification: str = "internal") -> Element:
    """A service of the operator's OPD (or of the other one) that no application supports."""
    made = architecture.create_element(
        cast.actor("diskominfo"), cast.institution, "services", cast.other_unit if other else cast.unit,
        name=name, classification=classification,
    ).row  # fmt: skip
    assert isinstance(made, Element)
    return made


def gap(cast: Cast, name: str) -> str:
    """The open gap of RULE of the element of that name."""
    found = catalogue(cast.actor("diskominfo"), cast.institution, Asked(rule=RULE))
    return next(one.uid for one in found.rows if one.name == name)


def text(cast: Cast, who: str, address: str) -> str:
    answer = cast.client(who).get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def from_gap(cast: Cast, name: str, who: str = "diskominfo") -> Initiative:
    return actions.from_gaps(cast.actor(who), cast.institution, [gap(cast, name)]).initiatives[0]


def page_of(row: Initiative) -> str:
    return f"{ROOM}{row.uid}/"


# ---- gaps


@pytest.mark.parametrize(
    ("who", "may"), [("operator", True), ("head", True), ("diskominfo", True), ("sekda", False), ("verifier", False)]
)  # fmt: skip
def test_the_catalogue_leads_who_may_write_drafts_to_the_same_gaps(cast: Cast, who: str, may: bool) -> None:
    service(cast, "Rujukan daring")
    asked = f"?rule={RULE}&unit={cast.unit.uid}&domain=services&decision=none"
    there = f"{ROOM}dari-celah/?aturan={RULE}&opd={cast.unit.uid}&domain=services&putusan=none"
    assert (f'href="{there}"' in text(cast, who, CATALOGUE + asked)) is may
    if may:
        assert "Rujukan daring" in text(cast, who, there)


def test_a_catalogue_without_gaps_leads_nowhere(cast: Cast) -> None:
    assert "dari-celah" not in text(cast, "diskominfo", CATALOGUE)


def test_a_gap_that_became_an_initiative_says_so_until_that_is_cancelled(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    address = f"{CATALOGUE}?rule={RULE}"
    row = from_gap(cast, "Rujukan daring")
    assert f'href="{page_of(row)}"' in text(cast, "operator", address)
    # of the same element, but of another rule
    assert f'href="{page_of(row)}"' not in text(cast, "operator", f"{CATALOGUE}?rule={OTHER_RULE}")
    # a draft of another OPD is not told
    assert f'href="{page_of(row)}"' not in text(cast, "other_operator", address)
    initiative_actions.move(cast.actor("diskominfo"), row, row.version, "cancelled")
    assert f'href="{page_of(row)}"' not in text(cast, "operator", address)


def test_each_gap_of_a_gathered_initiative_says_so(cast: Cast) -> None:
    for name in ("Rujukan daring", "Imunisasi"):
        service(cast, name)
    uids = [gap(cast, "Rujukan daring"), gap(cast, "Imunisasi")]
    row = actions.from_gaps(cast.actor("diskominfo"), cast.institution, uids, gathered=True).initiatives[0]
    assert text(cast, "operator", f"{CATALOGUE}?rule={RULE}").count(f'href="{page_of(row)}"') == 2


def test_what_gaps_became_is_one_query_for_the_page(cast: Cast, django_assert_num_queries: Any) -> None:
    uids = []
    for n in range(3):
        service(cast, f"Layanan {n}")
        uids.append(gap(cast, f"Layanan {n}"))
        from_gap(cast, f"Layanan {n}")
    actor = cast.actor("operator")
    with django_assert_num_queries(1):
        assert set(onward.became(actor, cast.institution, "gap", uids)) == set(uids)
    with django_assert_num_queries(0):
        assert onward.became(actor, cast.institution, "gap", []) == {}
        assert len(onward.steps(actor, cast.institution, "gap", {"rule": RULE})) == 1
        assert onward.steps(actor, cast.institution, "nothing of ours") == []


def test_the_page_of_gaps_narrows_by_decision(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    assert "Rujukan daring" in text(cast, "operator", f"{ROOM}dari-celah/?aturan={RULE}&putusan=none")
    assert "Rujukan daring" not in text(cast, "operator", f"{ROOM}dari-celah/?aturan={RULE}&putusan=accept")


def test_an_operator_sees_first_what_the_own_opd_decides_and_the_rest_when_asked(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    service(cast, "Kartu keluarga", other=True)
    page = text(cast, "operator", f"{ROOM}dari-celah/")
    assert "Rujukan daring" in page and "Kartu keluarga" not in page
    assert 'href="?opd="' in page and "Kartu keluarga" in text(cast, "operator", f"{ROOM}dari-celah/?opd=")
    assert "Kartu keluarga" in text(cast, "diskominfo", f"{ROOM}dari-celah/")


def test_an_initiative_leads_back_to_the_gaps_of_its_rule_and_opd(cast: Cast) -> None:
    service(cast, "Rujukan daring")
    row = from_gap(cast, "Rujukan daring")
    assert f'href="{CATALOGUE}?rule={RULE}&unit={cast.unit.uid}"' in text(cast, "operator", page_of(row))


def test_of_a_gap_that_is_hidden_the_initiative_says_only_that_it_is_one(cast: Cast) -> None:
    service(cast, "Rahasia negara", classification="restricted")
    row = from_gap(cast, "Rahasia negara")
    InitiativePartner.objects.create(institution=cast.institution, initiative=row, unit=cast.other_unit)
    assert f'href="{CATALOGUE}?' in text(cast, "operator", page_of(row))
    other = text(cast, "other_operator", page_of(row))
    assert f'href="{CATALOGUE}?' not in other and "Dari celah" in other


# ---- requests


@pytest.mark.parametrize(
    ("who", "may"), [("operator", True), ("head", True), ("diskominfo", True), ("sekda", False), ("verifier", False)]
)  # fmt: skip
def test_a_request_that_goes_ahead_leads_to_its_initiative(cast: Cast, who: str, may: bool) -> None:
    row = scene.decided(cast)
    there = f"{ROOM}dari-rekomendasi/?permohonan={row.uid}"
    assert (f'href="{there}"' in text(cast, who, f"/di/uji/rekomendasi/{row.uid}/")) is may
    if may:
        assert row.title in text(cast, who, there)


@pytest.mark.parametrize("verdict", ["not", "waits"])
def test_a_request_that_waits_or_does_not_go_ahead_leads_nowhere(cast: Cast, verdict: str) -> None:
    row = scene.submitted(cast) if verdict == "waits" else scene.decided(cast, verdict=verdict)
    assert "dari-rekomendasi" not in text(cast, "diskominfo", f"/di/uji/rekomendasi/{row.uid}/")


def test_a_request_that_became_an_initiative_names_it_and_back(cast: Cast) -> None:
    row = scene.decided(cast)
    made = actions.from_request(cast.actor("operator"), cast.institution, row.uid).initiatives[0]
    there = text(cast, "operator", f"/di/uji/rekomendasi/{row.uid}/")
    assert f'href="{page_of(made)}"' in there and "dari-rekomendasi" not in there
    assert f'href="/di/uji/rekomendasi/{row.uid}/"' in text(cast, "operator", page_of(made))


# ---- plans


def left(cast: Cast) -> Plan:
    """A plan that left three drafts: two of the operator's OPD, one of none."""
    plan = Plan.objects.create(
        institution=cast.institution, title="Menuju 3,1", instrument="spbe-2020", first_year=FIRST + 1, state="optimal",
        problem={}, result={}, created_at=timezone.now(),
    )  # fmt: skip
    told = [
        Draft("Naikkan satu", "spbe-2020", "1", "2", "3", cast.unit, FIRST + 1, Fraction(60_000_000), None),
        Draft("Naikkan dua belas", "spbe-2020", "12", "1", "2", cast.unit, FIRST + 1, None, None),
        Draft("Naikkan dua", "spbe-2020", "2", "1", "2", None, FIRST + 2, None, None),
    ]
    FromPlans().make(cast.actor("diskominfo"), cast.institution, plan.uid, told)
    return plan


def test_a_plan_leads_the_secretariat_to_its_drafts_and_readers_to_the_list(cast: Cast) -> None:
    plan, maker = left(cast), ports.initiatives.maker
    assert maker is not None
    roadmap(cast)
    for who, there in (("diskominfo", PLANS), ("sekda", reverse("roadmap:list", args=["uji"]))):
        address = f"{there}?rencana={plan.uid}"
        assert maker.address(cast.actor(who), cast.institution, plan.uid) == address
        text(cast, who, address)
    assert "Naikkan dua belas" in text(cast, "diskominfo", f"{PLANS}?rencana={plan.uid}")


def test_an_initiative_leads_back_to_its_plan_who_may_read_plans(cast: Cast) -> None:
    plan = left(cast)
    row = Initiative.objects.get(title="Naikkan satu")
    there = f'href="/di/uji/penilaian/rencana/{plan.uid}/"'
    assert there in text(cast, "diskominfo", page_of(row))
    assert there not in text(cast, "operator", page_of(row))


def test_drafts_of_a_plan_are_chosen_by_agency_and_indicator(cast: Cast) -> None:
    plan, _row = left(cast), roadmap(cast)
    names = {"Naikkan satu", "Naikkan dua belas", "Naikkan dua"}

    def shown(query: str) -> set[str]:
        page = text(cast, "diskominfo", PLANS + query)
        return {name for name in names if f">{name}<" in page}

    assert shown("") == shown(f"?rencana={plan.uid}") == names
    assert shown(f"?opd={cast.unit.uid}") == {"Naikkan satu", "Naikkan dua belas"}
    assert shown("?opd=-") == {"Naikkan dua"}
    assert shown("?indikator=12") == {"Naikkan dua belas"}
    assert shown(f"?opd={cast.unit.uid}&indikator=2") == set()
    assert shown(f"?rencana={uuid.uuid4()}") == shown("?rencana=x") == set()
    page = text(cast, "diskominfo", PLANS)
    assert page.index(">Indikator 1<") < page.index(">Indikator 2<") < page.index(">Indikator 12<")
    assert "Indikator 12: 1 → 2" in page


@pytest.mark.parametrize("address", [PLANS, f"{ROOM}dari-celah/?aturan={RULE}"])
def test_all_of_a_page_are_ticked_without_a_script(cast: Cast, address: str) -> None:
    left(cast)
    roadmap(cast)
    service(cast, "Rujukan daring")
    service(cast, "Kartu keluarga", other=True)
    join = "&" if "?" in address else "?"
    name = "draf" if address == PLANS else "celah"
    ticked = text(cast, "diskominfo", f"{address}{join}centang=semua").count(" checked")
    assert ticked == text(cast, "diskominfo", address).count(f'name="{name}"') > 1
    assert " checked" not in text(cast, "diskominfo", address)
    assert f"{join}centang=semua" in text(cast, "diskominfo", address)


def test_what_is_chosen_stays_chosen_after_a_mistake_and_after_taking(cast: Cast) -> None:
    plan, into = left(cast), roadmap(cast)
    row = Initiative.objects.get(title="Naikkan dua belas")
    kept = {"rencana": str(plan.uid), "indikator": "12", "peta": str(into.uid)}
    page = cast.client("diskominfo").post(PLANS, kept)
    assert page.status_code == 422 and ">Naikkan satu<" not in page.content.decode()
    given = kept | {"draf": str(row.uid), f"versi-{row.uid}": str(row.version)}
    answer = cast.client("diskominfo").post(PLANS, given)
    assert answer.status_code == 302 and answer["Location"] == f"{PLANS}?rencana={plan.uid}"
    assert ">Naikkan satu<" in text(cast, "diskominfo", answer["Location"])


def test_a_plan_of_which_everything_was_taken_leads_to_the_list(cast: Cast) -> None:
    plan, into = left(cast), roadmap(cast)
    rows = [actions.Taken(one.uid, one.version) for one in Initiative.objects.all()]
    actions.take_drafts(cast.actor("diskominfo"), into, rows)
    page = text(cast, "diskominfo", f"{PLANS}?rencana={plan.uid}")
    assert f"?rencana={plan.uid}" in page and "Hitung rencana" not in page
