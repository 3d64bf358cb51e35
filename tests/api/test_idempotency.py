"""A request that comes twice is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.architecture.models import Element
from pendapa.kernel.tokens.models import IdempotencyKey
from tests.api.programs import READ, WRITE, program
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW = {"domain": "applications", "unit": "1.02", "name": "SIMPUS"}


def test_the_same_request_gets_the_same_answer_and_is_done_once(cast: Cast) -> None:
    theirs = program(cast, "operator")
    first = theirs.post("elements", NEW, Idempotency_Key="satu")
    again = theirs.post("elements", NEW, Idempotency_Key="satu")
    assert (again.status_code, again.content, again["ETag"]) == (201, first.content, first["ETag"])
    assert again["Idempotency-Replayed"] == "true" and not first.has_header("Idempotency-Replayed")
    assert Element.objects.count() == 1
    assert theirs.post("elements", NEW, Idempotency_Key="dua").status_code == 201


def test_a_refusal_is_kept_as_well(cast: Cast) -> None:
    theirs = program(cast, "operator")
    assert theirs.post("elements", {**NEW, "unit": "9"}, Idempotency_Key="satu").status_code == 422
    again = theirs.post("elements", {**NEW, "unit": "9"}, Idempotency_Key="satu")
    assert again.status_code == 422 and again["Idempotency-Replayed"] == "true"


def test_a_key_of_one_request_does_not_serve_another(cast: Cast) -> None:
    theirs = program(cast, "operator", READ, WRITE)
    theirs.post("elements", NEW, Idempotency_Key="satu")
    assert theirs.post("elements", {**NEW, "name": "Lain"}, Idempotency_Key="satu").status_code == 422
    other = program(cast, "operator", READ, WRITE)
    assert other.post("elements", NEW, Idempotency_Key="satu").status_code == 422
    assert program(cast, "head").post("elements", NEW, Idempotency_Key="satu").status_code == 201


def test_while_the_first_is_at_work_the_second_waits(cast: Cast) -> None:
    theirs = program(cast, "operator")
    theirs.post("elements", NEW, Idempotency_Key="satu")
    IdempotencyKey.objects.update(status=0)
    assert theirs.post("elements", NEW, Idempotency_Key="satu").status_code == 409
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert theirs.post("elements", NEW, Idempotency_Key="satu").status_code == 201


def test_after_a_day_the_key_is_forgotten(cast: Cast) -> None:
    theirs = program(cast, "operator")
    theirs.post("elements", NEW, Idempotency_Key="satu")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    fresh = theirs.post("elements", NEW, Idempotency_Key="satu")
    assert fresh.status_code == 201 and not fresh.has_header("Idempotency-Replayed")
    assert Element.objects.count() == 2 and IdempotencyKey.objects.count() == 1


def test_a_key_beyond_bounds_is_refused(cast: Cast) -> None:
    assert program(cast, "operator").post("elements", NEW, Idempotency_Key="x" * 256).status_code == 400
    assert program(cast, "operator").post("elements", NEW, Idempotency_Key="").status_code == 400
