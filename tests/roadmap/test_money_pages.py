"""The budget page and the lines of the budget: every number and its list, who sees what, and what two people do at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.architecture.models import Element
from pendapa.evaluation.actions import assessments
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.actions import money as verbs
from pendapa.roadmap.models import Budget, Initiative, Programme
from pendapa.roadmap.queries import money as queries
from pendapa.roadmap.rules.initiatives import BudgetRow, Lift, Values
from tests.cast import WHO, Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
MONEY, ROWS, LINES = (
    f"/di/uji/{part}/"
    for part in ("peta-rencana/anggaran", "peta-rencana/anggaran/rincian", "peta-rencana/program")
)
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
M = Decimal(1_000_000)


def made(cast: Cast, title: str, unit: Any = None, state: str = "planned", **more: Any) -> Initiative:  # noqa: F811
    values = Values(title=title, unit=unit.uid if unit else None, state=state, year=2027, **more)
    return actions.create(cast.actor("diskominfo"), cast.institution, values)


def line(cast: Cast, code: str = "2.16.03", **more: Any) -> Programme:  # noqa: F811
    told = {"year": 2027, "name": "Aplikasi Informatika", "ceiling": 900 * M} | more
    return verbs.create(cast.actor("diskominfo"), cast.institution, verbs.Line(code=code, **told))


def filled(cast: Cast) -> dict[str, Initiative]:  # noqa: F811
    return {
        "one": made(cast, "Satu", cast.unit, budgets=(BudgetRow(2027, "2.16.03", "apbd", 500 * M, 400 * M, 100 * M),)),
        "two": made(cast, "Dua", cast.other_unit, budgets=(BudgetRow(2027, "", "dak", 200 * M), BudgetRow(2028, "2.16.02", "apbd", 50 * M))),
        "none": made(cast, "Tiga", cast.unit),
        "gone": made(cast, "Batal", cast.unit, state="cancelled", budgets=(BudgetRow(2027, "2.16.03", "apbd", 77 * M),)),
    }  # fmt: skip


def page(cast: Cast, who: str, url: str) -> str:  # noqa: F811
    answer = cast.client(who).get(url)
    assert answer.status_code == 200, (who, url, answer.status_code)
    return answer.content.decode().replace("\u00a0", " ")


def test_sums_are_of_what_is_known_and_say_what_is_missing(cast):  # noqa: F811
    filled(cast)
    money = queries.summary(cast.actor("sekda"), cast.institution)
    assert (money.planned, money.budgeted, money.spent) == (750 * M, 400 * M, 100 * M)
    assert (money.sums.count, money.sums.unknown, money.cancelled.planned) == (3, 1, 77 * M)
    assert [(one.key, one.sums.planned) for one in money.by_year] == [("2027", 700 * M), ("2028", 50 * M)]
    assert [(one.name, one.sums.planned) for one in money.by_unit] == [
        (cast.unit.name, 500 * M),
        (cast.other_unit.name, 250 * M),
    ]
    assert {one.key: one.sums.planned for one in money.by_programme} == {
        "2.16.02": 50 * M,
        "2.16.03": 500 * M,
        "-": 200 * M,
    }
    of_year = queries.summary(cast.actor("sekda"), cast.institution, year=2028)
    assert (of_year.planned, of_year.budgeted) == (50 * M, None)


def test_initiatives_without_a_code_and_lines_without_an_initiative_are_found(cast):  # noqa: F811
    line(cast)
    idle = line(cast, "2.20.02", name="Statistik")
    filled(cast)
    money = queries.summary(cast.actor("diskominfo"), cast.institution)
    assert [one.title for one in money.without_programme] == ["Tiga"]
    assert money.programmes_without_initiative == [idle]


def test_a_lowered_ceiling_shows_what_is_over_it(cast):  # noqa: F811
    row = line(cast)
    filled(cast)
    verbs.change(
        cast.actor("diskominfo"), row, row.version, verbs.Line(2027, "2.16.03", "Aplikasi", ceiling=300 * M)
    )
    found = queries.summary(cast.actor("diskominfo"), cast.institution).over
    assert [(one.code, one.ceiling, one.taken) for one in found] == [("2.16.03", 300 * M, 500 * M)]
    assert "2.16.03" in page(cast, "diskominfo", MONEY) and "lewat-pagu" in page(cast, "diskominfo", MONEY)


def test_a_ceiling_of_some_years_says_of_which_it_knows_nothing(cast):  # noqa: F811
    line(cast)
    line(cast, year=2028, ceiling=None)
    asked = tuple(BudgetRow(year, "2.16.03", "apbd", 400 * M) for year in (2027, 2028, 2029))
    made(cast, "Tiga tahun", cast.unit, budgets=asked)
    (found,) = queries.summary(cast.actor("diskominfo"), cast.institution).by_programme
    assert (found.ceiling, found.sums.planned, found.unbounded) == (900 * M, 1200 * M, (2028, 2029))
    assert "2028, 2029: belum diketahui" in page(cast, "diskominfo", MONEY)
    (one,) = queries.summary(cast.actor("diskominfo"), cast.institution, year=2027).by_programme
    assert one.unbounded == ()


@pytest.mark.parametrize("who", WHO)
def test_an_opd_counts_its_own_money_and_others_all_or_nothing(cast, who):  # noqa: F811
    filled(cast)
    answers = {url: cast.client(who).get(url) for url in (MONEY, ROWS, LINES)}
    codes = {one.status_code for one in answers.values()}
    assert codes == ({302} if who == "public" else {200} if who in OFFICERS else {404})
    if who not in OFFICERS:
        return
    text = answers[ROWS].content.decode()
    own = {"operator": {"Satu", "Tiga"}, "head": {"Satu", "Tiga"}, "other_operator": {"Dua"}}
    assert {name for name in ("Satu", "Dua", "Tiga") if f">{name}<" in text} == own.get(
        who, {"Satu", "Dua", "Tiga"}
    )
    assert ("Rp 750 jt" in page(cast, who, MONEY)) == (who not in own)


def test_every_number_opens_a_list_of_the_same_sum(cast):  # noqa: F811
    filled(cast)
    assert "Rp 500" in page(cast, "sekda", f"{ROWS}?opd={cast.unit.uid}")
    assert "Rp 200" in page(cast, "sekda", f"{ROWS}?tahun=2027&kode=-")
    text = page(cast, "sekda", f"{ROWS}?bagian=tanpa-program")
    assert ">Tiga<" in text and ">Satu<" not in text
    assert ">Tiga<" in page(cast, "sekda", f"{ROWS}?bagian=tanpa-pagu")
    for nonsense in ("?bagian=lain", "?kode=0", "?tahun=dua", "?opd=x", "?mulai=-5", "?kode=%25"):
        assert cast.client("sekda").get(ROWS + nonsense).status_code == 200


# ---- the index per rupiah


def assessed(cast: Cast, levels: str = "2") -> None:  # noqa: F811
    actor = cast.actor("diskominfo")
    instrument = editions.known(cast.institution)["spbe-2020"]
    row = assessments.open_assessment(actor, cast.institution, 2026, "spbe-2020", "self")
    assessments.set_levels(actor, row, {one.number: levels for one in instrument.indicators}, row.version)


def lifts(*numbers: str, to: str = "3", instrument: str = "spbe-2020") -> tuple[Lift, ...]:
    return tuple(Lift(instrument, number, "2", to) for number in numbers)


def test_the_index_per_rupiah_is_what_the_evaluation_scores(cast):  # noqa: F811
    assessed(cast)
    budget = (BudgetRow(2027, "2.16.03", "apbd", 1000 * M),)
    dear = made(
        cast, "Mahal", cast.unit, lifts=lifts("1"), budgets=(BudgetRow(2027, "2.16.02", "apbd", 4000 * M),)
    )
    cheap = made(cast, "Murah", cast.unit, lifts=lifts("1"), budgets=budget)
    reached = made(cast, "Sudah", cast.unit, lifts=(Lift("spbe-2020", "2", "", "2"),), budgets=budget[:0])
    costless = made(cast, "Tanpa biaya", cast.unit, lifts=lifts("3"))
    bare = made(cast, "Tanpa indikator", cast.unit)
    money = queries.summary(cast.actor("sekda"), cast.institution)
    by = {one.initiative: one for one in money.per_point}
    instrument = editions.known(cast.institution)["spbe-2020"]
    weight = next(one.weight for one in instrument.indicators if one.number == "1")
    assert by[cheap.uid].gain == weight / 100 and by[cheap.uid].per_billion == 4 * by[dear.uid].per_billion
    assert [one.initiative for one in money.per_point][:2] == [cheap.uid, dear.uid]
    assert {by[row.uid].why for row in (reached,)} == {"reached"} and by[bare.uid].why == "no_lift"
    assert (by[costless.uid].why, by[costless.uid].per_billion) == ("no_cost", None) and by[
        costless.uid
    ].gain > 0
    other = next(one.weight for one in instrument.indicators if one.number == "3")
    assert money.index.now == 2 and money.index.reached == 2 + (weight + other) / 100
    assert ">Murah<" in page(cast, "sekda", MONEY)
    assert ">Tanpa indikator<" in page(cast, "sekda", f"{ROWS}?bagian=dampak-no_lift")


def test_without_a_whole_assessment_the_effect_is_not_known(cast):  # noqa: F811
    made(cast, "Satu", cast.unit, lifts=lifts("1"), cost=M)
    money = queries.summary(cast.actor("sekda"), cast.institution)
    assert money.per_point[0].why == "no_assessment" and money.per_point[0].gain is None
    assert money.index.now is None and page(cast, "sekda", MONEY)


# ---- twins


def application(cast: Cast, unit: Any, name: str) -> Element:  # noqa: F811
    row = Element(
        institution=cast.institution, unit=unit, domain="applications", kind="applications", name=name, code=f"DAA-{unit.code}-{name[:3]}",
        attributes={"fungsi": "Mencatat kehadiran pegawai setiap hari", "uraian": "Absensi pegawai"},
    )  # fmt: skip
    row.derive()
    history.write(cast.actor("diskominfo"), cast.institution, "edit", history.Writes(add=[row]))
    return row


def test_initiatives_that_spend_on_twins_are_told_with_their_money(cast):  # noqa: F811
    first = application(cast, cast.unit, "Absensi Pegawai Online")
    second = application(cast, cast.other_unit, "Absensi Pegawai Online")
    one = made(
        cast,
        "Satu",
        cast.unit,
        elements=((first.uid, "change"),),
        budgets=(BudgetRow(2027, "2.16.03", "apbd", 3 * M),),
    )
    two = made(
        cast,
        "Dua",
        cast.other_unit,
        elements=((second.uid, "new"),),
        budgets=(BudgetRow(2027, "2.16.03", "apbd", 4 * M),),
    )
    made(cast, "Menghapus", cast.other_unit, elements=((second.uid, "retire"),))
    money = queries.summary(cast.actor("diskominfo"), cast.institution)
    assert [(set(each.initiatives), each.planned) for each in money.doubles] == [({one.uid, two.uid}, 7 * M)]
    assert 'id="kembaran"' in page(cast, "diskominfo", MONEY)
    assert queries.summary(cast.actor("operator"), cast.institution).doubles == []


# ---- lines of the budget


def sent(cast: Cast, who: str, url: str, **more: str) -> Any:  # noqa: F811
    told = {
        "year": "2027",
        "code": "2.16.03",
        "name": "Aplikasi Informatika",
        "source": "apbd",
        "ceiling": "1,2 M",
        "spent": "",
        "nomenclature": "",
        "unit": "",
    }
    return cast.client(who).post(url, told | more)


def test_the_secretariat_keeps_a_line_and_amounts_are_read_as_written(cast):  # noqa: F811
    assert sent(cast, "diskominfo", f"{LINES}baru/", unit=str(cast.unit.uid)).status_code == 302
    row = Programme.objects.get()
    assert (row.ceiling, row.spent, row.unit, row.code) == (1200 * M, None, cast.unit, "2.16.03")
    assert (
        sent(cast, "diskominfo", f"{LINES}{row.uid}/", version="1", spent="Rp 5.000.000,-").status_code == 302
    )
    row.refresh_from_db()
    assert (row.spent, row.unit, row.version) == (5 * M, None, 2)
    assert "1.200.000.000" in page(cast, "diskominfo", f"{LINES}{row.uid}/")
    assert cast.client("diskominfo").post(f"{LINES}{row.uid}/hapus/", {"version": "2"}).status_code == 302
    assert not Programme.objects.filter(deleted_at=None).exists()


@pytest.mark.parametrize(
    ("field", "text"),
    [("ceiling", "banyak"), ("ceiling", "1.250 M"), ("spent", "-5"), ("code", "abc"), ("year", "20277"), ("year", ""), ("name", ""), ("source", "x"), ("unit", "00000000-0000-4000-8000-000000000000")],
)  # fmt: skip
def test_what_cannot_stay_is_told_beside_its_field_and_nothing_is_lost(cast, field, text):  # noqa: F811
    answer = sent(cast, "diskominfo", f"{LINES}baru/", **{field: text})
    assert answer.status_code == 422 and not Programme.objects.exists()
    page_ = answer.content.decode()
    assert 'aria-invalid="true"' in page_ and (field == "name" or "Aplikasi Informatika" in page_)


def test_the_same_line_twice_is_refused_and_another_year_is_not(cast):  # noqa: F811
    line(cast)
    assert sent(cast, "diskominfo", f"{LINES}baru/").status_code == 422
    assert sent(cast, "diskominfo", f"{LINES}baru/", year="2028").status_code == 302


def test_two_people_changing_one_line_are_told_and_keep_what_they_typed(cast):  # noqa: F811
    row = line(cast)
    assert sent(cast, "diskominfo", f"{LINES}{row.uid}/", version="1", name="Yang pertama").status_code == 302
    late = sent(cast, "diskominfo", f"{LINES}{row.uid}/", version="1", name="Yang kedua")
    assert late.status_code == 409
    assert "Yang kedua" in late.content.decode() and "Yang pertama" in late.content.decode()
    assert Programme.objects.get().name == "Yang pertama"
    assert cast.client("diskominfo").post(f"{LINES}{row.uid}/hapus/", {"version": "1"}).status_code == 302
    assert Programme.objects.filter(deleted_at=None).exists()


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo", "public"}))
def test_nobody_else_writes_a_line(cast, who):  # noqa: F811
    row = line(cast, unit=cast.unit)
    assert sent(cast, who, f"{LINES}baru/").status_code == 404
    assert sent(cast, who, f"{LINES}{row.uid}/", version="1").status_code == 404
    assert cast.client(who).post(f"{LINES}{row.uid}/hapus/", {"version": "1"}).status_code == 404
    with pytest.raises(NotFound):
        verbs.change(cast.actor(who), row, 1, verbs.Line(2027, "2.16.03", "x"))
    seen = cast.client(who).get(f"{LINES}{row.uid}/").status_code
    assert seen == (200 if who in OFFICERS - {"other_operator"} else 404)


def test_money_goes_along_when_the_code_of_its_line_is_corrected(cast):  # noqa: F811
    row = line(cast, ceiling=100 * M)
    made(cast, "Satu", cast.unit, budgets=(BudgetRow(2027, "2.16.03", "apbd", 90 * M),))
    assert (
        sent(
            cast, "diskominfo", f"{LINES}{row.uid}/", version="1", code="2.16.04", ceiling="100 jt"
        ).status_code
        == 302
    )
    held = Budget.objects.get()
    assert (held.programme, held.programme_code) == (row, "2.16.04")
    with pytest.raises(Refused, match=r"2\.16\.04"):
        made(cast, "Dua", cast.unit, budgets=(BudgetRow(2027, "2.16.04", "apbd", 90 * M),))


def test_a_line_keeps_its_year_while_money_stands_in_it(cast):  # noqa: F811
    row = line(cast)
    made(cast, "Satu", cast.unit, budgets=(BudgetRow(2027, "2.16.03", "apbd", 90 * M),))
    answer = sent(cast, "diskominfo", f"{LINES}{row.uid}/", version="1", year="2028")
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode()
    row.refresh_from_db()
    assert row.year == 2027


def test_a_code_is_not_corrected_to_one_under_which_the_same_initiative_asks_already(cast):  # noqa: F811
    row = line(cast)
    rows = (BudgetRow(2027, "2.16.03", "apbd", 90 * M), BudgetRow(2027, "2.16.04", "apbd", 5 * M))
    made(cast, "Satu", cast.unit, budgets=rows)
    answer = sent(cast, "diskominfo", f"{LINES}{row.uid}/", version="1", code="2.16.04")
    assert answer.status_code == 422 and "Satu" in answer.content.decode()
    assert set(Budget.objects.values_list("programme_code", flat=True)) == {"2.16.03", "2.16.04"}


def test_money_under_a_deleted_line_stays_and_finds_the_next_line_of_its_code(cast):  # noqa: F811
    row = line(cast)
    made(cast, "Satu", cast.unit, budgets=(BudgetRow(2027, "2.16.03", "apbd", 500 * M),))
    assert Budget.objects.get().programme == row
    assert verbs.delete(cast.actor("diskominfo"), row, row.version) == 1
    assert Budget.objects.get().programme is None and Budget.objects.get().planned == 500 * M
    line(cast, ceiling=600 * M)
    with pytest.raises(actions.Refused):
        made(cast, "Dua", cast.unit, budgets=(BudgetRow(2027, "2.16.03", "apbd", 200 * M),))


def test_the_budget_page_asks_the_same_few_questions_however_many_initiatives(cast):  # noqa: F811
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            queries.summary(cast.actor("diskominfo"), cast.institution)
        return len(found)

    assessed(cast)
    filled(cast)
    asked()
    few = asked()
    for n in range(12):
        made(cast, f"Lagi {n}", cast.unit, lifts=lifts("4"), budgets=(BudgetRow(2027, f"2.{n}", "apbd", M),))
    asked()
    assert asked() == few
