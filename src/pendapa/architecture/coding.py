"""The codes that the register gives by itself, by the institution's patterns; and the verb that sets these.

``institution.settings["codes"]`` holds a pattern a domain (``{"applications": "DAA-{n:3}"}``), ``["codes_last"]`` the
highest number of a series that was given to something which now bears another code.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.architecture.models import Element
from pendapa.architecture.permissions import CODES
from pendapa.architecture.rules.codes import BadPattern, Pattern, Series, digits_of, parse, standard
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.overlays import trees
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column
from pendapa.regulations.references import References

PATTERNS, LAST = "codes", "codes_last"


def pattern_of(institution: Institution, domain: str) -> Pattern:
    """The pattern of a domain; the standard one where the institution has none, or one that cannot be read any more."""
    return _pattern(institution.settings, domain)


def _pattern(settings: Mapping[str, Any], domain: str) -> Pattern:
    known = settings.get(PATTERNS)
    told = known.get(domain, "") if isinstance(known, dict) else ""
    try:
        return parse(str(told)) if told else standard_of(domain)
    except BadPattern:
        return standard_of(domain)


def standard_of(domain: str) -> Pattern:
    return parse(standard(packs.metamodel().domain(domain).prefix))


def is_made_code(domain: str, code: str, institution: Institution | None = None) -> bool:
    """Whether ``code`` looks like one given by the register (``DAA-001``)."""
    if standard_of(domain).matches(code):
        return True
    return institution is not None and pattern_of(institution, domain).matches(code)


def reference_of(domain: str) -> Column | None:
    """The column in which an element of the domain is mapped to the domain's own reference."""
    known = packs.metamodel().domain(domain)
    return next((c for c in known.columns if c.type == "reference" and c.reference == known.reference), None)


class Codes:
    """The next free codes of an institution; never one that was used before, deleted elements included.

    Use it inside a transaction that holds the institution: two who create at once must not get one code. Asked for many
    codes it reads those of a domain once, whatever the number of series.
    """

    def __init__(self, institution: Institution) -> None:
        self._institution = institution
        self._patterns: dict[str, tuple[Pattern, Pattern]] = {}
        self._last: dict[tuple[str, str], int] = {}
        self._used: dict[tuple[str, str], set[str]] = {}
        self._all: dict[str, list[str]] = {}
        self._digits: dict[tuple[str, str], str] = {}
        self._references: References | None = None
        self._settings: dict[str, Any] | None = None

    def code(self, domain: str, attributes: Mapping[str, Any] | None = None, unit: Unit | None = None) -> str:
        """The next code of an element with these attributes in this unit. Where the pattern asks for a reference or a unit
        code that the element lacks, it is the next of the standard pattern (``DAA-001``)."""
        series = self._series(domain, attributes or {}, unit)
        key = (domain, series.key)
        if key not in self._last:
            used = self._codes(domain, series)
            self._used[key] = set(used)
            self._last[key] = max(series.last(used), self._once_given(domain, series))
        self._last[key] += 1
        while series.code(self._last[key]) in self._used[key]:
            self._last[key] += 1
        return series.code(self._last[key])

    def _series(self, domain: str, attributes: Mapping[str, Any], unit: Unit | None) -> Series:
        if domain not in self._patterns:
            self._patterns[domain] = (_pattern(self._fresh(), domain), standard_of(domain))
        pattern, plain = self._patterns[domain]
        ref = self._ref(domain, attributes) if "ref" in pattern.fields else ""
        series = pattern.series(ref, unit.code if unit else "") or plain.series()
        assert series is not None
        return series

    def _ref(self, domain: str, attributes: Mapping[str, Any]) -> str:
        """What ``{ref}`` stands for; empty without a mapping to a node that has a code."""
        column = reference_of(domain)
        value = str(attributes.get(column.key) or "") if column else ""
        if column is None or not value:
            return ""
        if (domain, value) not in self._digits:
            self._references = self._references or trees.references_now()
            node = self._references.lookup(value, column.reference)
            self._digits[domain, value] = digits_of(node.code) if node and node.code else ""
        return self._digits[domain, value]

    def _codes(self, domain: str, series: Series) -> list[str]:
        """The codes that begin like the series. The second series of a domain has all codes read, the others search them."""
        asked = any(of == domain for of, _key in self._last)
        if not asked:
            return _codes(self._institution, domain, series.before)
        if domain not in self._all:
            self._all[domain] = sorted(_codes(self._institution, domain, ""))
        known = self._all[domain]
        end = bisect_left(known, series.before + "\U0010ffff")
        return known[bisect_left(known, series.before) : end]

    def _once_given(self, domain: str, series: Series) -> int:
        return int(self._fresh().get(LAST, {}).get(domain, {}).get(series.key, 0))

    def _fresh(self) -> dict[str, Any]:
        """The settings, read anew: the institution at hand may be older than a pattern or a code that was left."""
        if self._settings is None:
            self._settings = _settings(self._institution)
        return self._settings


def _settings(institution: Institution) -> dict[str, Any]:
    kept: dict[str, Any] = Institution.objects.values_list("settings", flat=True).get(pk=institution.pk)
    return kept


def _codes(institution: Institution, domain: str, before: str) -> list[str]:
    used = Element.objects.filter(institution=institution, domain=domain)
    if before:
        used = used.filter(code__startswith=before)
    return list(used.order_by().values_list("code", flat=True))


def remember(institution: Institution, left: Iterable[tuple[str, str]]) -> None:
    """Keep in mind the codes (with their domains) that elements bore and bear no more, so that they are not given again."""
    with transaction.atomic():
        hold(institution)
        settings = _settings(institution)
        known: dict[str, dict[str, int]] = settings.get(LAST, {})
        changed = False
        for domain, code in left:
            for pattern in {_pattern(settings, domain), standard_of(domain)}:
                if split := pattern.split(code):
                    series, number = split
                    numbers = known.setdefault(domain, {})
                    if number > numbers.get(series.key, 0):
                        numbers[series.key], changed = number, True
        if changed:
            Institution.objects.filter(pk=institution.pk).update(settings=settings | {LAST: known})


def set_patterns(actor: Actor, institution: Institution, patterns: Mapping[str, str]) -> None:
    """Set the patterns of domains; an empty one gives the standard back. Codes that exist never change.

    Raises :class:`Refused` for a pattern that cannot be used; then none is set.
    """
    actor.require(CODES, institution, None)
    domains = {domain.key for domain in packs.metamodel().domains}
    checked = {}
    for domain, text in patterns.items():
        if domain not in domains:
            raise Refused(_("There is no domain “%(domain)s”.") % {"domain": domain}, domain)
        checked[domain] = read_pattern(text, domain).text if text.strip() else ""
    with transaction.atomic():
        hold(institution)
        settings = _settings(institution)
        kept = {**settings.get(PATTERNS, {}), **checked}
        plain = {d: standard_of(d).text for d in domains}
        kept = {domain: text for domain, text in kept.items() if text and text != plain.get(domain)}
        Institution.objects.filter(pk=institution.pk).update(settings=settings | {PATTERNS: kept})
    institution.settings = {**institution.settings, PATTERNS: kept}


def read_pattern(text: str, domain: str = "") -> Pattern:
    """A pattern as people typed it; :class:`Refused` says in words what is wrong, where, and what would be right."""
    try:
        return parse(text.strip())
    except BadPattern as bad:
        raise Refused(told(bad), domain) from bad


def told(bad: BadPattern) -> str:
    """What is wrong with a pattern, in words."""
    texts = {
        "empty": _("The pattern is empty."),
        "long": _("The codes would be longer than 60 characters. Shorten the text around the fields."),
        "brace": _("The brace at character %(place)d has no partner. Fields are written as {n:3}, {ref} or {unit}."),
        "field": _("%(what)s at character %(place)d is no field. There are {n}, {n:3}, {ref} and {unit}."),
        "width": _("%(what)s at character %(place)d: the number of digits must be 1 to 9, as in {n:3}."),
        "no number": _("The running number is missing. Write {n} or, with at least three digits, {n:3}."),
        "twice": _("%(what)s at character %(place)d stands there a second time. Each field may stand once."),
        "touching": _("Digits or fields touch at “%(what)s”: two elements could get one code. Put a hyphen or a dot between."),
        "edge": _("The pattern must not begin or end with a space."),
    }  # fmt: skip
    return texts[bad.why] % {"what": bad.what, "place": bad.place}


def example(institution: Institution, domain: str, pattern: Pattern) -> str:
    """The code that the next element would get: one mapped to the first node of the domain's reference, in the first unit."""
    column = reference_of(domain)
    nodes = trees.references_now().tree(column.reference) if column else ()
    node = next((n for n in nodes if n.code and n.level > 1), None)
    unit = Unit.objects.filter(institution=institution, deleted_at=None).order_by("name", "id").first()
    ref = digits_of(node.code) if node and node.code else ""
    series = pattern.series(ref, unit.code if unit else "1.01") or standard_of(domain).series()
    assert series is not None
    return series.code(series.last(_codes(institution, domain, series.before)) + 1)


def samples(institution: Institution, domain: str, most: int = 3) -> list[str]:
    """Codes that stand in the register: the newest elements of the domain."""
    live = Element.objects.filter(institution=institution, domain=domain, deleted_at=None)
    return list(live.order_by("-pk").values_list("code", flat=True)[:most])
