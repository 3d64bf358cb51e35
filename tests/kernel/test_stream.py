"""The live stream of a real server: signs of one's own institution within seconds, nothing for anybody else."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.kernel.homes import CAST, migrated, python, session
from tools.testing.homes import Home, Server

PUBLISH = """
from pendapa.kernel.events import stream
from pendapa.kernel.tenancy.models import Institution
stream.publish(Institution.objects.get(code=code).pk, "changed", {"n": n})
"""


@pytest.fixture(scope="module")
def hall(make_home: Callable[..., Home]) -> Iterator[Server]:
    home = migrated(make_home())
    python(home, CAST)
    running = Server(home)
    yield running
    running.stop()


# The reader marks where the signs stand after the listener came in, at most a pulse later; nothing tells it outside.
SETTLE = 1.5


def listen(
    server: Server, who: str | None, code: str = "uji", cookie: str | None = None
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=8)
    headers = {"Cookie": cookie or f"a=b; sessionid={session(server.home, who)}"} if who or cookie else {}
    connection.request("GET", f"/stream/{code}/", headers=headers)
    return connection.getresponse()


def signs(
    answer: http.client.HTTPResponse, wanted: int = 1, patience: float = 8
) -> list[tuple[str, dict, float]]:
    """(topic, payload, when) of the next signs."""
    found: list[tuple[str, dict, float]] = []
    topic, until = "", time.monotonic() + patience
    while len(found) < wanted and time.monotonic() < until:
        try:
            line = answer.readline().decode().strip()
        except TimeoutError:
            break
        if line.startswith("event:"):
            topic = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            found.append((topic, json.loads(line.removeprefix("data:")), time.monotonic()))
    return found


def test_a_member_hears_within_three_seconds(hall: Server) -> None:
    answer = listen(hall, "operator")
    assert (answer.status, answer.getheader("content-type")) == (200, "text/event-stream")
    time.sleep(SETTLE)
    python(hall.home, PUBLISH, code="uji", n=1)
    published = time.monotonic()
    [(topic, payload, heard)] = signs(answer)
    assert (topic, payload) == ("changed", {"n": 1})
    assert heard - published < 3


def test_signs_of_another_institution_are_not_heard(hall: Server) -> None:
    answer = listen(hall, "operator")
    time.sleep(SETTLE)
    python(hall.home, PUBLISH, code="lain", n=2)
    python(hall.home, PUBLISH, code="uji", n=3)
    assert [payload for _topic, payload, _when in signs(answer)] == [{"n": 3}]


def test_several_listeners_hear_the_same_and_each_sign_once(hall: Server) -> None:
    answers = [listen(hall, who) for who in ("operator", "diskominfo", "operator")]
    time.sleep(SETTLE)
    for n in (4, 5, 6):
        python(hall.home, PUBLISH, code="uji", n=n)
    for answer in answers:
        assert [payload["n"] for _topic, payload, _when in signs(answer, 3)] == [4, 5, 6]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("stranger", "uji"),
        ("foreigner", "uji"),
        (None, "uji"),
        ("operator", "lain"),
        ("operator", "tiada"),
        ("operator", "a%2Fb"),
    ],
)
def test_everybody_else_gets_the_same_refusal(hall: Server, who: str | None, code: str) -> None:
    answer = listen(hall, who, code)
    assert (answer.status, answer.read()) == (404, b"Not found")


@pytest.mark.parametrize(
    "cookie", ["sessionid=", "sessionid=" + "x" * 32, "=;;;\x01", "sessionid=' OR 1=1", "sessionid=é"]
)
def test_a_made_up_session_is_refused(hall: Server, cookie: str) -> None:
    assert listen(hall, None, cookie=cookie).status == 404


def test_other_verbs_are_refused(hall: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(hall.url).netloc, timeout=8)
    connection.request(
        "POST", "/stream/uji/", headers={"Cookie": f"sessionid={session(hall.home, 'operator')}"}
    )
    assert connection.getresponse().status == 404


def test_pages_are_answered_while_many_listen(hall: Server) -> None:
    cookie = f"sessionid={session(hall.home, 'operator')}"
    answers = [listen(hall, None, cookie=cookie) for _ in range(30)]
    assert all(answer.status == 200 for answer in answers)
    took: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        connection = http.client.HTTPConnection(urlsplit(hall.url).netloc, timeout=10)
        connection.request("GET", "/sehat/")
        assert connection.getresponse().status == 200
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == 8 and max(took) < 5
