"""Whole numbers as they come in addresses, forms and codes."""

from __future__ import annotations

import re

DIGITS = 9
"""As many digits as a number of ours has: it fits every database and is read at once."""


def whole(text: object, digits: int = DIGITS) -> int | None:
    """The number that ``text`` writes in plain digits; ``None`` for anything else and for absurdly long ones.

    >>> whole("007"), whole("²"), whole("-1"), whole("9" * 30)
    (7, None, None, None)
    """
    written = str(text)
    return int(written) if re.fullmatch(rf"[0-9]{{1,{digits}}}", written) else None
