"""What a template sets in one block is not there in another: a link written so would lead nowhere, without an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parents[2] / "src" / "pendapa").glob("**/templates/**/*.html"))
BLOCK = re.compile(r"{%\s*(block|endblock)\b")
ADDRESS = re.compile(r"{%\s*url\b[^%]*\bas (\w+)\s*%}")


def blocks(text: str) -> list[str]:
    """The text of each outermost block."""
    found, depth, start = [], 0, 0
    for tag in BLOCK.finditer(text):
        if tag[1] == "block":
            depth += 1
            start = tag.end() if depth == 1 else start
        else:
            depth -= 1
            if depth == 0:
                found.append(text[start : tag.start()])
    return found


def lost(text: str) -> set[str]:
    """Addresses that a block shows and only another one made."""
    parts = blocks(text)
    made = [set(ADDRESS.findall(part)) for part in parts]
    everywhere = set().union(*made)
    return {
        name
        for part, own in zip(parts, made, strict=True)
        for name in everywhere - own
        if re.search(r"{{\s*" + name + r"\b", part)
    }


def test_an_address_that_only_another_block_made_is_found():
    crumbs = "{% block crumbs %}{% url 'a' as list_url %}{{ list_url }}{% endblock %}"
    assert lost(crumbs + "{% block content %}<a href='{{ list_url }}'>{% endblock %}") == {"list_url"}
    assert lost(crumbs + "{% block content %}{% url 'a' as list_url %}{{ list_url }}{% endblock %}") == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_each_block_makes_the_addresses_that_it_shows(path):
    assert lost(path.read_text(encoding="utf-8")) == set()
