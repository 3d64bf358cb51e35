"""``pendapa gaps`` and ``pendapa twins``."""

from __future__ import annotations


def gaps() -> None:
    """Gaps."""


def twins() -> None:
    """Twins."""
