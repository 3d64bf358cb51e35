"""Does a link of evidence open? Asked from a job, of public addresses only: no machine of the own house, however it is called.

The name is looked up once and the connection goes to that very address; every address that the other side sends on to is
checked in its turn. ``EVIDENCE_LINK_HOSTS`` (settings, "host:port") names own hosts that may be asked all the same.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from pendapa import __version__

SECONDS, REDIRECTS, LONGEST = 10, 3, 1000
_SENT_ON = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(ValueError):
    """This address is not asked; the text says why."""


class Target(NamedTuple):
    """A link taken apart; ``ip`` is what the connection goes to."""

    secure: bool
    host: str
    port: int
    path: str
    ip: str = ""


def parts(url: str) -> Target:
    """Take a link apart. Raises :class:`Forbidden` for what is no web address, or carries a name and a password."""
    told = _("This is no web address. Write it like https://jdih.contohkab.go.id/perbup-41-2025.")
    if len(url) > LONGEST or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise Forbidden(told)
    try:
        found = urlsplit(url)
        host, port = found.hostname or "", found.port
    except ValueError:
        raise Forbidden(told) from None
    if found.scheme not in ("http", "https") or not host:
        raise Forbidden(told)
    if found.username is not None or found.password is not None:
        raise Forbidden(
            _("Leave name and password out of the link: everybody who reads the evidence reads it.")
        )
    secure = found.scheme == "https"
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def check(url: str) -> str:
    """``ok``, or what is wrong in words (at most 120 characters); never raises for what the other side does."""
    try:
        return _follow(url)[:120]
    except Forbidden as refused:
        return str(refused)[:120]
    except ssl.SSLError:
        return _("The certificate of the site does not hold.")[:120]
    except TimeoutError:
        return _("It could not be reached: no answer within %(seconds)s seconds.") % {"seconds": SECONDS}
    except (OSError, http.client.HTTPException, ValueError):
        return _("It could not be reached.")


def _follow(url: str) -> str:
    for _hop in range(REDIRECTS + 1):
        status, to = _ask(_looked_up(parts(url)))
        if status not in _SENT_ON or not to:
            return "ok" if 200 <= status < 300 else _("The site answers %(status)s.") % {"status": status}
        url = urljoin(url, to)
    return _("It is sent on more than %(most)s times.") % {"most": REDIRECTS}


def _looked_up(target: Target) -> Target:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OSError("no such name") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    allowed = f"{target.host}:{target.port}" in getattr(settings, "EVIDENCE_LINK_HOSTS", ())
    if not allowed and not all(_is_public(one) for one in addresses):
        raise Forbidden(_("It leads into a private network, which is not asked from here."))
    return target._replace(ip=addresses[0])


def _is_public(text: str) -> bool:
    ip: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip.sixtofour is not None:
            ip = ip.sixtofour
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


class _Plain(http.client.HTTPConnection):
    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._ip = target.ip

    def connect(self) -> None:
        self.sock = socket.create_connection((self._ip, self.port), SECONDS)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, target: Target) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=SECONDS, context=self._tls)
        self._ip = target.ip

    def connect(self) -> None:
        self.sock = plain = socket.create_connection((self._ip, self.port), SECONDS)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def _ask(target: Target) -> tuple[int, str]:
    connection = _Secure(target) if target.secure else _Plain(target)
    # A byte now and then keeps each wait short, and would hold the worker for as long as the other side likes.
    end = threading.Timer(2 * SECONDS, _cut, [connection])
    end.daemon = True
    end.start()
    try:
        connection.request("GET", target.path, headers={"User-Agent": f"Pendapa/{__version__}"})
        answer = connection.getresponse()  # the headers say enough; what follows is not read
        return answer.status, answer.headers.get("Location", "")
    finally:
        end.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # it may be closed already, or not open yet
        connection.sock.shutdown(socket.SHUT_RDWR)
