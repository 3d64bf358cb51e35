"""Every address × every person × a thing of the own unit, of another unit, of another institution, against a written table.

``expected.yaml`` is the table: a route that is not in it fails. After adding a page, run with ``PENDAPA_WRITE_RIGHTS=1`` to have
its lines written, then read them: they are the decision, not the recording.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction
from django.http import HttpResponseRedirect

from tests.cast import WHO
from tests.rights.addresses import address
from tests.rights.routes import Route, all_routes
from tests.rights.world import PLACES, World, make_world

TABLE = Path(__file__).with_name("expected.yaml")
pytestmark = pytest.mark.first
WRITING = os.environ.get("PENDAPA_WRITE_RIGHTS") == "1"


def groups() -> list[str]:
    return sorted({_group(route) for route in all_routes()})


def _group(route: Route) -> str:
    return (
        "api"
        if route.name.startswith("api ")
        else route.name.partition(":")[0]
        if ":" in route.name
        else "web"
    )


def expected() -> dict[str, Any]:
    return (yaml.safe_load(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else None) or {}


def answer(world: World, route: Route, place: str, who: str) -> str:
    """What happens, in a word: a status, or ``login`` for being sent to sign in. Whatever it wrote is taken back."""
    client = world.cast.client(who)
    client.raise_request_exception = False
    with transaction.atomic():
        response = client.generic(
            route.method,
            address(world, route, place, who),
            data="",
            content_type="application/x-www-form-urlencoded",
        )
        transaction.set_rollback(True)
    if isinstance(response, HttpResponseRedirect) and response.url.startswith("/masuk/"):
        return "login"
    return str(response.status_code)


def observed(world: World, route: Route) -> dict[str, str]:
    """Per place a line ``who=outcome …``; places with the same line are told once where the address has no parameters."""
    places = PLACES if route.parameters else PLACES[:1]
    return {place: " ".join(f"{who}={answer(world, route, place, who)}" for who in WHO) for place in places}


@pytest.mark.django_db
@pytest.mark.parametrize("group", groups())
def test_everybody_gets_exactly_what_the_table_grants(group: str) -> None:
    world = make_world()
    table, wrong, found = expected(), [], {}
    for route in (r for r in all_routes() if _group(r) == group):
        key = f"{route.name} {route.method}"
        found[key] = observed(world, route)
        if WRITING:
            continue
        if key not in table:
            wrong.append(f"{key}: no expectation is written")
            continue
        for place, line in found[key].items():
            if table[key].get(place) != line:
                wrong.append(f"{key} [{place}]\n  expected {table[key].get(place)}\n  observed {line}")
    if WRITING:
        TABLE.write_text(_text(expected() | found), encoding="utf-8")
    assert not wrong, "\n".join(wrong)


def _text(table: dict[str, Any]) -> str:
    head = "# Who gets what: a status, or login. own / other / foreign: a thing of the operator's unit, another's, elsewhere.\n"
    return head + yaml.safe_dump(dict(sorted(table.items())), sort_keys=False, width=400, allow_unicode=True)


def test_the_table_names_only_addresses_that_exist() -> None:
    known = {f"{route.name} {route.method}" for route in all_routes()}
    assert set(expected()) - known == set()


def test_nobody_outside_ever_succeeds_on_a_thing_of_the_institution() -> None:
    """Whatever the table says: a stranger, a foreigner and the public get nothing behind the officers' door."""
    leaks = []
    for key, places in expected().items():
        if not key.startswith(
            (
                "architecture:",
                "organisation:",
                "history:",
                "imports:",
                "jobs:",
                "evaluation:",
                "cockpit:",
                "analysis:",
                "clearance:",
            )
        ):
            continue
        for place in ("own", "other"):
            line = dict(pair.split("=") for pair in places.get(place, "").split())
            leaks += [
                f"{key} [{place}] {who}={line[who]}"
                for who in ("stranger", "foreigner")
                if line.get(who) not in ("404", "405")
            ]
            leaks += (
                [f"{key} [{place}] public={line['public']}"]
                if line.get("public") not in ("login", "405")
                else []
            )
    assert leaks == []


@pytest.mark.django_db
def test_refused_and_absent_look_the_same() -> None:
    """The bodies of a thing that is not to be seen and of one that never was are equal, on pages and in the API."""
    world = make_world()
    hidden = world.things["other"]["restricted"].uid
    nothing = "00000000-0000-4000-8000-000000000000"
    client = world.cast.client("operator")
    for base in ("/di/uji/arsitektur/{}/", "/api/v1/institutions/uji/elements/{}"):
        refused, absent = client.get(base.format(hidden)), client.get(base.format(nothing))
        assert refused.status_code == absent.status_code == 404
        assert refused.content.replace(str(hidden).encode(), b"") == absent.content.replace(
            nothing.encode(), b""
        )
