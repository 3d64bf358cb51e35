"""The elements of the architecture that a row makes, changes, retires or uses: by code (also by uid, or by a name that only one
bears), with what is done to each behind it: ``DAA.01.01 (diubah); Basis data pasien (dibuat)``.

A row tells all of them: one that it leaves out is taken away, an empty cell changes nothing, *tidak ada* takes all away. What the
actor may not see stays, and is answered like what does not exist.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.queries import visible
from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes, chunks
from pendapa.kernel.tables.messages import Message, Words, _, say
from pendapa.kernel.tables.ports import Draft
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Initiative, InitiativeElement
from pendapa.roadmap.tables.columns import ELEMENTS, ELEMENTS_NONE

EFFECTS = {
    "new": ("dibuat", "made", "baru", "buat", "new", "dibangun"),
    "change": ("diubah", "changed", "ubah", "upgrade", "change", "ditingkatkan", "peningkatan", "dikembangkan"),
    "retire": ("dihentikan", "retired", "retire", "diakhiri", "dihapus", "ditutup"),
    "use": ("dipakai", "used", "use", "pakai", "digunakan", "dimanfaatkan"),
}  # fmt: skip
"""What is done to an element as tables write it; the first is how an export writes it in Indonesian, the second in English."""
DEFAULT = "change"
_BY_WORD = {word: key for key, words in EFFECTS.items() for word in (key, *words)}
_BETWEEN = re.compile(r"[;\n|]+")
_BEHIND = re.compile(r"(.*\S)\s*[(\[]\s*([^()\[\]]{1,40}?)\s*[)\]]", re.DOTALL)
_AFTER_A_SIGN = re.compile(r"(.*\S)(?:\s+[-\u2013\u2014=]|\s*:)\s*([^\W\d]{3,20})", re.DOTALL)
_BULLET = re.compile(r"(?:[-\u2013\u2022*]|\(?\d{1,2}[.)]|[a-z][.)])\s+", re.IGNORECASE)
_CODE_AND_NAME = re.compile(r"(\S+)\s+(?:[-\u2013\u2014:]\s+)?(\S.*)", re.DOTALL)
_PLAIN_CODE = re.compile(r"[^\s;|()\[\],:](?:[^;|()\[\],:\n]*[^\s;|()\[\],:])?")
_CHUNK, _SHOWN, _NAMED = 300, 80, 5
MOST = 20
"""So many faults of one cell are told; who mends them is told the next."""

_UNKNOWN = _(
    "No element has the code or the name %(value)s. Correct it or take it out; what is new is entered in the architecture first."
)
_TWICE = _("%(value)s is the name of several elements: %(codes)s. Write the code of the one that is meant.")
_DOMAINS = _("%(value)s is a code in several domains. Write which is meant: %(codes)s.")
_OTHER = _("The code %(code)s belongs to “%(name)s”. Write the code alone, or the name that belongs to it.")
_EFFECT = _("“%(effect)s” does not say what is done to %(value)s. Write one of these: %(known)s.")
_AGAIN = _("%(value)s stands in the cell twice, each time with something else done to it. Leave one.")
_UNSAID = _("What is done to %(value)s is not said; it was taken as “%(read)s”.")


class Row(NamedTuple):
    """An element that the actor may see."""

    uid: UUID
    domain: str
    code: str
    name: str


class Said(NamedTuple):
    """A part of a cell: the text, what names the element, and what is done to it (empty: not said)."""

    text: str
    name: str
    effect: str = ""


def named(text: str) -> list[str] | None:
    """The elements that a cell names, as written; an empty list where it says that there are none, None where it says nothing."""
    if " ".join(text.casefold().split()).strip(" .") in ELEMENTS_NONE:
        return []
    return [part for one in _BETWEEN.split(text) if (part := " ".join(one.split()))] or None


def said(text: str) -> Said:
    """What a part names and what is done to it: "Portal (upgrade)", "DAA.01 - dibuat". Any other bracket belongs to the name."""
    for pattern in (_BEHIND, _AFTER_A_SIGN):
        found = pattern.fullmatch(text)
        if found is not None and (effect := _BY_WORD.get(found[2].casefold())) is not None:
            return Said(text, found[1].strip(), effect)
    return Said(text, text)


class Elements:
    """What the actor may see of the elements that some cells name; read set-based, a query for each 300 texts."""

    def __init__(self, actor: Actor, institution: Institution, texts: Iterable[str]) -> None:
        self._domains = {
            word.casefold(): one.key
            for one in metamodel.of(institution).all_domains
            for word in (one.key, one.name, one.label.id, one.label.en)
        }
        self._labels = {one.key: one.label for one in metamodel.of(institution).all_domains}
        self._by_uid: dict[str, Row] = {}
        self._by_code: dict[str, list[Row]] = defaultdict(list)
        self._by_name: dict[str, list[Row]] = defaultdict(list)
        names = {form for text in texts for form in (text, said(text).name, *_before_a_bracket(text))}
        asked = {way for name in names for _domain, *ways in self._ways_of(name) for way in ways if way}
        rows = visible(actor, institution).order_by()
        for some in chunks(sorted(asked), _CHUNK):
            self._take(rows.filter(_condition(some)).values_list("uid", "domain", "code", "name"))

    def _take(self, rows: Iterable[tuple[UUID, str, str, str]]) -> None:
        for told in rows:
            row = Row(*told)
            if str(row.uid) in self._by_uid:
                continue
            self._by_uid[str(row.uid)] = row
            self._by_code[row.code.casefold()].append(row)
            self._by_name[name_key(row.name)].append(row)

    def resolve(self, told: Sequence[str], stood: Mapping[UUID, str]) -> Iterator[tuple[str, UUID | None, str, Message | None]]:  # fmt: skip
        """For each part of a cell: its text, the element and what is done to it (empty: not said), or what is wrong.

        ``stood`` are those of the initiative that are there: of several with one name it is the one that stands there.
        """
        for text in told:
            for one in self._taken_apart(said(text)):
                yield one.text, *self._resolved(one, stood)

    def _taken_apart(self, one: Said) -> list[Said]:
        """Parts between commas, where the whole names nothing and one of the parts does: names hold commas themselves."""
        parts = [part for part in re.split(r",\s+", one.text) if part]
        if len(parts) < 2 or self._found(one.name):
            return [one]
        some = [said(part) for part in parts]
        return some if any(self._found(each.name) for each in some) else [one]

    def _resolved(self, one: Said, stood: Mapping[UUID, str]) -> tuple[UUID | None, str, Message | None]:
        found = self._found(one.name)
        if not found and one.effect and (found := self._found(one.text)):
            one = Said(one.text, one.text)  # the bracket belongs to the name
        if len(found) > 1:
            found = (
                [row for row in found if row.uid in stood]
                if sum(row.uid in stood for row in found) == 1
                else found
            )
        if len(found) == 1:
            return found[0].uid, one.effect, None
        if len(found) > 1:
            same = len({row.code for row in found}) == 1
            codes = "; ".join(self._written(row, same) for row in found[:_NAMED]) + (
                "; …" if len(found) > _NAMED else ""
            )
            return None, "", say(_DOMAINS if same else _TWICE, value=one.name[:_SHOWN], codes=codes)
        return None, "", self._missing(one)

    def _missing(self, one: Said) -> Message:
        """Why a part names nothing: a word behind a known element, a code beside another's name, or simply unknown."""
        behind = _BEHIND.fullmatch(one.text)
        if behind is not None and not one.effect and self._found(behind[1]):
            known = {"id": ", ".join(words[0] for words in EFFECTS.values()), "en": ", ".join(words[1] for words in EFFECTS.values())}  # fmt: skip
            return say(_EFFECT, effect=behind[2], value=behind[1][:_SHOWN], known=Words(known))
        pair = _CODE_AND_NAME.fullmatch(one.name)
        if pair is not None and (row := next(iter(self._coded(pair[1].rstrip(":"))), None)) is not None:
            return say(_OTHER, code=row.code, name=row.name[:_SHOWN])
        return say(_UNKNOWN, value=one.name[:_SHOWN])

    def _written(self, row: Row, with_domain: bool) -> str:
        if not with_domain:
            return row.code or str(row.uid)
        return f"{self._labels[row.domain].id if row.domain in self._labels else row.domain}: {row.code}"

    def _found(self, text: str) -> list[Row]:
        """The elements that a text names, in the first way in which it names any."""
        for domain, whole, name in self._ways_of(text):
            if name:
                rows = [row for row in self._coded(whole) if name_key(row.name) == name_key(name)]
            else:
                rows = self._one(whole)
            if rows := [row for row in rows if domain in ("", row.domain)]:
                return rows
        return []

    def _one(self, text: str) -> list[Row]:
        known = self._by_uid.get(text.casefold())
        return [known] if known else self._coded(text) or self._by_name.get(name_key(text), [])

    def _coded(self, text: str) -> list[Row]:
        rows = self._by_code.get(text.casefold(), []) if text else []
        return [row for row in rows if row.code == text] or rows

    def _ways_of(self, text: str) -> Iterator[tuple[str, str, str]]:
        """How a text may be read: (domain, code or name, empty) or (domain, code, name)."""
        for bare in dict.fromkeys((text, _BULLET.sub("", text, count=1))):
            before, sign, behind = bare.partition(":")
            readings = [("", bare)]
            if sign and (domain := self._domains.get(before.strip().casefold())):
                readings.append((domain, behind.strip()))
            for domain, one in readings:
                yield domain, one, ""
                if (pair := _CODE_AND_NAME.fullmatch(one)) is not None:
                    yield domain, pair[1].rstrip(":"), pair[2]


def _before_a_bracket(text: str) -> Iterator[str]:
    if (behind := _BEHIND.fullmatch(text)) is not None:
        yield behind[1]


def _condition(texts: Sequence[str]) -> Q:
    codes = {form for text in texts for form in (text, text.upper(), text.lower())}
    keys = {key for text in texts if (key := name_key(text))}
    return (
        Q(code__in=codes) | Q(name_key__in=keys) | Q(uid__in=[uid for text in texts if (uid := _uid(text))])
    )


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


# ---- judging


def judge(actor: Actor, institution: Institution, drafts: Sequence[Draft], header: str, stood: Callable[[Draft], Mapping[UUID, str]]) -> None:  # fmt: skip
    """Put what the rows name into ``touched`` of their values (uid and what is done, empty: not said); faults and doubts go to the
    drafts. ``stood`` gives what an initiative touches now."""
    telling = [draft for draft in drafts if draft.values.get("elements")]
    texts = [text for draft in telling for text in draft.values["elements"]]
    parts = [part for text in texts for part in re.split(r",\s+", text)]
    known = Elements(actor, institution, dict.fromkeys((*texts, *parts))) if telling else None
    for draft in drafts:
        if "elements" not in draft.values:
            continue
        found: dict[UUID, str] = {}
        there, before = stood(draft), len(draft.errors)
        for text, uid, effect, wrong in known.resolve(draft.values["elements"], there) if known else ():
            if wrong is None and uid is not None and effect and (found.get(uid) or effect) != effect:
                wrong = say(_AGAIN, value=text[:_SHOWN])
            if wrong is not None or uid is None:
                draft.fault(header, text, wrong or say(_UNKNOWN, value=text[:_SHOWN]))
                if len(draft.errors) - before == MOST:
                    break
                continue
            if not effect and uid not in there:
                words = EFFECTS[DEFAULT]
                draft.doubt(
                    header,
                    text,
                    say(_UNSAID, value=text[:_SHOWN], read=Words({"id": words[0], "en": words[1]})),
                )
            found[uid] = effect or found.get(uid, "")
        draft.values["touched"] = [[str(uid), effect] for uid, effect in found.items()]


def wanted(before: Sequence[tuple[UUID, str]], touched: Sequence[Sequence[str]], seen: Callable[[UUID], bool]) -> tuple[tuple[UUID, str], ...]:  # fmt: skip
    """What an initiative touches after a row: what that names, and what stands there and may not be seen."""
    there = dict(before)
    told = {UUID(uid): effect or there.get(UUID(uid), DEFAULT) for uid, effect in touched}
    after = {uid: effect for uid, effect in before if not seen(uid)} | told
    return tuple(before) if after == there else tuple(after.items())


# ---- writing


def elements_of(actor: Actor, institution: Institution, uids: Iterable[UUID]) -> dict[UUID, Element]:
    """The elements that rows name, as far as the actor may see them still."""
    found: dict[UUID, Element] = {}
    for some in chunks(sorted(set(uids)), 500):
        found |= {one.uid: one for one in visible(actor, institution).filter(uid__in=list(some))}
    return found


def write(
    row: Initiative,
    after: Sequence[tuple[UUID, str]],
    known: Sequence[InitiativeElement],
    elements: Mapping[UUID, Element],
    writes: Writes,
) -> None:
    """Add, change and delete so that the initiative touches what is wanted. Raises Conflict for an element that went meanwhile."""
    there = {one.element.uid: one for one in known}
    for uid, effect in after:
        one = there.pop(uid, None)
        if one is None and uid not in elements:
            raise Conflict([row.title])
        if one is None:
            writes.add.append(
                InitiativeElement(
                    institution=row.institution, initiative=row, element=elements[uid], effect=effect
                )
            )
        elif one.effect != effect:
            one.institution, one.effect = row.institution, effect
            writes.change.append(one)
    for one in there.values():
        one.institution = row.institution
        writes.delete.append(one)


# ---- the way out


def cell(touched: Iterable[tuple[str, str, str, UUID]], several: Callable[[str], bool], labels: Mapping[str, str], english: bool) -> str:  # fmt: skip
    """Elements (domain, code, what is done, uid) as the text of a cell that reads back: by code, with its domain where ``several``
    bear it, by uid where the code would not survive a cell."""
    found = []
    for domain, code, effect, uid in touched:
        plain = bool(_PLAIN_CODE.fullmatch(code)) and " ".join(code.split()) == code and named(code) == [code]
        name = str(uid) if not plain else f"{labels.get(domain, domain)}: {code}" if several(code) else code
        words = EFFECTS.get(effect)
        found.append(f"{name} ({words[english] if words else effect})")
    return "; ".join(found)


__all__ = [
    "EFFECTS",
    "ELEMENTS",
    "Elements",
    "cell",
    "elements_of",
    "judge",
    "named",
    "said",
    "wanted",
    "write",
]
