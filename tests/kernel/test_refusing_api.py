"""What a verb refuses comes as a problem of the API in one place, whichever room it is of."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import RequestFactory

from pendapa.api.assembly import api
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import Refused


def answered(raised: Callable[[], Exception]) -> tuple[int, str, dict[str, object]]:
    found = api.on_exception(RequestFactory().get("/api/v1/"), raised())
    return found.status_code, found["Content-Type"], json.loads(found.content)


def test_a_refusal_is_answered_with_every_field_at_fault() -> None:
    status, media, told = answered(lambda: Refused({"title": "Too long.", "": "Not now."}))
    assert (status, media) == (422, "application/problem+json")
    assert told["errors"] == [
        {"field": "title", "message": "Too long."},
        {"field": "", "message": "Not now."},
    ]
    assert told["detail"] == "Too long.\nNot now." and told["title"] == "Unprocessable"


@pytest.mark.parametrize("kind", [undoing.Refused, undoing.Already])
def test_a_refusal_of_a_kind_of_its_own_is_answered_as_any_other(kind: type[Refused]) -> None:
    status, _media, told = answered(lambda: kind("It stays."))
    assert status == 422 and told["errors"] == [{"field": "", "message": "It stays."}]


def test_what_somebody_else_changed_meanwhile_is_a_condition_that_failed() -> None:
    status, media, told = answered(lambda: Conflict(["Puskesmas"]))
    assert (status, media, told["title"]) == (412, "application/problem+json", "Precondition failed")
    assert told["errors"] == []
