"""Keys for matching and order that are the same on every database."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def name_key(name: str) -> str:
    """Lower case ASCII words joined by one space; falls back to the folded name where nothing ASCII remains."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    key = _NOT_WORD.sub(" ", "".join(c for c in folded if not unicodedata.combining(c))).strip()
    return (key or folded.strip())[:300]
