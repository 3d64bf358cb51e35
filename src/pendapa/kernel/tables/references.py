"""Taxonomies (*referensi arsitektur*): a cell holds a code, a name, or both, in any of the usual spellings."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from pendapa.regulations.metamodel import normalise
from pendapa.regulations.references import Entry, Reading, Spellings

from .messages import Remark, _, say


class ReferenceIndex:
    """One taxonomy, with what is to be said of a cell that names nothing in it.

    Built from (code, name) pairs, the code with its prefix: ("RAB.06.01", "Pendidikan"), or from entries of a pack.
    """

    def __init__(self, prefix: str, entries: Iterable[tuple[str, str] | Entry]) -> None:
        self.prefix = prefix
        self._spellings = Spellings(prefix, (Entry(*entry) for entry in entries))

    def find(self, text: str, level: int | None = None) -> tuple[str | None, Remark | None]:
        """(code, nothing) for "RAB.06.01 Pendidikan", "06.01 Pendidikan", "RAB.06.01", "Pendidikan".

        (nothing, remark) when unknown, when a name belongs to several codes, or when code and name disagree; (nothing,
        nothing) for a known name that has no code. ``level`` is that of the header; it decides between equal names.
        """
        read = self._spellings.read(text, level)
        if read.entry is not None:
            return read.entry.code or None, None
        return None, self._remark(text, read)

    def _remark(self, text: str, read: Reading) -> Remark:
        if read.why == "several":
            codes = [entry.code or entry.name for entry in read.others]
            several = say(
                _("%(value)s is the name of several codes: %(codes)s."), value=text, codes=", ".join(codes)
            )
            return Remark(several, codes[0])
        if read.why == "contradiction":
            label = read.others[0].label
            return Remark(
                say(_("In %(value)s the code is that of %(name)s."), value=text[:120], name=label), label
            )
        if read.why == "unknown code":
            unknown = say(
                _("%(value)s is not a known code of %(taxonomy)s."), value=text[:120], taxonomy=self.prefix
            )
            return Remark(unknown, self._near(read.name))
        told = text if len(text) <= 120 else f"{text[:120]}…"
        return Remark(
            say(_("%(value)s is not known in %(taxonomy)s."), value=told, taxonomy=self.prefix),
            self._near(read.name),
        )

    def _near(self, name: str) -> str | None:
        if not name:
            return None
        names = self._spellings.by_name
        hit = process.extractOne(normalise(name), names.keys(), scorer=fuzz.ratio, score_cutoff=70)
        return names[hit[0]][0].label if hit else None
