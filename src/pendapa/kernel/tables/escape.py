"""Cells that a spreadsheet program would run as a formula.

A text that starts with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return leaves with an apostrophe before it, and the
apostrophe is taken off again on the way in. A text that already starts with apostrophes before such a sign gets one more, so
that every text comes back as it went: ``unescape(escape(text)) == text``.
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escape(text: str) -> str:
    """``text`` as it may be written into a cell that another program opens."""
    return "'" + text if _RISKY.match(text) else text


def unescape(text: str) -> str:
    """``text`` without the apostrophe that `escape` put before it."""
    return text[1:] if _ESCAPED.match(text) else text
