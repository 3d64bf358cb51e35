"""The leader's cockpit: who comes in, what stands there, what it costs, and one tap that reminds."""

from __future__ import annotations

import html
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from pypdf import PdfReader

from pendapa.cockpit import ports, telling
from pendapa.cockpit.queries import leader
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.kernel.access import actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.notices.models import Notice
from pendapa.kernel.tenancy.models import Assignment, Institution, User
from pendapa.roadmap.actions import commitments as promises
from pendapa.roadmap.models import Action, Commitment
from pendapa.roadmap.queries import money
from tests.architecture.scene import join
from tests.cast import Cast, cast
from tests.cockpit.scene import (
    YEAR,
    add_action,
    add_budget,
    add_commitment,
    add_iku,
    add_initiative,
    add_plan,
    add_roadmap,
    ago,
    moment,
    today,
    write,
)
from tests.portal.things import add_assessment, add_element, add_result
from tests.roadmap.test_commitment_actions import drafted

__all__ = ["cast"]
PAGE = "/di/uji/kokpit/"
LEADERS, OTHERS = (
    ["sekda", "diskominfo", "verifier", "head"],
    ["operator", "assessor", "stranger", "foreigner"],
)
QUERIES = 70
"""With an empty cache; the same for one thing of each kind and for many."""


def page(cast: Cast, who: str = "sekda", path: str = PAGE, **headers: str) -> str:
    answer = cast.client(who).get(path, headers=headers or None)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def words(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(strip_tags(text)))


def found(cast: Cast, who: str = "sekda") -> Cockpit:
    return leader.cockpit(cast.actor(who), cast.institution)


def full(cast: Cast, times: int = 1) -> None:
    """A year in its middle: an index below the path, money, late actions and commitments, an IKU."""
    here = cast.institution
    sheet = add_assessment(here, today().year, "2", target="3.5")
    add_plan(
        sheet,
        today().year,
        ["2.6", "3.5"],
        [{"year": 1, "indicator": "1", "from": "2", "to": "4", "cost": "1"}],
    )
    roadmap, year = add_roadmap(here), today().year
    days = {"year": year, "starts_on": date(year, 1, 5), "ends_on": date(year, 12, 20)}
    for number in range(times):
        one = add_initiative(cast.unit, roadmap, f"Inisiatif {number}", lifts=[{"instrument": "spbe-2020", "indicator": "1", "from": "2", "to": "4"}], **days)  # fmt: skip
        add_budget(one, "1000", "800", "200", year)
        add_action(one, ago(20), ago(25))
        add_action(one, ago(10))
        add_commitment(cast.unit, f"Komitmen {number}", [(ago(18), None), (ago(3), None)])
        add_commitment(cast.other_unit, f"Usulan {number}", state="proposed", created_at=moment(ago(9)))
        add_iku(cast.unit, f"IKU {number}", {str(today().year): "90"}, {str(today().year): "83"})
        add_element(cast.unit, f"SIMPUS {number}", domain="applications")


# ---- who


def test_leaders_come_in_and_for_others_there_is_no_such_page(cast: Cast) -> None:
    absent = cast.client("sekda").get("/di/uji/tidak-ada/")
    for path in (PAGE, f"{PAGE}liga/", f"{PAGE}belum-lapor/"):
        for who in LEADERS:
            assert cast.client(who).get(path).status_code == 200, (who, path)
        for who in OTHERS:
            answer = cast.client(who).get(path)
            assert answer.status_code == 404 and len(answer.content) > 100, (who, path)
    assert absent.status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/masuk/")


def test_only_who_may_enter_finds_it_in_the_navigation(cast: Cast) -> None:
    assert f'href="{PAGE}"' in page(cast, "sekda", "/di/uji/beranda/")
    assert f'href="{PAGE}"' not in page(cast, "operator", "/di/uji/beranda/")


# ---- what


def test_an_empty_institution_reads_well_and_invents_no_number(cast: Cast) -> None:
    text = words(page(cast))
    told = telling.as_json(found(cast))
    assert told["index"]["value"] is None and told["path"]["gap"] is None and told["budget"]["spent"] is None
    assert told["commitments"] == {
        "on": today().isoformat(),
        "committed": 0,
        "late": 0,
        "without_evidence": 0,
        "units": [],
    }
    assert told["units"]["silent"] == [] and told["units"]["expected"] == 0
    assert "Rp 0" not in text and "None" not in text and "0 %" not in text


def test_the_index_stands_against_the_path_of_this_year(cast: Cast) -> None:
    full(cast)
    told = telling.as_json(found(cast))
    assert told["index"]["value"] == "2" and told["index"]["missing"] == "1.5"
    path = told["path"]
    assert (path["expected"], path["gap"], path["target_year"]) == ("2.6", "-0.6", today().year + 1)
    assert [(one["indicator"], one["level"], one["to"]) for one in path["holding"]] == [("1", "2", "4")]
    assert "0,60" in words(page(cast))


def test_a_path_that_begins_next_year_is_not_compared_with_today(cast: Cast) -> None:
    sheet = add_assessment(cast.institution, today().year, "2", target="3.5")
    add_plan(sheet, today().year + 1, ["2.6", "3.5"], [])
    path = telling.as_json(found(cast))["path"]
    assert path["expected"] is None and path["gap"] is None and path["begins"] == today().year + 1
    assert "2,60" in words(page(cast))


def test_while_levels_are_missing_the_last_known_index_stands_with_its_year(cast: Cast) -> None:
    add_assessment(cast.institution, today().year, "2", left_out=5)
    add_result(cast.institution, "1.92", today().year - 1, verified=True)
    index = telling.as_json(found(cast))["index"]
    assert index["value"] == "1.92" and index["year"] == today().year - 1
    assert index["levels"]["filled"] == index["levels"]["total"] - 5
    text = words(page(cast))
    assert "1,92" in text and str(today().year - 1) in text


def test_late_commitments_stand_by_opd_and_are_counted_in_milestones(cast: Cast) -> None:
    full(cast)
    told = telling.as_json(found(cast))["commitments"]
    assert told["committed"] == 1 and told["late"] == 2
    assert [(one["unit"], one["late"], one["longest_days"]) for one in told["units"]] == [
        ("Dinas Kesehatan", 2, 18)
    ]


def test_an_iku_is_judged_by_its_direction_and_an_unknown_result_is_no_zero(cast: Cast) -> None:
    year = str(today().year)
    add_iku(cast.unit, "Kematian ibu", {year: "90"}, {year: "97"}, "turun")
    add_iku(cast.unit, "Harapan sekolah", {year: "13"}, {str(today().year - 1): "12.7"})
    rows = {one["name"]: one for one in telling.as_json(found(cast))["iku"]["rows"]}
    assert (rows["Kematian ibu"]["gap"], rows["Kematian ibu"]["verdict"]) == ("7", "missed")
    other = rows["Harapan sekolah"]
    assert other["result"] is None and other["gap"] is None
    assert other["last"] == {"year": today().year - 1, "result": "12.7"}


def test_the_budget_says_the_same_as_the_page_of_the_money(cast: Cast) -> None:
    roadmap = add_roadmap(cast.institution)
    for number, spent in enumerate(["200", None, "50"]):
        one = add_initiative(cast.unit, roadmap, f"Inisiatif {number}")
        add_budget(one, "1000.50", "800", spent)
    add_budget(add_initiative(cast.other_unit, roadmap, "Batal", state="cancelled"), "9999", "9999", "9999")
    add_budget(add_initiative(cast.other_unit, None, "Di luar peta"), "7777", None, None)
    ours = leader.figures.money(
        cast.actor("sekda"), cast.institution, found(cast).index, YEAR, found(cast).own
    )
    theirs = money.summary(cast.actor("sekda"), cast.institution, roadmap, YEAR)
    assert (ours.planned, ours.budgeted, ours.spent) == (theirs.planned, theirs.budgeted, theirs.spent)
    assert (ours.planned, ours.spent, ours.initiatives) == (Decimal("3001.50"), Decimal(250), 3)
    assert ours.share == Fraction(250, 24)


def test_a_hundredth_of_the_index_costs_what_the_lifting_initiatives_plan(cast: Cast) -> None:
    add_assessment(cast.institution, YEAR, "2")
    roadmap = add_roadmap(cast.institution)
    lifts = [{"instrument": "spbe-2020", "indicator": "1", "from": "2", "to": "4"}]
    for number in range(2):
        add_budget(add_initiative(cast.unit, roadmap, f"I {number}", lifts=lifts), "500", None, None)
    add_budget(add_initiative(cast.unit, roadmap, "Tanpa ungkitan"), "9000", None, None)
    known = leader.figures.money(
        cast.actor("sekda"), cast.institution, found(cast).index, YEAR, found(cast).own
    )
    assert known.gain is not None and known.gain > 0
    assert known.per_hundredth == Fraction(1000) / (known.gain * 100)


def test_who_did_nothing_this_quarter_has_not_reported_and_who_wrote_has(cast: Cast) -> None:
    roadmap = add_roadmap(cast.institution)
    own = {"starts_on": ago(200), "ends_on": today() + timedelta(days=90)}
    add_initiative(cast.unit, roadmap, "Sepi", **own)
    other = add_initiative(cast.other_unit, roadmap, "Ramai", **own)
    action = add_action(other, today() + timedelta(days=20))
    assert [one.name for one in found(cast).units.silent.rows] == [cast.other_unit.name, cast.unit.name]
    action.state = "doing"
    write(action, change=True, by=cast.actor("other_operator"))
    silent = found(cast).units.silent
    assert [one.name for one in silent.rows] == [cast.unit.name] and silent.expected == 2


def test_what_the_secretariat_writes_in_an_initiative_is_no_report_of_its_opd(cast: Cast) -> None:
    one = add_initiative(cast.unit, add_roadmap(cast.institution), "Sepi", starts_on=ago(200), ends_on=None)
    one.note = "Dirapikan Diskominfo"
    write(one, change=True, by=cast.actor("diskominfo"))
    assert len(found(cast).units.silent.rows) == 1
    one.refresh_from_db()
    one.targets = {str(YEAR): {"target": "100", "done": "40"}}
    write(one, change=True, by=cast.actor("operator"))
    assert found(cast).units.silent.rows == ()


def test_what_the_secretariat_changes_of_an_action_is_no_report_and_what_the_opd_plans_is(cast: Cast) -> None:
    one = add_initiative(cast.unit, add_roadmap(cast.institution), "Sepi", starts_on=ago(200), ends_on=None)
    action = add_action(one, today() + timedelta(days=20))
    action.person = cast.users["head"]
    write(action, change=True, by=cast.actor("diskominfo"))
    assert len(found(cast).units.silent.rows) == 1
    planned = Action(
        institution=cast.institution, initiative=one, title="Langkah baru", created_at=moment(today())
    )
    write(planned, by=cast.actor("operator"))
    assert found(cast).units.silent.rows == ()


def test_what_is_taken_back_is_no_report(cast: Cast) -> None:
    one = add_initiative(cast.unit, add_roadmap(cast.institution), "Sepi", starts_on=ago(200), ends_on=None)
    action = add_action(one, today() + timedelta(days=20))
    action.title = "Diundur"
    by = cast.actor("operator")
    history.write(by, cast.institution, "undo", history.Writes(change=[action]))
    assert len(found(cast).units.silent.rows) == 1


@pytest.mark.parametrize("written", ["nan", "1e400", "banyak"])
def test_a_target_that_is_no_number_is_printed_as_it_was_written(cast: Cast, written: str) -> None:
    add_iku(cast.unit, "Kunjungan", {str(today().year): written}, {})
    answer = cast.client("sekda").get(f"{PAGE}rapat.pdf")
    assert answer.status_code == 200
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert written in text


def test_open_decisions_stand_with_their_days_oldest_first(cast: Cast) -> None:
    add_commitment(cast.unit, "Muda", state="proposed", created_at=moment(ago(2)))
    add_commitment(cast.other_unit, "Tua", state="proposed", created_at=moment(ago(30)))
    told = telling.as_json(found(cast))["decisions"]
    assert [(one["title"], one["days"]) for one in told["rows"]] == [("Tua", 30), ("Muda", 2)]
    assert told["oldest_days"] == 30 and told["mine"] == 0


def test_a_commitment_waits_from_the_day_on_which_it_was_proposed_not_from_its_draft(cast: Cast) -> None:
    row = drafted(cast)
    Commitment.objects.filter(pk=row.pk).update(created_at=moment(ago(30)))
    promises.propose(cast.actor("operator"), row, row.version)
    (one,) = found(cast).decisions.rows
    assert (one.kind, one.days) == ("commitment", 0)


def test_every_number_opens_a_list_that_is_there(cast: Cast) -> None:
    full(cast)
    text = page(cast)
    client = cast.client("sekda")
    for address in sorted(
        set(re.findall(r'href="(/di/uji/[^"#]*)', text.partition("<main")[2].partition("</main>")[0]))
    ):
        if not address.endswith((".pdf", ".pptx")):
            assert client.get(html.unescape(address)).status_code == 200, address


def test_what_closed_and_opened_lately_opens_exactly_what_was_counted(cast: Cast) -> None:
    full(cast)
    one = add_element(cast.unit, "Antrean", domain="applications")
    known = found(cast).gaps
    join(one, "application_data", add_element(cast.other_unit, "Pasien", domain="data"))
    told = found(cast).gaps
    assert told.closed == known.closed + 1 and told.opened > known.opened
    for name, count in {"closed": told.closed, "opened": told.opened}.items():
        (address,) = set(re.findall(rf'href="([^"]*state={name}-90[^"]*)"', page(cast)))
        answer = cast.client("sekda").get(html.unescape(address))
        assert answer.context["total"] == count
        listed = sum(
            cast.client("sekda").get(door["url"]).context["chosen_count"]
            for door in [*answer.context["doors"], *answer.context["more"]]
        )
        assert listed == count


def test_htmx_gets_the_screen_without_its_frame_and_asks_again_when_something_changed(cast: Cast) -> None:
    part = page(cast, **{"HX-Request": "true"})
    assert part.lstrip().startswith('<div id="kokpit"') and "<html" not in part
    assert f'hx-get="{PAGE}"' in part and "live:changed from:body" in part


def test_no_inline_style_or_script_stands_on_the_pages(cast: Cast) -> None:
    full(cast)
    for path in (PAGE, f"{PAGE}liga/", f"{PAGE}belum-lapor/"):
        main = page(cast, path=path).partition("<main")[2].partition("</main>")[0]
        assert "<script" not in main and not re.search(r"\sstyle=(?!\"width)", main), path


# ---- rooms that come later


@pytest.fixture
def risks() -> Any:
    def read(who: Any, here: Institution, day: Any) -> ports.Part:
        return ports.Part(
            4, "Risiko merah", "1 baru", "/di/uji/beranda/", "bad", [ports.Row("Pusat data")], {"red": 4}
        )

    ports.offer("risks", "Risiko", read)
    yield
    ports.withdraw("risks")


def test_a_room_that_offers_a_part_is_drawn_and_stands_in_the_json(cast: Cast, risks: None) -> None:
    text = words(page(cast))
    assert "Risiko merah" in text and "Pusat data" in text
    assert telling.as_json(found(cast))["risks"] == {"value": 4, "label": "Risiko merah", "red": 4}


def test_nothing_is_drawn_of_rooms_that_do_not_offer(cast: Cast) -> None:
    assert set(telling.as_json(found(cast))) == set(ports.OWN)


def test_a_room_that_fails_harms_no_other(cast: Cast) -> None:
    def broken(who: Any, here: Institution, day: Any) -> ports.Part:
        raise RuntimeError("rusak")

    ports.offer("risks", "Risiko", broken)
    try:
        assert "Risiko" in words(page(cast))
        assert telling.as_json(found(cast))["risks"] == {"value": None}
    finally:
        ports.withdraw("risks")


def test_a_room_cannot_take_a_key_of_the_cockpit() -> None:
    with pytest.raises(ValueError, match="index"):
        ports.offer("index", "Indeks", lambda who, here, day: None)


# ---- one tap


def test_one_tap_reminds_the_head_and_the_button_becomes_the_answer(cast: Cast) -> None:
    full(cast)
    address = f"{PAGE}ingatkan/{cast.unit.uid}/"
    assert f'action="{address}"' in page(cast)
    answer = cast.client("sekda").post(address, headers={"HX-Request": "true"})
    assert "Head" in answer.content.decode() and "<html" not in answer.content.decode()
    told = Notice.objects.get(user=cast.users["head"], channel="page")
    assert {one["title"] for one in told.items} == {"Tonggak 1", "Tonggak 2"}
    assert f'action="{address}"' not in page(cast)


def test_reminding_works_without_a_script_and_twice_a_day_is_refused_kindly(cast: Cast) -> None:
    full(cast)
    client, address = cast.client("sekda"), f"{PAGE}ingatkan/{cast.unit.uid}/"
    for _time in range(2):
        answer = client.post(address, follow=True)
        assert answer.status_code == 200 and answer.redirect_chain[-1][0] == PAGE
    assert Notice.objects.filter(user=cast.users["head"], channel="page").count() == 1


def test_who_may_not_remind_is_shown_no_button_and_finds_no_such_address(cast: Cast) -> None:
    full(cast)
    address = f"{PAGE}ingatkan/{cast.unit.uid}/"
    assert address not in page(cast, "verifier")
    assert cast.client("verifier").post(address).status_code == 404
    assert cast.client("operator").post(address).status_code == 404
    assert cast.client("sekda").post(f"{PAGE}ingatkan/{cast.foreign_unit.uid}/").status_code == 404
    assert cast.client("sekda").get(address).status_code == 405
    assert not Notice.objects.exists()


# ---- what it costs


def count(cast: Cast) -> int:
    cache.clear()
    client = cast.client("sekda")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(PAGE).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    full(cast)
    count(cast)
    one = count(cast)
    add_more(cast)
    count(cast)
    assert count(cast) == one <= QUERIES, one


def add_more(cast: Cast) -> None:
    roadmap = found(cast).budget.roadmap
    for number in range(6):
        unit = cast.unit if number % 2 else cast.other_unit
        one = add_initiative(unit, roadmap, f"Lagi {number}")
        add_budget(one, "10", None, None)
        add_action(one, ago(40 + number), ago(30))
        add_commitment(unit, f"Lagi {number}", [(ago(5 + number), None)])
        add_commitment(unit, f"Usul lagi {number}", state="proposed")
        add_iku(unit, f"IKU lagi {number}", {"2026": "1"}, {})
        add_element(unit, f"App {number}", domain="applications")


def test_an_institution_without_any_unit_reads_well(db: None) -> None:
    here = Institution.objects.create(code="uji", name="Kabupaten Uji")
    user = User.objects.create_user("s@uji.example", "S", "x")
    Assignment.objects.create(user=user, institution=here, role="sekda")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for path in (PAGE, f"/en{PAGE}", f"{PAGE}liga/", f"{PAGE}belum-lapor/"):
        assert client.get(path).status_code == 200, path
    assert set(telling.as_json(leader.cockpit(actor.system(), here))) == set(ports.OWN)


def test_the_number_of_open_decisions_opens_the_list_of_all_of_them(cast: Cast) -> None:
    for number in range(7):
        add_commitment(cast.unit, f"Janji {number}", state="proposed", created_at=moment(ago(number)))
    client = cast.client("sekda")
    screen, everything = (client.get(f"{PAGE}{tail}").content.decode() for tail in ("", "keputusan/"))
    assert screen.count('id="decision-') == 5 and everything.count('id="decision-') == 7
    assert screen.count(f'href="{PAGE}keputusan/"') == 3
    assert cast.client("operator").get(f"{PAGE}keputusan/").status_code == 404
