"""One door out of the house: a request by HTTP to a machine of others, to the very address that was looked at before.

Who asks takes an address apart (:func:`taken_apart`), looks its name up once (:func:`looked_up`), decides which of the addresses may
be asked (:func:`is_inside`, :func:`is_never_asked`) and goes there (:func:`ask`). Nothing is followed here: an address that the
other side sends on to is looked at like the first one.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from pendapa import __version__

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unfit(ValueError):
    """This is no address that can be asked. ``why``: ``malformed``, or ``password`` where it carries a name and a password."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Target(NamedTuple):
    """An address taken apart; ``ip`` is what the connection goes to, whatever ``host`` resolves to by then."""

    secure: bool
    host: str
    port: int
    path: str
    ip: str = ""


class Answer(NamedTuple):
    """What the other side said: ``location`` is where it sends on to, ``body`` as much of it as was asked for."""

    status: int
    location: str
    body: bytes


def taken_apart(url: str, longest: int) -> Target:
    """An address of at most ``longest`` characters by http or https, without its ``ip``. Raises :class:`Unfit`."""
    if len(url) > longest or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise Unfit("malformed")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Unfit("malformed") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Unfit("malformed")
    if parts.username is not None or parts.password is not None:
        raise Unfit("password")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def looked_up(target: Target) -> list[str]:
    """The addresses behind its name, each once. Raises OSError where there is no such name."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("no such name") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def as_it_is(text: str) -> Address:
    """The address itself; one of version 4 that is written as one of version 6 is looked at as what it is."""
    ip = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip.sixtofour is not None:
            return ip.sixtofour
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_never_asked(ip: Address) -> bool:
    """Link-local addresses hold what machines tell themselves (cloud metadata); others are no machine at all."""
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified


def is_inside(ip: Address) -> bool:
    """Whether it lies inside a network of its own, and not in the internet."""
    site = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    inside = ip.is_loopback or ip.is_private or ip.is_reserved or site or not ip.is_global
    return inside or is_never_asked(ip)


def ask(
    target: Target,
    method: str,
    *,
    seconds: float,
    whole: float | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    read: int = 0,
) -> Answer:
    """One request to ``target.ip``; by TLS the certificate must be that of ``target.host``. Up to ``read`` bytes of the body are read.

    Each wait takes at most ``seconds``, all of them ``whole`` (the same without it): who drips a byte now and then does not hold us
    for ever. Raises TimeoutError, ssl.SSLError, OSError, http.client.HTTPException, ValueError.
    """
    connection = _Secure(target, seconds) if target.secure else _Plain(target, seconds)
    expired = threading.Event()
    clock = threading.Timer(whole or seconds, _end, (connection, expired))
    clock.daemon = True
    clock.start()
    try:
        connection.request(
            method, target.path, body, {"User-Agent": f"Pendapa/{__version__}", **(headers or {})}
        )
        said = connection.getresponse()
        answer = Answer(said.status, said.headers.get("Location", ""), said.read(read) if read else b"")
    except (OSError, http.client.HTTPException) as error:
        if expired.is_set():  # its own clock closed it
            raise TimeoutError from error
        raise
    finally:
        clock.cancel()
        connection.close()
    if expired.is_set():  # cut off in the middle it reads like an end
        raise TimeoutError
    return answer


class _Plain(http.client.HTTPConnection):
    """Goes to the address that was looked at, whatever its name resolves to now."""

    def __init__(self, target: Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._ip = target.ip

    def connect(self) -> None:
        self.sock = socket.create_connection((self._ip, self.port), self.timeout)


class _Secure(http.client.HTTPSConnection):
    """The same by TLS."""

    def __init__(self, target: Target, seconds: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=seconds, context=self._tls)
        self._ip = target.ip

    def connect(self) -> None:
        self.sock = plain = socket.create_connection((self._ip, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def _end(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    expired.set()
    with suppress(OSError, AttributeError):  # it may be closed already, or not open yet
        connection.sock.shutdown(socket.SHUT_RDWR)
