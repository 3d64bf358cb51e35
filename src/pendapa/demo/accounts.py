"""Accounts of the demo."""

from __future__ import annotations


def demo_passwords_live() -> bool:
    return False


def greeting() -> list[str]:
    return []
