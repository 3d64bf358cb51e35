"""Rooms speak to each other here: ``emit`` after the transaction commits, ``on`` to listen. In one process."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)
Listener = Callable[..., None]
_listeners: dict[str, list[Listener]] = defaultdict(list)


def on(event: str) -> Callable[[Listener], Listener]:
    """Decorator: call the function with the event's keyword arguments."""

    def keep(listener: Listener) -> Listener:
        if listener not in _listeners[event]:
            _listeners[event].append(listener)
        return listener

    return keep


def emit(event: str, **facts: Any) -> None:
    """Tell all listeners of ``event`` once the transaction has committed; a listener's fault harms nobody else."""
    transaction.on_commit(lambda: _deliver(event, facts))


def _deliver(event: str, facts: dict[str, Any]) -> None:
    for listener in _listeners[event]:
        try:
            listener(**facts)
        except Exception:
            log.exception("A listener of %s failed", event)
