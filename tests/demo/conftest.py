"""The demo, loaded once for a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pendapa.kernel.tenancy.models import Institution


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """All tests of a module look at one loaded demo; it is rolled back after them."""
    from django.db import transaction

    from pendapa.demo import load

    class Undo(Exception):
        pass

    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                load.load()
                yield
                raise Undo
        except Undo:
            pass


@pytest.fixture
def place(loaded: None, db: None) -> Institution:
    return Institution.objects.get(code="contoh")
