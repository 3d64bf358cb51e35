"""Roadmap documents: begun, filled, set by decree with a baseline, shown to the public, ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.actions import Conflict
from pendapa.roadmap.actions import initiatives as initiative_actions
from pendapa.roadmap.actions import roadmaps as actions
from pendapa.roadmap.models import Baseline, Initiative, Roadmap
from pendapa.roadmap.queries import roadmaps as queries
from pendapa.roadmap.rules import roadmaps as rules
from tests.cast import WHO, cast  # noqa: F401
from tests.roadmap.initiatives import make, make_roadmap

URL = "/di/uji/peta-rencana/dokumen/"
db = pytest.mark.django_db
DAY = date(2026, 8, 14)


def decreed(cast, first=2026):  # noqa: F811
    row = make_roadmap(cast, first)
    make(cast, f"Isi {first}", roadmap=row.uid, year=first)
    return actions.set_by_decree(cast.actor("sekda"), row, row.version, f"52/{first}", DAY)


@given(st.integers(2015, 2090), st.integers(2010, 2100), st.booleans(), st.booleans())
def test_a_review_is_due_from_its_year_until_it_is_held(first, today, held, in_force):
    done = [("midterm", date(first + 2, 5, 1))] if held else []
    (one,) = rules.reviews(
        [("midterm", "Paruh waktu", 3, True)], first, done, date(today, 6, 1), in_force=in_force
    )
    assert one.year == first + 2 and one.is_due == (in_force and not held and today >= first + 2)


@db
def test_a_roadmap_runs_the_years_of_the_regulation(cast):  # noqa: F811
    row = make_roadmap(cast, 2026)
    assert list(row.years) == [2026, 2027, 2028, 2029, 2030] and row.state == "draft"
    for first, title in ((2026, "Lagi"), (1890, "Tua"), (2031, "\x00 ")):
        with pytest.raises(actions.Refused):
            actions.create(cast.actor("diskominfo"), cast.institution, title=title, first_year=first)
    assert Roadmap.objects.count() == 1


@db
@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo"}))
def test_only_the_secretariat_begins_one(cast, who):  # noqa: F811
    with pytest.raises(NotFound):
        actions.create(cast.actor(who), cast.institution, title="Peta", first_year=2026)


@db
def test_the_decree_plans_its_drafts_and_freezes_a_baseline(cast):  # noqa: F811
    row = decreed(cast)
    assert (row.state, row.decree_number, row.decree_on) == ("set", "52/2026", DAY)
    assert Initiative.objects.get().state == "planned"
    baseline = Baseline.objects.get(roadmap=row)
    assert baseline.decree_number == "52/2026" and baseline.items.count() == 1


@db
def test_a_decree_needs_initiatives_a_number_a_past_day_and_free_years(cast):  # noqa: F811
    def faults(row, number="52/2026", day=DAY):
        with pytest.raises(actions.Refused) as told:
            actions.set_by_decree(cast.actor("sekda"), row, row.version, number, day)
        return set(told.value.faults)

    empty = make_roadmap(cast, 2026)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert faults(empty, " ", tomorrow) == {"", "decree_number", "decree_on"}
    make(cast, roadmap=empty.uid)
    row = actions.set_by_decree(cast.actor("sekda"), empty, empty.version, "52/2026", DAY)
    assert faults(row) >= {""}
    other = make_roadmap(cast, 2028)
    make(cast, "Lain", roadmap=other.uid, year=2028)
    assert faults(other) == {""} and Baseline.objects.count() == 1
    actions.end(cast.actor("diskominfo"), row, row.version)
    assert actions.set_by_decree(cast.actor("sekda"), other, other.version, "60/2026", DAY).state == "set"


@db
def test_two_people_at_once_do_not_set_it_twice(cast):  # noqa: F811
    row = make_roadmap(cast)
    make(cast, roadmap=row.uid)
    actions.set_by_decree(cast.actor("sekda"), row, row.version, "52/2026", DAY)
    with pytest.raises(Conflict):
        actions.set_by_decree(cast.actor("diskominfo"), row, 1, "53/2026", DAY)


@db
def test_the_one_of_this_year_holds_and_an_opd_sees_only_what_is_decreed(cast):  # noqa: F811
    draft = make_roadmap(cast, timezone.localdate().year + 5)
    assert queries.current(cast.actor("operator"), cast.institution) is None
    assert queries.current(cast.actor("diskominfo"), cast.institution) == draft
    now = decreed(cast, timezone.localdate().year)
    for who in ("operator", "diskominfo"):
        assert queries.current(cast.actor(who), cast.institution) == now
    actions.end(cast.actor("sekda"), now, now.version)
    assert queries.current(cast.actor("operator"), cast.institution) is None


@db
def test_an_ended_one_takes_no_more_initiatives_and_a_draft_is_not_public(cast):  # noqa: F811
    row, loose = make_roadmap(cast), make(cast)
    with pytest.raises(actions.Refused):
        actions.publish(cast.actor("sekda"), row, row.version)
    with pytest.raises(actions.Refused):
        actions.end(cast.actor("sekda"), row, row.version)
    make(cast, roadmap=row.uid)
    row = actions.set_by_decree(cast.actor("sekda"), row, row.version, "1", DAY)
    row = actions.publish(cast.actor("sekda"), row, row.version)
    assert row.public
    row = actions.end(cast.actor("sekda"), row, row.version)
    with pytest.raises(actions.Refused):
        initiative_actions.put_in(cast.actor("diskominfo"), row, [loose])
    with pytest.raises(initiative_actions.Refused):
        make(cast, roadmap=row.uid)


@db
@pytest.mark.parametrize("who", WHO)
def test_the_pages_are_for_officers_and_drafts_for_the_institution(cast, who):  # noqa: F811
    row, client = make_roadmap(cast), cast.client(who)
    wide = {"diskominfo", "sekda", "verifier", "assessor"}
    own = {"operator", "other_operator", "head"}
    no = 302 if who == "public" else 404
    assert client.get(URL).status_code == (200 if who in wide | own else no)
    assert client.get(f"{URL}{row.uid}/").status_code == (200 if who in wide else no)
    if who in wide | own:
        assert (row.title in client.get(URL).content.decode()) == (who in wide)


@db
def test_the_whole_way_in_the_pages(cast):  # noqa: F811
    client = cast.client("diskominfo")
    answer = client.post(URL, {"title": "Peta Rencana Uji", "first_year": "2026"})
    row = Roadmap.objects.get()
    assert answer["Location"] == f"{URL}{row.uid}/"
    loose = make(cast, "Belum di mana-mana")
    assert "Belum di mana-mana" in client.get(f"{URL}{row.uid}/").content.decode()
    assert client.post(f"{URL}{row.uid}/isi/").status_code == 422
    assert client.post(f"{URL}{row.uid}/isi/", {"inisiatif": [str(loose.uid), "x"]}).status_code == 302
    bad = client.post(
        f"{URL}{row.uid}/penetapan/", {"version": "1", "decree_number": "52/2026", "decree_on": "31/02/2026"}
    )
    assert bad.status_code == 422 and "52/2026" in bad.content.decode()
    good = {"version": "1", "decree_number": "52/2026", "decree_on": "2026-08-14"}
    assert client.post(f"{URL}{row.uid}/penetapan/", good | {"version": "7"}).status_code == 409
    assert client.post(f"{URL}{row.uid}/penetapan/", good).status_code == 302
    page = cast.client("operator").get(f"{URL}{row.uid}/").content.decode()
    assert "52/2026" in page and "14 Agu 2026" in page and "/penetapan/" not in page
    assert client.post(f"{URL}{row.uid}/publik/", {"version": "2", "public": "1"}).status_code == 302
    assert (
        client.post(f"{URL}{row.uid}/ubah/", {"version": "3", "title": "Judul baru", "note": ""}).status_code
        == 302
    )
    assert client.post(f"{URL}{row.uid}/hapus/", {"version": "4"}).status_code == 422
    assert client.post(f"{URL}{row.uid}/akhiri/", {"version": "4"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.public, row.title) == ("ended", True, "Judul baru")


@db
def test_a_bad_form_keeps_what_was_typed(cast):  # noqa: F811
    make_roadmap(cast, 2026)
    answer = cast.client("diskominfo").post(URL, {"title": "Peta kedua", "first_year": "2026"})
    assert answer.status_code == 422 and "Peta kedua" in answer.content.decode()
    assert cast.client("diskominfo").post(URL, {"title": " ", "first_year": "x" * 9999}).status_code == 422
    assert cast.client("diskominfo").post(URL, {"title": "\x00", "first_year": "2030"}).status_code == 400
    for who in ("operator", "sekda"):
        assert cast.client(who).post(URL, {"title": "Peta", "first_year": "2035"}).status_code == 404


@db
def test_an_empty_draft_is_deleted(cast):  # noqa: F811
    row = make_roadmap(cast)
    actions.delete(cast.actor("diskominfo"), row, row.version)
    assert queries.roadmaps(cast.actor("diskominfo"), cast.institution) == []


@db
def test_the_list_asks_the_database_the_same_however_many_there_are(cast, django_assert_max_num_queries):  # noqa: F811
    for first in (2016, 2021, 2026, 2031):
        make(cast, f"Isi {first}", roadmap=make_roadmap(cast, first).uid, year=first)
    client = cast.client("diskominfo")
    client.get(URL)
    with django_assert_max_num_queries(22):
        client.get(URL)
