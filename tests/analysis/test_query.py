"""Answers to questions: the same rows on both databases, within rights, page by page, in a fixed number of queries."""

from __future__ import annotations

import base64
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.analysis.queries import query
from pendapa.analysis.queries.query import BadMark, answer, everything
from pendapa.analysis.queries.query_graph import graph
from pendapa.analysis.queries.query_sql import TooLong, bounded
from pendapa.analysis.rules.query import Fault
from pendapa.kernel.access.actor import NotFound, system
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.cast import cast as cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(cast: Cast) -> dict[str, Any]:
    """Five applications of three units, two servers, a service; one application and one server are restricted."""
    found: dict[str, Any] = {"cast": cast}

    def app(unit: Any, name: str, **attributes: Any) -> None:
        more = {"classification": attributes.pop("kelas_")} if "kelas_" in attributes else {}
        found[name] = make(unit, name, attributes=attributes, **more)

    app(
        cast.unit,
        "Antrean",
        basis_data="MySQL",
        basis=["web", "mobile"],
        tahun_pembuatan="2019",
        operator="Budi",
    )
    app(
        cast.subunit,
        "Bidan",
        basis_data="mysql",
        basis=["desktop"],
        tahun_pembuatan="2O21",
        biaya_tahunan="90000000",
    )
    app(
        cast.other_unit,
        "Catatan",
        basis_data="100% Oracle",
        tahun_pembuatan="2021",
        biaya_tahunan="120000000",
    )
    app(cast.other_unit, "Dukcapil", fungsi="Île_de akta")
    app(cast.other_unit, "Rahasia", basis_data="MySQL", kelas_="restricted")
    found["Peladen 1"] = make(cast.other_unit, "Peladen 1", "infrastructure")
    found["Peladen 2"] = make(cast.other_unit, "Peladen 2", "infrastructure", classification="restricted")
    found["Akta"] = make(cast.other_unit, "Akta", "services")
    for name in ("Antrean", "Bidan", "Rahasia"):
        join(found[name], "application_server", found["Peladen 1"])
    join(found["Catatan"], "application_server", found["Peladen 2"])
    join(found["Dukcapil"], "application_service", found["Akta"])
    return found


def names(scene: dict[str, Any], line: str, who: str = "diskominfo", size: int = 50) -> list[str]:
    """The rows as names, steps by a hyphen; all pages."""
    cast, found, mark = scene["cast"], [], ""
    while True:
        page = answer(cast.actor(who), cast.institution, line, after=mark, size=size)
        found += ["-".join(one["name"] for one in row if one) for row in page.rows]
        mark = page.next
        if not mark:
            return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("aplikasi dengan basis_data = MySQL", "Antrean Bidan Rahasia"),
        ("aplikasi dengan basis_data != MySQL", "Catatan Dukcapil"),
        ("aplikasi dengan basis_data ~ '100%'", "Catatan"),
        ("aplikasi dengan basis_data ~ '0_'", ""),
        ("aplikasi dengan basis_data kosong", "Dukcapil"),
        ("aplikasi dengan basis_data tidak kosong", "Antrean Bidan Catatan Rahasia"),
        ("aplikasi dengan basis = mobile", "Antrean"),
        ("aplikasi dengan basis dalam (Desktop, web)", "Antrean Bidan"),
        ("aplikasi dengan tahun_pembuatan >= 2019", "Antrean Catatan"),
        ("aplikasi dengan bukan tahun_pembuatan >= 2019", "Bidan Dukcapil Rahasia"),
        ("aplikasi dengan biaya_tahunan > 'Rp 100.000.000'", "Catatan"),
        ("aplikasi dengan biaya_tahunan > '0,1 miliar'", "Catatan"),
        ("aplikasi dengan fungsi ~ 'de AKTA'", "Dukcapil"),
        ("aplikasi dengan nama ~ ANTRE atau kode = zzz", "Antrean"),
        ("aplikasi dengan opd = Dinkes", "Antrean Bidan"),
        ("aplikasi dengan opd = 1.02.01", "Bidan"),
        ("aplikasi dengan opd ~ pencatatan", "Catatan Dukcapil Rahasia"),
        ("aplikasi dengan klasifikasi = Dikecualikan", "Rahasia"),
        ("aplikasi dengan tanpa server", "Dukcapil"),
        ("aplikasi dengan punya(→ server dengan nama = 'peladen 1') dan operator kosong", "Bidan Rahasia"),
        ("aplikasi dengan celah(application_without_operator)", "Bidan Catatan Dukcapil Rahasia"),
        ("server ← aplikasi dengan nama = bidan", "Peladen 1-Bidan"),
        ("aplikasi → server tampilkan nama", "Peladen 1|Peladen 2"),
        (
            "aplikasi → 'berjalan di' server urut 2.nama turun",
            "Catatan-Peladen 2|Antrean-Peladen 1|Bidan-Peladen 1|Rahasia-Peladen 1",
        ),
        ("aplikasi urut tahun_pembuatan turun", "Catatan Antrean Bidan Dukcapil Rahasia"),
        ("aplikasi urut biaya_tahunan", "Bidan Catatan Antrean Dukcapil Rahasia"),
        ("aplikasi urut nama turun", "Rahasia Dukcapil Catatan Bidan Antrean"),
        ("aplikasi urut basis_data", "Catatan Antrean Bidan Rahasia Dukcapil"),
        ("aplikasi urut opd", "Catatan Dukcapil Rahasia Antrean Bidan"),
        ("layanan → aplikasi → elemen dengan domain = services", "Akta-Dukcapil-Akta"),
    ],
)
def test_a_question_finds_these_rows_on_every_page_size(
    scene: dict[str, Any], line: str, expected: str
) -> None:
    wanted = expected.split("|") if "|" in expected or "-" in expected else expected.split()
    assert names(scene, line) == wanted
    assert names(scene, line, size=1) == wanted
    plan, rows = everything(system(), scene["cast"].institution, line)
    assert len(list(rows)) == len(wanted) and plan.line


# -- rights


def test_what_is_hidden_is_neither_shown_nor_found_nor_followed(scene: dict[str, Any]) -> None:
    for who in ("operator", "assessor"):  # restricted things of another unit
        assert names(scene, "aplikasi dengan basis_data = MySQL", who) == ["Antrean", "Bidan"]
        assert names(scene, "aplikasi dengan klasifikasi = restricted", who) == []
        assert names(scene, "server", who) == ["Peladen 1"]
        assert names(scene, "aplikasi → server", who) == ["Antrean-Peladen 1", "Bidan-Peladen 1"]
        assert names(scene, "aplikasi dengan punya(→ server dengan nama = 'Peladen 2')", who) == []
        assert "Catatan" in names(scene, "aplikasi dengan tanpa server", who)
        cast = scene["cast"]
        drawn = graph(cast.actor(who), cast.institution, "aplikasi → server")
        assert sorted(row["name"] for row, _place in drawn.nodes.values()) == [
            "Antrean",
            "Bidan",
            "Peladen 1",
        ]
        assert answer(cast.actor(who), cast.institution, "aplikasi → server", counted=True).counts == [2, 1]
    assert "Catatan-Peladen 2" in names(scene, "aplikasi → server", "other_operator")


def test_personal_data_is_neither_asked_nor_shown_nor_sorted_by_who_may_not_read_it(
    scene: dict[str, Any],
) -> None:
    assert names(scene, "aplikasi dengan operator = budi", "operator") == ["Antrean"]
    for line in (
        "aplikasi dengan operator = budi",
        "aplikasi dengan tanpa operator",
        "aplikasi tampilkan operator",
        "aplikasi urut operator",
        "server → aplikasi tampilkan 2.operator",
    ):
        with pytest.raises(Fault):
            names(scene, line, "assessor")


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
def test_who_has_no_role_here_learns_nothing(scene: dict[str, Any], who: str) -> None:
    with pytest.raises(NotFound):
        names(scene, "aplikasi", who)


def test_another_institution_is_never_asked(scene: dict[str, Any]) -> None:
    make(scene["cast"].foreign_unit, "Aplikasi Kota Lain")
    assert "Aplikasi Kota Lain" not in names(scene, "elemen")


# -- pages, marks, limits


def test_a_hub_is_paged_without_losing_or_repeating_a_path(cast: Cast) -> None:
    hub = make(cast.unit, "Hub", "infrastructure")
    for number in range(30):
        join(make(cast.unit, f"A {number:02}"), "application_server", hub)
    second = make(cast.unit, "Hub 2", "infrastructure")
    scene = {"cast": cast, "second": second}
    expected = [f"Hub-A {number:02}" for number in range(30)]
    for size in (1, 7, 30, 31):
        assert names(scene, "server → aplikasi", size=size) == expected
    both = names(scene, "aplikasi → server → aplikasi", size=11)
    assert len(both) == len(set(both)) == 900


@pytest.mark.parametrize(
    "mark",
    [
        "WyJcdWQ4MDAiLDFd",
        "x",
        "WzFd",
        "W10",
        "e30",
        "WyJhIiwgMS41XQ",
        "WyJhIiwgdHJ1ZV0",
        "WyJcdTAwMDAiLCAxXQ",
        "ÿ",
        "[" * 3000,
    ],
)
def test_a_mark_that_no_page_gave_is_refused(scene: dict[str, Any], mark: str) -> None:
    cast = scene["cast"]
    with pytest.raises(BadMark):
        answer(cast.actor("diskominfo"), cast.institution, "aplikasi", after=mark)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_mark_with_a_number_that_is_none_is_refused(scene: dict[str, Any], number: str) -> None:
    cast, line = scene["cast"], "aplikasi urut biaya_tahunan"
    mark = base64.urlsafe_b64encode(f'[0,{number},"a",1]'.encode()).decode().rstrip("=")
    with pytest.raises(BadMark):
        answer(cast.actor("diskominfo"), cast.institution, line, after=mark)


@pytest.mark.parametrize(
    "value", ["' OR 1=1 --", "%", "_", "\\", "\x00", "$.x", "{}", "ı", "😀" * 40, "9" * 400, "-1e309", "NaN"]
)
@pytest.mark.parametrize(
    "field", ["nama", "kode", "basis_data", "basis", "tahun_pembuatan", "raa", "opd", "unit_operasional"]
)
def test_hostile_values_find_nothing_or_are_refused(scene: dict[str, Any], field: str, value: str) -> None:
    for op in ("=", "~", ">", "in"):
        said = '"' + value.replace('"', '""') + '"'
        line = f"aplikasi dengan {field} {op} {f'({said})' if op == 'in' else said}"
        try:
            assert len(names(scene, line)) <= 1
        except Fault as told:
            assert told.at <= len(line)


def test_the_number_of_queries_does_not_grow_with_the_rows(scene: dict[str, Any]) -> None:
    cast = scene["cast"]
    actor = cast.actor("diskominfo")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            answer(actor, cast.institution, "layanan → aplikasi → server dengan opd = Dinkes", counted=True)
        return len(
            [one for one in found if one["sql"].startswith("SELECT") and "set_config" not in one["sql"]]
        )

    names(scene, "aplikasi dengan opd = Dinkes")
    service, server = scene["Akta"], make(cast.unit, "Peladen 3", "infrastructure")
    join(scene["Dukcapil"], "application_server", server)
    few = asked()
    for number in range(20):
        one = make(cast.unit, f"Z {number:02}")
        join(one, "application_service", service)
        join(one, "application_server", server)
    assert asked() == few <= 14


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_takes_too_long_is_stopped(scene: dict[str, Any]) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n"
    with pytest.raises(TooLong), bounded(0.2), connection.cursor() as cursor:
        cursor.execute(slow)
    assert names(scene, "layanan") == ["Akta"]


@pytest.mark.django_db(transaction=True)
def test_many_short_statements_take_no_longer_together_than_one_may(scene: dict[str, Any]) -> None:
    some = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n"
    began = monotonic()
    with pytest.raises(TooLong), bounded(0.5), connection.cursor() as cursor:
        while monotonic() - began < 10:
            cursor.execute(some)
    assert monotonic() - began < 5
    assert names(scene, "layanan") == ["Akta"]


def test_a_whole_answer_has_one_time_for_all_its_parts(
    scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "LONGEST", 0)
    _plan, rows = everything(system(), scene["cast"].institution, "aplikasi")
    with pytest.raises(TooLong):
        list(rows)
