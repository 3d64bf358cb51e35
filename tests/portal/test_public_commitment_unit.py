"""The public commitments of one OPD: only what was opened, late as late, with its day and its data, also after a merge."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.tenancy.models import Unit
from pendapa.organisation import actions as organisation
from pendapa.roadmap.actions import commitments as actions
from pendapa.roadmap.models import Commitment
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.test_commitment_actions import approved, drafted, fresh, proposed, step_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LIST = "/publik/uji/komitmen/"
FORMS = ("", "data.json", "data.csv")
QUERIES, QUERIES_MERGED = 6, 10


def page_of(unit: Unit, more: str = "") -> str:
    return f"{LIST}opd/{unit.uid}/{more}"


def text(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode().replace("\xa0", " ")


def data(unit: Unit, more: str = "") -> dict[str, object]:
    return json.loads(text(page_of(unit, f"data.json{more}")))


def table(unit: Unit, more: str = "") -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(text(page_of(unit, f"data.csv{more}")).lstrip("\ufeff")), delimiter=";")
    )


def gone(unit: Unit) -> bool:
    found = {Client().get(page_of(unit, form)).status_code for form in FORMS}
    assert len(found) == 1
    return found == {404}


def opened(cast: Cast, **more: object) -> Commitment:  # noqa: F811
    return approved(cast, public=True, **more)


def merged(cast: Cast) -> object:  # noqa: F811
    return organisation.merge(
        cast.actor("diskominfo"), cast.institution, [cast.unit], cast.other_unit, decree="Perda 4/2026"
    )


# ---- what is there


def test_where_nothing_was_opened_there_is_no_page(cast):  # noqa: F811
    for row in (drafted(cast, public=True), proposed(cast, public=True), approved(cast)):
        assert gone(cast.unit), row.state
    row = opened(cast)
    assert not gone(cast.unit) and gone(cast.other_unit) and gone(cast.subunit)
    actions.show(cast.actor("sekda"), row, row.version, False)
    assert gone(cast.unit)


def test_an_unknown_agency_and_one_of_another_institution_have_no_page(cast):  # noqa: F811
    opened(cast)
    for uid in (uuid.uuid4(), "bukan-uid", cast.foreign_unit.uid):
        assert Client().get(f"{LIST}opd/{uid}/").status_code == 404
    assert Client().get(f"/publik/lain/komitmen/opd/{cast.unit.uid}/").status_code == 404
    assert Client().get(page_of(cast.unit, "data.xlsx")).status_code == 404
    assert Client().post(page_of(cast.unit)).status_code == 405


@pytest.mark.parametrize("who", WHO)
def test_everybody_sees_the_same_signed_in_or_not(cast, who):  # noqa: F811
    opened(cast, title="Dibuka untuk umum")
    approved(cast, title="Tertutup")
    drafted(cast, title="Masih draf", public=True)
    for form in FORMS:
        shown = cast.client(who).get(page_of(cast.unit, form)).content.decode()
        assert "Dibuka untuk umum" in shown and "Tertutup" not in shown and "Masih draf" not in shown
        assert "Operator" not in shown.replace("operator@", "") or who == "operator"


def test_late_is_late_and_reached_without_evidence_is_not_drawn_as_proven(cast):  # noqa: F811
    row = opened(cast, dues=(-9, -5, -2, 60))
    actions.milestone_done(cast.actor("operator"), step_of(row, 0), 1, TODAY, link="https://contoh.go.id/a")
    actions.milestone_done(cast.actor("operator"), step_of(row, 1), 1, TODAY, note="Catatan rahasia")
    page = text("/en" + page_of(cast.unit))
    pledge = page[page.index('class="plan"') :]
    assert re.findall(r'<i class="m-(\w+)">', pledge) == ["proven", "bare", "late", "open"]
    assert "2 of 4 milestones reached, 1 with evidence" in pledge and "1 milestone late, 2 days" in pledge
    assert "Catatan rahasia" not in page
    told = data(cast.unit)["numbers"]
    assert {key: told[key] for key in ("milestones", "reached", "reached_with_evidence", "late")} == {
        "milestones": 4, "reached": 2, "reached_with_evidence": 1, "late": 1,
    }  # fmt: skip


def test_what_nobody_assessed_is_not_assessed_and_no_evidence_is_no_not_started(cast):  # noqa: F811
    row = opened(cast, title="Dinilai", since=-400, until=-10, dues=(-300,))
    actions.assess(cast.actor("assessor"), row, row.version, "no_evidence", "Tidak ada berkas")
    opened(cast, title="Menunggu", since=-400, until=-10, dues=(-300,))
    page = text("/en" + page_of(cast.unit))
    assert "No evidence available" in page and "not assessed yet" in page and "assessed on" in page
    told = data(cast.unit)["numbers"]
    assert told["completion"]["no_evidence"] == 1 and told["completion"]["not_started"] == 0
    assert (told["not_assessed"], told["running"], told["without_evidence"]) == (1, 0, 2)


def test_it_says_who_approved_in_which_office_and_of_which_day_it_is(cast):  # noqa: F811
    opened(cast)
    page = text(page_of(cast.unit))
    assert "Kepala OPD, Dinas Kesehatan" in page and "Head" in page
    assert data(cast.unit)["as_of"] == TODAY.isoformat()
    assert table(cast.unit)[1][-1] == TODAY.isoformat()
    assert str(TODAY.year) in page[page.index('class="as-of"') :][:80]


def test_a_year_narrows_page_and_data_alike_and_another_is_no_page(cast):  # noqa: F811
    opened(cast, title="Lama", since=-1200, until=-800, dues=(-900,))
    opened(cast, title="Baru", dues=(50,))
    asked = f"?tahun={TODAY.year}"
    assert "Lama" in text(page_of(cast.unit)) and len(data(cast.unit)["commitments"]) == 2
    assert "Lama" not in text(page_of(cast.unit, asked)) and "Baru" in text(page_of(cast.unit, asked))
    told = data(cast.unit, asked)
    assert [one["title"] for one in told["commitments"]] == ["Baru"] and told["year"] == TODAY.year
    assert {row[1] for row in table(cast.unit, asked)[1:]} == {"Baru"}
    assert f"data.json{asked}" in text(page_of(cast.unit, asked))
    for nonsense in ("?tahun=1999", "?tahun=dua", "?tahun=" + "9" * 400, "?tahun=-1"):
        assert {Client().get(page_of(cast.unit, form + nonsense)).status_code for form in FORMS} == {404}
    for place in ("?mulai=-5", "?mulai=x", "?mulai=999999"):
        assert Client().get(page_of(cast.unit, place)).status_code == 200


def test_a_formula_or_markup_in_a_title_does_not_run(cast):  # noqa: F811
    opened(cast, title="=cmd|' /C calc'!A0 <script>alert(1)</script>")
    assert "<script>alert" not in text(page_of(cast.unit))
    assert not table(cast.unit)[1][1].startswith("=")


# ---- merged


def test_a_merged_agency_keeps_its_address_and_says_where_its_commitments_are(cast):  # noqa: F811
    row = opened(cast, title="Satu portal")
    approved(cast, title="Tertutup")
    merged(cast)
    page = text("/en" + page_of(cast.unit))
    assert "Satu portal" in page and "Tertutup" not in page and "Went into" in page and "Perda 4/2026" in page
    assert f'href="/en{page_of(cast.other_unit)}"' in page and "no commitment of its own any more" in page
    told = data(cast.unit)
    assert told["commitments"] == [] and told["became"][0]["unit_uid"] == str(cast.other_unit.uid)
    assert told["moved"] == [{
        "uid": str(row.uid), "title": "Satu portal", "unit": cast.other_unit.name,
        "unit_uid": str(cast.other_unit.uid),
    }]  # fmt: skip
    assert {line[0] for line in table(cast.unit)[1:]} == {cast.other_unit.name}
    assert "Satu portal" in text(page_of(cast.other_unit))


def test_a_merged_agency_of_which_nothing_is_public_has_no_page(cast):  # noqa: F811
    approved(cast)
    merged(cast)
    assert gone(cast.unit) and gone(cast.other_unit)


def test_nobody_is_told_that_a_draft_of_a_merged_agency_was_there(cast):  # noqa: F811
    proposed(cast, title="Baru disetujui kemudian", public=True)
    merged(cast)
    row = fresh(Commitment.objects.get())
    Commitment.objects.filter(pk=row.pk).update(
        state="approved", approved_hash="a" * 64, approved_name="Kepala", approved_at=timezone.now()
    )
    assert gone(cast.unit) and "Baru disetujui kemudian" in text(page_of(cast.other_unit))


# ---- ways to it, and what it costs


def test_the_list_and_the_commitment_lead_to_it(cast):  # noqa: F811
    row = opened(cast)
    for path in (LIST, f"{LIST}{row.uid}/"):
        assert f'href="{page_of(cast.unit)}"' in text(path)
    inside = cast.client("sekda").get(f"/di/uji/peta-rencana/komitmen/opd/{cast.unit.uid}/").content.decode()
    assert f'href="{page_of(cast.unit)}"' in inside


def asked(unit: Unit) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as told:
        answer = Client().get(page_of(unit))
    assert answer.status_code == 200 and not answer.cookies
    return len(told)


def test_a_full_page_stays_light_and_asks_the_same_queries_for_two_and_for_fifty(cast):  # noqa: F811
    for _n in range(2):
        opened(cast)
    assert asked(cast.unit) == QUERIES
    for number in range(48):
        opened(cast, title=f"Komitmen lanjutan yang panjang namanya {number}")
    assert asked(cast.unit) == QUERIES
    answer = Client().get(page_of(cast.unit), headers={"accept-encoding": "gzip"})
    html = gzip.decompress(answer.content).decode()
    assert html.count('class="boxes"') == 40 + 4 and "mulai=40" in html  # four in the key
    weight = len(answer.content)
    for name in set(re.findall(r'(?:href|src)="/static/([^"#]+)', html)):
        with open(str(finders.find(f"{name}.gz") or finders.find(name)), "rb") as file:
            weight += len(file.read())
    assert weight < 100_000, weight
    merged(cast)
    assert asked(cast.unit) == QUERIES_MERGED


def test_what_is_over_is_not_told_as_running(cast):  # noqa: F811
    opened(cast, since=-400, until=-10, dues=(-300,))
    page = text("/en" + page_of(cast.unit))
    assert "not assessed yet" in page and "running" not in page
    assert timedelta(0) < TODAY - fresh(Commitment.objects.get()).ends_on
