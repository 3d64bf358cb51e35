"""Links are tried from a job, and never lead into the house."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.actions import links
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from tests.cast import Cast, cast  # noqa: F401


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        place = {"/lost": 404, "/inside": 302, "/round": 302}.get(self.path, 200)
        self.send_response(place)
        if self.path == "/inside":
            self.send_header("Location", "http://169.254.169.254/latest/")
        if self.path == "/round":
            self.send_header("Location", "/round")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EVIDENCE_LINK_HOSTS = (f"127.0.0.1:{server.server_port}",)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_link_that_opens_and_one_that_does_not(site):
    assert links.check(site + "/perbup") == "ok"
    assert "404" in links.check(site + "/lost")
    assert links.check(site + "/round") not in ("", "ok")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://192.168.1.1:8080/", "http://169.254.169.254/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://0.0.0.0/", "http://100.64.0.1/",
        "http://2130706433/",
    ],
)  # fmt: skip
def test_addresses_of_the_house_are_never_asked(url, monkeypatch):
    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", never)
    assert links.check(url) not in ("", "ok")


def test_a_redirect_into_the_house_is_not_followed(site):
    told = links.check(site + "/inside")
    assert told != "ok" and "404" not in told


def test_the_job_keeps_what_it_found(cast, site):  # noqa: F811
    for path, fine in (("/perbup", True), ("/lost", False)):
        row = actions.add_link(cast.actor("diskominfo"), cast.institution, site + path)
        jobs.run(Job.objects.get(name="evidence.link", state="waiting"))
        row.refresh_from_db()
        assert (row.link_state == "ok") is fine and row.link_checked_at is not None and row.version == 1
