"""The frames: what every page has, and what a refusal must not tell."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from pendapa.kernel.ui import context, navigation

INSTITUTION = SimpleNamespace(code="contoh", name="Kabupaten Contoh", is_demo=True)
OFFICER = SimpleNamespace(
    name="Operator Dinas Kesehatan",
    role_label="Operator",
    is_anonymous=False,
    may=lambda permission, institution: permission == "a.see",
)
ENTRY = {"icon": "home", "order": 1}


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_search", [])
    monkeypatch.setattr(navigation, "reverse", lambda name, args: f"/di/{args[0]}/{name.replace(':', '/')}/")


def asked(path="/di/contoh/a/list/", **cookies):
    request = RequestFactory().get(path)
    request.actor, request.institution = OFFICER, INSTITUTION
    request.COOKIES.update(cookies)
    return request


def test_only_places_that_the_actor_may_enter_are_drawn():
    navigation.add("a", "A", "home", "a:list", 20, permission="a.see")
    navigation.add("b", "B", "home", "b:list", 10, permission="b.see")
    navigation.add("c", "C", "history", "c:list", 5, group="more")
    places = navigation.places(asked())
    assert [place.key for place in places] == ["a", "c"]
    assert [place.current for place in places] == [True, False]
    assert [place.key for place in places.rest] == ["c"]


def test_the_longest_address_is_where_one_is():
    navigation.add("a", "A", "home", "a", 10)
    navigation.add("ab", "AB", "home", "a:b", 20)
    here = {place.key: place.current for place in navigation.places(asked("/di/contoh/a/b/1/"))}
    assert here == {"a": False, "ab": True}


def test_outside_an_institution_there_are_no_places():
    navigation.add("a", "A", "home", "a:list", 10)
    assert navigation.places(RequestFactory().get("/")) == []


def test_an_unknown_group_is_a_mistake():
    with pytest.raises(ValueError, match="accepted"):
        navigation.add("a", "A", "home", "a:list", 10, group="x")


def test_the_officers_frame_names_person_place_and_where_one_is():
    navigation.add("a", "Arsitektur", "sitemap", "a:list", 10, badge=lambda actor, institution: 6)
    navigation.search("a:search")
    html = render_to_string("ui/app.html", {}, asked())
    assert "Operator Dinas Kesehatan" in html and "Kabupaten Contoh" in html and "data contoh" in html
    assert html.count('aria-current="page"') == 2  # side and bottom bar
    assert 'id="isi"' in html and 'class="skip" href="#isi"' in html
    assert 'action="/di/contoh/a/search/"' in html
    assert "<script>" not in html and " onclick" not in html


def test_scripts_never_block_and_the_public_page_carries_no_htmx():
    html = render_to_string("ui/public.html", {}, asked("/"))
    assert html.count("<script") == html.count(" defer></script>") == 1
    assert "htmx" not in html and "csrf" not in html


@pytest.mark.parametrize("value", ["dark", "light", "auto"])
def test_the_theme_is_drawn_by_the_server(value):
    html = render_to_string("ui/app.html", {}, asked(pendapa_theme=value))
    assert f'data-bs-theme="{value}"' in html


def test_an_invented_theme_is_auto():
    assert context.theme(asked(pendapa_theme='"><script>')) == "auto"


def test_a_refusal_is_the_same_page_wherever_and_whoever():
    here = render_to_string("404.html", {}, asked("/di/contoh/a/"))
    nowhere = render_to_string("404.html", {}, RequestFactory().get("/there/is/nothing/"))
    assert here == nowhere
    assert "Halaman tidak ditemukan" in here and "contoh/a" not in here


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "500.html", "account/locked.html"])
def test_pages_of_trouble_need_nothing_to_be_drawn(name):
    html = render_to_string(name)
    assert "<h1>" in html and 'href="/"' in html
