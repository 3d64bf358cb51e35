"""The page that divides the indicators of a cycle among units, and its table."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.models import Cycle, Duty
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.queries.work import Share
from tests.cast import WHO, Cast, cast  # noqa: F401

PAGE = "/di/uji/penilaian/2026/spbe-2020/pembagian/"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    sheet = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    return sheet.cycle


def form_of(html: str) -> dict[str, str]:
    """What a browser would send of the rows."""
    sent = dict(re.findall(r'name="(seen-[\d.]+)" value="([^"]*)"', html))
    for number, options in re.findall(r'<select[^>]*name="lead-([\d.]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="(\d+)" selected', options)
        sent[f"lead-{number}"] = chosen[1] if chosen else ""
    sent |= dict(re.findall(r'name="(due-[\d.]+)" value="([^"]*)"', html))
    return sent


def shares(cast: Cast, cycle: Cycle) -> dict[str, Share]:  # noqa: F811
    return queries.shares(queries.duty_rows(cast.actor("diskominfo"), cycle))


@pytest.mark.parametrize("who", sorted(set(WHO) - {"public"}))
def test_the_secretariat_divides_officers_take_the_table_others_find_nothing(cast, cycle, who):  # noqa: F811
    client = cast.client(who)
    assert client.get(PAGE).status_code == (200 if who == "diskominfo" else 404)
    assert client.post(PAGE, {"lead-11": str(cast.unit.pk)}).status_code == (
        302 if who == "diskominfo" else 404
    )
    assert client.get(PAGE + "unduh.csv").status_code == (200 if who in OFFICERS else 404)


def test_rows_are_divided_on_one_page(cast, cycle):  # noqa: F811
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode())
    assert len([one for one in sent if one.startswith("lead-")]) == 47
    sent |= {"lead-11": str(cast.unit.pk), "due-11": "2026-08-31"}
    assert client.post(PAGE, sent).status_code == 302
    assert shares(cast, cycle) == {"11": Share(cast.unit.pk, (), date(2026, 8, 31))}


def test_many_indicators_are_given_at_once_to_answer_or_to_help(cast, cycle):  # noqa: F811
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode())
    many = {
        "all": "1",
        "mark": ["1", "2", "3"],
        "all-unit": str(cast.unit.pk),
        "all-as": "lead",
        "all-due": "2026-08-31",
    }
    client.post(PAGE, sent | many)
    sent = form_of(client.get(PAGE).content.decode())
    client.post(
        PAGE, sent | {"all": "1", "mark": ["2"], "all-unit": str(cast.other_unit.pk), "all-as": "help"}
    )
    day = date(2026, 8, 31)
    assert shares(cast, cycle) == {
        "1": Share(cast.unit.pk, (), day), "2": Share(cast.unit.pk, (cast.other_unit.pk,), day),
        "3": Share(cast.unit.pk, (), day),
    }  # fmt: skip


def test_an_old_form_takes_back_nothing_and_a_clash_is_told(cast, cycle):  # noqa: F811
    client = cast.client("diskominfo")
    old = form_of(client.get(PAGE).content.decode())
    actions.divide(cast.actor("diskominfo"), cycle, {"20": Share(cast.other_unit.pk)})
    client.post(PAGE, old | {"lead-21": str(cast.unit.pk)})
    assert set(shares(cast, cycle)) == {"20", "21"}
    answer = client.post(PAGE, old | {"lead-20": str(cast.unit.pk)})
    assert answer.status_code == 409 and shares(cast, cycle)["20"] == Share(cast.other_unit.pk)
    again = form_of(answer.content.decode())
    assert again["lead-20"] == str(cast.unit.pk)  # the own choice is still there
    assert client.post(PAGE, again).status_code == 302
    assert shares(cast, cycle)["20"] == Share(cast.unit.pk)


def test_a_bad_day_and_a_strange_unit_are_refused_and_nothing_is_written(cast, cycle):  # noqa: F811
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode())
    bad = client.post(PAGE, sent | {"lead-11": str(cast.unit.pk), "due-11": "besok"})
    assert bad.status_code == 422 and "“besok”" in bad.content.decode()
    strange = client.post(PAGE, sent | {"lead-11": str(cast.foreign_unit.pk)})
    assert strange.status_code == 422
    assert not Duty.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_table_comes_back_as_it_was_taken(cast, cycle, form):  # noqa: F811
    wanted = {
        "11": Share(cast.unit.pk, (cast.other_unit.pk,), date(2026, 8, 31)),
        "12": Share(cast.other_unit.pk),
    }
    actions.divide(cast.actor("diskominfo"), cycle, wanted)
    client = cast.client("diskominfo")
    taken = client.get(PAGE + f"unduh.{form}")
    assert taken.status_code == 200 and f".{form}" in taken["Content-Disposition"]
    actions.divide(cast.actor("diskominfo"), cycle, dict.fromkeys(wanted, Share()))
    answer = client.post(PAGE + "baca/", {"table": SimpleUploadedFile(f"pembagian.{form}", taken.content)})
    html = answer.content.decode()
    assert answer.status_code == 200 and not Duty.objects.filter(deleted_at=None).exists()  # shown, not saved
    sent = form_of(html)
    helpers = dict(re.findall(r'name="(help-[\d.]+)" value="(\d+)" checked', html))
    assert client.post(PAGE, sent | helpers).status_code == 302
    assert shares(cast, cycle) == wanted


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Indikator;OPD\n11;Dinas Antah Berantah\n", "Dinas Antah Berantah"),
        (b"Indikator;OPD\n99;Dinas Kesehatan\n", "“99”"),
        (b"Satu;Dua\n1;2\n", ""),
        (b"", ""),
        (b"\x00\x01\x02 not a table", ""),
    ],
)
def test_a_wrong_table_is_told_and_nothing_is_written(cast, cycle, content, told):  # noqa: F811
    table = SimpleUploadedFile("pembagian.csv", content)
    answer = cast.client("diskominfo").post(PAGE + "baca/", {"table": table})
    assert answer.status_code == 422 and told in answer.content.decode() and not Duty.objects.exists()
    assert cast.client("diskominfo").post(PAGE + "baca/", {}).status_code == 422


def test_the_last_round_is_offered_and_taken_only_when_saved(cast, cycle):  # noqa: F811
    actions.divide(cast.actor("diskominfo"), cycle, {"11": Share(cast.unit.pk, (), date(2026, 8, 31))})
    sheet = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2027, "spbe-2020")
    Cycle.objects.filter(pk=sheet.cycle_id).update(previous=cycle)
    address = PAGE.replace("2026", "2027")
    client = cast.client("diskominfo")
    html = client.get(address).content.decode()
    assert _("last round: %(unit)s") % {"unit": "Dinas Kesehatan"} in html
    sent = form_of(client.get(address + "?seperti-lalu=1").content.decode())
    assert sent["lead-11"] == str(cast.unit.pk) and sent["due-11"] == ""
    assert not Duty.objects.filter(cycle=sheet.cycle).exists()
    client.post(address, sent)
    assert Duty.objects.get(cycle=sheet.cycle).unit == cast.unit
