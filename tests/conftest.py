"""One place for all tests: a home that is nobody's, then Django, then the fixtures of ``tools.testing``."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.functional import empty
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tools.need import in_ci

if settings.configured:
    pytest.exit(
        "Unset DJANGO_SETTINGS_MODULE: the tests choose their own home before the settings are read.", 2
    )

# Each test process has a home of its own; whatever the user has in PENDAPA_HOME stays out of reach.
_home = Path(tempfile.mkdtemp(prefix="pendapa-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(PENDAPA_HOME=str(_home), PENDAPA_TESTING="1", DJANGO_SETTINGS_MODULE="pendapa.web.settings")
for name in ("PENDAPA_DEBUG", "PENDAPA_HOSTS"):
    os.environ.pop(name, None)
try:
    django.setup()
except ImportError as error:
    # A room half moved: what needs no Django can be tested all the same, on a developer's machine.
    if in_ci():
        raise
    print(f"Django does not start, only tests without it will pass: {error}", file=sys.stderr)
    settings._wrapped = empty
# Processes that pytest starts for a parallel run come through here themselves, with another home.
del os.environ["DJANGO_SETTINGS_MODULE"]

# Machines differ in speed; in CI the same examples each time.
hypothesis_settings.register_profile(
    "pendapa", deadline=None, derandomize=in_ci(), suppress_health_check=[HealthCheck.too_slow], database=None
)
hypothesis_settings.load_profile("pendapa")

pytest_plugins = [
    "tools.testing.missing",
    "tools.testing.selection",
    "tools.testing.homes",
    "tools.testing.browser",
]


@pytest.fixture(autouse=True)
def _every_test_begins_in_indonesian() -> None:
    """A page under ``/en/`` leaves its language active in the process; the next test is to begin as a visitor does."""
    if settings.configured:
        translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _every_test_begins_with_an_empty_cache() -> None:
    """Keys of people and institutions come again on SQLite, and never on PostgreSQL: what one test kept is not the next one's."""
    if settings.configured:
        cache.clear()
