"""The name under which failed tries to sign in are counted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pendapa.kernel.tenancy.models import User


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """One name however it is spelt: else each way to write it in capitals would have five tries of its own."""
    given = (credentials or {}).get("username") or (request.POST.get("username") if request else "")
    return User.normalise(str(given or ""))
