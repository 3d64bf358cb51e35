"""``--database-only``: the tests whose outcome depends on the database, for the second run on PostgreSQL."""

from __future__ import annotations

import os

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
        chosen = set(again)
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = again


@pytest.fixture(autouse=True)
def _database_as_asked(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--database-only") and not on_postgresql():
        require("postgresql")
        pytest.fail("--database-only is for PostgreSQL: set DATABASE_URL (make test-all does)", pytrace=False)
