"""An adapter (*adaptor*) for a WhatsApp gateway, off unless the operator names one. What goes out names no person and no thing.

``PENDAPA_WHATSAPP`` is ``null`` (default), ``file`` (into ``PENDAPA_WHATSAPP_FOLDER``, for trying out) or ``http``: a gateway in the
shape of Fonnte (https://docs.fonnte.com/api-send-message/: POST of the form fields ``target``, ``message``, ``countryCode`` with the
token in ``Authorization``; JSON with ``status`` comes back). Its address is ``PENDAPA_WHATSAPP_URL``, its token
``PENDAPA_WHATSAPP_TOKEN``: from the environment alone, never kept and never told.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from pendapa.kernel import outside

FONNTE = "https://api.fonnte.com/send"
SECONDS = 10
LARGEST = 64 * 1024
LONGEST = 1000
PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
OWN_HOUSE = frozenset({"127.0.0.1", "::1", "localhost"})


class Answer(NamedTuple):
    """What came of it; ``problem`` is empty when the gateway took the message."""

    problem: str

    @property
    def arrived(self) -> bool:
        return not self.problem


Driver = Callable[[str, str], Answer]


def phone(text: str) -> str:
    """A telephone number in international form, ``0812-3456-7890`` as ``+6281234567890``; empty where it is none."""
    number = re.sub(r"[\s().-]", "", text)
    if number.startswith("0"):
        number = "+62" + number[1:]
    elif number.startswith("62"):
        number = "+" + number
    return number if PHONE.fullmatch(number) else ""


def available() -> bool:
    """Did the operator name a gateway?"""
    return os.environ.get("PENDAPA_WHATSAPP", "null") in ("file", "http")


def send(to: str, text: str) -> Answer:
    """Send ``text`` to a number in international form; never raises for what the gateway does."""
    drivers: dict[str, Driver] = {"file": _to_file, "http": _to_gateway}
    return drivers.get(os.environ.get("PENDAPA_WHATSAPP", "null"), _nowhere)(to, text)


def _nowhere(to: str, text: str) -> Answer:
    return Answer(_("No WhatsApp gateway is set up."))


def _to_file(to: str, text: str) -> Answer:
    folder = Path(os.environ.get("PENDAPA_WHATSAPP_FOLDER", "."))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        body = json.dumps({"target": to, "message": text}, ensure_ascii=False)
        (folder / f"{uuid.uuid4()}.json").write_text(body, encoding="utf-8")
    except OSError as error:
        return Answer(type(error).__name__)
    return Answer("")


def _to_gateway(to: str, text: str) -> Answer:
    url = os.environ.get("PENDAPA_WHATSAPP_URL") or FONNTE
    token = os.environ.get("PENDAPA_WHATSAPP_TOKEN", "")
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in OWN_HOUSE:
        return Answer(_("The address of the gateway must begin with https://."))
    if not token:
        return Answer(_("The token of the gateway is missing."))
    number = to.removeprefix("+")
    fields = {"target": number, "message": text, "countryCode": "62" if number.startswith("62") else "0"}
    headers = {"Authorization": token, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        # The operator named the address, so it may lie in the house. Nothing is followed: the token is meant for it alone.
        target = outside.taken_apart(url, LONGEST)
        told = outside.ask(
            target._replace(ip=target.host), "POST", seconds=SECONDS, whole=3 * SECONDS,
            body=urlencode(fields).encode(), headers=headers, read=LARGEST,
        )  # fmt: skip
    except ssl.SSLError:
        return Answer(_("The certificate of the gateway does not hold."))
    except TimeoutError:
        return Answer(_("The gateway did not answer in time."))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(_("The gateway cannot be reached (%(why)s).") % {"why": type(error).__name__})
    return _read(told.status, told.body)


def _read(status: int, body: bytes) -> Answer:
    """Fonnte says ``{"status": false, "reason": …}`` with 200 as well. Its words are not kept: they may hold number or token."""
    if not 200 <= status < 300:
        return Answer(_("The gateway answered %(status)d.") % {"status": status})
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        return Answer(_("The gateway gave an answer that cannot be read."))
    taken = said.get("status", said.get("Status", True)) if isinstance(said, dict) else False
    return Answer("" if taken in (True, "true", "ok", "success") else _("The gateway refused the message."))
