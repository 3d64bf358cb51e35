"""Initiatives: drafts from a plan, listed by year, for whom they are."""

from __future__ import annotations

import uuid
from fractions import Fraction

import pytest
from django.http import HttpRequest

from pendapa.evaluation.ports import Draft
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.api import initiatives as api
from pendapa.roadmap.models import Initiative
from tests.cast import WHO, Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
LIST = "/di/uji/peta-rencana/"
PLAN = uuid.UUID("11111111-1111-4111-8111-111111111111")
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
WIDE = {"diskominfo", "sekda", "verifier", "assessor"}


def draft(title: str, unit: Unit | None, year: int = 2027) -> Draft:
    return Draft(title, "spbe-2020", "1", "2", "3", unit, year, Fraction(60_000_000), Fraction(45, 2))


def made(cast: Cast, who: str = "diskominfo") -> int:  # noqa: F811
    drafts = [
        draft("Naikkan satu", cast.unit),
        draft("Naikkan dua", cast.other_unit, 2028),
        draft("Naikkan tiga", None),
    ]
    return actions.FromPlans().make(cast.actor(who), cast.institution, PLAN, drafts)


def shown(cast: Cast, who: str, query: str = "") -> set[str]:  # noqa: F811
    text = cast.client(who).get(LIST + query).content.decode()
    return {name for name in ("Naikkan satu", "Naikkan dua", "Naikkan tiga") if name in text}


@pytest.mark.parametrize("who", WHO)
def test_an_opd_sees_its_own_and_others_see_all_or_nothing(cast, who):  # noqa: F811
    made(cast)
    answer = cast.client(who).get(LIST)
    if who == "public":
        assert answer.status_code == 302
        return
    assert answer.status_code == (200 if who in OFFICERS else 404)
    if who in WIDE:
        assert shown(cast, who) == {"Naikkan satu", "Naikkan dua", "Naikkan tiga"}
    elif who in OFFICERS:
        assert shown(cast, who) == ({"Naikkan dua"} if who == "other_operator" else {"Naikkan satu"})


def test_sums_and_counts_are_of_what_one_may_see(cast):  # noqa: F811
    made(cast)
    cost, year = "Rp\xa0180\xa0jt", ">2028<"
    text = cast.client("sekda").get(LIST).content.decode()
    assert cost in text and year in text
    text = cast.client("operator").get(LIST).content.decode()
    assert cost not in text and year not in text and cast.other_unit.name not in text


def test_a_plan_leaves_its_drafts_once(cast):  # noqa: F811
    assert (made(cast), made(cast)) == (3, 0)
    assert Initiative.objects.count() == 3


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo"}))
def test_only_the_secretariat_makes_drafts(cast, who):  # noqa: F811
    with pytest.raises(NotFound):
        made(cast, who)
    assert not Initiative.objects.exists()


def test_the_list_is_narrowed_by_year_unit_and_plan(cast):  # noqa: F811
    made(cast)
    assert shown(cast, "sekda", "?tahun=2028") == {"Naikkan dua"}
    assert shown(cast, "sekda", f"?opd={cast.unit.uid}") == {"Naikkan satu"}
    assert shown(cast, "sekda", f"?rencana={PLAN}") == {"Naikkan satu", "Naikkan dua", "Naikkan tiga"}
    for nothing in ("?tahun=x", "?opd=x", f"?rencana={uuid.uuid4()}"):
        assert shown(cast, "sekda", nothing) == set()


def test_the_file_holds_what_the_list_shows(cast):  # noqa: F811
    made(cast)
    answer = cast.client("operator").get(LIST + "unduh.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Naikkan satu" in text and "Naikkan dua" not in text and len(text.splitlines()) == 2
    assert cast.client("operator").get(LIST + "unduh.exe").status_code == 404


def test_a_draft_is_deleted_by_the_secretariat_at_the_version_it_saw(cast):  # noqa: F811
    made(cast)
    row = Initiative.objects.get(title="Naikkan satu")
    assert cast.client("head").post(f"{LIST}{row.uid}/hapus/", {"version": 1}).status_code == 404
    cast.client("diskominfo").post(f"{LIST}{row.uid}/hapus/", {"version": 9})
    assert shown(cast, "head") == {"Naikkan satu"}
    cast.client("diskominfo").post(f"{LIST}{row.uid}/hapus/", {"version": 1})
    assert shown(cast, "head") == set()


def asked(cast: Cast, who: str) -> HttpRequest:  # noqa: F811
    request = HttpRequest()
    request.actor = cast.actor(who)
    return request


def test_the_api_tells_the_same(cast):  # noqa: F811
    made(cast)
    told = api.initiatives(asked(cast, "head"), "uji", None, "", 0)
    assert [(one["title"], one["cost"], one["days"]) for one in told["items"]] == [
        ("Naikkan satu", "60000000", "22.5")
    ]
    assert api.initiatives(asked(cast, "sekda"), "uji", 2028, str(PLAN), 0)["total"] == 1
    with pytest.raises(NotFound):
        api.initiatives(asked(cast, "stranger"), "uji", None, "", 0)


def test_the_list_asks_the_database_the_same_however_long_it_is(cast, django_assert_max_num_queries):  # noqa: F811
    made(cast)
    client = cast.client("sekda")
    client.get(LIST)
    more = [draft(f"Langkah {n}", cast.unit, 2029) for n in range(30)]
    actions.FromPlans().make(cast.actor("diskominfo"), cast.institution, uuid.uuid4(), more)
    with django_assert_max_num_queries(18):
        client.get(LIST)
