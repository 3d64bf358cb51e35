"""The built files: complete, light, and with their licences."""

import gzip
import re
from pathlib import Path

import pytest

import pendapa.kernel.ui

UI = Path(pendapa.kernel.ui.__file__).parent
BUILT = UI / "static" / "pendapa"
SOURCES = UI.parent.parent
FIRST_PUBLIC_PAGE = ["look.css", "app.js", "icons.svg", "mark.svg", "chevron.svg", "pjs.woff2"]
ICON_IN_TEMPLATE = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""")
ICON_IN_NAVIGATION = re.compile(r"""navigation\.add\(\s*["'][^"']+["'],\s*[^\n]*?,\s*["']([a-z0-9-]+)["']""")


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', (BUILT / "icons.svg").read_text()))


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = {
        (name, str(file.relative_to(SOURCES)))
        for file in SOURCES.rglob("templates/**/*.html")
        for name in ICON_IN_TEMPLATE.findall(file.read_text(encoding="utf-8"))
    }
    assert named
    assert {entry for entry in named if entry[0] not in sprite()} == set(), (
        "add it to frontend/icons.txt and build"
    )


def test_every_icon_of_the_navigation_is_in_the_sprite():
    named = {
        name
        for file in SOURCES.rglob("*.py")
        for name in ICON_IN_NAVIGATION.findall(file.read_text(encoding="utf-8"))
    }
    assert named - sprite() == set()


def test_what_the_first_public_page_loads_is_light():
    weight = sum(
        (BUILT / name).stat().st_size
        if name.endswith(".woff2")
        else len(gzip.compress((BUILT / name).read_bytes()))
        for name in FIRST_PUBLIC_PAGE
    )
    assert weight < 75 * 1024


@pytest.mark.parametrize("name", ["look.css", "app.js", "htmx.min.js", "icons.svg"])
def test_the_packed_neighbour_holds_the_same(name):
    assert gzip.decompress((BUILT / f"{name}.gz").read_bytes()) == (BUILT / name).read_bytes()


def test_the_stylesheet_asks_for_nothing_from_elsewhere():
    css = (BUILT / "look.css").read_text()
    assert re.findall(r"url\(([^)]*)\)", css) and not re.search(r"url\(.?(https?:|//|data:)|@import", css)
    for name in re.findall(r"url\(([^)]*)\)", css):
        assert (BUILT / name.strip("\"'")).exists()


def test_old_browsers_are_not_asked_for_new_colours():
    css = (BUILT / "look.css").read_text()
    assert "oklch(" not in css and "light-dark(" not in css and ":has(" not in css


def test_each_part_brings_its_licence():
    assert {file.name for file in (BUILT / "licences").iterdir()} == {
        "elkjs.txt",
        "htmx.txt",
        "plus-jakarta-sans.txt",
        "tabler-icons.txt",
    }
