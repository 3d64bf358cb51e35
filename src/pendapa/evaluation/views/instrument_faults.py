"""Faults of an instrument in the language of the page. What is not known here is told as the reader of packs says it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from pendapa.regulations.errors import Fault

_PARTS = re.compile(r"weights of its (\w+) add up to (\S+), not (\S+)")
_BEGINS = re.compile(r"begins at (\S+), must begin at (\S+)")
_END = re.compile(r"must reach the end of the scale, (\S+), included")
_NUMBER = re.compile(r"must be a number such as .*, is (.*)")
_PLACE = re.compile(r"(domain|aspect|indicator|predicate) (.+)")


def told(faults: Iterable[Fault]) -> list[str]:
    """Each fault as a sentence with its place."""
    return [f"{_place(fault.path)}: {_reason(fault.reason)}" for fault in faults]


def _place(path: str) -> str:
    named = {
        "domain": _("Domain %(number)s"), "aspect": _("Aspect %(number)s"), "indicator": _("Indicator %(number)s"),
        "predicate": _("Predicate %(number)s"),
    }  # fmt: skip
    if found := _PLACE.fullmatch(path):
        return named[found[1]] % {"number": found[2]}
    known = {
        "": _("The whole file"),
        "whole instrument": _("Whole instrument"),
        "predicates": _("Predicates"),
    }
    return str(known.get(path, path))


def _reason(reason: str) -> str:
    parts = {"aspects": _("aspects"), "indicators": _("indicators"), "domains": _("domains")}
    if found := _PARTS.fullmatch(reason):
        words = {"parts": parts.get(found[1], found[1]), "sum": found[2], "whole": found[3]}
        return _("the weights of its %(parts)s add up to %(sum)s, but must be %(whole)s.") % words
    if found := _BEGINS.fullmatch(reason):
        return _("begins at %(low)s, but the one below ends at %(end)s.") % {"low": found[1], "end": found[2]}
    if found := _END.fullmatch(reason):
        return _("the highest predicate must end at %(end)s.") % {"end": found[1]}
    if found := _NUMBER.fullmatch(reason):
        return _("must be a number such as 13 or 1.3, but is %(given)s.") % {"given": found[1]}
    plain = {
        "is missing": _("is missing."), "is empty": _("is empty."), "weight must be above 0": _("the weight must be above 0."),
        "is not UTF-8 text": _("is no UTF-8 text."),
        "is nested too deeply: no instrument": _("is nested too deeply to be an instrument."),
        "is not in this instrument": _("is not in this instrument."),
        "must be a mapping with id, title, … in the shape of the packs":
            _("is no instrument: it must begin with id, title, … in the shape of an exported one."),
        "changes more than criteria, names, evidence, weights, bounds and notes: give it an id of its own":
            _("this id belongs to a shipped instrument, and the file changes its structure: give it an id of its own."),
    }  # fmt: skip
    return str(plain.get(reason, reason))
