"""How many SQL statements each page and each reading operation of the API takes, pinned in ``queries.yaml``: more fails.

Run with ``PENDAPA_WRITE_QUERIES=1`` to write the file anew, and say in the commit why a number grew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.rights.addresses import address
from tests.rights.routes import all_routes
from tests.rights.world import World, make_world

FILE = Path(__file__).with_name("queries.yaml")
WRITING = os.environ.get("PENDAPA_WRITE_QUERIES") == "1"
PEOPLE = ("diskominfo", "operator", "public")


def counts(world: World, who: str) -> dict[str, int]:
    """Statements per route that answers 200 to ``who``, after one visit that fills what is kept in memory."""
    client, found = world.cast.client(who), {}
    client.raise_request_exception = False
    for route in all_routes():
        # The link keeps its token in a session, which the public has nowhere else: the pages after it would ask for it.
        if route.method != "GET" or route.name == "accept_link":
            continue
        path = address(world, route, "own", who)
        if client.get(path).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        found[f"{route.name} {who}"] = len(seen)
    return found


@pytest.mark.django_db
def test_no_page_asks_the_database_more_often_than_pinned() -> None:
    world = make_world()
    found = {key: count for who in PEOPLE for key, count in counts(world, who).items()}
    if WRITING:
        FILE.write_text(
            "# SQL statements a request, by route and person.\n" + yaml.safe_dump(found, width=200),
            encoding="utf-8",
        )
    pinned = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert found.keys() - pinned.keys() == set(), "pages without a pinned number"
    assert {k: n for k, n in found.items() if n > pinned[k]} == {}, "pages that ask more often than pinned"
