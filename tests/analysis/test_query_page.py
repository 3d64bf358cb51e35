"""The page of questions, its suggestions, its files, kept questions, the API, the command."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from pendapa.analysis.queries import query_cells
from pendapa.analysis.queries.query import words
from pendapa.analysis.views.query import EXAMPLES
from pendapa.cli.app import app as commands
from pendapa.kernel.saved import queries as saved
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.cast import cast as cast

pytestmark = pytest.mark.django_db
PAGE, API = "/di/uji/analisis/tanya/", "/api/v1/institutions/uji/query"
LINE = "aplikasi dengan basis_data = MySQL → server"


@pytest.fixture
def scene(cast: Cast) -> Cast:
    server = make(cast.unit, "Peladen", "infrastructure")
    told = {"basis_data": "MySQL", "fungsi": "<b>antre</b>", "operator": "Budi Santoso"}
    join(make(cast.unit, "Antrean", attributes=told), "application_server", server)
    hidden = make(cast.other_unit, "Sandi", attributes=told, classification="restricted")
    join(hidden, "application_server", server)
    return cast


def page(cast: Cast, line: str, who: str = "operator", **more: str) -> str:
    return cast.client(who).get(PAGE, {"tanya": line, **more}).content.decode()


def test_the_page_answers_with_a_sentence_and_a_table(scene: Cast) -> None:
    text = page(scene, LINE)
    assert "1 aplikasi → 1 perangkat keras server" in text
    assert ">Antrean</a>" in text and ">Peladen</a>" in text and "Sandi" not in text
    assert "2 aplikasi" in page(scene, LINE, "diskominfo")
    assert "&lt;b&gt;antre" in page(scene, "aplikasi tampilkan nama, fungsi")


def test_the_graph_draws_the_path(scene: Cast) -> None:
    text = page(scene, LINE, tampilan="graf")
    assert "<svg" in text and "Antrean" in text and "Sandi" not in text


def test_a_fault_is_marked_and_offers_what_is_near(scene: Cast) -> None:
    text = page(scene, "aplikasi dengan <i>basis = x")
    assert "<mark>" in text and "<i>basis" not in text
    near = page(scene, "aplikasi dengan basis_dat = x")
    assert "<mark>basis_dat</mark>" in near and quote("aplikasi dengan basis_data = x") in near


def test_an_assessor_is_told_of_a_personal_field_as_of_none(scene: Cast) -> None:
    text = page(scene, "aplikasi dengan operator = Budi", "assessor")
    assert "<mark>operator</mark>" in text and "Antrean" not in text
    assert "Budi Santoso" in page(scene, "aplikasi tampilkan operator")


def test_the_example_chips_are_questions_that_hold(scene: Cast) -> None:
    for _label, line in EXAMPLES:
        assert "<mark>" not in page(scene, line)


def test_suggestions_are_options_at_the_cursor(scene: Cast) -> None:
    client = scene.client("operator")
    text = client.get(
        PAGE + "lengkapi/", {"tanya": "aplikasi dengan basis_d = x", "at": "23"}
    ).content.decode()
    assert 'data-text="basis_data"' in text and 'data-start="16"' in text and 'data-end="23"' in text
    units = client.get(PAGE + "lengkapi/", {"tanya": "aplikasi dengan opd = Din"}).content.decode()
    assert "&quot;Dinas Kesehatan&quot;" in units


def test_pages_follow_one_another(scene: Cast) -> None:
    for number in range(55):
        make(scene.unit, f"Zona {number:02}")
    first = page(scene, "aplikasi")
    assert "56 aplikasi" in first and "Zona 10" in first and "Zona 54" not in first
    mark = first.split("after=")[1].split('"')[0]
    assert "Zona 54" in page(scene, "aplikasi", after=mark)
    assert "Zona 10" in page(scene, "aplikasi", after="kabur")


def test_files_hold_the_whole_answer_and_no_formula(scene: Cast) -> None:
    make(scene.unit, "=1+1")
    client = scene.client("operator")
    told = client.get(PAGE, {"tanya": "aplikasi tampilkan nama, basis_data", "format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(told.streaming_content).decode("utf-8-sig")), delimiter=";"))  # type: ignore[attr-defined]
    assert rows[0][0] == "Nama" and ["'=1+1", ""] in rows and ["Antrean", "MySQL"] in rows and len(rows) == 3
    made = client.get(PAGE, {"tanya": LINE, "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(made.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None and sheet.cell(2, 1).value == "Antrean"


def test_a_file_that_would_be_too_long_is_refused_whole(scene: Cast) -> None:
    make(scene.unit, "Kedua")
    actor = scene.actor("operator")
    known = words(actor, scene.institution)
    assert query_cells.sheet(actor, scene.institution, "aplikasi", known, "id", most=2).rows
    with pytest.raises(query_cells.TooMany):
        query_cells.sheet(actor, scene.institution, "aplikasi", known, "id", most=1)


def test_a_question_is_kept_shared_and_opened_with_the_rights_of_who_opens_it(scene: Cast) -> None:
    client = scene.client("diskominfo")
    asked = f"tanya={quote(LINE)}"
    form = {"place": "analysis:query", "query": asked, "name": "Di atas MySQL", "shared": "1"}
    assert client.post("/di/uji/tampilan-tersimpan/simpan/", form).status_code == 302
    kept = saved.kept(scene.actor("operator"), scene.institution, "analysis:query")[0]
    assert kept.name in page(scene, "")
    text = scene.client("operator").get(kept.url).content.decode()
    assert "Antrean" in text and "Sandi" not in text


def test_the_page_asks_the_same_number_of_queries_for_one_row_as_for_many(scene: Cast) -> None:
    client = scene.client("operator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE, {"tanya": LINE})
        return len(found)

    asked()
    few = asked()
    server = make(scene.unit, "Peladen 2", "infrastructure")
    for number in range(20):
        row = make(scene.unit, f"M {number:02}", attributes={"basis_data": "mysql"})
        join(row, "application_server", server)
    assert asked() == few


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("foreigner", 404), ("public", 302), ("assessor", 200)]
)
def test_the_door_of_the_page(scene: Cast, who: str, status: int) -> None:
    client = scene.client(who)
    assert client.get(PAGE).status_code == status
    assert client.get(PAGE + "lengkapi/", {"tanya": "a"}).status_code == status


# -- API


def test_the_api_answers_by_address_and_by_body(scene: Cast) -> None:
    client = scene.client("operator")
    got = client.get(API, {"q": LINE}).json()
    assert [step["count"] for step in got["steps"]] == [1, 1]
    assert got["rows"][0]["values"] == {
        "1.nama": "Antrean",
        "1.opd": "Dinas Kesehatan",
        "1.basis_data": "MySQL",
        "2.nama": "Peladen",
        "2.opd": "Dinas Kesehatan",
    }
    posted = client.post(API, json.dumps({"q": LINE}), content_type="application/json")
    assert posted.status_code == 200 and posted.json() == got


def test_the_api_tells_the_place_of_a_fault_and_of_a_wrong_mark(scene: Cast) -> None:
    client = scene.client("operator")
    told = client.get(API, {"q": "aplikasi dengan basis_dat = x"})
    body = told.json()
    assert told.status_code == 422 and (body["position"], body["length"]) == (16, 9)
    assert "basis_data" in body["nearest"] and body["errors"][0]["field"] == "q"
    assert client.get(API, {"q": "aplikasi", "after": "x"}).json()["errors"][0]["field"] == "after"
    for bad in ({}, {"q": "x" * 2001}, {"q": "aplikasi", "limit": "0"}, {"q": ""}):
        assert client.get(API, bad).status_code == 422
    for who in ("stranger", "foreigner", "public"):
        assert scene.client(who).get(API, {"q": "aplikasi"}).status_code == 404


# -- command


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_the_answer_and_points_at_faults(scene: Cast) -> None:
    run = CliRunner()
    told = run.invoke(
        commands, ["query", LINE.replace("→", "->"), "--institution", "uji", "--format", "json"]
    )
    assert told.exit_code == 0 and [row["1.nama"] for row in json.loads(told.stdout)] == ["Antrean", "Sandi"]
    wrong = run.invoke(commands, ["query", "aplikasi dengan x = 1", "--institution", "uji"])
    assert wrong.exit_code != 0 and "^" in str(wrong.exception) + wrong.output
