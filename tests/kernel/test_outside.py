"""One door out of the house: to the address that was looked at, within a time, and never to what lies inside."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pendapa.evaluation.actions import links
from pendapa.kernel import outside
from pendapa.kernel.notices import whatsapp
from pendapa.kernel.webhooks import addresses

INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:a00:1::",
]  # fmt: skip


@pytest.fixture
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
            self.wfile.write(f"{self.headers['Host']} {self.path} ".encode() + b"x" * 5000)

        def log_message(self, *_more: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield str(server.server_address[1])
    server.shutdown()
    server.server_close()


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that sends a byte of a header now and then, and never ends it."""
    stop, listening = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        try:
            there, _address = listening.accept()
            there.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not stop.wait(0.05):
                there.sendall(b"a")
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    yield listening.getsockname()[1]
    stop.set()
    listening.close()


@pytest.mark.parametrize("ip", INSIDE)
def test_what_lies_inside_is_known_however_it_is_written(ip: str) -> None:
    assert outside.is_inside(outside.as_it_is(ip))


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_a_public_address_lies_outside(ip: str) -> None:
    assert not outside.is_inside(outside.as_it_is(ip))


@pytest.mark.parametrize("ip", ["10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
def test_links_and_webhooks_are_refused_the_same_addresses(ip: str) -> None:
    with pytest.raises(addresses.Forbidden):
        addresses.check(f"https://{ip}/")
    assert links.check(f"https://{ip}/") not in ("", "ok")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://x/", "malformed"), ("https://", "malformed"), ("https://a b/", "malformed"), ("https://[::1/", "malformed"),
        ("https://x:99999/", "malformed"), ("https://x/" + "a" * 100, "malformed"), ("https://u:p@x/", "password"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_apart(url: str, why: str) -> None:
    with pytest.raises(outside.Unfit) as unfit:
        outside.taken_apart(url, 100)
    assert unfit.value.why == why


def test_the_connection_goes_to_the_address_that_was_looked_at_and_follows_nothing(site: str) -> None:
    target = outside.taken_apart(f"http://tidak-ada.invalid:{site}/x?y=1", 100)._replace(ip="127.0.0.1")
    answer = outside.ask(target, "GET", seconds=5, read=30)
    assert (answer.status, answer.location, len(answer.body)) == (302, "/there", 30)
    assert answer.body.decode().startswith(f"tidak-ada.invalid:{site} /x")
    assert outside.ask(target, "GET", seconds=5).body == b""


def test_who_answers_by_drops_holds_nobody_for_ever(dripping: int) -> None:
    target = outside.Target(False, "127.0.0.1", dripping, "/", "127.0.0.1")
    with pytest.raises(TimeoutError):
        outside.ask(target, "GET", seconds=0.3)


def test_a_gateway_that_answers_by_drops_is_given_up(dripping: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatsapp, "SECONDS", 0.2)
    monkeypatch.setenv("PENDAPA_WHATSAPP", "http")
    monkeypatch.setenv("PENDAPA_WHATSAPP_TOKEN", "rahasia")
    monkeypatch.setenv("PENDAPA_WHATSAPP_URL", f"http://127.0.0.1:{dripping}/send")
    told: list[whatsapp.Answer] = []
    asking = threading.Thread(target=lambda: told.append(whatsapp.send("+6281234567890", "x")), daemon=True)
    asking.start()
    asking.join(5)
    assert told and not told[0].arrived
