"""What every template knows: who, where, which theme, and the same page in the other language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override

from pendapa.kernel.ui import navigation

THEME_COOKIE = "pendapa_theme"
THEMES = ("light", "dark", "auto")


class Nobody:
    """Stands in where no middleware named an actor."""

    name = ""
    role_label = ""
    is_anonymous = True


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing is asked of the database until a template draws it."""
    language = get_language() or settings.LANGUAGE_CODE
    other = "en" if language == "id" else "id"
    actor = getattr(request, "actor", None)  # lazy: never ask it for truth here
    return {
        "navigation": SimpleLazyObject(lambda: navigation.places(request)),
        "search_url": SimpleLazyObject(lambda: navigation.search_address(request) or ""),
        "institution": getattr(request, "institution", None),
        "actor": Nobody() if actor is None else actor,
        "theme": theme(request),
        "language": language,
        "other_language": other,
        "other_language_url": SimpleLazyObject(lambda: in_language(request, other)),
        "addresses": SimpleLazyObject(lambda: addresses(request)),
    }


def theme(request: HttpRequest) -> str:
    """The person's choice, from its cookie; ``auto`` follows the device."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def in_language(request: HttpRequest, language: str) -> str:
    """Address of this page in another language; its front page where the page has no twin."""
    here = request.get_full_path()
    there = translate_url(here, language)
    if there != here:
        return there
    with override(language):
        return _reverse("home") or "/"


def addresses(request: HttpRequest) -> dict[str, str]:
    """Fixed places of the frames; those whose page does not exist are empty and are not drawn."""
    institution = getattr(request, "institution", None)
    code = [institution.code] if institution is not None else []
    return {
        "home": _reverse("home") or "/",
        "start": _reverse("start") or _reverse("home") or "/",
        "sign_in": _reverse("login"),
        "sign_out": _reverse("logout"),
        "account": _reverse("account"),
        "theme": _reverse("ui:theme"),
        "public": (_reverse("portal:institution", code) if code else "") or _reverse("home") or "/",
    }


def _reverse(name: str, args: list[Any] | None = None) -> str:
    try:
        return reverse(name, args=args or [])
    except NoReverseMatch:
        return ""
