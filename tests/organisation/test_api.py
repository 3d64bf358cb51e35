"""Institutions and units in the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pendapa.organisation import actions
from tests.cast import Cast, cast

__all__ = ["cast"]
BASE = "/api/v1/institutions"


def test_the_institutions_are_those_in_which_one_holds_a_role(cast: Cast) -> None:
    assert [one["code"] for one in cast.client("operator").get(BASE).json()] == ["uji"]
    assert [one["code"] for one in cast.client("foreigner").get(BASE).json()] == ["lain"]
    assert cast.client("stranger").get(BASE).json() == []
    assert cast.client("public").get(BASE).json() == []


@pytest.mark.parametrize("who", ["operator", "head", "diskominfo", "sekda", "assessor"])
def test_the_units_come_in_the_order_of_the_tree(cast: Cast, who: str) -> None:
    units = cast.client(who).get(f"{BASE}/uji/units").json()
    assert [(one["code"], one["depth"]) for one in units] == [
        ("1.02", 0),
        ("1.02.01", 1),
        ("2.12", 0),
        ("2.16", 0),
    ]
    assert units[1]["parent"] == units[0]["uid"] == str(cast.unit.uid)


def test_one_unit_comes_with_its_aliases_and_without_people(cast: Cast) -> None:
    actions.add_alias(cast.actor("diskominfo"), cast.institution, cast.subunit, name="Puskesmas")
    unit = cast.client("operator").get(f"{BASE}/UJI/units/{cast.subunit.uid}").json()
    assert unit["parent"] == str(cast.unit.uid) and unit["depth"] == 1
    assert [alias["name"] for alias in unit["aliases"]] == ["Puskesmas"]
    assert "people" not in unit


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
def test_others_get_one_answer_for_all(cast: Cast, who: str) -> None:
    client = cast.client(who)
    answers = [
        client.get(f"{BASE}/uji/units"),
        client.get(f"{BASE}/tak-ada/units"),
        client.get(f"{BASE}/uji/units/{cast.unit.uid}"),
        client.get(f"{BASE}/uji/units/{uuid4()}"),
    ]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_a_bad_id_and_a_foreign_one_are_not_found(cast: Cast) -> None:
    client = cast.client("operator")
    for uid in ("bukan-id", str(uuid4()), str(cast.foreign_unit.uid)):
        assert client.get(f"{BASE}/uji/units/{uid}").status_code == 404
    assert client.post(f"{BASE}/uji/units").status_code == 405
