"""The kind of a unit in words: files and rules write ``rumah_sakit``, pages say "Rumah sakit"."""

from __future__ import annotations

_SHORT = frozenset({"pp", "upt", "uptd", "rsud", "blud", "opd"})


def words(kind: str) -> str:
    """``satpol_pp`` → ``Satpol PP``; what somebody typed stays as typed, but for the first letter."""
    parts = [part.upper() if part.lower() in _SHORT else part for part in kind.replace("_", " ").split()]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]
