"""Webhooks: what is told to whom, signed as the standard says, sent again until it arrives, never into the house."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Reader
from standardwebhooks.webhooks import WebhookVerificationError

from pendapa.architecture import actions as register
from pendapa.kernel import outside
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.webhooks import actions, addresses, events, sending, signing
from pendapa.kernel.webhooks.models import Delivery, Webhook
from tests.architecture.scene import make
from tests.cast import Cast, cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db


class Receiver:
    """A server of somebody else's: keeps what it gets, answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, to = outer.answers.pop(0) if outer.answers else (204, "")
                self.send_response(status)
                if to:
                    self.send_header("Location", to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_more: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _path, _headers, body in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE = True
    there = Receiver()
    yield there
    there.server.shutdown()
    there.server.server_close()


def registered(cast: Cast, url: str, *listens: str) -> Webhook:
    return actions.register(
        cast.actor("diskominfo"),
        cast.institution,
        name="Perencanaan",
        url=url,
        listens=listens or list(events.KNOWN),
    )


def work(capture: Any) -> None:
    """What the worker does after the commit."""
    for job in Job.objects.filter(name=actions.JOB, state="waiting").order_by("pk"):
        jobs.run(job)


# ---- what is told


def test_a_change_reaches_the_receiver_signed_as_the_standard_says(
    cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    hook = registered(cast, receiver.url + "/pendapa?x=1")
    with django_capture_on_commit_callbacks(execute=True):
        element = make(cast.unit, "SIMPUS", code="A-1")
    work(None)
    assert {one["type"] for one in receiver.messages()} == {"change_set.applied", "element.created"}
    path, headers, body = receiver.got[-1]
    assert path == "/pendapa?x=1" and headers["content-type"] == "application/json"
    told = Reader(hook.secret).verify(body, headers)
    assert told["data"]["institution"] == "uji"
    assert told["data"]["elements"] == [
        {
            "uid": str(element.uid), "code": "A-1", "name": "SIMPUS", "domain": "applications",
            "kind": "applications", "unit": "1.02", "version": 1,
        }
    ]  # fmt: skip
    with pytest.raises(WebhookVerificationError):
        Reader(signing.new_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Reader(hook.secret).verify(body + b" ", headers)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_changing_and_deleting_are_told_to_who_listens_and_to_nobody_else(
    cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    registered(cast, receiver.url, "element.changed", "element.deleted")
    actor = cast.actor("operator")
    with django_capture_on_commit_callbacks(execute=True):
        element = make(cast.unit, "SIMPUS")
        register.change_element(actor, element, version=1, name="Lain")
        element.refresh_from_db()
        register.delete_element(actor, element)
    with django_capture_on_commit_callbacks(execute=True):
        make(cast.foreign_unit, "Kota lain")
    work(None)
    told = [(one["type"], one["data"]["elements"][0]["name"]) for one in receiver.messages()]
    assert told == [("element.changed", "Lain"), ("element.deleted", "Lain")]


def test_of_restricted_elements_nothing_leaves_the_house(
    cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    registered(cast, receiver.url)
    with django_capture_on_commit_callbacks(execute=True):
        hidden = make(cast.unit, "Sangat rahasia", classification="restricted", reason="Sangat rahasia")
        register.delete_element(cast.actor("operator"), hidden, reason="Sangat rahasia")
    work(None)
    assert not Delivery.objects.exists() and receiver.got == []


def test_what_is_handed_in_for_review_is_told_without_its_content(
    cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    from pendapa.kernel.review import actions as review

    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    registered(cast, receiver.url)
    operator = cast.actor("operator")
    operator_institution = operator.assignments[0].institution
    with django_capture_on_commit_callbacks(execute=True):
        made = register.create_element(
            operator, operator_institution, "applications", cast.unit, name="Rahasia dulu"
        )
        review.submit(operator, made.draft)
    work(None)
    assert [one["type"] for one in receiver.messages()] == ["change_set.submitted"]
    assert "Rahasia dulu" not in receiver.got[0][2].decode()


def test_a_large_set_is_told_in_one_message_that_counts_the_rest(
    cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    from pendapa.architecture import bulk

    registered(cast, receiver.url, "element.created")
    rows = [{"domain": "applications", "code": f"A{n}", "name": f"A{n}", "unit": "1.02"} for n in range(501)]
    with django_capture_on_commit_callbacks(execute=True):
        bulk.upsert(cast.actor("diskominfo"), cast.institution, rows)
    work(None)
    (told,) = receiver.messages()
    assert (len(told["data"]["elements"]), told["data"]["more"]) == (500, 1)


def test_a_release_is_told(cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any) -> None:
    from pendapa.architecture.models import Release
    from pendapa.kernel.events import bus

    registered(cast, receiver.url, "release.created")
    release = Release.objects.create(
        institution=cast.institution, code="R1", name="Perbup 1", author_name="x", created_at=timezone.now()
    )
    with django_capture_on_commit_callbacks(execute=True):
        bus.emit("release.created", release_id=release.pk)
    work(None)
    assert [one["data"]["release"]["code"] for one in receiver.messages()] == ["R1"]


# ---- until it arrives


def deliver(cast: Cast) -> Delivery:
    actions.deliver_due(cast.institution)
    return Delivery.objects.get()


def test_what_did_not_arrive_is_sent_again_later_under_the_same_id(cast: Cast, receiver: Receiver) -> None:
    registered(cast, receiver.url, "release.created")
    receiver.answers = [(500, ""), (200, "")]
    actions.announce(cast.institution, {"release.created": {"release": {"code": "R1"}}})
    first = deliver(cast)
    assert (first.state, first.status, first.attempts) == ("waiting", 500, 1)
    assert timedelta(seconds=20) < first.next_at - timezone.now() < timedelta(seconds=31)
    assert actions.deliver_due(cast.institution) == 0 and len(receiver.got) == 1
    Delivery.objects.update(next_at=timezone.now())
    assert deliver(cast).state == "sent"
    assert receiver.got[0][1]["webhook-id"] == receiver.got[1][1]["webhook-id"]
    assert Webhook.objects.get().failures == 0


def test_after_all_attempts_it_is_given_up_and_after_five_the_webhook_rests(
    cast: Cast, receiver: Receiver
) -> None:
    hook = registered(cast, receiver.url, "release.created")
    receiver.answers = [(500, "")] * 100
    for _message in range(actions.GIVE_UP):
        actions.announce(cast.institution, {"release.created": {"release": {"code": "R1"}}})
        for _attempt in range(len(actions.PAUSES) + 1):
            Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
            actions.deliver_due(cast.institution)
    hook.refresh_from_db()
    assert set(Delivery.objects.values_list("state", "attempts")) == {("failed", 7)}
    assert hook.disabled_at is not None and hook.failures == 5
    assert actions.announce(cast.institution, {"release.created": {}}) == 0
    page = cast.client("diskominfo").get(f"/di/uji/webhook/{hook.uid}/").content.decode()
    assert "500 · 7" in page and 'class="note bad' in page
    actions.switch(cast.actor("diskominfo"), hook, on=True)
    assert actions.announce(cast.institution, {"release.created": {}}) == 1


def test_a_receiver_that_says_it_is_gone_is_told_nothing_more(cast: Cast, receiver: Receiver) -> None:
    registered(cast, receiver.url, "release.created")
    receiver.answers = [(410, "")]
    actions.announce(cast.institution, {"release.created": {}})
    assert deliver(cast).state == "failed" and Webhook.objects.get().disabled_at is not None


def test_the_next_round_is_planned_once(cast: Cast, receiver: Receiver) -> None:
    registered(cast, receiver.url, "release.created")
    receiver.answers = [(500, "")] * 9
    for _again in range(3):
        actions.announce(cast.institution, {"release.created": {}})
        actions.deliver_due(cast.institution)
    assert Job.objects.filter(name=actions.JOB, state="waiting").exclude(arguments={}).count() == 1


# ---- never into the house

INSIDE = [
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0.0.0.0/", "https://10.0.0.8/",
    "https://172.16.9.1/", "https://192.168.1.1:8443/", "https://169.254.169.254/latest/", "https://100.64.0.1/",
    "https://[fe80::1]/", "https://[fc00::1]/", "https://[fec0::1]/", "https://[::ffff:10.0.0.1]/", "https://[::]/",
    "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://224.0.0.1/", "https://255.255.255.255/",
    "https://240.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://198.18.0.1/",
    "https://[ff02::1]/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused_in_words(cast: Cast, url: str) -> None:
    with pytest.raises(actions.Refused) as refused:
        registered(cast, url)
    assert refused.value.field == "url" and not Webhook.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["http://93.184.216.34/", "ftp://93.184.216.34/", "file:///etc/passwd", "https://", "//x/", "x", "https://a b/",
     "https://user:kata@93.184.216.34/", "https://93.184.216.34:99999/", "https://[::1/", "https://x\r\ny/", "https://é/",
     "https://" + "a" * 600],
)  # fmt: skip
def test_what_is_no_https_address_is_refused_in_words(cast: Cast, url: str) -> None:
    with pytest.raises(actions.Refused) as refused:
        registered(cast, url)
    assert refused.value.field == "url" and str(refused.value)


def test_a_public_address_is_taken() -> None:
    assert addresses.check("https://93.184.216.34/x?y=1")._asdict() == {
        "secure": True, "host": "93.184.216.34", "port": 443, "path": "/x?y=1", "ip": "93.184.216.34",
    }  # fmt: skip


@given(
    st.text(max_size=40)
    | st.ip_addresses().map(lambda ip: f"https://[{ip}]/" if ip.version == 6 else f"https://{ip}/")
)
def test_whatever_is_given_the_answer_is_a_public_address_or_a_refusal(url: str) -> None:
    if url.startswith("https://") and not url[8:9].isdigit() and url[8:9] != "[":
        return  # names are not looked up here
    try:
        target = addresses.check(url)
    except addresses.Forbidden as refused:
        assert str(refused)
    else:
        ip = outside.as_it_is(target.ip)
        assert ip.is_global and not ip.is_multicast


def test_even_an_open_house_keeps_link_local_addresses_and_plain_http_to_others_shut(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE = True
    assert addresses.check("https://10.0.0.8/").ip == "10.0.0.8"
    assert addresses.check("http://127.0.0.1:8000/").port == 8000
    for url in (
        "https://169.254.169.254/",
        "https://[fe80::1]/",
        "http://10.0.0.8/",
        "http://93.184.216.34/",
    ):
        with pytest.raises(addresses.Forbidden):
            addresses.check(url)


def test_redirects_are_followed_a_few_times_and_checked_each_time(receiver: Receiver, settings: Any) -> None:
    receiver.answers = [(307, "/lagi"), (302, receiver.url + "/sini"), (200, "")]
    assert sending.post(receiver.url + "/mulai", b"{}", {}).arrived
    assert [path for path, _headers, _body in receiver.got] == ["/mulai", "/lagi", "/sini"]
    assert {body for _path, _headers, body in receiver.got} == {b"{}"}
    receiver.answers = [(307, "/terus")] * 9
    endless = sending.post(receiver.url, b"{}", {})
    assert not endless.arrived and len(receiver.got) == 3 + 4
    for inside in (
        "https://169.254.169.254/",
        "http://10.0.0.8/",
        "file:///etc/passwd",
        "http://[",
        "gopher://x/",
    ):
        receiver.answers = [(307, inside)]
        refused = sending.post(receiver.url, b"{}", {})
        assert not refused.arrived and refused.status is None and refused.problem


def test_the_connection_goes_to_the_address_that_was_checked(receiver: Receiver) -> None:
    """A name that answers otherwise the second time leads nowhere else: it is not asked a second time."""
    port = receiver.server.server_address[1]
    target = outside.Target(False, "tidak-ada.invalid", port, "/x", "127.0.0.1")
    assert sending._once(target, b"{}", {})[0] == 204
    assert receiver.got[0][1]["host"] == f"tidak-ada.invalid:{port}"


def test_a_silent_receiver_does_not_hold_the_worker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    settings.WEBHOOK_PRIVATE = True
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = sending.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
    assert not answer.arrived and answer.status is None
    gone = sending.post("http://127.0.0.1:9/", b"{}", {})
    assert not gone.arrived and gone.problem


@given(body=st.binary(max_size=200), stamp=st.integers(0, 4_000_000_000))
def test_a_signature_is_that_of_the_standard(body: bytes, stamp: int) -> None:
    import hashlib
    import hmac

    secret = signing.new_secret()
    told = signing.headers(secret, "msg_1", stamp, body)
    key = base64.b64decode(secret[6:])
    expected = hmac.new(key, b"msg_1." + str(stamp).encode() + b"." + body, hashlib.sha256).digest()
    assert told["webhook-signature"] == "v1," + base64.b64encode(expected).decode()


# ---- rights and pages


def test_only_the_secretariat_manages_webhooks(cast: Cast, receiver: Receiver) -> None:
    hook = registered(cast, receiver.url)
    for who in ("operator", "head", "sekda", "assessor", "foreigner", "stranger"):
        client = cast.client(who)
        for path in ("", "baru/", f"{hook.uid}/"):
            assert client.get(f"/di/uji/webhook/{path}").status_code == 404
        assert client.post(f"/di/uji/webhook/{hook.uid}/uji/").status_code == 404
        with pytest.raises(NotFound):
            actions.register(cast.actor(who), cast.institution, name="x", url=receiver.url, listens=["test"])


def test_the_secretariat_registers_tests_and_sends_again_on_the_pages(
    cast: Cast, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    client = cast.client("diskominfo")
    bad = client.post(
        "/di/uji/webhook/baru/",
        {"name": "x", "url": "https://169.254.169.254/", "listens": ["element.created"]},
    )
    assert bad.status_code == 422 and "169.254.169.254" in bad.content.decode()
    made = client.post(
        "/di/uji/webhook/baru/", {"name": "Aset", "url": receiver.url, "listens": ["element.created"]}
    )
    hook = Webhook.objects.get()
    assert hook.secret in made.content.decode()
    assert hook.secret not in client.get(f"/di/uji/webhook/{hook.uid}/").content.decode()
    client.post(f"/di/uji/webhook/{hook.uid}/uji/")
    work(None)
    assert receiver.messages()[0]["type"] == "test"
    client.post(f"/di/uji/webhook/{hook.uid}/kirim/{Delivery.objects.get().pk}/")
    work(None)
    assert len(receiver.got) == 2
    renewed = client.post(f"/di/uji/webhook/{hook.uid}/rahasia/").content.decode()
    assert hook.secret not in renewed and Webhook.objects.get().secret in renewed
    client.post(f"/di/uji/webhook/{hook.uid}/keadaan/", {"on": "0"})
    assert Webhook.objects.get().disabled_at is not None
