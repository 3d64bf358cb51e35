"""``{% load clearance %}``: what the pages of this room need beside the components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(table: Mapping[str, Any], key: str) -> Any:
    """``{{ names|of:key }}``: the entry of a mapping, the key itself where there is none."""
    return table.get(key, key)


@register.filter
def has(told: Any, one: str) -> bool:
    """``{% if verbs|has:"submit" %}``"""
    return one in told
