"""A program with a key of somebody's, as tests of the API need it."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from pendapa.kernel.tokens import actions
from tests.cast import Cast

READ, WRITE = "architecture.view", "architecture.edit"
RESTRICTED, PERSONAL, HISTORY = "architecture.view_restricted", "architecture.view_personal", "history.view"
ALL = (READ, WRITE, RESTRICTED, PERSONAL, HISTORY)
BASE = "/api/v1/institutions/uji/"


class Program:
    """Sends JSON with a key; no cookie, and CSRF checked as on a server."""

    def __init__(self, key: str) -> None:
        self._client = Client(enforce_csrf_checks=True)
        self._key = key

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        address = path if path.startswith("/") else BASE + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self._key}", **named}
        return self._client.generic(method, address, data, content_type="application/json", headers=given)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, **headers)


def program(cast: Cast, who: str, *permissions: str, days: int = 30) -> Program:
    """A program of ``who`` with a key for ``permissions`` (all that the API asks for, as far as the person holds them)."""
    actor = cast.actor(who)
    institution = cast.other_institution if who == "foreigner" else cast.institution
    wanted = permissions or tuple(one for one in ALL if actor.may(one, institution))
    return Program(actions.make(actor, institution, name="Uji", permissions=wanted, days=days).key)
