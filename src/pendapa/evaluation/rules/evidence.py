"""What is wrong with a piece of evidence before an assessor sees it: age, level, page, object, instrument. Pure.

``problems(piece, others, asked, pack, day)`` tells the known reasons for rejection that can be seen beforehand. ``day`` is the
day on which the piece is to count. Sources of every rule: the pack ``evidence``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pendapa.regulations.evidence import EvidencePack, Older

STATES = ("waiting", "accepted", "revise", "rejected")
_OF_LEVEL = re.compile(r"^\s*tingkat\s+(\d+)\s*:\s*(.*)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_PAGES = re.compile(
    r"\b(?:hlm|hal|halaman|pages?|pp?)\b\.?\s*((?:\d+\s*(?:[-–—,&]|dan|and|s\.?d\.?|sampai|to)?\s*)+)",
    re.IGNORECASE,
)
_BARE = re.compile(r"[\d\s,;–—\-&]+")


@dataclass(frozen=True)
class Facts:
    """A piece and its use, as far as the rules ask. ``pages`` counts a PDF; ``gone``: its file is no longer there;
    ``texts`` are title, number and name by which it goes; ``link_down`` what the last check of its link said."""

    nature: str = "other"
    source: str = "file"
    dated: date | None = None
    level: int = 0
    page: str = ""
    pages: int | None = None
    state: str = "waiting"
    texts: tuple[str, ...] = ()
    valid_until: date | None = None
    replaced_by: str = ""
    link_down: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Problem:
    """A reason of the pack with the facts of its sentence. ``rejects``: evidence like this was rejected."""

    key: str
    rejects: bool
    facts: Mapping[str, object] = field(default_factory=dict)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day(nature: str, dated: date, pack: EvidencePack) -> date | None:
    """The last day on which a document of that day counts; None where its nature does not age."""
    ends = [
        months_after(dated, age.months) - timedelta(days=0 if age.inclusive else 1)
        for age in pack.ages
        if age.nature == nature
    ]
    return min(ends) if ends else None


def asked_natures(wanted: Iterable[str], level: int, pack: EvidencePack) -> frozenset[str]:
    """Which natures the instrument's words ask for at a level; empty: it does not say, or anything will do.

    A line "tingkat 4: …" speaks for that level alone, the others for the indicator as a whole.
    """
    own, general = [], []
    for line in wanted:
        found = _OF_LEVEL.match(line)
        if found is None:
            general.append(line)
        elif int(found[1]) == level or level == 0:
            own.append(found[2])
    lines = own + general if level == 0 else own or general
    words = {word.lower() for line in lines for word in _WORD.findall(line)}
    if words & pack.any_words:
        return frozenset()
    return frozenset(nature for nature, known in pack.natures.items() if words & known)


def named_pages(page: str) -> list[int]:
    """The page numbers that a text names: "Pasal 4, hlm. 3–5" → [3, 5]; "12" → [12]."""
    marked = _PAGES.findall(page)
    if not marked and _BARE.fullmatch(page):
        marked = [page]
    return [int(number) for part in marked for number in re.findall(r"\d{1,6}", part)]


def older_named(texts: Iterable[str], older: Sequence[Older]) -> str:
    """The name of the first replaced regulation that a text goes by: "PermenPANRB 5 Tahun 2018", "5/2018"; else empty."""
    for text in texts:
        for one in older:
            pattern = rf"(?<!\d){re.escape(one.number)}\s*(?:/|\s+tahun\s+|\s+th\.?\s+)\s*{re.escape(one.year)}(?!\d)"
            if re.search(pattern, text, re.IGNORECASE) and re.search(r"panrb|pan\s*-?\s*rb", text, re.I):
                return one.name
    return ""


def missing_levels(piece: Facts, others: Iterable[Facts], first: int = 1) -> list[int]:
    """Levels below that of the piece for which nothing stands. A piece for the indicator as a whole stands for all."""
    standing = {one.level for one in others if one.state != "rejected" and not one.gone}
    if piece.level <= first or 0 in standing:
        return []
    return [level for level in range(first, piece.level) if level not in standing]


def problems(
    piece: Facts,
    others: Sequence[Facts],
    asked: Iterable[str],
    pack: EvidencePack,
    day: date,
    instrument: str = "",
) -> list[Problem]:
    """What is wrong with a piece on ``day``, worst first. ``others``: all pieces of the same indicator and cycle;
    ``asked``: the instrument's words on its evidence."""
    found = [*_age(piece, pack, day), *_followed(piece, others, pack), *_storage(piece)]
    found += _decree(piece, pack, day) + _page(piece)
    if instrument in pack.ladders and (missing := missing_levels(piece, others)):
        found.append(("missing_lower", {"levels": missing, "level": piece.level}))
    if name := older_named(piece.texts, pack.older.get(instrument, ())):
        found.append(("old_instrument", {"name": name}))
    wanted = asked_natures(asked, piece.level, pack)
    if wanted and piece.nature not in wanted:
        found.append(("wrong_object", {"nature": piece.nature, "wanted": sorted(wanted)}))
    told = [Problem(key, pack.reasons[key].effect == "rejects", facts) for key, facts in found]
    return sorted(told, key=lambda one: not one.rejects)


Found = list[tuple[str, dict[str, object]]]


def _age(piece: Facts, pack: EvidencePack, day: date) -> Found:
    if not any(age.nature == piece.nature for age in pack.ages):
        return []
    if piece.dated is None:
        return [("no_date", {})]
    end = last_day(piece.nature, piece.dated, pack)
    if end is None:
        return []
    if day > end:
        return [("too_old", {"until": end, "dated": piece.dated})]
    if (end - day).days <= pack.warn_days:
        return [("lapses", {"until": end, "days": (end - day).days})]
    return []


def _followed(piece: Facts, others: Sequence[Facts], pack: EvidencePack) -> Found:
    """A new policy after the review before it: within the time of the pack."""
    rule = pack.follow
    if piece.nature != rule.to or piece.level != rule.level or piece.dated is None:
        return []
    before = [
        one.dated
        for one in others
        if one.nature == rule.begin and one.dated is not None and one.dated <= piece.dated
    ]
    if not before or piece.dated <= (end := months_after(max(before), rule.months)):
        return []
    return [("followed_late", {"until": end, "dated": piece.dated})]


def _storage(piece: Facts) -> Found:
    found: Found = []
    if piece.gone:
        found.append(("gone", {}))
    if piece.link_down:
        found.append(("link_down", {"why": piece.link_down}))
    return found


def _decree(piece: Facts, pack: EvidencePack, day: date) -> Found:
    found: Found = []
    if piece.valid_until is not None:
        left = (piece.valid_until - day).days
        if left < 0:
            found.append(("expired", {"until": piece.valid_until}))
        elif left <= pack.warn_days:
            found.append(("lapses", {"until": piece.valid_until, "days": left}))
    if piece.replaced_by:
        found.append(("replaced", {"name": piece.replaced_by}))
    return found


def _page(piece: Facts) -> Found:
    if piece.pages is None:
        return []
    named = named_pages(piece.page)
    beyond = [number for number in named if not 1 <= number <= piece.pages]
    if beyond:
        return [("no_such_page", {"page": max(beyond), "pages": piece.pages})]
    if piece.pages > 1 and not piece.page.strip():
        return [("missing_page", {"pages": piece.pages})]
    return []
