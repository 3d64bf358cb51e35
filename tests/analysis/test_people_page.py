"""Who operates what: the page, its exports and its API, and what each of the cast may know."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.analysis.queries.people import people
from pendapa.kernel.access.actor import NotFound
from tests.architecture.scene import make
from tests.cast import Cast
from tests.cast import cast as cast

PAGE, API = "/di/uji/analisis/orang/", "/api/v1/institutions/uji/operators"


@pytest.fixture
def scene(cast: Cast) -> Cast:
    """One person alone with four applications, spelled in three ways; one service covered; a server without anybody."""
    for number, name in enumerate(
        ("Budi Santoso", "BUDI SANTOSO, S.Kom", "Pak Budi Santoso", "budi  santoso")
    ):
        make(cast.unit, f"Aplikasi {number}", attributes={"operator": name})
    make(
        cast.other_unit,
        "Akta kelahiran",
        "services",
        attributes={"operator": "Citra Dewi", "operator_pengganti": "Dian Eka"},
    )
    make(cast.other_unit, "Server utama", "infrastructure")
    return cast


def test_one_person_under_several_spellings_is_a_single_point_of_knowledge(scene: Cast) -> None:
    found = people(scene.actor("diskominfo"), scene.institution)
    heaviest = found.persons[0]
    assert (heaviest.alone, len(heaviest.things), heaviest.is_single_point) == (4, 4, True)
    assert (found.numbers.none, found.numbers.alone, found.numbers.covered) == (1, 4, 1)
    assert (found.count, found.single_points, found.most) == (2, 1, 4)


def test_the_page_tells_the_finding_and_the_names_to_who_works_here(scene: Cast) -> None:
    said = scene.client("diskominfo").get(PAGE).content.decode()
    assert "Budi Santoso" in said
    assert "Dian Eka" in said
    assert "Server utama" in said
    assert "satu orang" in said.casefold() or "one person" in said.casefold()


@pytest.mark.parametrize("form", ["", "xlsx", "csv"])
def test_an_assessor_learns_numbers_and_no_names(scene: Cast, form: str) -> None:
    told = scene.client("assessor").get(PAGE, {"format": form} if form else {})
    said = b"".join(told.streaming_content) if told.streaming else told.content
    if form == "xlsx":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(said)) as book:
            said = b"".join(book.read(name) for name in book.namelist())
    for name in (b"udi Santoso", b"BUDI", b"Citra Dewi", b"Dian Eka"):
        assert name not in said
    assert b"Server utama" in said


def test_an_assessor_cannot_narrow_people_to_a_unit(scene: Cast) -> None:
    """Two things in one unit and one person there would say whose they are."""
    alone = people(scene.actor("assessor"), scene.institution)
    narrowed = people(scene.actor("assessor"), scene.institution, str(scene.unit.uid))
    assert (narrowed.count, narrowed.spread, narrowed.most) == (alone.count, alone.spread, alone.most)
    assert narrowed.persons == []
    assert all(one.people is None and one.single_points is None for one in narrowed.opds)
    assert narrowed.numbers.things == 4


def test_the_api_gives_names_only_with_the_right(scene: Cast) -> None:
    mine = scene.client("operator").get(API).json()
    assert mine["persons"][0]["name"].casefold().endswith("budi santoso")
    theirs = scene.client("assessor").get(API)
    assert theirs.json()["persons"] is None
    assert "udi" not in theirs.content.decode().replace("audit", "")
    assert theirs.json()["spread"] == mine["spread"]


def test_a_restricted_thing_of_another_unit_is_not_counted(scene: Cast) -> None:
    make(scene.unit, "Rahasia", attributes={"operator": "Budi Santoso"}, classification="restricted")
    own = people(scene.actor("operator"), scene.institution)
    other = people(scene.actor("other_operator"), scene.institution)
    assert (own.numbers.things, other.numbers.things) == (7, 6)
    assert (own.most, other.most) == (5, 4)
    assert b"Rahasia" not in scene.client("other_operator").get(PAGE).content


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_strangers_find_nothing(scene: Cast, who: str) -> None:
    assert scene.client(who).get(PAGE).status_code == 404
    assert scene.client(who).get(API).status_code == 404


def test_the_public_is_asked_to_sign_in(scene: Cast) -> None:
    assert scene.client("public").get(PAGE).status_code == 302
    assert scene.client("public").get(API).status_code in (401, 404)


def test_a_unit_that_is_not_there_is_not_found(scene: Cast) -> None:
    with pytest.raises(NotFound):
        people(scene.actor("diskominfo"), scene.institution, "kosong")
    assert scene.client("diskominfo").get(PAGE, {"unit": str(scene.foreign_unit.uid)}).status_code == 404
    assert scene.client("diskominfo").get(API, {"unit": "9.99"}).status_code == 422


def test_an_empty_register_says_what_will_be_here(cast: Cast) -> None:
    told = cast.client("diskominfo").get(PAGE)
    assert told.status_code == 200
    assert 'class="kosong"' in told.content.decode()


def test_the_list_is_narrowed_and_paged_by_the_api(scene: Cast) -> None:
    client = scene.client("diskominfo")
    first = client.get(f"{API}/things", {"state": "alone", "limit": 3}).json()
    rest = client.get(f"{API}/things", {"state": "alone", "limit": 3, "after": first["next"]}).json()
    assert [row["name"] for row in first["items"] + rest["items"]] == [f"Aplikasi {n}" for n in range(4)]
    assert rest["next"] == ""
    assert client.get(f"{API}/things", {"state": "salah"}).status_code == 422


def test_the_csv_tells_state_and_numbers_of_people(scene: Cast) -> None:
    told = scene.client("diskominfo").get(PAGE, {"format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(told.streaming_content).decode("utf-8-sig")), delimiter=";"))
    by_name = {line[1]: line for line in lines[1:]}
    assert by_name["Server utama"][5:] == ["0", "0"]
    assert by_name["Akta kelahiran"][5:] == ["1", "1"]


def test_the_number_of_queries_does_not_grow_with_the_things(scene: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert scene.client("diskominfo").get(PAGE).status_code == 200
        return len(found)

    asked()
    before = _cold(asked)
    for number in range(12):
        make(scene.unit, f"Tambahan {number}", attributes={"operator": f"Orang {number}"})
    assert _cold(asked) == before


def _cold(asked: Any) -> int:
    from django.core.cache import cache

    cache.clear()
    return int(asked())
