"""The English pages of this floor hold no Indonesian of the interface, the Indonesian ones no English."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.utils.html import strip_tags

import pendapa
from pendapa.kernel.tables.models import ImportBatch
from tests.cast import Cast, cast
from tests.portal.things import add_assessment, add_element, add_result

__all__ = ["cast"]
PACKAGE = Path(pendapa.__file__).parent
ROOMS = ("portal", "cockpit", "web", "kernel/ui")
PAGES = [
    ("public", "/"),
    ("public", "/publik/uji/"),
    ("public", "/publik/uji/arsitektur/"),
    ("public", "/publik/uji/arsitektur/?q=entah"),
    ("public", "/privasi/"),
    ("public", "/bantuan/"),
    ("stranger", "/mulai/"),
    *((who, "/di/uji/beranda/") for who in ("operator", "head", "diskominfo", "sekda", "assessor")),
    ("sekda", "/di/uji/beranda/kembaran/"),
]


def fragments(which: str) -> list[str]:
    """The fixed words of the messages of these rooms, in one language, that the other language does not use."""
    found = []
    for room in ROOMS:
        for entry in polib.pofile(
            str(PACKAGE / room / "locale/id/LC_MESSAGES/django.po")
        ).translated_entries():
            indonesian = entry.msgstr or entry.msgstr_plural[0]
            texts = {"id": indonesian, "en": entry.msgid}
            parts = re.split(r"%\(\w+\)s|<[^>]+>", texts[which])
            found += [part.strip() for part in parts if len(part.strip()) >= 8 and indonesian != entry.msgid]
    return found


def shown(cast: Cast, who: str, path: str) -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200, (who, path)
    # Words that the pages quote in their own language say so; those are not the interface.
    html = re.sub(r'<(\w+)[^>]* lang="\w+"[^>]*>.*?</\1>', "", answer.content.decode(), flags=re.S)
    labels = " ".join(re.findall(r'(?:aria-label|placeholder|content|title)="([^"]*)"', html))
    return " ".join(strip_tags(html).split()) + " " + labels


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    add_element(cast.unit, "SIMPUS", domain="applications")
    add_element(cast.other_unit, "SIAK")
    add_assessment(cast.institution, 2025, "3", target="3.5")
    add_assessment(cast.institution, 2026, "3", left_out=4, public=False)
    add_result(cast.institution, "1.7")
    for who in ("operator", "diskominfo"):
        ImportBatch.objects.create(
            institution=cast.institution,
            user=cast.users[who],
            file_name="a.xlsx",
            state="preview",
            sheets=[{}],
        )
    return cast


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_an_english_page_has_no_indonesian_of_the_interface_left(
    furnished: Cast, who: str, path: str
) -> None:
    text = shown(furnished, who, f"/en{path}")
    english = " ".join(fragments("en"))
    assert [words for words in fragments("id") if words in text and words not in english] == []


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_an_indonesian_page_has_no_english_of_the_interface_left(
    furnished: Cast, who: str, path: str
) -> None:
    text = shown(furnished, who, path)
    indonesian = " ".join(fragments("id"))
    assert [words for words in fragments("en") if words in text and words not in indonesian] == []
