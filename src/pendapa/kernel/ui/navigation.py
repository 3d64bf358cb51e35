"""Where one can go: rooms register their places at start, the frames draw those that the actor may enter.

navigation.add("architecture", _("Architecture"), "sitemap", "architecture:list", 20, permission="architecture.view")
navigation.search("search:results")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

ROOMS, MORE = "rooms", "more"
ON_THE_PHONE = 4  # the fifth place of the bottom bar is "More"


@dataclass(frozen=True)
class Entry:
    """A registered place, before anybody asked for it."""

    key: str
    label: Any  # lazily translated
    icon: str
    url_name: str
    order: int
    permission: str | None
    group: str
    badge: Callable[[Any, Any], int | None] | None
    short: Any


@dataclass(frozen=True)
class Place:
    """A place as the frame draws it."""

    key: str
    label: Any
    icon: str
    url: str
    group: str
    current: bool
    badge: int | None
    short: Any  # for the bottom bar of a phone, where the label is too long


class Places(list[Place]):
    """The places of one request, in order, with the cuts that the frames need."""

    @property
    def rooms(self) -> list[Place]:
        return [place for place in self if place.group == ROOMS]

    @property
    def more(self) -> list[Place]:
        return [place for place in self if place.group == MORE]

    @property
    def phone(self) -> list[Place]:
        return self.rooms[:ON_THE_PHONE]

    @property
    def rest(self) -> list[Place]:
        """What the bottom bar of a phone keeps behind "More"."""
        shown = {place.key for place in self.phone}
        return [place for place in self if place.key not in shown]

    @property
    def rest_current(self) -> bool:
        return any(place.current for place in self.rest)


_entries: dict[str, Entry] = {}
_search: list[str] = []


def add(
    key: str,
    label: Any,
    icon: str,
    url_name: str,
    order: int,
    permission: str | None = None,
    group: str = ROOMS,
    badge: Callable[[Any, Any], int | None] | None = None,
    short: Any = "",
) -> None:
    """Register a place; the same key again replaces it. ``badge(actor, institution)`` gives a number that waits, or None."""
    if group not in (ROOMS, MORE):
        raise ValueError(f"group of {key!r} is {group!r}; accepted: {ROOMS!r}, {MORE!r}")
    _entries[key] = Entry(key, label, icon, url_name, order, permission, group, badge, short)


def search(url_name: str) -> None:
    """Name the page that answers the search field of the top bar (``?q=``)."""
    _search[:] = [url_name]


def places(request: HttpRequest) -> Places:
    """The places that the actor of the request may enter, in order; empty outside an institution."""
    institution = getattr(request, "institution", None)
    actor = getattr(request, "actor", None)
    if institution is None:
        return Places()
    open_ones = []
    for entry in sorted(_entries.values(), key=lambda entry: (entry.group != ROOMS, entry.order, entry.key)):
        if entry.permission and not (actor is not None and actor.may(entry.permission, institution)):
            continue
        url = _address(entry.url_name, institution)
        if url is not None:
            open_ones.append((entry, url))
    here = _here(request, open_ones)
    return Places(
        Place(
            key=entry.key,
            label=entry.label,
            icon=entry.icon,
            url=url,
            group=entry.group,
            current=entry.key == here,
            badge=entry.badge(actor, institution) if entry.badge else None,
            short=entry.short,
        )
        for entry, url in open_ones
    )


def search_address(request: HttpRequest) -> str | None:
    """Address of the search page, when a room registered one."""
    institution = getattr(request, "institution", None)
    return _address(_search[0], institution) if _search and institution is not None else None


def _address(url_name: str, institution: Any) -> str | None:
    try:
        return reverse(url_name, args=[institution.code])
    except NoReverseMatch:
        return None


def _here(request: HttpRequest, open_ones: list[tuple[Entry, str]]) -> str | None:
    """Key of the place that holds this page: the longest address that begins the path, else the same namespace."""
    begins = [(len(url), entry.key) for entry, url in open_ones if request.path.startswith(url)]
    if begins:
        return max(begins)[1]
    match = getattr(request, "resolver_match", None)
    namespace = match.namespaces[0] if match and match.namespaces else None
    if namespace:
        for entry, _url in open_ones:
            if entry.url_name.partition(":")[0] == namespace:
                return entry.key
    return None
