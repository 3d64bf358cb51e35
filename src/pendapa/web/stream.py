"""The live stream: one long answer a browser, signs only. Runs in the event loop beside the pages.

One reader a process asks the database once a second, and only while somebody listens; each listener gets the signs of
the own institution. The page then asks for its news through the ordinary doors, so no right is decided here twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import defaultdict, deque
from typing import Any

from asgiref.sync import sync_to_async

ADDRESS = re.compile(r"^(?:/en)?/stream/(?P<institution>[-\w.]+)/$")
PULSE = 1.0
KEEPALIVE = 20.0
BACKLOG = 100
# After this time the answer ends and the browser asks anew, so that a role that was taken away ends here as well.
LIFETIME = 600.0
# Two writers may commit in another order than they took their numbers: that many numbers are looked at again.
OVERLAP = 100

log = logging.getLogger(__name__)


class Stream:
    """ASGI application for ``/stream/<institution>/``."""

    def __init__(self) -> None:
        self._listeners: dict[int, set[asyncio.Queue[str]]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        match = ADDRESS.match(scope["path"])
        institution = (
            await _allowed(scope, match["institution"]) if match and scope["method"] == "GET" else None
        )
        if institution is None:
            await send(
                {"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]}
            )
            await send({"type": "http.response.body", "body": b"Not found"})
            return
        queue: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        self._listeners[institution].add(queue)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            await self._feed(queue, receive, send)
        finally:
            self._listeners[institution].discard(queue)

    async def _feed(self, queue: asyncio.Queue[str], receive: Any, send: Any) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        gone = asyncio.create_task(_disconnected(receive))
        until = asyncio.get_running_loop().time() + LIFETIME
        try:
            while not gone.done() and asyncio.get_running_loop().time() < until:
                waiting = asyncio.create_task(queue.get())
                await asyncio.wait({waiting, gone}, timeout=KEEPALIVE, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    text = waiting.result()
                else:
                    waiting.cancel()
                    text = ": still here\n\n"
                if not gone.done():
                    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _read(self) -> None:
        """Ask the database once a pulse while somebody listens; a fault of it is waited out."""
        start = last = -1
        told: deque[int] = deque(maxlen=10 * OVERLAP)
        while wanted := [pk for pk, queues in self._listeners.items() if queues]:
            try:
                if start < 0:
                    start = last = await sync_to_async(_last)()
                signs = await sync_to_async(_after)(max(start, last - OVERLAP), wanted)
            except Exception:
                log.exception("The live stream could not read the signs")
                signs = []
            for pk, number, topic, payload in signs:
                if number not in told:
                    told.append(number)
                    last = max(last, number)
                    self._tell(pk, f"id: {number}\nevent: {topic}\ndata: {json.dumps(payload)}\n\n")
            await asyncio.sleep(PULSE)

    def _tell(self, institution: int, text: str) -> None:
        for queue in list(self._listeners[institution]):
            if not queue.full():  # a listener that does not read loses signs, never the server its memory
                queue.put_nowait(text)


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _last() -> int:
    from django.db import close_old_connections

    from pendapa.kernel.events.models import StreamEvent

    close_old_connections()
    return StreamEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _after(last: int, institutions: list[int]) -> list[tuple[int, int, str, dict[str, Any]]]:
    from django.db import close_old_connections

    from pendapa.kernel.events.models import StreamEvent

    close_old_connections()
    rows = StreamEvent.objects.filter(pk__gt=last, institution_id__in=institutions).order_by("pk")
    return list(rows.values_list("institution_id", "pk", "topic", "payload")[:500])


async def _allowed(scope: dict[str, Any], code: str) -> int | None:
    from django.conf import settings
    from django.http import parse_cookie

    cookies = parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    return await sync_to_async(_institution)(cookies.get(settings.SESSION_COOKIE_NAME, ""), code)


def _institution(session_key: str, code: str) -> int | None:
    """Id of the institution if the session's person belongs there."""
    from django.contrib.auth import SESSION_KEY, get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import close_old_connections
    from django.http import HttpRequest

    from pendapa.kernel.access import actor

    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore(session_key)
    if not session_key or "\0" in session_key or SESSION_KEY not in request.session:
        return None
    user = get_user(request)
    if not user.is_authenticated:
        return None
    try:
        return actor.institution_for(actor.of(user), code).pk
    except actor.NotFound:
        return None
