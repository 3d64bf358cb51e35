"""The matrix of two domains: page, files, API and command, through what each of the cast may see."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from typer.testing import CliRunner

from pendapa.analysis.queries import matrix as queries
from pendapa.architecture.models import Element, Relation
from pendapa.cli.app import app
from pendapa.kernel.access.actor import system
from pendapa.kernel.commands import Fault
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.cast import cast as cast

pytestmark = pytest.mark.django_db
PAGE, API = "/di/uji/analisis/matriks/", "/api/v1/institutions/uji/matrix"
runner = CliRunner()


@pytest.fixture
def scene(cast: Cast) -> dict[str, Element]:
    """Two processes, three applications, two services: one application supports a process directly and through two
    services, another through one; a process and an application stand alone."""
    made = {
        "treat": make(cast.unit, "Merawat pasien", "processes", code="PB-1"),
        "count": make(cast.other_unit, "Mencatat penduduk", "processes", code="PB-2"),
        "clinic": make(cast.unit, "SIMPUS", code="APL-1"),
        "queue": make(cast.unit, "Antrean", code="APL-2"),
        "alone": make(cast.other_unit, "Buku tamu", code="APL-3"),
        "visit": make(cast.unit, "Kunjungan", "services", code="LY-1"),
        "refer": make(cast.unit, "Rujukan", "services", code="LY-2"),
    }
    join(made["clinic"], "application_process", made["treat"])
    for service in ("visit", "refer"):
        join(made[service], "service_process", made["treat"])
        join(made["clinic"], "application_service", made[service])
    join(made["queue"], "application_service", made["visit"])
    return made


def found(cast: Cast, who: str = "diskominfo", through: str = "services", **more: Any) -> queries.Matrix:
    chosen = queries.choice(cast.institution, "processes", "applications", through)
    return queries.matrix(cast.actor(who), cast.institution, chosen, **more)


def cells(matrix: queries.Matrix) -> dict[tuple[str, str], tuple[bool, int]]:
    codes = {line.thing.pk: line.thing.code for axis in (matrix.rows, matrix.columns) for line in axis.lines}
    return {
        (codes[row], codes[column]): (bool(cell.direct), cell.count)
        for (row, column), cell in matrix.cells.items()
    }


def test_a_cell_tells_direct_links_from_ways_through_others(cast: Cast, scene: dict[str, Element]) -> None:
    matrix = found(cast)
    assert cells(matrix) == {("PB-1", "APL-1"): (True, 2), ("PB-1", "APL-2"): (False, 1)}
    assert cells(found(cast, through="direct")) == {("PB-1", "APL-1"): (True, 0)}
    way = matrix.cells[scene["treat"].pk, scene["queue"].pk].ways
    assert [[one.name for one in some] for some in way] == [["Kunjungan"]]


def test_what_is_linked_with_nothing_is_counted(cast: Cast, scene: dict[str, Element]) -> None:
    matrix = found(cast)
    assert (matrix.rows.total, matrix.rows.empty, matrix.columns.total, matrix.columns.empty) == (2, 1, 3, 1)
    assert {line.thing.code: line.linked for line in matrix.rows.lines} == {"PB-1": 2, "PB-2": 0}
    assert {line.thing.code: line.linked for line in matrix.columns.lines} == {
        "APL-1": 1, "APL-2": 1, "APL-3": 0,
    }  # fmt: skip
    only = found(cast, show="missing")
    assert [line.thing.code for line in (*only.rows.lines, *only.columns.lines)] == ["PB-2", "APL-3"]
    assert [line.thing.code for line in found(cast, show="linked").columns.lines] == ["APL-2", "APL-1"]


def test_a_unit_keeps_what_it_is_linked_with_elsewhere(cast: Cast, scene: dict[str, Element]) -> None:
    join(scene["alone"], "application_process", scene["treat"])
    matrix = found(cast, unit=cast.other_unit)
    assert {line.thing.code for line in matrix.rows.lines} == {"PB-1", "PB-2"}
    assert {line.thing.code for line in matrix.columns.lines} == {"APL-3"}
    assert matrix.rows.empty == 1


def test_a_table_is_read_by_pages_both_ways(cast: Cast, scene: dict[str, Element]) -> None:
    first = found(cast, size=(1, 2))
    assert (first.rows.pages, first.columns.pages) == (2, 2)
    last = found(cast, size=(1, 2), row_page=9, column_page=9)
    assert (last.rows.page, last.columns.page) == (2, 2)
    seen = [
        line.thing.code
        for page in (1, 2)
        for line in found(cast, size=(1, 2), column_page=page).columns.lines
    ]
    assert seen == ["APL-2", "APL-3", "APL-1"]


def test_hidden_elements_are_neither_drawn_nor_counted(cast: Cast, scene: dict[str, Element]) -> None:
    hidden = make(cast.other_unit, "Sandi", code="APL-9", classification="restricted")
    join(hidden, "application_process", scene["count"])
    between = make(cast.other_unit, "Layanan rahasia", "services", classification="restricted")
    join(between, "service_process", scene["count"])
    join(scene["alone"], "application_service", between)
    own, all_of_it = found(cast, "operator"), found(cast)
    assert (own.columns.total, own.columns.empty, own.rows.empty) == (3, 1, 1)
    assert cells(own) == {("PB-1", "APL-1"): (True, 2), ("PB-1", "APL-2"): (False, 1)}
    assert (all_of_it.columns.total, all_of_it.rows.empty) == (4, 0)
    client = cast.client("operator")
    for address in (
        PAGE + "?through=services",
        PAGE + "?format=csv&through=services",
        API + "?through=services",
    ):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"APL-9" not in body
        assert b"rahasia" not in body
    cell = f"{scene['count'].uid}.{hidden.uid}"
    never = f"{scene['count'].uid}.{scene['alone'].uid}"
    assert _opened(client, cell) == _opened(client, never)


def _opened(client: Any, cell: str) -> bytes:
    answer: bytes = client.get(f"{PAGE}?cell={cell}", headers={"HX-Request": "true"}).content
    return answer


def test_a_cell_opens_to_its_ways(cast: Cast, scene: dict[str, Element]) -> None:
    address = f"{PAGE}?through=services&cell={scene['treat'].uid}.{scene['clinic'].uid}"
    client = cast.client("assessor")
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert all(name in part for name in ("Kunjungan", "Rujukan", "Merawat pasien", "SIMPUS"))
    assert "Rujukan" in client.get(address).content.decode()


@pytest.mark.parametrize("cell", ["", "x", "x.y", ".", "00000000-0000-4000-8000-000000000000.x"])
def test_a_cell_that_is_none_opens_nothing(cast: Cast, scene: dict[str, Element], cell: str) -> None:
    answer = cast.client("diskominfo").get(PAGE, {"cell": cell})
    assert answer.status_code == 200
    assert 'class="mx-ways"' not in answer.content.decode()


@pytest.mark.parametrize("gone", ["treat", "clinic", "visit"])
def test_what_is_deleted_while_the_matrix_is_read_is_left_out(
    cast: Cast, scene: dict[str, Element], monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    chosen = queries.choice(cast.institution, "processes", "applications", "services")
    ends = str(scene["treat"].uid), str(scene["clinic"].uid)
    things = queries.things

    def later(*given: Any, **more: Any) -> dict[int, queries.Thing]:
        Element.objects.filter(pk=scene[gone].pk).update(deleted_at=timezone.now())
        try:
            return things(*given, **more)
        finally:
            Element.objects.filter(pk=scene[gone].pk).update(deleted_at=None)

    monkeypatch.setattr(queries, "things", later)
    name = scene[gone].name
    assert name not in repr(queries.matrix(system(), cast.institution, chosen))
    assert name not in repr(queries.cell(system(), cast.institution, chosen, *ends))
    whole = queries.whole(system(), cast.institution, chosen)
    assert name not in repr((whole.rows, whole.columns, list(whole.pairs())))


def test_the_page_says_what_is_missing_before_the_table(cast: Cast, scene: dict[str, Element]) -> None:
    page = cast.client("operator").get(PAGE + "?through=services").content.decode()
    assert page.index("mx-box") > page.index("</h1>")
    assert page.count('class="mx-i"') >= 2
    missing = cast.client("operator").get(PAGE + "?show=missing").content.decode()
    # Of both that are linked with nothing one is the operator's own to mend.
    assert f"{scene['queue'].uid}/hubungkan/?type=out:application_process" in missing
    assert f"{scene['count'].uid}/hubungkan/" not in missing


def test_an_empty_register_says_what_to_do(cast: Cast) -> None:
    page = cast.client("operator").get(PAGE)
    assert page.status_code == 200
    assert "kosong" in page.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "rows=nothing", "rows=infrastructure.nothing", "columns=outside", "rows=..", "through=nothing", "unit=x",
        "rows=strategy.visi&columns=applications", "unit=00000000-0000-4000-8000-000000000000", "rows=" + "x" * 5000,
    ],
)  # fmt: skip
def test_what_does_not_exist_is_told_with_what_there_is(
    cast: Cast, scene: dict[str, Element], asked: str
) -> None:
    client = cast.client("diskominfo")
    page, api = client.get(f"{PAGE}?{asked}"), client.get(f"{API}?{asked}")
    assert (page.status_code, api.status_code) == (422, 422)
    told = api.json()
    assert told["errors"][0]["field"] in asked or asked.startswith("rows=strategy")
    assert len(told["detail"]) < 600


@pytest.mark.parametrize("asked", ["r=0&c=99999999999999", "r=-1", "r=x&c=%20", "show=%F0", "format=exe"])
def test_odd_numbers_and_words_give_the_first_page(cast: Cast, scene: dict[str, Element], asked: str) -> None:
    assert cast.client("diskominfo").get(f"{PAGE}?{asked}").status_code == 200


def test_a_way_of_before_gives_place_to_the_best_when_the_columns_change(
    cast: Cast, scene: dict[str, Element]
) -> None:
    answer = cast.client("diskominfo").get(PAGE + "?rows=processes&columns=services&through=services")
    assert answer.status_code == 200
    assert 'class="note info"' in answer.content.decode()


def test_the_api_gives_the_same_table(cast: Cast, scene: dict[str, Element]) -> None:
    told = cast.client("diskominfo").get(API + "?through=services").json()
    assert (told["path"], told["paths"][:2]) == ("services", ["direct", "services"])
    assert (told["rows"]["empty"], told["columns"]["empty"]) == (1, 1)
    uid = str(scene["clinic"].uid)
    cell = next(one for one in told["cells"] if one["column"] == uid)
    assert (cell["direct"], cell["count"], len(cell["ways"])) == (["application_process"], 2, 2)
    assert cell["ways"][0][0]["domain"] == "services"


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
def test_the_matrix_is_closed_to_who_has_no_role_here(
    cast: Cast, scene: dict[str, Element], who: str
) -> None:
    client = cast.client(who)
    assert client.get(API).status_code == 404
    assert client.get(PAGE).status_code == (302 if who == "public" else 404)


def test_the_whole_table_goes_out_as_text_and_as_a_workbook(cast: Cast, scene: dict[str, Element]) -> None:
    client = cast.client("diskominfo")
    answer = client.get(PAGE + "?through=services&format=csv&r=7&c=7")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert [(row[0], row[3], row[7]) for row in rows[1:]] == [
        ("PB-1", "APL-2", "1"), ("PB-1", "APL-1", "2"), ("PB-2", "", "0"), ("", "APL-3", "0"),
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(b"".join(client.get(PAGE + "?through=services&format=xlsx"))))
    grid, pairs, empty = book.worksheets
    assert [[cell.value for cell in row[3:]] for row in grid.iter_rows(min_row=2)] == [
        [None, None, None], ["◇ 1", None, "● ◇ 2"],
    ]  # fmt: skip
    assert pairs.max_row == 5
    assert {row[1].value for row in empty.iter_rows(min_row=2)} == {"PB-2", "APL-3"}


def test_a_name_that_looks_like_a_formula_stays_a_text(cast: Cast, scene: dict[str, Element]) -> None:
    make(cast.unit, "=1+1", code="APL-7")
    text = b"".join(cast.client("diskominfo").get(PAGE + "?format=csv")).decode()
    assert "'=1+1" in text


def said(*arguments: str) -> Any:
    done = runner.invoke(app, ["matrix", *arguments, "--institution", "uji"])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_tells_table_json_and_csv(cast: Cast, scene: dict[str, Element]) -> None:
    told = json.loads(said("processes", "applications", "--through", "services", "--format", "json"))
    assert told["empty"] == {"rows": ["PB-2"], "columns": ["APL-3"]}
    assert told["total"] == {"rows": 2, "columns": 3}
    assert {(one["row"], one["column"], one["count"]) for one in told["cells"]} == {
        ("PB-1", "APL-1", 2), ("PB-1", "APL-2", 1),
    }  # fmt: skip
    assert told["cells"][0]["ways"] == [["LY-1"]]
    assert "APL-2 ◇ 1" in said("processes", "applications", "--through", "services", "--format", "table")
    lines = said("processes", "applications", "--through", "services", "--format", "csv").splitlines()
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nothing", "applications"), "processes"),
        (("processes", "applications", "--through", "nothing"), "services"),
        (("infrastructure.nothing", "applications"), "server"),
        (("processes", "applications", "--unit", "9.99"), "9.99"),
    ],
)
def test_the_command_refuses_what_does_not_exist(
    cast: Cast, scene: dict[str, Element], arguments: tuple[str, ...], word: str
) -> None:
    done = runner.invoke(app, ["matrix", *arguments, "--institution", "uji"])
    assert isinstance(done.exception, Fault)
    assert word in str(done.exception)


def test_a_kind_is_set_against_a_domain(cast: Cast, scene: dict[str, Element]) -> None:
    server = make(cast.unit, "Server", "infrastructure", kind="server")
    make(cast.unit, "Awan", "infrastructure", kind="komputasi_awan")
    join(scene["clinic"], "application_server", server)
    chosen = queries.choice(cast.institution, "applications", "infrastructure.server")
    matrix = queries.matrix(system(), cast.institution, chosen)
    assert (matrix.columns.total, len(matrix.cells)) == (1, 1)
    with pytest.raises(Refused):
        queries.choice(cast.institution, "applications", "infrastructure.server.more")


@pytest.mark.parametrize("count", [1, 60])
def test_the_number_of_queries_does_not_grow(cast: Cast, count: int) -> None:
    parts = [
        [_plain(cast, domain, number) for number in range(count)]
        for domain in ("processes", "services", "applications")
    ]
    history.write(
        system(), cast.institution, "edit", history.Writes(add=[one for part in parts for one in part])
    )
    relations = [
        Relation(institution=cast.institution, type=type_, source=source, target=target)
        for type_, sources, targets in (
            ("service_process", parts[1], parts[0]),
            ("application_service", parts[2], parts[1]),
        )
        for source in sources
        for target in targets[:3]
    ]
    history.write(system(), cast.institution, "edit", history.Writes(add=list(relations)))
    chosen = queries.choice(cast.institution, "processes", "applications", "services")
    for ask, wanted in (
        (lambda: queries.matrix(system(), cast.institution, chosen), 4),
        (lambda: list(queries.whole(system(), cast.institution, chosen).pairs()), 4),
    ):
        with CaptureQueriesContext(connection) as asked:
            ask()
        assert len(asked) == wanted


def _plain(cast: Cast, domain: str, number: int) -> Element:
    made = Element(
        institution=cast.institution,
        unit=cast.unit,
        domain=domain,
        kind=domain,
        code=f"{domain[:2]}-{number}",
    )
    made.name = f"{domain} {number}"
    made.derive()
    return made
