"""Where a message may go: into the internet by https, never into the house, whatever a name resolves to.

The name is looked up once and the connection goes to that very address, so that a name that answers otherwise the second
time leads nowhere else. ``PENDAPA_WEBHOOK_PRIVATE=1`` opens private addresses, and plain http to this machine itself.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

LONGEST = 500
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(Exception):
    """No message goes there; the text says why and what would be accepted."""


class Target(NamedTuple):
    """A checked address of a receiver: ``ip`` is what the connection goes to."""

    secure: bool
    host: str
    port: int
    path: str
    ip: str


def private_allowed() -> bool:
    """Whether the operator of this installation opened the own network to webhooks."""
    return bool(getattr(settings, "WEBHOOK_PRIVATE", False))


def check(url: str) -> Target:
    """Take the address apart, look the name up, and refuse what leads into the house. Raises :class:`Forbidden`."""
    secure, host, port, path = _parts(url)
    found = [_plain(one) for one in _resolve(host, port)]
    for one in found:
        _check_ip(one, host)
    if not secure and not all(one.is_loopback for one in found):
        raise Forbidden(_("Only https:// addresses are told of changes."))
    return Target(secure, host, port, path, str(found[0]))


def _parts(url: str) -> tuple[bool, str, int, str]:
    if len(url) > LONGEST or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise Forbidden(_("This is not a web address. Write it like https://penerima.example/pendapa."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("https", "http") or not host:
        raise Forbidden(_("This is not a web address. Write it like https://penerima.example/pendapa."))
    secure = parts.scheme == "https"
    if not secure and not private_allowed():
        raise Forbidden(_("Only https:// addresses are told of changes."))
    if parts.username is not None or parts.password is not None:
        raise Forbidden(_("Leave name and password out of the address: messages are signed instead."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, host, port or (443 if secure else 80), path


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(_("No machine is called %(host)s.") % {"host": host[:120]}) from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _plain(text: str) -> Address:
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


def _check_ip(ip: Address, host: str) -> None:
    site = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    # Link-local addresses hold what machines tell themselves (cloud metadata): never, whatever is set.
    never = ip.is_link_local or ip.is_multicast or ip.is_unspecified
    inside = ip.is_loopback or ip.is_private or ip.is_reserved or site or not ip.is_global
    if never or (inside and not private_allowed()):
        raise Forbidden(
            _(
                "%(host)s leads to %(ip)s, which lies inside a network of its own. Messages go to public addresses only."
            )
            % {"host": host[:120], "ip": ip}
        )
