"""What an institution lays over an evaluation instrument: criteria, names, evidence, weights and bounds of a new year.

An overlay is a mapping that holds only what differs::

    {"indicators": {"11": {"levels": {"3": "…"}, "evidence": […], "weight": "2.5", "from": {…}}},
     "aspects": {"2": {"weight": "10"}}, "domains": {…}, "predicates": {"Baik": {"min": "2.6", "max": "3.5"}},
     "notes": [{"about": "…", "text": "…"}]}

``from`` says where the new words were read and whether that settles them (``verified``, ``source``, ``note``); without it
they count as unverified. An overlay changes no number, adds no indicator and takes none away: that is a new instrument.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any

from pendapa.regulations.errors import Fault, PackError
from pendapa.regulations.instruments import as_kept, instrument_from

SOURCE = "perubahan oleh instansi"
_OWN = {"verified": False, "source": SOURCE}
WORDS = ("name", "short_name")
OF_AN_INDICATOR = (*WORDS, "weight", "levels", "evidence")
OF_A_PART = ("name", "weight")
OF_A_PREDICATE = ("min", "max")
# Which words of an indicator are told apart by their own source.
_FROM = {
    "name": "names_from",
    "short_name": "names_from",
    "weight": "weights_from",
    "levels": "criteria",
    "evidence": "evidence_from",
}
_PARTS = {"indicators": "number", "aspects": "number", "domains": "number", "predicates": "name"}
_TAKES = {
    "indicators": OF_AN_INDICATOR,
    "aspects": OF_A_PART,
    "domains": OF_A_PART,
    "predicates": OF_A_PREDICATE,
}


def lay(content: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """``content`` of an instrument with the overlay on it, checked as a pack is. Raises PackError with every fault."""
    laid: dict[str, Any] = deepcopy(dict(as_kept(content)))
    file = Path(str(laid.get("id", "instrument")))
    faults = [Fault(file, str(key), "cannot be changed") for key in overlay if key not in (*_PARTS, "notes")]
    for group, key in _PARTS.items():
        there = {str(one[key]): one for one in _entries(laid, group)}
        for number, change in dict(overlay.get(group) or {}).items():
            if number not in there:
                faults.append(Fault(file, f"{group}.{number}", "is not in this instrument"))
                continue
            faults += _faults(file, group, number, change)
            _change(there[number], change)
    laid["notes"] = [*(laid.get("notes") or []), *(overlay.get("notes") or [])]
    if faults:
        raise PackError(faults)
    if not laid["notes"]:
        del laid["notes"]
    instrument_from(laid, file)
    return laid


def put(content: Mapping[str, Any], overlay: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The overlay with one more change in it, holding only what differs from ``content``.

    A change has the shape of an overlay; its ``notes`` replace the earlier ones.
    """
    _check_shape(change, Path(str(content.get("id", "instrument"))))
    found: dict[str, Any] = {}
    for group, key in _PARTS.items():
        base = {str(one[key]): one for one in _entries(content, group)}
        merged: dict[str, Any] = deepcopy(dict(overlay.get(group) or {}))
        for number, given in dict(change.get(group) or {}).items():
            merged[number] = _merged(merged.get(number) or {}, given)
        kept = {number: _different(base.get(number, {}), one) for number, one in merged.items()}
        kept = {number: one for number, one in kept.items() if one}
        if kept:
            found[group] = kept
    notes = change["notes"] if "notes" in change else overlay.get("notes")
    if notes:
        found["notes"] = list(notes)
    return found


def difference(content: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The overlay that makes ``other`` out of ``content``. Raises PackError where no overlay can."""
    base, wanted = as_kept(content), as_kept(other)
    change: dict[str, Any] = {}
    for group, key in _PARTS.items():
        for one in _entries(wanted, group):
            given = {word: one[word] for word in _TAKES[group] if word in one}
            change.setdefault(group, {})[str(one[key])] = given | _told(one)
    before, after = list(base.get("notes") or []), list(wanted.get("notes") or [])
    if after[: len(before)] == before:
        change["notes"] = after[len(before) :]
    overlay = put(base, {}, change)
    file = Path(str(wanted.get("id", "instrument")))
    try:
        same = _plain(lay(base, overlay)) == _plain(wanted)
    except PackError:
        same = False
    if not same:
        reason = (
            "changes more than criteria, names, evidence, weights, bounds and notes: give it an id of its own"
        )
        raise PackError([Fault(file, "id", reason)])
    return overlay


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any, Any]]:
    """What differs between two contents: group, number, word (``levels.3``), old and new value."""
    old, new = as_kept(before), as_kept(after)
    for group, key in _PARTS.items():
        was = {str(one[key]): one for one in _entries(old, group)}
        now = {str(one[key]): one for one in _entries(new, group)}
        for number in dict.fromkeys((*was, *now)):
            if number not in was or number not in now:
                yield group, number, "", was.get(number), now.get(number)
                continue
            for word in _TAKES[group]:
                yield from _word_changes(group, number, word, was[number].get(word), now[number].get(word))
    if (old.get("notes") or []) != (new.get("notes") or []):
        yield "notes", "", "", old.get("notes") or [], new.get("notes") or []


def _word_changes(
    group: str, number: str, word: str, was: Any, now: Any
) -> Iterator[tuple[str, str, str, Any, Any]]:
    if word == "levels":
        for level in sorted({*(was or {}), *(now or {})}):
            one, other = (was or {}).get(level), (now or {}).get(level)
            if one != other:
                yield group, number, f"levels.{level}", one, other
    elif not _same(word, was, now):
        yield group, number, word, was, now


def _check_shape(change: Mapping[str, Any], file: Path) -> None:
    """Refuses what has not the shape of an overlay at all."""
    faults = []
    for group in change:
        given = change[group]
        if group == "notes":
            if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
                faults.append(Fault(file, "notes", "must be a list of remarks"))
        elif not isinstance(given, Mapping) or not all(isinstance(one, Mapping) for one in given.values()):
            faults.append(Fault(file, str(group), "must be a mapping of mappings"))
        else:
            for number, one in given.items():
                if not all(isinstance(one.get(word, {}), Mapping) for word in ("levels", "from")):
                    faults.append(Fault(file, f"{group}.{number}", "levels and from must be mappings"))
    if faults:
        raise PackError(faults)


def _entries(content: Mapping[str, Any], group: str) -> list[dict[str, Any]]:
    """The entries of a group, wherever in the tree they stand."""
    if group in ("predicates", "domains"):
        return list(content.get(group) or [])
    aspects = [one for domain in content.get("domains") or [] for one in domain["aspects"]]
    aspects = aspects or list(content.get("aspects") or [])
    if group == "aspects":
        return aspects
    return [one for aspect in aspects for one in aspect["indicators"]]


def _faults(file: Path, group: str, number: str, change: Any) -> list[Fault]:
    if not isinstance(change, Mapping):
        return [Fault(file, f"{group}.{number}", "must be a mapping")]
    known = (*_TAKES[group], "from")
    return [
        Fault(file, f"{group}.{number}.{word}", f"cannot be changed; known are {', '.join(known)}")
        for word in change
        if word not in known
    ]


def _change(entry: dict[str, Any], change: Mapping[str, Any]) -> None:
    told = {**_OWN, **(change.get("from") or {})}
    for word, value in change.items():
        if word == "from":
            continue
        entry[word] = {**(entry.get("levels") or {}), **value} if word == "levels" else value
        if word in _FROM and "number" in entry and "levels" in entry:
            entry[_FROM[word]] = told
        elif "levels" not in entry:
            entry.update(told)


def _merged(earlier: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**earlier, **given}
    if "levels" in earlier and "levels" in given:
        merged["levels"] = {**earlier["levels"], **given["levels"]}
    return merged


def _different(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """What of a change is other than the base; ``from`` stays only with something it speaks of."""
    kept = {}
    for word, value in change.items():
        if word == "from":
            continue
        if word == "levels":
            old = base.get("levels") or {}
            value = {str(n): text for n, text in value.items() if as_kept(text) != old.get(str(n))}
            if value:
                kept[word] = value
        elif not _same(word, as_kept(value), base.get(word, [] if word == "evidence" else None)):
            kept[word] = as_kept(value)
    if kept and change.get("from"):
        kept["from"] = dict(change["from"])
    return kept


def _same(word: str, one: Any, other: Any) -> bool:
    """Equal; numbers by what they are, however they are written."""
    if one == other:
        return True
    try:
        return word in ("weight", "min", "max") and Fraction(str(one)) == Fraction(str(other))
    except (ValueError, ZeroDivisionError):
        return False


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Where the changed words of an entry were read, as its own source tells."""
    places = [entry.get(name) for name in dict.fromkeys(_FROM.values())] if "levels" in entry else [entry]
    for place in places:
        told = {k: place[k] for k in ("verified", "source", "note") if k in place} if place else {}
        if told.get("source") and told != _OWN:
            return {"from": told}
    return {}


def _plain(content: Mapping[str, Any]) -> Any:
    """A content without the sources of single words, to compare what counts."""
    aside = {*_FROM.values(), "verified", "source", "note"}

    def bare(value: Any, top: bool = False) -> Any:
        if isinstance(value, Mapping):
            keys = value if top else [key for key in value if key not in aside]
            return {key: bare(value[key]) for key in keys if value[key] not in ([], {})}
        return [bare(one) for one in value] if isinstance(value, list) else value

    return bare(as_kept(content), top=True)
