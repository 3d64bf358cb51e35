"""What stops with an element: page, files, API and command, within the rights of who asks."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from pendapa.analysis.queries import impact_graph
from pendapa.analysis.queries.impact import Asked, impact, rows
from pendapa.architecture import actions
from pendapa.architecture.models import Element
from pendapa.architecture.rules.moments import moment
from pendapa.cli.app import app
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.review import actions as review
from tests.architecture.scene import join, make
from tests.cast import Cast, cast

__all__ = ["cast"]


@pytest.fixture
def hall(cast: Cast) -> dict[str, Element]:
    """A server, two applications on it, the services of the first, and what the server stands in."""
    found = {
        "server": make(cast.unit, "VM Satu", "infrastructure"),
        "place": make(cast.unit, "Ruang server", "infrastructure", kind="fasilitas_komputasi"),
        "simpus": make(cast.unit, "Simpus"),
        "antrean": make(cast.subunit, "Antrean"),
        "rujukan": make(cast.unit, "Rujukan", "services", attributes={"pengguna_bulanan": 1240}),
        "surat": make(cast.other_unit, "Surat sehat", "services"),
        "kunjungan": make(cast.unit, "Kunjungan", "data"),
    }
    join(found["server"], "hosted_in", found["place"])
    join(found["simpus"], "application_server", found["server"])
    join(found["antrean"], "application_server", found["server"])
    join(found["simpus"], "application_service", found["rujukan"])
    join(found["simpus"], "application_service", found["surat"])
    join(found["antrean"], "application_data", found["kunjungan"])
    return found


def names(found: Any) -> list[tuple[str, int]]:
    return [(row.thing.name, row.distance) for row in rows(found)]


def url(element: Element, more: str = "") -> str:
    return f"/di/uji/analisis/dampak/{element.uid}/{more}"


def test_the_page_says_in_one_sentence_what_stops(cast: Cast, hall: dict[str, Element]) -> None:
    page = cast.client("diskominfo").get(url(hall["server"])).content.decode()
    assert "VM Satu" in page
    assert "1.240" in page
    for part in ("2 aplikasi", "2 layanan", "2 OPD"):
        assert part in page
    assert "VM Satu › Simpus" in page


def test_services_of_which_the_users_are_not_known_are_counted_apart(
    cast: Cast, hall: dict[str, Element]
) -> None:
    sums = impact(system(), cast.institution, hall["server"].uid).sums
    assert (sums.users, sums.unknown, sums.services) == (1240, 1, 2)


def test_what_it_rests_on_is_the_other_way_round(cast: Cast, hall: dict[str, Element]) -> None:
    found = impact(system(), cast.institution, hall["rujukan"].uid, Asked("up", 6))
    assert names(found) == [("Simpus", 1), ("VM Satu", 2), ("Ruang server", 3)]


def test_data_that_an_application_only_reads_stop_the_application(
    cast: Cast, hall: dict[str, Element]
) -> None:
    read = make(cast.other_unit, "Data induk", "data")
    actions.link(system(), hall["simpus"], "application_data", read, attributes={"akses": "read"})
    assert ("Simpus", 1) in names(impact(system(), cast.institution, read.uid))
    assert "Data induk" not in [
        name for name, _ in names(impact(system(), cast.institution, hall["server"].uid))
    ]


def test_depth_domain_and_relation_narrow_the_answer(cast: Cast, hall: dict[str, Element]) -> None:
    place, server = cast.institution, hall["server"].uid
    assert names(impact(system(), place, server, Asked(depth=1))) == [("Antrean", 1), ("Simpus", 1)]
    only = impact(system(), place, server, Asked(domains=frozenset({"services"})))
    assert names(only) == [("Rujukan", 2), ("Surat sehat", 2)]
    followed = impact(system(), place, server, Asked(kinds=frozenset({"application_server"})))
    assert names(followed) == [("Antrean", 1), ("Simpus", 1)]


def test_a_small_neighbourhood_and_the_whole_register_answer_the_same(
    cast: Cast, hall: dict[str, Element], monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = ("down", "up", "both")
    near = [names(impact(system(), cast.institution, hall["simpus"].uid, Asked(way, 4))) for way in ways]
    monkeypatch.setattr(impact_graph, "NEAR", 0)
    whole = [names(impact(system(), cast.institution, hall["simpus"].uid, Asked(way, 4))) for way in ways]
    assert near == whole
    assert all(near)


def test_a_change_is_seen_at_once(
    cast: Cast, hall: dict[str, Element], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impact_graph, "NEAR", 0)
    before = impact(system(), cast.institution, hall["server"].uid).sums.total
    join(hall["antrean"], "application_service", make(cast.unit, "Antrean daring", "services"))
    assert impact(system(), cast.institution, hall["server"].uid).sums.total == before + 1


@pytest.mark.parametrize("near", [0, 1_200])
def test_what_one_may_not_see_is_neither_drawn_nor_counted_nor_passed_through(
    cast: Cast, hall: dict[str, Element], monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(impact_graph, "NEAR", near)
    Element.objects.filter(pk=hall["simpus"].pk).update(classification="restricted")
    seen = impact(cast.actor("other_operator"), cast.institution, hall["server"].uid)
    assert names(seen) == [("Antrean", 1), ("Kunjungan", 2)]
    assert seen.sums.services == 0
    page = cast.client("other_operator").get(url(hall["server"])).content.decode()
    assert "Simpus" not in page and "Rujukan" not in page
    with pytest.raises(NotFound):
        impact(cast.actor("other_operator"), cast.institution, hall["simpus"].uid)


def test_who_may_not_come_in_gets_the_same_as_for_nothing(cast: Cast, hall: dict[str, Element]) -> None:
    for who in ("stranger", "foreigner"):
        assert cast.client(who).get(url(hall["server"])).status_code == 404
    assert cast.client("diskominfo").get(url(hall["server"]).replace("-", "0-", 1)).status_code == 404


def test_a_circle_of_flows_ends(cast: Cast, hall: dict[str, Element]) -> None:
    join(hall["simpus"], "application_flow", hall["antrean"])
    join(hall["antrean"], "application_flow", hall["simpus"])
    found = impact(system(), cast.institution, hall["simpus"].uid, Asked("both", 6))
    assert len({row.thing.uid for row in rows(found)}) == found.sums.total


def test_the_drawing_and_the_list_are_taken_along(cast: Cast, hall: dict[str, Element]) -> None:
    client = cast.client("diskominfo")
    svg = client.get(url(hall["server"], "?format=svg"))
    assert svg["Content-Type"] == "image/svg+xml"
    assert b"<style>" in svg.content and b"Simpus" in svg.content
    mermaid = client.get(url(hall["server"], "?format=mermaid")).content.decode()
    assert mermaid.startswith("flowchart TB\n")
    table = client.get(url(hall["server"], "?format=csv"))
    lines = list(
        csv.reader(io.StringIO(b"".join(table.streaming_content).decode("utf-8-sig")), delimiter=";")
    )  # type: ignore[attr-defined]
    assert len(lines) == 1 + 5
    assert lines[1][4] == "Antrean"
    assert client.get(url(hall["server"], "?format=xlsx")).status_code == 200


def test_an_address_that_asks_for_nonsense_is_told_so_and_answered_as_usual(
    cast: Cast, hall: dict[str, Element]
) -> None:
    client = cast.client("diskominfo")
    for wrong in (
        "?direction=sideways",
        "?depth=9",
        "?depth=x",
        "?domain=none",
        "?relation=foreign_relation",
    ):
        answer = client.get(url(hall["server"], wrong))
        assert answer.status_code == 422
        assert "Antrean" in answer.content.decode()


def test_a_planned_year_shows_what_is_there_then(cast: Cast, hall: dict[str, Element]) -> None:
    actions.change_element(
        system(), hall["surat"], version=hall["surat"].version, valid_to=date(2026, 12, 31)
    )
    later = moment("rencana-2030")
    assert later is not None
    found = impact(system(), cast.institution, hall["server"].uid, Asked(moment=later))
    assert ("Surat sehat", 2) not in names(found)
    assert ("Rujukan", 2) in names(found)
    page = cast.client("diskominfo").get(url(hall["server"], "?pada=rencana-2030"))
    assert page.status_code == 200
    assert cast.client("diskominfo").get(url(hall["server"], "?pada=rilis-tidakada")).status_code == 404


def test_a_planned_year_counts_what_moves_for_its_new_unit(cast: Cast, hall: dict[str, Element]) -> None:
    office = cast.actor("diskominfo")
    review.set_steps(office, cast.institution, ["verify"])
    operator, moved = cast.actor("operator"), Element.objects.get(pk=hall["simpus"].pk)
    draft = actions.change_element(operator, moved, version=moved.version, unit=cast.subunit).draft
    assert draft is not None
    review.submit(operator, draft, effective_on=date(2029, 6, 1))
    review.agree(office, draft)
    later = moment("rencana-2030")
    assert later is not None
    found = impact(office, cast.institution, hall["server"].uid, Asked(moment=later))
    units = {row.thing.name: row.thing.unit for row in rows(found)}
    assert units["Simpus"] == units["Antrean"] == cast.subunit.name
    assert found.sums.units[cast.subunit.pk] == 2 and 0 not in found.sums.units


def test_an_element_is_found_by_its_name(cast: Cast, hall: dict[str, Element]) -> None:
    page = cast.client("diskominfo").get("/di/uji/analisis/dampak/?q=simpus").content.decode()
    assert url(hall["simpus"]) in page
    assert cast.client("diskominfo").get("/di/uji/analisis/dampak/").status_code == 200


def test_the_page_of_an_element_leads_to_its_impact(cast: Cast, hall: dict[str, Element]) -> None:
    page = cast.client("diskominfo").get(f"/di/uji/arsitektur/{hall['server'].uid}/").content.decode()
    assert url(hall["server"]) in page


def test_a_large_answer_is_drawn_in_part_and_counted_whole(cast: Cast) -> None:
    server = make(cast.unit, "VM Besar", "infrastructure")
    for n in range(70):
        join(make(cast.unit, f"Aplikasi {n:03d}"), "application_server", server)
    page = cast.client("diskominfo").get(url(server)).content.decode()
    assert page.count('class="gr-n') == 60
    assert "11 lagi" in page or "11 more" in page
    assert "<b>70" in page


def ask(client: Client, element: Element, more: str = "") -> Any:
    return client.get(f"/api/v1/institutions/uji/impact/{element.uid}{more}")


def test_the_api_tells_nodes_edges_and_sums_a_part_at_a_time(cast: Cast, hall: dict[str, Element]) -> None:
    client = cast.client("diskominfo")
    first = ask(client, hall["server"], "?limit=3").json()
    assert first["sums"]["total"] == 5
    assert (first["sums"]["users"], first["sums"]["users_unknown"]) == (1240, 1)
    assert [node["name"] for node in first["nodes"]] == ["Antrean", "Simpus", "Kunjungan"]
    assert first["nodes"][2]["path"] == [hall["server"].code, hall["antrean"].code]
    assert {"from": hall["antrean"].code, "to": hall["server"].code} in [
        {"from": edge["from"], "to": edge["to"]} for edge in first["edges"]
    ]
    rest = ask(client, hall["server"], f"?limit=3&after={first['next']}").json()
    assert [node["name"] for node in rest["nodes"]] == ["Rujukan", "Surat sehat"]
    assert rest["next"] == ""
    assert first["verified"] is False


def test_the_api_refuses_what_cannot_be_asked(cast: Cast, hall: dict[str, Element]) -> None:
    client = cast.client("diskominfo")
    for wrong in ("?depth=0", "?direction=x", "?domain=nothing", "?moment=kemarin", "?limit=9999"):
        assert ask(client, hall["server"], wrong).status_code == 422
    assert client.get("/api/v1/institutions/uji/impact/none").status_code == 404
    assert ask(cast.client("foreigner"), hall["server"]).status_code == 404


def command(*words: str) -> Any:
    return CliRunner().invoke(app, ["impact", *words])


def test_the_command_writes_the_graph_by_codes(cast: Cast, hall: dict[str, Element]) -> None:
    done = command(hall["server"].code, "--institution", "uji", "--depth", "1", "--format", "json")
    assert done.exit_code == 0, done.output
    server, simpus, antrean = (hall[key].code for key in ("server", "simpus", "antrean"))
    assert json.loads(done.stdout) == {
        "root": server,
        "nodes": [
            {
                "code": antrean,
                "name": "Antrean",
                "domain": "applications",
                "unit": "UPT Puskesmas Uji",
                "distance": 1,
            },
            {
                "code": simpus,
                "name": "Simpus",
                "domain": "applications",
                "unit": "Dinas Kesehatan",
                "distance": 1,
            },
        ],
        "edges": [
            {"from": antrean, "to": server, "type": "application_server"},
            {"from": simpus, "to": server, "type": "application_server"},
        ],
    }


def test_the_command_says_what_is_wrong(cast: Cast, hall: dict[str, Element]) -> None:
    for words in (("TIDAK-ADA", "--institution", "uji"), (hall["server"].code,)):
        done = command(*words)
        assert done.exit_code != 0
        assert "Traceback" not in done.output
    assert command(hall["server"].code, "--institution", "uji", "--format", "mermaid").stdout.startswith(
        "flowchart"
    )
