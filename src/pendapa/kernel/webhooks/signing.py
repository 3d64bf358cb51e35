"""Standard Webhooks: secrets, and the signature of a message (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

BEGINS = "whsec_"


def new_secret() -> str:
    """``whsec_`` and 32 random bytes."""
    return BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()


def new_id() -> str:
    """The id of a message; the same for every attempt, so that a receiver knows what it has seen."""
    return f"msg_{secrets.token_hex(16)}"


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message sent at ``timestamp`` (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(BEGINS))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
