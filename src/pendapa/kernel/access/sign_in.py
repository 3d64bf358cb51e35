"""The name and the address under which failed tries to sign in are counted."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from pendapa.kernel.tenancy.models import User


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """One name however it is spelt: else each way to write it in capitals would have five tries of its own."""
    given = (credentials or {}).get("username") or (request.POST.get("username") if request else "")
    return User.normalise(str(given or ""))


def counted_address(request: HttpRequest) -> str:
    """The peer's address; behind a proxy of ours the one that it saw: the last of ``X-Forwarded-For``, the only one that
    no visitor can write."""
    peer = str(request.META.get("REMOTE_ADDR") or "")
    if not settings.BEHIND_TLS:
        return peer
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return peer
