"""Out of the house: e-mail into real files, a WhatsApp gateway that is a real server, failures that block nobody."""

from __future__ import annotations

import email
import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from pendapa.kernel.notices import actions, choices, sending, whatsapp
from pendapa.kernel.notices.models import Notice, Reach
from tests.cast import Cast
from tests.kernel.reminding import DUE, Room, moment, room

__all__ = ["room"]
pytestmark = pytest.mark.django_db
DAY = DUE + timedelta(days=1)
TOKEN = "rahasia-gateway-9"


class Gateway:
    """A gateway in the shape of Fonnte: keeps what it gets, answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, dict[str, str]]] = []
        self.answers: list[tuple[int, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                outer.got.append(
                    (self.path, self.headers["Authorization"], {k: v[0] for k, v in fields.items()})
                )
                status, body = (
                    outer.answers.pop(0) if outer.answers else (200, '{"status": true, "id": ["1"]}')
                )
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_more: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/send"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def gateway(monkeypatch: Any) -> Iterator[Gateway]:
    there = Gateway()
    monkeypatch.setenv("PENDAPA_WHATSAPP", "http")
    monkeypatch.setenv("PENDAPA_WHATSAPP_URL", there.url)
    monkeypatch.setenv("PENDAPA_WHATSAPP_TOKEN", TOKEN)
    yield there
    there.server.shutdown()
    there.server.server_close()


@pytest.fixture
def mailbox(monkeypatch: Any, tmp_path: Path) -> Path:
    monkeypatch.setenv("PENDAPA_EMAIL_FOLDER", str(tmp_path / "mail"))
    return tmp_path / "mail"


def wants_whatsapp(cast: Cast, who: str = "operator", phone: str = "+6281234567890") -> None:
    Reach.objects.create(
        institution=cast.institution, user=cast.users[who], email=False, whatsapp=True, phone=phone
    )
    cast.institution.settings = cast.institution.settings | {choices.KEY: {"whatsapp": True}}
    cast.institution.save()


def remind(cast: Cast) -> None:
    actions.remind(cast.institution, DAY, now=moment(DAY))


def send(cast: Cast, hours: float = 0) -> dict[str, int]:
    return sending.send_due(cast.institution, moment(DAY) + timedelta(hours=hours))


# ---- e-mail


def test_a_digest_goes_out_by_mail_with_its_count_and_links(
    cast: Cast, room: Room, mailbox: Path, settings: Any
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://pendapa.uji.go.id"]
    room.add(cast, 1, title="Susun <b>SOP</b>", detail="Inisiatif A & B")
    room.add(cast, 2)
    remind(cast)
    assert send(cast) == {"sent": 1, "failed": 0, "later": 0}
    (file,) = mailbox.iterdir()
    message = email.message_from_bytes(file.read_bytes().split(b"\n" + b"-" * 79)[0], policy=policy.default)
    assert message["To"] == "operator@uji.example"
    assert re.fullmatch(r"\[Pendapa\] 2 \w+, 2 \w+ \(19 Nov 2026\)", message["Subject"])
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "Susun <b>SOP</b>" in text and "https://pendapa.uji.go.id/di/uji/beranda/" in text
    assert "Susun &lt;b&gt;SOP&lt;/b&gt;" in html and "A &amp; B" in html
    assert send(cast, 48) == {"sent": 0, "failed": 0, "later": 0}


def test_without_a_mail_server_or_the_wish_for_it_no_mail_is_made(
    cast: Cast, room: Room, mailbox: Path, monkeypatch: Any
) -> None:
    Reach.objects.create(institution=cast.institution, user=cast.users["operator"], email=False)
    room.add(cast, 1)
    remind(cast)
    assert [one.channel for one in Notice.objects.all()] == ["page"]
    Notice.objects.all().delete()
    monkeypatch.delenv("PENDAPA_EMAIL_FOLDER")
    room.add(cast, 2, who="head")
    remind(cast)
    assert [one.channel for one in Notice.objects.all()] == ["page"]


def test_invented_people_of_a_demo_get_no_mail(cast: Cast, room: Room, mailbox: Path) -> None:
    cast.users["operator"].is_demo = True
    cast.users["operator"].save()
    room.add(cast)
    remind(cast)
    assert [one.channel for one in Notice.objects.all()] == ["page"]


def test_a_mail_server_that_does_not_answer_is_asked_again_and_given_up_in_the_end(
    cast: Cast, room: Room, monkeypatch: Any
) -> None:
    monkeypatch.setenv("PENDAPA_EMAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("PENDAPA_EMAIL_PORT", "1")
    monkeypatch.setenv("PENDAPA_EMAIL_PASSWORD", "sandi-surel-7")
    room.add(cast)
    remind(cast)
    assert [send(cast, hours) for hours in (0, 0.1, 0.2, 1.5, 6, 7, 24)] == [
        {"sent": 0, "failed": 0, "later": 1},
        {"sent": 0, "failed": 0, "later": 0},
        {"sent": 0, "failed": 0, "later": 1},
        {"sent": 0, "failed": 0, "later": 1},
        {"sent": 0, "failed": 1, "later": 0},
        {"sent": 0, "failed": 0, "later": 0},
        {"sent": 0, "failed": 0, "later": 0},
    ]
    notice = Notice.objects.get(channel="email")
    assert notice.state == "failed" and notice.attempts == 4 and notice.error == "ConnectionRefusedError"
    assert Notice.objects.get(channel="page").state == "sent"


def test_who_left_before_the_quiet_hours_ended_gets_nothing(cast: Cast, room: Room, mailbox: Path) -> None:
    room.add(cast)
    remind(cast)
    cast.users["operator"].assignments.all().delete()
    assert send(cast) == {"sent": 0, "failed": 1, "later": 0}
    assert not mailbox.exists() or not list(mailbox.iterdir())


def test_what_could_not_go_out_for_days_is_not_sent_any_more(cast: Cast, room: Room, mailbox: Path) -> None:
    room.add(cast)
    remind(cast)
    assert send(cast, 24 * 7) == {"sent": 0, "failed": 1, "later": 0}


def tapped_meanwhile(cast: Cast, room: Room) -> tuple[Notice, datetime]:
    """One worker has a message and talks to the mail server; meanwhile the Sekda taps another reminder to the same person."""
    room.add(cast, 1)
    remind(cast)
    now = moment(DAY)
    on_its_way = sending.to_send(cast.institution, now).get()
    assert sending.taken(on_its_way.pk, now)
    room.add(cast, 2)
    actions.remind_now(cast.actor("sekda"), cast.institution, "task:2", day=DAY, now=now)
    return on_its_way, now


def test_a_tap_while_a_message_is_on_its_way_is_neither_lost_nor_sends_it_again(
    cast: Cast, room: Room, mailbox: Path
) -> None:
    on_its_way, now = tapped_meanwhile(cast, room)
    assert send(cast) == {"sent": 0, "failed": 0, "later": 0}, "another worker leaves it alone"
    assert sending.attempt(on_its_way, now) == "sent"
    assert send(cast)["sent"] == 1 and send(cast, 1)["sent"] == 0
    written = "".join(file.read_text() for file in mailbox.iterdir()).split("-" * 79)
    told = sorted(tuple(re.findall(r"- (Susun SOP \d)", one)) for one in written if "Subject:" in one)
    assert told == [("Susun SOP 1",), ("Susun SOP 2",)]
    row = Notice.objects.get(channel="email")
    assert row.state == "sent" and all(item["sent"] for item in row.items)


def test_what_was_added_while_sending_failed_goes_out_with_the_rest(
    cast: Cast, room: Room, mailbox: Path
) -> None:
    on_its_way, now = tapped_meanwhile(cast, room)
    mailbox.write_text("no folder")
    assert sending.attempt(on_its_way, now) == "later"
    mailbox.unlink()
    assert send(cast, 1)["sent"] == 1
    assert len([item for item in Notice.objects.get(channel="email").items if item["sent"]]) == 2


# ---- WhatsApp


def test_the_gateway_gets_a_number_and_a_count_and_nothing_about_the_work(
    cast: Cast, room: Room, gateway: Gateway
) -> None:
    wants_whatsapp(cast)
    room.add(cast, 1)
    room.add(cast, 2)
    remind(cast)
    assert send(cast)["sent"] == 1
    ((path, token, fields),) = gateway.got
    assert path == "/send" and token == TOKEN
    assert (fields["target"], fields["countryCode"]) == ("6281234567890", "62")
    assert re.fullmatch(r"Pendapa: 2 [a-zA-Z ]+\.", fields["message"])
    assert not {"SOP", "Operator", "Uji", "Kesehatan"} & set(re.findall(r"\w+", fields["message"]))


def test_it_is_off_unless_operator_institution_and_person_all_want_it(
    cast: Cast, room: Room, gateway: Gateway, monkeypatch: Any
) -> None:
    room.add(cast)

    def ways() -> set[str]:
        (made,) = actions.remind(cast.institution, DAY, dry_run=True, now=moment(DAY))
        return set(made.channels)

    assert "whatsapp" not in ways()
    wants_whatsapp(cast)
    assert "whatsapp" in ways()
    Reach.objects.update(phone="")
    assert "whatsapp" not in ways()
    Reach.objects.update(phone="+6281234567890", whatsapp=False)
    assert "whatsapp" not in ways()
    Reach.objects.update(whatsapp=True)
    monkeypatch.delenv("PENDAPA_WHATSAPP")
    assert "whatsapp" not in ways()
    monkeypatch.setenv("PENDAPA_WHATSAPP", "http")
    cast.institution.settings = {}
    assert "whatsapp" not in ways()
    assert gateway.got == []


def test_a_refusal_with_200_is_a_failure_and_neither_token_nor_number_is_kept(
    cast: Cast, room: Room, gateway: Gateway, caplog: Any
) -> None:
    wants_whatsapp(cast)
    room.add(cast)
    gateway.answers = [
        (200, json.dumps({"status": False, "reason": f"invalid token {TOKEN} for 6281234567890"})),
        (500, "x"),
        (200, "not json"),
        (302, ""),
    ]
    remind(cast)
    errors = []
    for hours in (0, 0.5, 2, 7):
        send(cast, hours)
        errors.append(Notice.objects.get(channel="whatsapp").error)
    assert Notice.objects.get(channel="whatsapp").state == "failed"
    assert len(gateway.got) == 4 and len(set(errors)) == 4 and all(errors)
    assert TOKEN not in caplog.text + str(errors) and "81234567890" not in caplog.text + str(errors)
    assert {path for path, _token, _fields in gateway.got} == {"/send"}, "the token follows no redirect"


def test_one_who_cannot_be_reached_blocks_no_other(
    cast: Cast, room: Room, gateway: Gateway, mailbox: Path
) -> None:
    wants_whatsapp(cast)
    wants_whatsapp(cast, "head", "+14155550100")
    gateway.answers = [(503, "")]
    room.add(cast, 1)
    room.add(cast, 2, who="head")
    room.add(cast, 3, who="diskominfo")
    remind(cast)
    assert send(cast) == {"sent": 2, "failed": 0, "later": 1}
    assert gateway.got[1][2]["countryCode"] == "0"
    assert send(cast, 0.5) == {"sent": 1, "failed": 0, "later": 0}


def test_a_token_never_goes_over_an_open_line_and_a_missing_one_is_said(monkeypatch: Any) -> None:
    monkeypatch.setenv("PENDAPA_WHATSAPP", "http")
    monkeypatch.setenv("PENDAPA_WHATSAPP_URL", "http://gateway.example/send")
    monkeypatch.setenv("PENDAPA_WHATSAPP_TOKEN", TOKEN)
    assert "https://" in whatsapp.send("+6281234567890", "x").problem
    monkeypatch.setenv("PENDAPA_WHATSAPP_URL", "https://gateway.example/send")
    monkeypatch.setenv("PENDAPA_WHATSAPP_TOKEN", "")
    assert whatsapp.send("+6281234567890", "x").problem
    monkeypatch.delenv("PENDAPA_WHATSAPP")
    assert not whatsapp.send("+6281234567890", "x").arrived


def test_the_folder_takes_messages_for_trying_out(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("PENDAPA_WHATSAPP", "file")
    monkeypatch.setenv("PENDAPA_WHATSAPP_FOLDER", str(tmp_path / "wa"))
    assert whatsapp.send("+6281234567890", "Halo").arrived
    (file,) = (tmp_path / "wa").iterdir()
    assert json.loads(file.read_text()) == {"target": "+6281234567890", "message": "Halo"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("62812 3456 7890", "+6281234567890"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("12345", ""),
        ("halo", ""),
        ("", ""),
        ("+62812345678901234", ""),
        ("٠٨١٢٣٤٥٦٧٨٩", ""),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert whatsapp.phone(typed) == number
