"""Keys of programs as texts: how they look, how one is made, and the digest that is all we keep."""

from __future__ import annotations

import hashlib
import re
import secrets

BEGINS = "pdp_"
TOLD = 12
"""So many characters of a key tell it apart in a list."""
_LOOKS = re.compile(rf"{BEGINS}[A-Za-z0-9_-]{{43}}")


def new() -> str:
    """A key of 256 random bits; ``pdp_`` lets scanners of leaked secrets know it.

    >>> looks_right(new())
    True
    """
    return BEGINS + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is stored. Keys are random, so that a plain digest cannot be turned round."""
    return hashlib.sha256(key.encode()).hexdigest()


def looks_right(key: str) -> bool:
    """Whether ``key`` can be one of ours at all."""
    return _LOOKS.fullmatch(key) is not None
