"""Rooms hear of each other after the transaction, and one's fault is not another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from pendapa.kernel.events import bus, stream
from pendapa.kernel.events.models import StreamEvent
from tests.cast import Cast

EVENT = "test.happened"


@pytest.fixture
def heard() -> Iterator[list[str]]:
    told: list[str] = []
    bus.on(EVENT)(lambda who: told.append(who))
    yield told
    bus._listeners.pop(EVENT, None)


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_after_the_commit_and_not_before(heard: list[str]) -> None:
    with transaction.atomic():
        bus.emit(EVENT, who="a")
        assert heard == []
    assert heard == ["a"]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_heard(heard: list[str]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        bus.emit(EVENT, who="a")
        raise RuntimeError
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_one_listener_harms_no_other(heard: list[str]) -> None:
    def faulty(who: str) -> None:
        raise ValueError

    bus._listeners[EVENT].insert(0, faulty)
    bus.emit(EVENT, who="a")
    assert heard == ["a"]


def test_a_listener_is_kept_once(heard: list[str]) -> None:
    def listener(who: str) -> None: ...

    assert bus.on(EVENT)(listener) is bus.on(EVENT)(listener)
    assert bus._listeners[EVENT].count(listener) == 1


def test_old_signs_are_swept(cast: Cast) -> None:
    stream.publish(cast.institution.pk, "old")
    StreamEvent.objects.filter(topic="old").update(created_at=timezone.now() - timedelta(hours=1))
    stream.publish(cast.institution.pk, "new")
    assert list(StreamEvent.objects.filter(topic__in=["old", "new"]).values_list("topic", flat=True)) == [
        "new"
    ]
