"""Who is not the secretariat writes through the import what it may write on the page, and nothing of the plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Assignment
from pendapa.roadmap.models import Initiative, Programme
from pendapa.roadmap.tables.columns import STATES
from tests.cast import Cast, cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.initiatives_scene import a_roadmap, an_action, an_initiative, money
from tests.roadmap.test_import_printed import book, read, told

pytestmark = pytest.mark.django_db
OWN, OTHER = "Dinas Kesehatan", "Dinas Kependudukan dan Pencatatan Sipil"
HEAD = ["Kode", "Nama Rencana", "SKPD", "Tanggal Awal", "Status"]


def given(cast: Cast, tmp_path: Path, who: Actor, *rows: list[Any]) -> ImportBatch:  # noqa: F811
    return read(cast, book(tmp_path, [HEAD, *rows]), who)


def faults(batch: ImportBatch) -> str:
    with translation.override("en"):
        return told(batch, "errors")


@pytest.mark.parametrize("state", [key for key in STATES if key != "draft"])
def test_an_operator_brings_no_new_initiative_beyond_a_draft(cast, tmp_path, state):  # noqa: F811
    operator = cast.actor("operator")
    batch = given(cast, tmp_path, operator, ["", "Satu", OWN, "2027", STATES[state][0]])
    assert numbers(batch)["faulty"] == 1, faults(batch)
    assert faults(batch).startswith("2 Status: ") and "secretariat" in faults(batch)
    with pytest.raises(imports.Refused):
        imports.confirm(operator, batch)
    imports.confirm(operator, batch, skip_errors=True)
    assert not Initiative.objects.exists()


@pytest.mark.parametrize("word", ["", "Konsep", "Draf"])
def test_a_draft_of_an_operator_comes_as_a_draft_and_in_no_roadmap(cast, tmp_path, word):  # noqa: F811
    a_roadmap(cast.institution)
    operator = cast.actor("operator")
    imports.confirm(operator, given(cast, tmp_path, operator, ["", "Satu", OWN, "2027", word]))
    row = Initiative.objects.get()
    assert (row.state, row.roadmap) == ("draft", None)


@pytest.mark.parametrize("who", ["operator", "head"])
@pytest.mark.parametrize("word", ["Direncanakan", "Dibatalkan"])
def test_an_own_draft_in_a_public_roadmap_is_not_planned_by_the_import_of_its_opd(cast, tmp_path, who, word):  # noqa: F811
    roadmap = a_roadmap(cast.institution, public=True)
    an_initiative(cast.institution, "Satu", cast.unit, code="A-1", state="draft", roadmap=roadmap)
    batch = given(cast, tmp_path, cast.actor(who), ["A-1", "Satu", OWN, "", word])
    assert numbers(batch)["faulty"] == 1 and faults(batch).startswith("2 Status: "), faults(batch)
    imports.confirm(cast.actor(who), batch, skip_errors=True)
    assert Initiative.objects.get().state == "draft"


def test_an_own_draft_is_still_changed_and_the_state_that_it_has_may_be_told(cast, tmp_path):  # noqa: F811
    an_initiative(cast.institution, "Satu", cast.unit, code="A-1", state="draft")
    operator = cast.actor("operator")
    batch = given(cast, tmp_path, operator, ["A-1", "Satu yang baru", OWN, "", "Draf"])
    assert numbers(batch)["changed"] == 1, faults(batch)
    imports.confirm(operator, batch)
    assert Initiative.objects.get().title == "Satu yang baru"


def test_who_read_the_table_as_the_secretariat_and_is_it_no_more_plans_nothing(cast, tmp_path):  # noqa: F811
    a_roadmap(cast.institution)
    batch = given(cast, tmp_path, cast.actor("diskominfo"), ["", "Satu", OWN, "2027", "Berjalan"])
    assert numbers(batch)["new"] == 1, faults(batch)
    person = Assignment.objects.filter(user=cast.users["diskominfo"])
    person.update(role="operator", unit=cast.unit)
    with translation.override("en"), pytest.raises(imports.Refused, match=r"Satu.*secretariat"):
        imports.confirm(cast.actor("diskominfo"), batch)
    person.update(role="operator", unit=cast.other_unit)
    with pytest.raises(imports.Refused):
        imports.confirm(cast.actor("diskominfo"), batch)
    assert not Initiative.objects.exists()


def test_the_secretariat_brings_every_state_and_moves_as_the_states_allow(cast, tmp_path):  # noqa: F811
    secretariat = cast.actor("diskominfo")
    open_one = an_initiative(cast.institution, "Tiga", cast.unit, code="A-3", state="doing")
    an_action(open_one)
    an_initiative(cast.institution, "Empat", cast.unit, code="A-4", state="draft")
    rows = [["A-1", "Satu", OWN, "2027", "Selesai"], ["A-3", "Tiga", OWN, "", "Selesai"], ["A-4", "Empat", OWN, "", "Selesai"]]  # fmt: skip
    batch = given(cast, tmp_path, secretariat, *rows)
    assert (numbers(batch)["new"], numbers(batch)["faulty"]) == (1, 2), faults(batch)
    imports.confirm(secretariat, batch, skip_errors=True)
    assert Initiative.objects.get(code="A-1").state == "done"


def test_an_own_initiative_of_the_plan_is_told_to_be_changed_by_the_secretariat(cast, tmp_path):  # noqa: F811
    an_initiative(cast.institution, "Satu", cast.unit, code="A-1", state="planned")
    batch = given(cast, tmp_path, cast.actor("operator"), ["A-1", "Satu yang lain", OWN, "", ""])
    assert numbers(batch)["faulty"] == 1
    assert "secretariat" in faults(batch) and "on its page" in faults(batch), faults(batch)


def test_a_code_of_an_initiative_of_another_opd_names_that_opd(cast, tmp_path):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    an_initiative(cast.institution, "Satu", cast.other_unit, code="A-1", roadmap=roadmap)
    batch = given(cast, tmp_path, cast.actor("operator"), ["A-1", "Dua", OWN, "", ""])
    assert numbers(batch)["faulty"] == 1 and faults(batch).startswith("2 Kode: "), faults(batch)
    assert OTHER in faults(batch) and OWN not in faults(batch)


@pytest.mark.parametrize("code", ["A-1", "a-1"])
def test_a_code_that_an_unseen_draft_bears_is_told_to_be_used_and_nothing_of_whose(cast, tmp_path, code):  # noqa: F811
    an_initiative(cast.institution, "Rahasia", cast.other_unit, code="A-1", state="draft")
    operator = cast.actor("operator")
    batch = given(cast, tmp_path, operator, [code, "Dua", OWN, "", ""], ["A-2", "Tiga", OWN, "", ""])
    assert (numbers(batch)["faulty"], numbers(batch)["new"]) == (1, 1)
    text = faults(batch)
    assert text.startswith("2 Kode: ") and code in text and "empty" in text and "secretariat" in text, text
    assert "Rahasia" not in text and OTHER not in text
    imports.confirm(operator, batch, skip_errors=True)
    assert Initiative.objects.get(unit=cast.unit).code == "A-2"


def test_an_own_draft_without_a_code_does_not_take_that_of_an_unseen_one(cast, tmp_path):  # noqa: F811
    an_initiative(cast.institution, "Rahasia", cast.other_unit, code="A-1", state="draft")
    an_initiative(cast.institution, "Dua", cast.unit, state="draft")
    batch = given(cast, tmp_path, cast.actor("operator"), ["A-1", "Dua", OWN, "", ""])
    assert numbers(batch)["faulty"] == 1 and faults(batch).startswith("2 Kode: "), faults(batch)


def test_codes_of_all_are_asked_for_once_however_many_rows(cast, tmp_path, django_assert_max_num_queries):  # noqa: F811
    for n in range(20):
        an_initiative(cast.institution, f"Rahasia {n}", cast.other_unit, code=f"A-{n}", state="draft")
    rows = [[f"A-{n}", f"Inisiatif {n}", OWN, "2027", ""] for n in range(30)]
    with django_assert_max_num_queries(60):
        batch = given(cast, tmp_path, cast.actor("operator"), *rows)
    assert (numbers(batch)["faulty"], numbers(batch)["new"]) == (20, 10)


@pytest.mark.parametrize(("who", "sum_told"), [("operator", False), ("diskominfo", True)])
def test_what_others_ask_under_a_ceiling_is_told_to_the_secretariat_alone(cast, tmp_path, who, sum_told):  # noqa: F811
    Programme.objects.create(
        institution=cast.institution, year=2027, code="2.16.03", name="Aplikasi", ceiling=Decimal(100)
    )
    hidden = an_initiative(cast.institution, "Rahasia", cast.other_unit, state="draft")
    money(hidden, 2027, 77, programme_code="2.16.03")
    head = ["Nama Rencana", "SKPD", "Pagu 2027", "Program"]
    batch = read(cast, book(tmp_path, [head, ["Satu", OWN, 30, "2.16.03"]]), cast.actor(who))
    assert numbers(batch)["faulty"] == 1
    text = faults(batch)
    assert "Rp 100" in text and ("Rp 107" in text) == sum_told, text
