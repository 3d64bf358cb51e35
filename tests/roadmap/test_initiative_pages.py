"""The pages of an initiative: to begin it, change it, look at it, report on it and bring it on, for whom they are."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Budget, Initiative, Roadmap
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.rules.initiatives import BudgetRow, Lift, Target
from tests.cast import WHO, cast  # noqa: F401
from tests.roadmap.initiatives import CODE, make, make_action, make_element, make_line, make_roadmap

pytestmark = pytest.mark.django_db
ROOM = "/di/uji/peta-rencana/"
NEW = ROOM + "baru/"
WRITERS = {"operator", "other_operator", "head", "diskominfo"}


def sent(row, **more):
    """What the page of a change would send if nothing were touched, and what is typed over it."""
    from pendapa.roadmap import forms_initiatives as forms

    typed = forms.typed_of(queries.values_of(row))
    data = dict(typed.texts) | {"version": str(row.version)}
    for part, rows in typed.rows.items():
        for n, one in enumerate(rows):
            data |= {f"{part}-{n}-{key}": text for key, text in one.items()}
    return data | more


@pytest.mark.parametrize("who", WHO)
def test_the_form_is_for_who_writes_initiatives(cast, who):  # noqa: F811
    row = make(cast)
    client = cast.client(who)
    expected = 200 if who in WRITERS else (302 if who == "public" else 404)
    assert client.get(NEW).status_code == expected
    own = {"operator", "head", "diskominfo"}
    assert client.get(f"{ROOM}{row.uid}/ubah/").status_code == (
        200 if who in own else (302 if who == "public" else 404)
    )


@pytest.mark.parametrize("who", WHO)
def test_a_draft_is_seen_by_its_owner_and_the_institution_alone(cast, who):  # noqa: F811
    row = make(cast)
    seen = {"operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
    status = cast.client(who).get(f"{ROOM}{row.uid}/").status_code
    assert status == (200 if who in seen else (302 if who == "public" else 404))


def test_the_form_of_an_opd_begins_with_its_own_unit_which_it_needs(cast):  # noqa: F811
    form = cast.client("operator").get(NEW).content.decode()
    assert f'<option value="{cast.unit.uid}" selected' in form and f'value="{cast.subunit.uid}"' in form
    assert 'name="unit" required' in form
    assert 'name="unit" required' not in cast.client("diskominfo").get(NEW).content.decode()


def test_a_draft_binds_nobody_and_is_not_late_on_its_page_either(cast):  # noqa: F811
    row = make(cast, starts_on=date(2024, 1, 1), ends_on=date(2024, 6, 30))
    page = f"{ROOM}{row.uid}/"
    assert not cast.client("diskominfo").get(page).context["late"]
    Initiative.objects.update(state="planned")
    assert cast.client("diskominfo").get(page).context["late"]


def test_a_roadmap_is_offered_to_the_secretariat_alone(cast):  # noqa: F811
    roadmap = make_roadmap(cast)
    Roadmap.objects.update(state="set")
    forms = {who: cast.client(who).get(NEW).content.decode() for who in ("operator", "head", "diskominfo")}
    assert f'<option value="{roadmap.uid}" selected' in forms["diskominfo"]
    assert all('name="roadmap"' not in forms[who] for who in ("operator", "head"))


def test_a_whole_form_is_kept_as_people_write_it(cast):  # noqa: F811
    roadmap, first, app = make_roadmap(cast), make(cast, "Dulu"), make_element(cast, "SIMPEG")
    data = {
        "title": "Antrean pasien", "content": "services", "roadmap": str(roadmap.uid), "unit": str(cast.unit.uid),
        "starts_on": "2027-02-01", "ends_on": "31/12/2028", "cost": "Rp 1.250.000.000", "days": "22,5",
        "lifts-0-indicator": "spbe-2020|1", "lifts-0-level_from": "2", "lifts-0-level_to": "3",
        "targets-0-year": "2028", "targets-0-target": "100%", "targets-1-year": "2027", "targets-1-target": "50%",
        "budgets-0-year": "2027", "budgets-0-programme_code": CODE, "budgets-0-source": "apbd",
        "budgets-0-planned": "850.000.000", "budgets-1-source": "apbd", "partners-0-unit": str(cast.other_unit.uid),
        "elements-tambah": [str(app.uid)], "waits_for-tambah": [str(first.uid)],
    }  # fmt: skip
    answer = cast.client("diskominfo").post(NEW, data)
    row = Initiative.objects.get(title="Antrean pasien")
    assert answer.status_code == 302 and answer["Location"] == f"{ROOM}{row.uid}/"
    kept = queries.values_of(row)
    assert (kept.cost, kept.days, kept.ends_on) == (
        Decimal(1_250_000_000),
        Decimal("22.5"),
        date(2028, 12, 31),
    )
    assert kept.budgets == (BudgetRow(2027, CODE, "apbd", Decimal(850_000_000)),)
    assert kept.targets == {2027: Target("50%"), 2028: Target("100%")} and kept.lifts[0].level_to == "3"
    assert kept.elements == ((app.uid, "change"),) and kept.waits_for == (first.uid,)
    text = cast.client("diskominfo").get(answer["Location"]).content.decode()
    for word in ("SIMPEG", "Dulu", "850.000.000", "50%", cast.other_unit.name, "Layanan SPBE", "PR-2027-001"):
        assert word in text


def test_a_code_that_nobody_knows_is_kept_and_told(cast):  # noqa: F811
    data = {"title": "Satu", "unit": str(cast.unit.uid), "budgets-0-year": "2027", "budgets-0-programme_code": "9.99.99", "budgets-0-planned": "5"}  # fmt: skip
    text = cast.client("operator").post(NEW, data, follow=True).content.decode()
    assert Budget.objects.get().programme_code == "9.99.99" and "9.99.99" in text and "note warn" in text


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("ends_on", "31/02/2027", "31/02/2027"),
        ("starts_on", "besok", "besok"),
        ("cost", "-5", ""),
        ("cost", "banyak", "banyak"),
        ("days", "1e9", "1e9"),
        ("unit", "bukan-uuid", ""),
        ("title", "", ""),
        ("content", "lain", ""),
        ("budgets-0-planned", "- 500", ""),
        ("budgets-0-year", "duaribu", "duaribu"),
        ("budgets-0-programme_code", "abc", "abc"),
        ("targets-0-year", "1", ""),
        ("lifts-0-indicator", "spbe-2020|999", "999"),
        ("elements-0-element", "bukan", ""),
        ("waits_for-0-initiative", "00000000-0000-0000-0000-000000000000", ""),
    ],
)
def test_what_cannot_stay_is_told_and_what_was_typed_stays(cast, field, text, word):  # noqa: F811
    data = {
        "title": "Judul yang diketik", "unit": str(cast.unit.uid), "note": "Catatan <b>panjang</b>",
        "budgets-0-year": "2027", "budgets-0-planned": "5", "targets-0-year": "2027", "targets-0-target": "x",
    } | {field: text}  # fmt: skip
    answer = cast.client("diskominfo").post(NEW, data)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Initiative.objects.exists()
    assert "Catatan &lt;b&gt;panjang&lt;/b&gt;" in page and word in page and "note bad" in page
    if field != "title":
        assert "Judul yang diketik" in page


def test_signs_that_no_database_takes_and_endless_texts_break_nothing(cast):  # noqa: F811
    client = cast.client("diskominfo")
    assert client.post(NEW, {"title": "Nol\x00 di tengah", "unit": str(cast.unit.uid)}).status_code == 400
    assert (
        client.post(NEW, {"title": "x", "unit": str(cast.unit.uid), "note": "y" * 30_000}).status_code == 422
    )
    assert client.post(NEW, {"title": "x", "note": "y" * 10_000_000}).status_code in (400, 413, 422)
    assert not Initiative.objects.exists()
    assert client.get(f"{ROOM}cari/elements/?cari-elements=%00").status_code == 400
    assert client.get(f"{ROOM}cari/apa-saja/").status_code == 404


def test_rows_are_added_and_things_looked_for_without_a_script_and_nothing_is_saved(cast):  # noqa: F811
    app, secret = make_element(cast, "Antrean"), make_element(cast, "Antrean rahasia", cast.other_unit, classification="restricted")  # fmt: skip
    client = cast.client("operator")
    data = {"title": "Belum", "budgets-0-year": "2027", "budgets-0-planned": "5"}
    page = client.post(NEW, data | {"tambah": "budgets"}).content.decode()
    assert page.count('-programme_code"') >= 2 and 'name="budgets-4-year"' in page and "Belum" in page
    page = client.post(NEW, data | {"cari": "elements", "cari-elements": "antrean"}).content.decode()
    assert str(app.uid) in page and str(secret.uid) not in page and not Initiative.objects.exists()
    live = f"{ROOM}cari/elements/?cari-elements=antrean"
    page = client.get(live).content.decode()
    assert str(app.uid) in page and str(secret.uid) not in page
    assert str(app.uid) not in client.get(f"{live}&elements-0-element={app.uid}").content.decode()
    page = client.post(NEW, data | {"tambah": "targets", "elements-tambah": str(app.uid)}).content.decode()
    assert f'name="elements-0-element" value="{app.uid}"' in page


def test_a_ticked_row_goes_and_the_others_stay(cast):  # noqa: F811
    row = make(
        cast, budgets=(BudgetRow(2027, CODE, "apbd", Decimal(5)), BudgetRow(2028, CODE, "apbd", Decimal(6)))
    )
    data = sent(row, **{"budgets-0-hapus": "1"})
    assert cast.client("diskominfo").post(f"{ROOM}{row.uid}/ubah/", data).status_code == 302
    assert [one.year for one in Budget.objects.filter(deleted_at=None)] == [2028]


def test_an_untouched_form_changes_nothing(cast):  # noqa: F811
    row = make(
        cast, budgets=(BudgetRow(2027, CODE, "dak", Decimal("1234567.89")),), targets={2027: Target("x", "y")},
        lifts=(Lift("spbe-2020", "1", "1", "2"),), partners=(cast.other_unit.uid,), starts_on=date(2027, 1, 1),
        cost=Decimal("850000000"), days=Decimal("22.5"), elements=((make_element(cast, "A").uid, "use"),),
    )  # fmt: skip
    answer = cast.client("diskominfo").post(f"{ROOM}{row.uid}/ubah/", sent(row))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.version == 1


def test_two_people_at_once_lose_nothing_and_see_what_the_other_wrote(cast):  # noqa: F811
    row = make(cast)
    mine = sent(row, title="Judul saya", note="Kata-kata saya")
    values = queries.values_of(row)
    actions.change(
        cast.actor("operator"), row, 1, values.__class__(**{**values.__dict__, "output": "Keluaran mereka"})
    )
    answer = cast.client("diskominfo").post(f"{ROOM}{row.uid}/ubah/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert (
        "Judul saya" in page and "Kata-kata saya" in page and "Keluaran mereka" in page and "Operator" in page
    )
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    again = mine | {"version": version, "output": "Keluaran mereka"}
    assert cast.client("diskominfo").post(f"{ROOM}{row.uid}/ubah/", again).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.output) == ("Judul saya", "Keluaran mereka")


def test_the_owner_reports_and_what_is_wrong_keeps_the_words(cast):  # noqa: F811
    make_line(cast, "1000")
    row = make(
        cast,
        state="doing",
        targets={2027: Target("50%")},
        budgets=(BudgetRow(2027, CODE, "apbd", Decimal(900)),),
    )
    url, client = f"{ROOM}{row.uid}/laporan/", cast.client("operator")
    assert client.get(url).status_code == 200 and cast.client("sekda").get(url).status_code == 404
    bad = client.post(url, {"version": "1", "budgets-0-spent": "9.999", "targets-2027-done": "hampir"})
    assert bad.status_code == 422 and "hampir" in bad.content.decode() and "9.999" in bad.content.decode()
    good = client.post(url, {"version": "1", "budgets-0-spent": "450", "targets-2027-done": "40%"})
    assert good.status_code == 302 and queries.values_of(row).budgets[0].spent == 450
    stale = client.post(url, {"version": "1", "budgets-0-spent": "451", "targets-2027-done": "41%"})
    page = stale.content.decode()
    assert stale.status_code == 409 and "41%" in page and ": 450<" in page
    assert cast.client("operator").get(f"{ROOM}{row.uid}/ubah/").status_code == 404


def test_an_initiative_is_not_finished_over_open_actions_and_the_page_says_which(cast):  # noqa: F811
    row = make(cast, state="doing")
    make_action(cast, row, "Tarik kabel serat")
    url = f"{ROOM}{row.uid}/langkah/"
    answer = cast.client("operator").post(url, {"version": "1", "state": "done"})
    assert answer.status_code == 422 and "“Tarik kabel serat”" in answer.content.decode()
    row.actions.update(state="done")
    assert cast.client("other_operator").post(url, {"version": "1", "state": "done"}).status_code == 404
    assert cast.client("operator").post(url, {"version": "9", "state": "done"}).status_code == 409
    assert cast.client("operator").post(url, {"version": "1", "state": "done"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "done"


def test_an_opd_deletes_its_own_draft_and_no_other(cast):  # noqa: F811
    row, other = make(cast, who="operator"), make(cast, unit=cast.other_unit.uid)
    client = cast.client("operator")
    assert client.post(f"{ROOM}{other.uid}/hapus/", {"version": "1"}).status_code == 404
    assert client.post(f"{ROOM}{row.uid}/hapus/", {"version": "1"}).status_code == 302
    assert list(Initiative.objects.filter(deleted_at=None)) == [other]


def test_the_page_of_a_draft_says_to_its_opd_who_takes_it_up_and_talks_last(cast):  # noqa: F811
    row, says = make(cast, who="operator"), "sekretariat SPBE yang memasukkannya"
    page = cast.client("operator").get(f"{ROOM}{row.uid}/").content.decode()
    assert says in page and page.index('id="langkah"') < page.index("Komentar</h2>")
    assert says not in cast.client("diskominfo").get(f"{ROOM}{row.uid}/").content.decode()


def test_what_one_may_not_see_is_not_on_the_page(cast):  # noqa: F811
    secret = make_element(cast, "Unsur rahasia", cast.other_unit, classification="restricted")
    hidden = make(cast, "Draf tersembunyi", unit=cast.other_unit.uid)
    draft = make_roadmap(cast, title="Peta yang masih draf")
    row = make(cast, "Terlihat", roadmap=draft.uid, elements=((secret.uid, "use"),), waits_for=(hidden.uid,))
    for path in ("", "ubah/"):
        page = cast.client("operator").get(f"{ROOM}{row.uid}/{path}").content.decode()
        assert "Terlihat" in page and "Unsur rahasia" not in page and "Draf tersembunyi" not in page
        assert "Peta yang masih draf" not in page
    answer = cast.client("operator").post(
        f"{ROOM}{row.uid}/ubah/", {"version": "1", "title": "Baru", "unit": str(cast.unit.uid)}
    )
    assert (
        answer.status_code == 302
        and queries.values_of(Initiative.objects.get(title="Baru")).roadmap == draft.uid
    )
    page = cast.client("diskominfo").get(f"{ROOM}{row.uid}/").content.decode()
    assert "Unsur rahasia" in page and "Draf tersembunyi" in page


def test_the_page_asks_the_database_the_same_however_much_hangs_on_it(cast, django_assert_max_num_queries):  # noqa: F811
    row = make(cast)
    many = make(
        cast, "Banyak", waits_for=tuple(make(cast, f"I{n}").uid for n in range(8)),
        elements=tuple((make_element(cast, f"E{n}").uid, "use") for n in range(8)),
        budgets=tuple(BudgetRow(2027 + n % 4, f"2.16.{n:02d}", "apbd", Decimal(n)) for n in range(8)),
        partners=(cast.other_unit.uid,),
    )  # fmt: skip
    client = cast.client("diskominfo")
    client.get(f"{ROOM}{row.uid}/")
    for path, most in (("", 45), ("ubah/", 40)):
        with django_assert_max_num_queries(most):
            client.get(f"{ROOM}{many.uid}/{path}")
