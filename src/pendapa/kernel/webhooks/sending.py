"""One POST to a checked address, within a time, following a few redirects that are checked in their turn."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from pendapa import __version__
from pendapa.kernel.webhooks import addresses
from pendapa.kernel.webhooks.addresses import Target

SECONDS = 10
REDIRECTS = 3
# A 303 asks for a GET, which would deliver nothing.
FOLLOWED = frozenset({301, 302, 307, 308})


class Answer(NamedTuple):
    """What came of it: the status, or none with the reason in words. ``problem`` is empty when it arrived."""

    status: int | None
    problem: str

    @property
    def arrived(self) -> bool:
        return not self.problem


class _Plain(http.client.HTTPConnection):
    """Goes to the address that was checked, whatever its name resolves to now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._ip = target.ip

    def connect(self) -> None:
        self.sock = socket.create_connection((self._ip, self.port), SECONDS)


class _Secure(http.client.HTTPSConnection):
    """The same by TLS: the certificate must be that of the name."""

    def __init__(self, target: Target) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=SECONDS, context=self._tls)
        self._ip = target.ip

    def connect(self) -> None:
        plain = socket.create_connection((self._ip, self.port), SECONDS)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send ``body``; never raises for what the other side or the way there does."""
    for _hop in range(REDIRECTS + 1):
        try:
            status, to = _once(addresses.check(url), body, headers)
            if status not in FOLLOWED or not to:
                return Answer(status, "" if 200 <= status < 300 else _answered(status))
            url = urljoin(url, to)
        except addresses.Forbidden as refused:
            return Answer(None, str(refused))
        except ssl.SSLError as error:
            why = error.reason or type(error).__name__
            return Answer(None, _("The certificate of the receiver does not hold: %(why)s.") % {"why": why})
        except TimeoutError:
            return Answer(None, _("No answer within %(seconds)d seconds.") % {"seconds": SECONDS})
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = type(error).__name__
            return Answer(None, _("The receiver cannot be reached (%(why)s).") % {"why": why})
    return Answer(status, _("It was sent on more than %(most)d times.") % {"most": REDIRECTS})


def _answered(status: int) -> str:
    return _("The receiver answered %(status)d; a 2xx was expected.") % {"status": status}


def _once(target: Target, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Status and the address it sends on to."""
    connection = _Secure(target) if target.secure else _Plain(target)
    expired = threading.Event()
    clock = threading.Timer(SECONDS, _end, (connection, expired))
    clock.daemon = True
    clock.start()
    try:
        more = {"Content-Type": "application/json", "User-Agent": f"Pendapa/{__version__}"}
        connection.request("POST", target.path, body, {**more, **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", "")
    except (OSError, http.client.HTTPException) as error:
        if (
            expired.is_set()
        ):  # its own clock closed it: who drips a byte now and then does not hold us for ever
            raise TimeoutError from error
        raise
    finally:
        clock.cancel()
        connection.close()


def _end(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    expired.set()
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
