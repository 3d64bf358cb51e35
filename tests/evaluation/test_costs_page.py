"""What steps cost: own numbers over what the pack assumes."""

from __future__ import annotations

import html
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.actions import costs as actions
from pendapa.evaluation.models import StepCost
from pendapa.evaluation.queries import plans as queries
from pendapa.evaluation.rules import problems as rules
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.models import ChangeSet
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

PAGE = "/di/uji/penilaian/biaya/spbe-2020/"
MAY = {"diskominfo", "sekda", "verifier", "assessor"}
ASSUMED = packs.planning().of("spbe-2020")


def values(cast: Cast) -> dict[tuple[str, int], rules.StepValue]:  # noqa: F811
    who = cast.actor("diskominfo")
    return dict(queries.values(who, cast.institution, packs.instrument("spbe-2020")))


def seen_of(text: str) -> str:
    return html.unescape(re.search(r'name="seen" value="([^"]*)"', text).group(1))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40000000", 40_000_000), ("40.000.000", 40_000_000), ("Rp 40.000.000", 40_000_000), ("Rp40 jt", 40_000_000),
        ("1,6 M", 1_600_000_000), ("1.6 miliar", 1_600_000_000), ("12,5", Fraction(25, 2)), ("780jt", 780_000_000),
        ("0", 0), ("1.000", 1000),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, value):
    assert rules.amount(text) == value


@pytest.mark.parametrize(
    "text", ["", "-1", "seribu", "1e9", "1,2,3", "40.00.000", "NaN", "9" * 30, "1 M 2", "²"]
)
def test_what_is_no_amount_is_none(text):
    assert rules.amount(text) is None


@given(st.integers(min_value=0, max_value=10**15))
def test_grouped_and_plain_amounts_are_the_same(value):
    assert rules.amount(f"{value:,}".replace(",", ".")) == rules.amount(str(value)) == value


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_costs_are_for_those_who_plan(cast, who):  # noqa: F811
    answer = cast.client(who).get(PAGE)
    assert answer.status_code == (302 if who == "public" else 200 if who in MAY else 404)
    if who not in MAY:
        cast.client(who).post(PAGE, {"c_1_2": "5", "seen": "{}"})
        assert not StepCost.objects.exists()


@pytest.mark.django_db
def test_without_own_numbers_the_pack_holds_and_says_that_it_is_assumed(cast):  # noqa: F811
    found = values(cast)[("1", 2)]
    assert (found.cost, found.days) == (ASSUMED.cost("1", 2), ASSUMED.days("1", 2))
    assert found.cost_assumed and found.days_assumed
    assert "asumsi proyek" in cast.client("sekda").get(PAGE).content.decode().lower()


@pytest.mark.django_db
def test_an_own_number_replaces_the_assumed_one_and_an_empty_field_brings_it_back(cast):  # noqa: F811
    client = cast.client("diskominfo")
    client.post(PAGE, {"c_1_2": "25 jt", "d_1_2": "", "seen": seen_of(client.get(PAGE).content.decode())})
    found = values(cast)[("1", 2)]
    assert (found.cost, found.cost_assumed, found.days_assumed) == (25_000_000, False, True)
    shown = client.get(PAGE).content.decode()
    assert 'name="c_1_2" value="25.000.000"' in shown
    client.post(PAGE, {"c_1_2": "", "d_1_2": "", "seen": seen_of(shown)})
    assert values(cast)[("1", 2)].cost_assumed


@pytest.mark.django_db
def test_one_wrong_number_saves_nothing_and_loses_nothing(cast):  # noqa: F811
    answer = cast.client("diskominfo").post(PAGE, {"c_1_2": "25 jt", "c_1_3": "mahal", "seen": "{}"})
    text = answer.content.decode()
    assert answer.status_code == 422 and not StepCost.objects.exists()
    assert 'value="mahal"' in text and 'value="25 jt"' in text


@pytest.mark.django_db
def test_two_who_change_one_step_at_once_do_not_write_over_each_other(cast):  # noqa: F811
    first, second = cast.client("diskominfo"), cast.client("assessor")
    before = seen_of(first.get(PAGE).content.decode())
    first.post(PAGE, {"c_1_2": "1", "d_1_2": "", "seen": before})
    assert second.post(PAGE, {"c_1_2": "2", "d_1_2": "", "seen": before}).status_code == 409
    assert second.post(PAGE, {"c_1_2": "", "d_1_2": "", "c_2_2": "7", "seen": before}).status_code == 302
    assert values(cast)[("1", 2)].cost == 1 and values(cast)[("2", 2)].cost == 7


@pytest.mark.django_db
def test_rights_are_asked_of_the_verb_too(cast):  # noqa: F811
    with pytest.raises(NotFound):
        actions.set_costs(cast.actor("operator"), cast.institution, "spbe-2020", {("1", 2): ("1", "")}, {})
    assert not ChangeSet.objects.filter(author=cast.users["operator"]).exists()


@pytest.mark.django_db
def test_an_unknown_instrument_has_no_costs(cast):  # noqa: F811
    assert cast.client("diskominfo").get("/di/uji/penilaian/biaya/lain/").status_code == 404
