"""The public roadmap and public commitments: nobody's drafts, late as late, unknown as unknown, with their day and their data."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.access import actor as access
from pendapa.kernel.history import actions as history
from pendapa.kernel.ui import formats
from pendapa.roadmap.actions import commitments as actions
from pendapa.roadmap.models import Action, Budget, Commitment, Initiative, Roadmap
from pendapa.roadmap.queries import commitments as queries
from tests.cast import Cast, cast  # noqa: F401
from tests.roadmap.test_commitment_actions import approved, drafted, proposed

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MAP, PLEDGES = "/publik/uji/peta-rencana/", "/publik/uji/komitmen/"


def add(*rows: object) -> None:
    for row in rows:
        history.write(access.system(), row.institution, "edit", history.Writes(add=[row]))  # type: ignore[attr-defined,list-item]


def roadmap_of(cast: Cast, state: str = "set", public: bool = True) -> Roadmap:  # noqa: F811
    row = Roadmap(
        institution=cast.institution, title="Peta Rencana Uji", first_year=TODAY.year - 1, last_year=TODAY.year + 3,
        state=state, public=public, decree_number="Perbup 52/2026", created_at=timezone.now(),
    )  # fmt: skip
    add(row)
    return row


def initiative(cast: Cast, roadmap: Roadmap | None, title: str, **more: object) -> Initiative:  # noqa: F811
    usual = {
        "content": "applications", "unit": cast.unit, "state": "doing", "year": TODAY.year,
        "starts_on": TODAY - timedelta(90), "ends_on": TODAY + timedelta(90), "created_at": timezone.now(),
    }  # fmt: skip
    row = Initiative(institution=cast.institution, roadmap=roadmap, title=title, **(usual | more))
    add(row)
    return row


def opened(cast: Cast, **more: object) -> Commitment:  # noqa: F811
    row = approved(cast, **more)
    return actions.show(cast.actor("head"), row, row.version, True)


def text(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize(
    ("state", "public", "status"), [("set", True, 200), ("set", False, 404), ("draft", True, 404)]
)
def test_only_a_roadmap_that_was_set_and_opened_is_there(cast, state, public, status):  # noqa: F811
    roadmap_of(cast, state, public)
    for path in (MAP, MAP + "data.json", MAP + "data.csv", "/en" + MAP):
        assert Client().get(path).status_code == status, path


def test_drafts_and_what_is_in_no_roadmap_are_neither_shown_nor_counted(cast):  # noqa: F811
    row = roadmap_of(cast)
    initiative(cast, row, "Portal layanan")
    initiative(cast, row, "Rancangan rahasia", state="draft")
    initiative(cast, None, "Tanpa peta")
    for path in (MAP, MAP + "data.json", MAP + "data.csv"):
        shown = text(path)
        assert "Portal layanan" in shown and "Rancangan rahasia" not in shown and "Tanpa peta" not in shown
    assert len(json.loads(text(MAP + "data.json"))["initiatives"]) == 1


def test_notes_and_people_stay_inside(cast):  # noqa: F811
    initiative(cast, roadmap_of(cast), "Portal layanan", note="Catatan rahasia")
    step = queries.steps(opened(cast))[0]
    actions.milestone_done(
        cast.actor("operator"), step, 1, TODAY, note="Catatan rahasia", link="https://contoh.go.id/a"
    )
    page = text(PLEDGES + f"{step.commitment.uid}/")
    for shown in (text(MAP), text(MAP + "data.json"), page, text(PLEDGES + "data.json")):
        assert "Catatan rahasia" not in shown and "Operator" not in shown
    assert "https://contoh.go.id/a" in page


def test_late_is_shown_late_and_unknown_is_no_zero(cast):  # noqa: F811
    row = roadmap_of(cast)
    initiative(cast, row, "Terlambat", ends_on=TODAY - timedelta(3))
    known = {one["title"]: one for one in json.loads(text(MAP + "data.json"))["initiatives"]}
    assert known["Terlambat"]["late"] is True and known["Terlambat"]["progress"] is None
    assert known["Terlambat"]["budget"] == []
    shown = text("/en" + MAP)
    assert "1 late" in shown and "progress not known yet" in shown and not re.search(r"\b0%", shown)


def test_what_is_done_says_the_day_of_its_last_action_beside_the_plan(cast):  # noqa: F811
    row, done = initiative(cast, roadmap_of(cast), "Portal layanan", state="done"), TODAY - timedelta(12)
    add(
        Action(
            institution=cast.institution, initiative=row, title="Uji coba", state="done", done_on=done,
            created_at=timezone.now(),
        )
    )  # fmt: skip
    (told,) = json.loads(text(MAP + "data.json"))["initiatives"]
    assert (told["ends_on"], told["done_on"]) == (row.ends_on.isoformat(), done.isoformat())
    (line,) = csv.DictReader(io.StringIO(text(MAP + "data.csv").lstrip("\ufeff")), delimiter=";")
    assert line["Selesai pada"] == done.isoformat()
    assert f"selesai pada {formats.day(done)}" in text(MAP)


def test_each_number_has_its_day_and_page_and_data_say_the_same(cast):  # noqa: F811
    one = initiative(
        cast, roadmap_of(cast), "Portal layanan", state="done",
        targets={"2026": {"target": "40 layanan", "done": "38 layanan"}},
    )  # fmt: skip
    add(
        Budget(
            institution=cast.institution, initiative=one, year=2026, planned=Decimal("850000000"), spent=None
        )
    )
    data = json.loads(text(MAP + "data.json"))
    assert data["as_of"] == TODAY.isoformat()
    assert data["initiatives"][0]["budget"] == [
        {"year": 2026, "planned": "850000000.00", "budgeted": None, "spent": None}
    ]
    assert data["initiatives"][0]["targets"] == [
        {"year": "2026", "target": "40 layanan", "done": "38 layanan"}
    ]
    table = list(csv.reader(io.StringIO(text(MAP + "data.csv").lstrip("\ufeff")), delimiter=";"))
    assert (
        table[1][1] == "Portal layanan"
        and table[1][10] == "850000000.00"
        and table[1][-1] == TODAY.isoformat()
    )
    page = text(MAP).replace("\xa0", " ")
    assert "Rp 850 jt" in page and "40 layanan" in page and "38 layanan" in page and "100 %" in page


def test_a_formula_in_a_title_does_not_run_in_the_csv(cast):  # noqa: F811
    initiative(cast, roadmap_of(cast), "=cmd|' /C calc'!A0")
    table = list(csv.reader(io.StringIO(text(MAP + "data.csv").lstrip("\ufeff")), delimiter=";"))
    assert not table[1][1].startswith("=")


def test_the_contents_narrow_page_and_data_alike(cast):  # noqa: F811
    row = roadmap_of(cast)
    initiative(cast, row, "Portal layanan")
    initiative(cast, row, "Pelatihan", content="governance")
    asked = "?muatan=governance"
    assert "Pelatihan" in text(MAP + asked) and "Portal layanan" not in text(MAP + asked)
    assert [one["title"] for one in json.loads(text(MAP + "data.json" + asked))["initiatives"]] == [
        "Pelatihan"
    ]
    assert Client().get(MAP + "?muatan=tidak-ada").status_code == 404


def test_only_what_was_committed_to_and_opened_is_there(cast):  # noqa: F811
    assert Client().get(PLEDGES).status_code == 404
    hidden = [drafted(cast, public=True), proposed(cast, public=True), approved(cast)]
    shown = opened(cast)
    for row in hidden:
        assert Client().get(f"{PLEDGES}{row.uid}/").status_code == 404
        assert Client().get(f"{PLEDGES}{row.uid}/data.json").status_code == 404
    assert [one["uid"] for one in json.loads(text(PLEDGES + "data.json"))["commitments"]] == [str(shown.uid)]
    assert text(f"{PLEDGES}{shown.uid}/").count(shown.approved_hash) == 1


def test_what_is_withdrawn_or_closed_again_is_gone(cast):  # noqa: F811
    row = opened(cast)
    actions.show(cast.actor("sekda"), row, row.version, False)
    assert Client().get(f"{PLEDGES}{row.uid}/").status_code == 404
    row = opened(cast)
    actions.withdraw(cast.actor("head"), row, row.version, "Batal")
    assert Client().get(f"{PLEDGES}{row.uid}/").status_code == 404


def test_a_file_of_a_public_commitment_is_told_but_not_handed_out(cast):  # noqa: F811
    row = opened(cast)
    step = queries.steps(row)[0]
    pdf = b"%PDF-1.7\n%%EOF"
    actions.milestone_done(
        cast.actor("operator"), step, 1, TODAY, proof=actions.Proof(io.BytesIO(pdf), "rahasia.pdf", len(pdf))
    )
    page = text(f"{PLEDGES}{row.uid}/")
    assert "rahasia" not in page and "rahasia" not in text(PLEDGES + "data.json")
    assert (
        json.loads(text(f"{PLEDGES}{row.uid}/data.json"))["commitments"][0]["milestones"][0]["file"] is True
    )


def test_a_signed_in_officer_sees_no_more_here(cast):  # noqa: F811
    roadmap_of(cast, public=False)
    row = drafted(cast)
    assert cast.client("diskominfo").get(MAP).status_code == 404
    assert cast.client("operator").get(f"{PLEDGES}{row.uid}/").status_code == 404


def test_the_home_of_the_institution_links_to_what_is_open(cast):  # noqa: F811
    assert MAP not in text("/publik/uji/") and PLEDGES not in text("/publik/uji/")
    roadmap_of(cast)
    assert MAP in text("/publik/uji/") and PLEDGES not in text("/publik/uji/")
    opened(cast)
    assert PLEDGES in text("/publik/uji/")


def test_a_full_page_stays_light_and_asks_the_same_queries_for_three_and_for_sixty(cast):  # noqa: F811
    row = roadmap_of(cast)

    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as told:
            answer = Client().get(MAP)
        assert answer.status_code == 200 and not answer.cookies
        return len(told)

    for number in range(3):
        initiative(cast, row, f"Inisiatif {number}")
    few = asked()
    for number in range(60):
        initiative(cast, row, f"Inisiatif lanjutan yang panjang namanya {number}")
    assert asked() == few
    answer = Client().get(MAP, headers={"accept-encoding": "gzip"})
    html = gzip.decompress(answer.content).decode()
    assert html.count('id="i-') == 40 and "mulai=40" in html
    files = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html))
    weight = len(answer.content)
    for name in files:
        path = finders.find(f"{name}.gz") or finders.find(name)
        with open(str(path), "rb") as file:
            weight += len(file.read())
    assert weight < 100_000, weight


def test_what_is_over_is_not_told_as_running(cast):  # noqa: F811
    row = opened(cast, since=-400, until=-10, dues=(-300,))
    for path in (PLEDGES, f"{PLEDGES}{row.uid}/"):
        page = text("/en" + path)
        assert "not assessed yet" in page and "running" not in page and "late" in page
