"""Table, timeline, board and by OPD: for whom, narrowed how, and the same numbers in all of them."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pendapa.kernel.ui import formats
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.rules.timeline import Scale
from pendapa.roadmap.views.timeline import FIRST
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.initiatives_scene import a_roadmap, an_action, an_initiative, money, waits, with_partner

pytestmark = pytest.mark.django_db
BASE = "/di/uji/peta-rencana/"
PAGES = ("", "linimasa/", "linimasa/data.json", "papan/", "menurut-opd/")
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
PAST = (timezone.localdate() - timedelta(days=40)).isoformat()


def page(cast: Cast, who: str, path: str) -> str:  # noqa: F811
    answer = cast.client(who).get(BASE + path)
    assert answer.status_code == 200
    return answer.content.decode()


def told(cast: Cast, who: str, query: str = "") -> dict:  # noqa: F811
    return json.loads(page(cast, who, "linimasa/data.json" + query))


def titles(told: dict) -> list[str]:
    return [row[1] for row in told["rows"] if len(row) > 2]


def a_plan(cast: Cast):  # noqa: F811
    """Four initiatives of a decreed roadmap: one late, one done, one of the other OPD, one cancelled."""
    year = timezone.localdate().year
    roadmap = a_roadmap(cast.institution, year - 1, year + 3)
    late = an_initiative(
        cast.institution, "Terlambat satu", cast.unit, roadmap=roadmap, state="doing", code=f"PR-{year - 1}-001",
        begins=f"{year - 1}-01-01", ends=PAST,
    )  # fmt: skip
    done = an_initiative(
        cast.institution, "Rampung dua", cast.subunit, roadmap=roadmap, state="done", begins=f"{year}-01-01",
        ends=f"{year}-12-31",
    )  # fmt: skip
    other = an_initiative(
        cast.institution, "Lain tiga", cast.other_unit, roadmap=roadmap, content="security", begins=f"{year + 1}-01-01",
        ends=f"{year + 2}-06-30",
    )  # fmt: skip
    gone = an_initiative(
        cast.institution, "Batal empat", None, roadmap=roadmap, state="cancelled", content=""
    )
    money(late, year, 1_000_000, budgeted="800000", spent="400000")
    money(other, year + 1, 2_500_000)
    money(gone, year + 1, 9_000_000)
    waits(other, late)
    with_partner(other, cast.unit)
    return roadmap, late, done, other


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", WHO)
def test_who_has_no_role_finds_nothing_there(cast, who, path):  # noqa: F811
    answer = cast.client(who).get(BASE + path)
    assert answer.status_code == (200 if who in OFFICERS else 302 if who == "public" else 404)


@pytest.mark.parametrize("path", PAGES)
def test_drafts_of_others_are_on_no_page(cast, path):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    mine = an_initiative(cast.institution, "Milik sendiri", cast.unit, roadmap=roadmap)
    hidden = an_initiative(cast.institution, "Rahasia", cast.other_unit, state="draft", roadmap=roadmap)
    waits(mine, hidden)
    text = page(cast, "operator", path)
    assert "Rahasia" not in text and str(hidden.uid) not in text and cast.other_unit.name not in text
    if path != "menurut-opd/":
        assert "Milik sendiri" in text
    assert cast.client("operator").get(f"{BASE}?opd={cast.other_unit.uid}").status_code == 200


@pytest.mark.parametrize("who", ["diskominfo", "operator"])
@pytest.mark.parametrize("query", ["", "late", "unit", "year"])
def test_the_same_numbers_stand_in_every_view(cast, who, query):  # noqa: F811
    a_plan(cast)
    year = timezone.localdate().year
    asked = {
        "": "", "late": "?terlambat=1", "unit": f"?opd={cast.unit.uid}", "year": f"?tahun={year + 1}",
    }[query]  # fmt: skip
    client = cast.client(who)
    views = {
        path: client.get(BASE + path + asked).context for path in ("", "linimasa/", "papan/", "menurut-opd/")
    }
    numbers = {path: context["totals"] for path, context in views.items()}
    assert len({repr(one) for one in numbers.values()}) == 1
    one = numbers[""]
    data = told(cast, who, asked)
    assert len(titles(data)) == one.count
    assert sum(int(row[1]) for row in data["rows"] if len(row) == 2) == one.count
    assert sum(column["count"] for column in views["papan/"]["columns"]) == one.count
    rows = views["menurut-opd/"]["rows"]
    assert [sum(getattr(row["totals"], name) for row in rows) for name in ("count", "late", "done")] == [
        one.count, one.late, one.done,
    ]  # fmt: skip
    for part in ("planned", "budgeted", "spent"):
        parts = [getattr(row["totals"].money, part) for row in rows]
        assert sum(part for part in parts if part is not None) == (getattr(one.money, part) or 0)
    assert len(views[""]["rows"]) == one.count


def test_the_table_says_late_unknown_and_money_as_they_are(cast):  # noqa: F811
    a_plan(cast)
    text = page(cast, "diskominfo", "")
    assert "belum diketahui" in text and "Rp 1 jt" in text.replace("\xa0", " ")
    context = cast.client("diskominfo").get(BASE).context
    assert (context["totals"].money.planned, context["totals"].late) == (3_500_000, 1)
    assert [row["title"] for row in context["rows"] if row["late"]] == ["Terlambat satu"]


def test_the_table_is_sorted_either_way_with_what_has_no_value_last(cast):  # noqa: F811
    for title, amount in (("A", 5), ("B", None), ("C", 70), ("D", 9)):
        one = an_initiative(cast.institution, title, cast.unit)
        if amount is not None:
            money(one, 2027, amount)

    def order(sort: str) -> str:
        rows = cast.client("sekda").get(f"{BASE}?urut={sort}").context["rows"]
        return "".join(row["title"] for row in rows)

    assert (order("pagu"), order("-pagu"), order("-nama"), order("nama")) == ("ADCB", "CDAB", "DCBA", "ABCD")
    assert order("bukan") == order("") == "ABCD"


@pytest.mark.parametrize("sort", ["", "-nama", "mulai", "pagu", "-capaian"])
def test_pages_of_the_table_hold_each_initiative_once(cast, sort):  # noqa: F811
    for n in range(120):
        an_initiative(
            cast.institution,
            f"Inisiatif {n % 7} {n}",
            cast.unit,
            begins=f"2027-{n % 12 + 1:02d}-01" if n % 3 else None,
        )
    client, url, seen = cast.client("sekda"), f"{BASE}?urut={sort}", []
    for _turn in range(5):
        context = client.get(url).context
        seen.append([row["title"] for row in context["rows"]])
        if not context["next"]:
            break
        url = context["next"]
    assert [len(rows) for rows in seen] == [50, 50, 20]
    assert len({title for rows in seen for title in rows}) == 120
    back = client.get(context["previous"]).context
    assert [row["title"] for row in back["rows"]] == seen[1]


def test_a_mark_that_is_none_shows_the_first_page(cast):  # noqa: F811
    an_initiative(cast.institution, "Satu", cast.unit)
    for mark in ("x", "1", "²³.=a", "9" * 40 + ".=a", "-1.=a"):
        assert cast.client("sekda").get(BASE, {"setelah": mark}).context["rows"]


def test_which_roadmap_is_shown_can_be_chosen(cast):  # noqa: F811
    year = timezone.localdate().year
    now = a_roadmap(cast.institution, year - 1, year + 3)
    old = a_roadmap(cast.institution, year - 7, year - 3, state="ended", decree_number="Lama")
    for title, roadmap in (("Kini", now), ("Dulu", old), ("Lepas", None)):
        an_initiative(cast.institution, title, cast.unit, roadmap=roadmap)

    def shown(query: str) -> set[str]:
        return set(titles(told(cast, "sekda", query)))

    assert shown("") == {"Kini"} and shown(f"?peta={old.uid}") == {"Dulu"}
    assert shown("?peta=lepas") == {"Lepas"} and shown("?peta=semua") == {"Kini", "Dulu", "Lepas"}
    for wrong in ("x", "11111111-1111-4111-8111-111111111111"):
        assert cast.client("sekda").get(f"{BASE}?peta={wrong}").status_code == 404


def test_the_timeline_groups_by_content_and_joins_what_waits(cast):  # noqa: F811
    _roadmap, late, _done, other = a_plan(cast)
    data = told(cast, "diskominfo")
    heads = [row[0] for row in data["rows"] if len(row) == 2]
    assert heads[:2] == ["Layanan SPBE", "Keamanan SPBE"] and len(heads) == 3
    place = {row[0]: number for number, row in enumerate(data["rows"]) if len(row) > 2}
    assert data["links"] == [[place[str(late.uid)], place[str(other.uid)], False]]
    row = data["rows"][place[str(late.uid)]]
    assert row[2] == f"{late.code} · {cast.unit.name}" and 0 <= row[4] < row[4] + row[5] <= 100
    assert row[11] == 1 == data["rows"][place[str(other.uid)]][11]
    undated = data["rows"][-1]
    assert undated[1] == "Batal empat" and undated[5] == 0


def test_the_page_draws_the_first_rows_and_leads_to_the_others(cast):  # noqa: F811
    for n in range(FIRST + 10):
        an_initiative(cast.institution, f"Baris {n:03d}", cast.unit, begins="2027-01-01", ends="2027-06-30")
    text = page(cast, "sekda", "linimasa/")
    assert text.count('class="tl-o"') == FIRST == text.count('class="tl-r"')
    assert len(titles(told(cast, "sekda"))) == FIRST + 10
    assert re.search(r"<noscript>[^<]*<p[^>]*>\s*10 ", text)


def test_titles_are_written_as_text_wherever_they_are_drawn(cast):  # noqa: F811
    title = """<script>alert('x')</script> "kutip" & lain"""
    an_initiative(cast.institution, title, cast.unit, begins="2027-01-01", ends="2027-06-30")
    for path in ("", "linimasa/", "papan/"):
        text = page(cast, "sekda", path)
        assert "<script>alert" not in text and "&lt;script&gt;alert" in text
    assert titles(told(cast, "sekda")) == [title]


def test_only_the_critical_path_is_shown_where_it_is_asked_for(cast):  # noqa: F811
    a_plan(cast)
    text = page(cast, "sekda", "linimasa/?atur=1&kritis=1")
    assert "Terlambat satu" in text and "Lain tiga" in text and "Rampung dua" not in text
    assert "Rampung dua" in page(cast, "sekda", "linimasa/?atur=1&baku=1")


def test_a_card_is_moved_without_a_script_and_back_to_the_same_board(cast):  # noqa: F811
    one = an_initiative(cast.institution, "Pindah", cast.unit, begins="2027-01-01", ends="2027-12-31")
    sent = {
        "uid": str(one.uid),
        "version": one.version,
        "status": "doing",
        "kembali": "status=planned&lain=1",
    }
    answer = cast.client("operator").post(BASE + "papan/pindah/", sent)
    assert answer.status_code == 302 and answer["Location"] == f"{BASE}papan/?status=planned#k-{one.uid}"
    one.refresh_from_db()
    assert one.state == "doing"


def test_a_card_that_somebody_else_changed_stays_and_it_is_said(cast):  # noqa: F811
    one = an_initiative(cast.institution, "Bersama", cast.unit)
    actions.move(cast.actor("diskominfo"), one, one.version, "doing")
    client = cast.client("diskominfo")
    sent = {"uid": str(one.uid), "version": one.version, "status": "postponed"}
    text = client.post(BASE + "papan/pindah/", sent, follow=True).content.decode()
    assert (
        Initiative.objects.get(pk=one.pk).state == "doing"
        and "Bersama" in text
        and 'class="note warn"' in text
    )


def test_a_move_that_may_not_be_is_refused_in_words(cast):  # noqa: F811
    one = an_initiative(cast.institution, "Rancangan", cast.unit, state="draft")
    client = cast.client("diskominfo")
    for state in ("done", "bukan", ""):
        sent = {"uid": str(one.uid), "version": one.version, "status": state}
        assert 'class="note bad"' in client.post(BASE + "papan/pindah/", sent, follow=True).content.decode()
    assert Initiative.objects.get(pk=one.pk).state == "draft"


def test_who_may_not_move_a_card_has_no_form_and_is_answered_as_if_it_were_not_there(cast):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    one = an_initiative(cast.institution, "Bukan milik", cast.other_unit, roadmap=roadmap)
    assert "papan/pindah" not in page(cast, "operator", "papan/")
    assert "papan/pindah" in page(cast, "other_operator", "papan/")
    sent = {"uid": str(one.uid), "version": one.version, "status": "doing"}
    assert cast.client("operator").post(BASE + "papan/pindah/", sent).status_code == 404
    for uid in ("x", "11111111-1111-4111-8111-111111111111"):
        assert cast.client("diskominfo").post(BASE + "papan/pindah/", sent | {"uid": uid}).status_code == 404


def test_units_below_count_for_their_opd_and_partners_are_told(cast):  # noqa: F811
    a_plan(cast)
    rows = {row["name"]: row for row in cast.client("sekda").get(BASE + "menurut-opd/").context["rows"]}
    assert {cast.unit.name, cast.other_unit.name} < set(rows) and len(rows) == 3
    own = rows[cast.unit.name]
    assert (own["totals"].count, own["totals"].done, own["beside"]) == (2, 1, 1)
    listed = cast.client("sekda").get(own["url"]).context
    assert listed["totals"] == own["totals"]
    late = cast.client("sekda").get(own["late_url"]).context
    assert late["totals"].count == own["totals"].late == 1


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("", 16),
        ("linimasa/", 16),
        ("linimasa/data.json", 14),
        ("papan/", 16),
        ("menurut-opd/", 16),
    ],
)
def test_the_number_of_queries_of_a_page_is_fixed(cast, path, most, django_assert_max_num_queries):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    client = cast.client("operator")
    client.get(BASE + path)
    for n in range(12):
        one = an_initiative(
            cast.institution, f"I{n}", cast.unit, roadmap=roadmap, begins="2027-01-01", ends="2027-02-01"
        )
        money(one, 2027, n)
        with_partner(one, cast.other_unit)
    with django_assert_max_num_queries(most):
        client.get(BASE + path)


def test_lines_pass_over_the_bands_of_the_headings(cast):  # noqa: F811
    a_plan(cast)
    drawn = page(cast, "diskominfo", "linimasa/")
    drawn = drawn[drawn.index("data-drawing") : drawn.index("</svg>", drawn.index("tl-rows"))]
    order = [drawn.index(f'<g class="{name}">') for name in ("tl-heads", "tl-links", "tl-rows")]
    assert order == sorted(order)
    assert 'class="tl-hb"' in drawn[: order[1]] and 'class="tl-hb"' not in drawn[order[1] :]


@pytest.mark.parametrize("path", ["", "linimasa/"])
def test_a_table_names_an_opd_in_short_with_its_whole_name_beside(cast, path):  # noqa: F811
    a_plan(cast)
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(short_name="Dinkes")
    text = page(cast, "diskominfo", path)
    assert f'<abbr title="{cast.unit.name}">Dinkes</abbr>' in text
    assert f'<abbr title="{cast.other_unit.name}">' not in text and cast.other_unit.name in text


def test_the_number_of_those_in_which_an_opd_takes_part_opens_just_these(cast):  # noqa: F811
    _roadmap, late, done, other = a_plan(cast)
    with_partner(other, cast.subunit)  # besides the OPD itself: a unit below counts for its OPD
    with_partner(late, cast.other_unit)
    with_partner(done, cast.unit)  # its own: it does not take part in it besides
    client = cast.client("sekda")
    for query in ("", "?tahun=2100", f"?opd={cast.other_unit.uid}", f"?mitra={cast.unit.uid}"):
        for row in client.get(BASE + "menurut-opd/" + query).context["rows"]:
            if not row["beside"]:
                assert not row["beside_url"]
            elif row["beside_url"]:
                assert len(client.get(row["beside_url"]).context["rows"]) == row["beside"]
    rows = {row["name"]: row for row in client.get(BASE + "menurut-opd/").context["rows"]}
    found = client.get(rows[cast.unit.name]["beside_url"])
    assert [one["title"] for one in found.context["rows"]] == ["Lain tiga"]
    told = found.content.decode()
    assert (
        f'name="mitra" value="{cast.unit.uid}"' in told
        and cast.unit.name in told.split('class="chip info"')[1][:200]
    )
    for tab in ("linimasa/", "papan/", "menurut-opd/", "anggaran/"):  # the other views keep it
        assert f"{tab}?mitra={cast.unit.uid}" in told
    for nonsense in ("bukan-uid", "0", str(other.uid)):
        assert client.get(f"{BASE}?mitra={nonsense}").context["rows"] == []


def test_who_may_not_see_an_initiative_does_not_find_it_by_its_partner(cast):  # noqa: F811
    draft = an_initiative(cast.institution, "Rancangan rahasia", cast.unit)
    with_partner(draft, cast.subunit)
    hidden = page(cast, "other_operator", f"?peta=semua&mitra={cast.subunit.uid}")
    assert "Rancangan rahasia" not in hidden


@pytest.mark.parametrize("path", ["", "linimasa/", "papan/", "menurut-opd/", "anggaran/"])
def test_where_there_is_nothing_yet_the_spreadsheet_that_one_has_can_be_handed_in(cast, path):  # noqa: F811
    way = "/di/uji/impor/?kind=initiatives"
    assert way in page(cast, "diskominfo", path) and way in page(cast, "operator", path)
    assert way not in page(cast, "sekda", path), "who may not import is not sent there"
    form = cast.client("diskominfo").get(way)
    assert re.search(r'<option value="initiatives"\s+selected', form.content.decode())


def test_an_indicator_without_levels_is_told_without_an_arrow_to_nowhere(cast):  # noqa: F811
    lifts = [{"instrument": "spbe-2020", "indicator": "1", "from": "", "to": ""}]
    roadmap = a_roadmap(cast.institution)
    one = an_initiative(cast.institution, "Arsitektur", cast.unit, roadmap=roadmap, lifts=lifts)
    table = page(cast, "diskominfo", "")
    assert "indikator 1" in table and "→" not in table
    assert "– → –" not in page(cast, "diskominfo", f"{one.uid}/")


YEAR = timezone.localdate().year


def a_done_one(cast: Cast, done: str, ends: str = f"{YEAR - 1}-06-30", **more: Any) -> Initiative:  # noqa: F811
    """Planned for the first half of last year, its last action finished on ``done``."""
    roadmap = a_roadmap(cast.institution, YEAR - 1, YEAR + 3)
    row = an_initiative(
        cast.institution, "Rampung", cast.unit, roadmap=roadmap, state="done", begins=f"{YEAR - 1}-01-01", ends=ends, **more
    )  # fmt: skip
    an_action(row, "done", done_on=date(YEAR - 1, 1, 5))
    if done:
        an_action(row, "done", done_on=date.fromisoformat(done))
    return row


def bar_of(cast: Cast, who: str = "sekda") -> list[Any]:  # noqa: F811
    return next(row for row in told(cast, who)["rows"] if len(row) > 2 and row[1] == "Rampung")


@pytest.mark.parametrize("done", [f"{YEAR - 1}-09-30", f"{YEAR - 1}-03-31"])
def test_what_is_done_ends_on_the_day_it_was_with_the_plan_beside_in_every_view(cast, done):  # noqa: F811
    a_done_one(cast, done)
    scale, real, planned = (
        Scale(YEAR - 1, YEAR + 3),
        date.fromisoformat(done),
        date(YEAR - 1, 6, 30),
    )
    row = bar_of(cast)
    assert row[4:6] == list(scale.bar(date(YEAR - 1, 1, 1), real))
    assert row[12] == scale.evening(planned) != round(row[4] + row[5], 2)
    day, plan = (formats.day(one, "id") for one in (real, planned))
    beside = rf"(rencana sampai|planned until) {plan}"
    for path in ("", "linimasa/", "papan/"):
        text = page(cast, "sekda", path)
        assert day in text and re.search(beside, text), path
    assert re.search(f"(selesai pada|done on) {day}", text)
    drawn = page(cast, "sekda", "linimasa/")
    assert drawn.count('class="tl-p"') == 1
    assert drawn.count('class="tl-pr"') == (1 if real < planned else 0)
    uid = Initiative.objects.get(title="Rampung").uid
    one = page(cast, "sekda", f"{uid}/")
    assert f"– {day}" in one and re.search(beside, one)
    api = cast.client("sekda").get("/api/v1/institutions/uji/roadmap/items").json()["items"][0]
    assert (api["ends_on"], api["done_on"]) == (planned.isoformat(), done)


def test_a_done_one_of_which_nobody_knows_the_day_and_one_done_on_its_day_show_the_plan_alone(cast):  # noqa: F811
    row = a_done_one(cast, f"{YEAR - 1}-06-30")
    scale = Scale(YEAR - 1, YEAR + 3)
    planned = list(scale.bar(date(YEAR - 1, 1, 1), date(YEAR - 1, 6, 30)))
    assert (bar_of(cast)[4:6], bar_of(cast)[12]) == (planned, -1)
    row.actions.all().delete()
    assert (bar_of(cast)[4:6], bar_of(cast)[12]) == (planned, -1)
    assert "tl-p" not in page(cast, "sekda", "linimasa/").replace("tl-path", "")


def test_what_is_done_before_it_was_to_begin_has_the_bar_of_its_day(cast):  # noqa: F811
    a_done_one(cast, "")
    scale = Scale(YEAR - 1, YEAR + 3)
    row = Initiative.objects.get(title="Rampung")
    row.starts_on = date(YEAR - 1, 4, 1)
    row.save()
    early = date(YEAR - 1, 1, 5)
    assert bar_of(cast)[4:6] == list(scale.bar(early, early)) and bar_of(cast)[5] > 0
    assert bar_of(cast)[12] == scale.evening(date(YEAR - 1, 6, 30))


def test_what_is_open_again_or_cancelled_ends_as_planned(cast):  # noqa: F811
    row = a_done_one(cast, f"{YEAR - 1}-09-30")
    for state in ("doing", "cancelled", "postponed"):
        Initiative.objects.filter(pk=row.pk).update(state=state)
        assert bar_of(cast)[12] == -1, state


def test_a_done_one_without_planned_days_shows_when_it_was_done(cast):  # noqa: F811
    roadmap = a_roadmap(cast.institution, YEAR - 1, YEAR + 3)
    row = an_initiative(cast.institution, "Rampung", cast.unit, roadmap=roadmap, state="done")
    an_action(row, "done", done_on=date(YEAR - 1, 3, 1))
    for path in ("", "linimasa/", "papan/"):
        assert formats.day(date(YEAR - 1, 3, 1), "id") in page(cast, "sekda", path), path
    assert bar_of(cast)[5] == 0


def test_one_that_waits_for_what_was_done_late_begins_too_early(cast):  # noqa: F811
    first = a_done_one(cast, f"{YEAR - 1}-09-30")
    second = an_initiative(
        cast.institution, "Sesudah", cast.unit, roadmap=first.roadmap, begins=f"{YEAR - 1}-08-01", ends=f"{YEAR - 1}-12-31"
    )  # fmt: skip
    waits(second, first)
    assert [early for _one, _other, early in told(cast, "sekda")["links"]] == [True]
    Initiative.objects.filter(pk=second.pk).update(starts_on=date(YEAR - 1, 10, 1))
    assert [early for _one, _other, early in told(cast, "sekda")["links"]] == [False]
