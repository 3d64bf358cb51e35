"""Taxonomies (*referensi arsitektur*): a cell holds a code, a name, or both, in any of the usual spellings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from .headings import normal
from .messages import Remark, _, say

_CODE = re.compile(
    r"^\s*([A-Za-z]{3}\b[\s.\-:]*)?((?:\d{1,2})(?:\s?[.\-]\s?\d{1,2})*)\b[\s.:\-–—)]*(.*)$", re.DOTALL
)
_LONGEST = 400


class ReferenceIndex:
    """One taxonomy. Built from (code, name) pairs, the code with its prefix: ("RAB.06.01", "Pendidikan")."""

    def __init__(self, prefix: str, entries: Iterable[tuple[str, str]]) -> None:
        self.prefix = prefix
        self._names = {code: name for code, name in entries if code}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for code, name in self._names.items():
            self._by_name[normal(name)].append(code)

    def find(self, text: str, level: int | None = None) -> tuple[str | None, Remark | None]:
        """(code, nothing) for "RAB.06.01 Pendidikan", "06.01 Pendidikan", "RAB.06.01", "Pendidikan".

        (nothing, remark) when unknown, when a name belongs to several codes, or when code and name disagree.
        ``level`` is that of the header; it decides between equal names.
        """
        codes = self._by_name.get(normal(text), ())
        if codes:
            return self._one(text, codes, level)
        if len(text) > _LONGEST:
            return None, Remark(
                say(
                    _("%(value)s is not known in %(taxonomy)s."), value=f"{text[:120]}…", taxonomy=self.prefix
                )
            )
        match = _CODE.match(text)
        if match and (match.group(1) is None or match.group(1)[:3].upper() == self.prefix):
            code = self._code(match.group(2))
            name = match.group(3).strip()
            if code in self._names:
                return self._agreeing(text, code, name)
            return None, Remark(
                say(_("%(value)s is not a known code of %(taxonomy)s."), value=text, taxonomy=self.prefix),
                self._near(name),
            )
        bare = re.sub(r"\s*\(.*?\)\s*$", "", text)
        if bare != text and (codes := self._by_name.get(normal(bare), ())):
            return self._one(text, codes, level)
        return None, Remark(
            say(_("%(value)s is not known in %(taxonomy)s."), value=text[:120], taxonomy=self.prefix),
            self._near(text),
        )

    def _code(self, digits: str) -> str:
        """ "6.1" → "RAB.06.01"."""
        return ".".join([self.prefix, *(part.strip().zfill(2) for part in re.split(r"[.\-]", digits))])

    def _agreeing(self, text: str, code: str, name: str) -> tuple[str | None, Remark | None]:
        known = self._names[code]
        if not normal(name) or normal(name) == normal(known) or fuzz.ratio(normal(name), normal(known)) >= 85:
            return code, None
        remark = say(
            _("In %(value)s the code is that of %(name)s."), value=text[:120], name=f"{code} {known}"
        )
        return None, Remark(remark, f"{code} {known}")

    def _one(self, text: str, codes: Iterable[str], level: int | None) -> tuple[str | None, Remark | None]:
        found = list(codes)
        if len(found) > 1 and level:
            found = [code for code in found if code.count(".") == level] or found
        if len(found) == 1:
            return found[0], None
        listed = ", ".join(found)
        return None, Remark(
            say(_("%(value)s is the name of several codes: %(codes)s."), value=text, codes=listed), found[0]
        )

    def _near(self, name: str) -> str | None:
        hit = (
            process.extractOne(normal(name), self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=70)
            if name
            else None
        )
        if not hit:
            return None
        code = self._by_name[hit[0]][0]
        return f"{code} {self._names[code]}"
