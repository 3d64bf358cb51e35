"""The roadmap as shown, told to programs."""

from __future__ import annotations

import pytest
from django.http import HttpRequest

from pendapa.kernel.access.actor import NotFound
from pendapa.roadmap.api import items as api
from tests.cast import Cast, cast  # noqa: F401
from tests.roadmap.initiatives_scene import a_roadmap, an_initiative, money, waits, with_partner

pytestmark = pytest.mark.django_db


def told(cast: Cast, who: str, **asked: object) -> dict:  # noqa: F811
    request = HttpRequest()
    request.actor = cast.actor(who)
    usual = dict.fromkeys(("roadmap", "year", "unit", "content", "state", "text", "partner", "after"), "") | {
        "late": False
    }
    return api.items(request, "uji", **(usual | asked))


def test_it_tells_what_the_views_show_with_exact_numbers(cast):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    first = an_initiative(
        cast.institution, "Satu", cast.unit, roadmap=roadmap, begins="2027-01-01", ends="2027-06-30"
    )
    second = an_initiative(cast.institution, "Dua", cast.other_unit, roadmap=roadmap, content="security")
    waits(second, first)
    money(first, 2027, "1000000.10")
    found = told(cast, "operator")
    assert found["roadmap"] == str(roadmap.uid) and found["totals"]["count"] == 2
    assert found["totals"]["money"] == [
        {"year": 2027, "planned": "1000000.1", "budgeted": None, "spent": None}
    ]
    by_title = {one["title"]: one for one in found["items"]}
    assert by_title["Dua"]["waits_for"] == [str(first.uid)] and by_title["Satu"]["unit"] == cast.unit.code
    assert [one["title"] for one in told(cast, "operator", content="security")["items"]] == ["Dua"]
    assert told(cast, "operator", roadmap="lepas")["items"] == []
    with_partner(first, cast.other_unit)
    beside = told(cast, "operator", partner=str(cast.other_unit.uid))["items"]
    assert [one["title"] for one in beside] == ["Satu"]


def test_pages_follow_each_other_without_gaps(cast, monkeypatch):  # noqa: F811
    monkeypatch.setattr(api, "MOST", 2)
    for n in range(5):
        an_initiative(cast.institution, str(n), cast.unit)
    seen, after = [], ""
    for _turn in range(4):
        found = told(cast, "sekda", after=after)
        seen += [one["title"] for one in found["items"]]
        after = found["next"]
        if not after:
            break
    assert seen == ["0", "1", "2", "3", "4"]


def test_who_has_no_role_and_what_is_not_there_are_not_found(cast):  # noqa: F811
    hidden = a_roadmap(cast.institution, state="draft")
    for who, asked in (("stranger", {}), ("foreigner", {}), ("operator", {"roadmap": str(hidden.uid)})):
        with pytest.raises(NotFound):
            told(cast, who, **asked)
    with pytest.raises(NotFound):
        told(cast, "sekda", roadmap="bukan")
