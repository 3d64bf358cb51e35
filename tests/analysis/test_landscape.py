"""The landscape: page, box, files and API, through what each of the cast may see."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from pendapa.analysis.queries import landscape as queries
from pendapa.analysis.queries import landscape_words as words
from pendapa.analysis.rules.landscape import MEASURES
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.cast import cast as cast

pytestmark = pytest.mark.django_db
PAGE, API = "/di/uji/analisis/lanskap/", "/api/v1/institutions/uji/landscape"
HEALTH, POPULATION = "RAB.04.01", "RAB.03.07"


@pytest.fixture
def scene(cast: Cast) -> dict[str, Element]:
    """A process of health with a service and two applications, one of them through the service; a process without a
    mapping; an application that belongs to nothing."""
    made = {
        "treat": make(cast.unit, "Merawat pasien", "processes", code="PB-1", attributes={"rab": HEALTH}),
        "loose": make(cast.other_unit, "Mencatat", "processes", code="PB-2"),
        "visit": make(cast.unit, "Kunjungan", "services", code="LY-1", attributes={"nilai_skm": "82"}),
        "clinic": make(
            cast.unit,
            "SIMPUS",
            code="APL-1",
            attributes={"tahun_pembuatan": "2016", "biaya_tahunan": "60000000", "tingkat_risiko": "tinggi"},
        ),
        "queue": make(cast.unit, "Antrean", code="APL-2"),
        "alone": make(cast.other_unit, "Buku tamu", code="APL-3", attributes={"biaya_tahunan": "900000000"}),
    }
    join(made["clinic"], "application_process", made["treat"])
    join(made["visit"], "service_process", made["treat"])
    join(made["queue"], "application_service", made["visit"])
    return made


def box(
    cast: Cast, measure: str = "completeness", who: str = "diskominfo", key: str = HEALTH
) -> queries.Drawn:
    return queries.landscape(cast.actor(who), cast.institution, "RAB", measure).find(key)


def test_a_box_holds_processes_with_their_services_and_applications(
    cast: Cast, scene: dict[str, Element]
) -> None:
    assert box(cast).counts == {"processes": 1, "services": 1, "applications": 2}
    assert box(cast, key="RAB.04").counts == box(cast).counts
    found = queries.landscape(system(), cast.institution)
    assert (found.loose, found.mappable, found.capabilities) == (1, 2, 45)
    assert found.empty == 44


def test_what_is_not_known_is_told(cast: Cast, scene: dict[str, Element]) -> None:
    cost = box(cast, "cost")
    assert (cost.reading.value, cost.reading.known, cost.reading.asked, cost.step) == (60_000_000, 1, 2, 2)
    assert box(cast, "contract").step == 0
    assert box(cast, "risk").reading.value == 3
    assert box(cast, "satisfaction").reading.value == 82
    assert box(cast, "contract").reading.value is None


def test_gaps_are_those_of_the_catalogue(cast: Cast, scene: dict[str, Element]) -> None:
    from pendapa.architecture.queries import gaps

    inside = {str(scene[name].uid) for name in ("treat", "visit", "clinic", "queue")}
    expected = sum(gap["uid"] in inside for gap in gaps(cast.actor("diskominfo"), cast.institution))
    assert box(cast, "gaps").reading.value == expected


def test_another_tree_holds_what_is_mapped_to_it(cast: Cast, scene: dict[str, Element]) -> None:
    make(cast.unit, "Portal", code="APL-4", attributes={"raa": "RAA.01.01"})
    found = queries.landscape(system(), cast.institution, "RAA")
    assert found.find("RAA.01.01").counts == {"applications": 1}
    assert (found.loose, found.mappable) == (3, 4)


def test_a_service_mapped_by_its_affair_stands_there_too(cast: Cast, scene: dict[str, Element]) -> None:
    make(cast.other_unit, "Akta kelahiran", "services", attributes={"urusan": "Kependudukan"})
    assert box(cast, key=POPULATION).counts == {"services": 1}


def test_a_unit_shows_what_it_mapped(cast: Cast, scene: dict[str, Element]) -> None:
    found = queries.landscape(system(), cast.institution, unit=cast.other_unit)
    assert not found.find(HEALTH).box.things
    assert (found.loose, found.mappable) == (1, 1)
    below = queries.landscape(system(), cast.institution, unit=cast.unit)
    assert len(below.find(HEALTH).box.things) == 4


def test_hidden_elements_are_neither_drawn_nor_counted(cast: Cast, scene: dict[str, Element]) -> None:
    hidden = make(
        cast.other_unit,
        "Sandi rahasia",
        code="APL-9",
        classification="restricted",
        attributes={"biaya_tahunan": "7000000000"},
    )
    join(hidden, "application_process", scene["treat"])
    make(
        cast.other_unit,
        "Proses rahasia",
        "processes",
        classification="restricted",
        attributes={"rab": HEALTH},
    )
    make(cast.other_unit, "Proses rahasia lain", "processes", classification="restricted")
    between = make(cast.other_unit, "Layanan rahasia", "services", classification="restricted")
    join(between, "service_process", scene["treat"])
    join(scene["alone"], "application_service", between)
    own, all_of_it = box(cast, "cost", "operator"), box(cast, "cost")
    assert (own.reading.value, dict(own.counts)) == (
        60_000_000, {"processes": 1, "services": 1, "applications": 2},
    )  # fmt: skip
    assert (all_of_it.reading.value, all_of_it.counts["applications"]) == (7_960_000_000, 4)
    assert all_of_it.counts["processes"] == 2
    seen = queries.landscape(cast.actor("operator"), cast.institution)
    assert (seen.loose, seen.mappable) == (1, 2)
    client = cast.client("operator")
    for asked in (f"?node={HEALTH}&measure=cost", "?format=csv", "?format=svg"):
        answer = client.get(PAGE + asked)
        assert b"rahasia" not in (b"".join(answer) if answer.streaming else answer.content)


def test_the_page_says_the_finding_and_marks_what_is_empty(cast: Cast, scene: dict[str, Element]) -> None:
    page = cast.client("sekda").get(PAGE).content.decode()
    assert page.count('class="ls-box l') == 45
    assert page.count("ls-box l0 none") == 44
    assert "<p>44" in page.partition('class="tabs"')[0]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("tree", ["RAB", "RAL", "RAD", "RAA", "RAI", "RAK"])
def test_every_tree_is_drawn_by_every_measure(
    cast: Cast, scene: dict[str, Element], tree: str, measure: str
) -> None:
    found = queries.landscape(system(), cast.institution, tree, measure)
    assert found.capabilities
    assert words.legend(measure)
    assert {one.step for one in found.each()} <= {0, *(step for step, _text in words.legend(measure))}


def test_a_box_opens_to_its_elements(cast: Cast, scene: dict[str, Element]) -> None:
    client = cast.client("assessor")
    part = client.get(f"{PAGE}?node={HEALTH}&measure=age", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert all(name in part for name in ("Merawat pasien", "Kunjungan", "SIMPUS", "Antrean"))
    assert "Buku tamu" not in part
    empty = client.get(f"{PAGE}?node=RAB.01.01").content.decode()
    assert "?domain=processes" in empty


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("tree=XXX", 422), ("measure=nothing", 422), ("unit=x", 422), ("node=RAB.99", 404), ("node=" + "x" * 3000, 404),
        ("format=exe", 200), ("mulai=-1", 200), ("tree=rab", 200),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_told(cast: Cast, scene: dict[str, Element], asked: str, status: int) -> None:
    assert cast.client("diskominfo").get(f"{PAGE}?{asked}").status_code == status
    if status == 422:
        answer = cast.client("diskominfo").get(f"{API}?{asked}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, asked.partition("=")[0])


def test_the_api_tells_the_same_boxes(cast: Cast, scene: dict[str, Element]) -> None:
    told: dict[str, Any] = cast.client("diskominfo").get(API + "?measure=cost").json()
    by_key = {one["key"]: one for one in told["boxes"]}
    assert len(by_key) == 64
    assert by_key[HEALTH] | {"name": ""} == {
        "key": HEALTH, "code": HEALTH, "name": "", "level": 2, "parent": "RAB.04", "verified": True, "empty": False, "value": 60_000_000.0,
        "known": 1, "asked": 2, "step": 2, "mapped": 1, "counts": {"processes": 1, "services": 1, "applications": 2},
    }  # fmt: skip
    assert (by_key["RAB.01"]["empty"], by_key["RAB.01"]["value"]) == (True, None)


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
def test_the_landscape_is_closed_to_who_has_no_role_here(
    cast: Cast, scene: dict[str, Element], who: str
) -> None:
    client = cast.client(who)
    assert client.get(API).status_code == 404
    assert client.get(PAGE).status_code == (302 if who == "public" else 404)


def test_the_landscape_goes_out_as_drawing_text_and_workbook(cast: Cast, scene: dict[str, Element]) -> None:
    client = cast.client("diskominfo")
    drawing = client.get(PAGE + "?measure=risk&format=svg")
    assert drawing["Content-Type"].startswith("image/svg+xml")
    texts = "".join(ElementTree.fromstring(drawing.content).itertext())
    assert "Kesehatan" in texts
    lines = b"".join(client.get(PAGE + "?measure=cost&format=csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines), delimiter=";"))
    (line,) = [row for row in rows if row[0] == HEALTH]
    assert (line[4], line[5], line[6]) == ("60000000.0", "1", "2")
    book = load_workbook(io.BytesIO(b"".join(client.get(PAGE + "?format=xlsx"))))
    boxes, elements = book.worksheets
    assert (boxes.max_row, elements.max_row) == (65, 5)


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_queries_does_not_grow(cast: Cast, count: int) -> None:
    rows = []
    for number in range(count):
        for domain, told in (("processes", {"rab": HEALTH}), ("applications", {})):
            one = Element(
                institution=cast.institution, unit=cast.unit, domain=domain, kind=domain, code=f"{domain[0]}-{number}",
                name=f"{domain} {number}", attributes=told,
            )  # fmt: skip
            one.derive()
            rows.append(one)
    history.write(system(), cast.institution, "edit", history.Writes(add=list(rows)))
    links = [
        Relation(institution=cast.institution, type="application_process", source=application, target=process)
        for process, application in zip(rows[::2], rows[1::2], strict=True)
    ]
    history.write(system(), cast.institution, "edit", history.Writes(add=list(links)))
    queries.landscape(system(), cast.institution)
    with CaptureQueriesContext(connection) as asked:
        found = queries.landscape(system(), cast.institution)
        members = queries.members(system(), cast.institution, found.find(HEALTH))
    assert len(members) == 2 * count
    # Which references hold, three domains, the relations, the members.
    assert len(asked) == 6


def test_what_no_source_settles_is_told(cast: Cast, scene: dict[str, Element]) -> None:
    client = cast.client("diskominfo")
    boxes = client.get(API + "?tree=RAL").json()["boxes"]
    doubtful = [one for one in boxes if not one["verified"]]
    assert 0 < len(doubtful) < len(boxes)
    page = client.get(f"{PAGE}?tree=RAL&node={doubtful[0]['key']}").content.decode()
    assert 'class="chip warn"' in page
    sure = next(one for one in boxes if one["verified"])
    assert 'class="chip warn"' not in client.get(f"{PAGE}?tree=RAL&node={sure['key']}").content.decode()


def test_what_is_mapped_to_a_main_group_alone_is_counted(cast: Cast, scene: dict[str, Element]) -> None:
    make(cast.unit, "Umum", "processes", attributes={"rab": "RAB.09"})
    found = queries.landscape(system(), cast.institution)
    assert (found.above, found.loose, found.empty) == (1, 1, 44)
