"""Which tests run, and which of them first.

``--database-only``: the tests whose outcome depends on the database, for the second run on PostgreSQL.

A test that is asked once for each of the people (a parameter ``who``) runs there for three of them. Who may do what is decided
by the same code on every database: all people were asked on SQLite, and ``tests/rights`` asks all of them on PostgreSQL too.

The mark ``first``: files that take minutes are begun before all others. (With ``--no-loadscope-reorder`` xdist keeps that order;
by itself it begins with the files of many tests, and a file of few long ones is left over for one process at the end.)
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence

import pytest

from tools.testing.missing import require

# A test that asks for one of these reads or writes a database, in this process or in one that it starts.
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_setup",
    "live_server",
    "home",
    "make_home",
    "server",
}
PERSON = "who"
PEOPLE = 3
"""So many of the people a test is asked for again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that touch a database")


def touches_database(item: pytest.Item) -> bool:
    if any(item.iter_markers("django_db")) or any(item.iter_markers("database")):
        return True
    if DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
        return True
    from django.test import TransactionTestCase

    case = getattr(item, "cls", None)
    return case is not None and issubclass(case, TransactionTestCase)


def on_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith(("postgres:", "postgresql:"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        again = [item for item in items if touches_database(item) and not any(item.iter_markers("once"))]
        again = with_few_people(again)
        chosen = set(again)
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = again
    items.sort(key=lambda item: not any(item.iter_markers("first")))


def with_few_people(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Of each test and its other parameters the first, the last and one person between; their order stays."""
    asked: dict[tuple[str, ...], list[pytest.Item]] = defaultdict(list)
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        others = tuple(f"{name}={value!r}" for name, value in sorted(params.items()) if name != PERSON)
        # without a person each item stands for itself
        own = () if PERSON in params else (item.nodeid,)
        asked[item.nodeid.partition("[")[0], *others, *own].append(item)
    kept = {item for same in asked.values() for item in evenly(same, PEOPLE)}
    return [item for item in items if item in kept]


def evenly(items: Sequence[pytest.Item], most: int) -> list[pytest.Item]:
    """At most ``most`` (2 or more) of them, at equal distances from the first to the last."""
    if len(items) <= most:
        return list(items)
    return [items[step * (len(items) - 1) // (most - 1)] for step in range(most)]


@pytest.fixture(autouse=True)
def _database_as_asked(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--database-only") and not on_postgresql():
        require("postgresql")
        pytest.fail("--database-only is for PostgreSQL: set DATABASE_URL (make test-all does)", pytrace=False)
