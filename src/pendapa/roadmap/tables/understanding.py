"""What a row of a roadmap table says, as plain values that can wait for confirmation; whatever is odd is told at its cell.

Keys of what is told (only those that the row fills; an empty cell changes nothing): ``content``, ``description``, ``output``,
``note``, ``starts_on``, ``ends_on`` (ISO days), ``targets`` and ``done`` (texts by year), ``cost`` (decimal text), ``money``
(``{"2027": {"planned": "850000000"}}``), ``code`` and ``codes`` (of the budget, and how many), ``several`` (a line for
the note where they are several), ``source``, ``state``, ``lifts``,
``partners`` (ids), ``goal`` (as written; the session makes ``goal_uid`` of it), ``days`` (decimal text), ``waits`` (codes, titles or uids of initiatives), ``elements`` (what names those of the architecture, as
written; the session makes ``touched`` of it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.messages import Message, _, say
from pendapa.kernel.tables.names import Found
from pendapa.kernel.tables.ports import Draft
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.roadmap.rules import dirt, spans, ticks
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.tables import touching, waiting
from pendapa.roadmap.tables.arranging import money_text
from pendapa.roadmap.tables.columns import (
    CONTENT_NAMES,
    DAYS,
    ELEMENTS,
    ELEMENTS_NONE,
    GOAL,
    MONEY,
    OTHER_TARGET,
    REACHED,
    SOURCE_WORDS,
    SPAN,
    STATES,
    TARGET,
    WAITS,
)

REREAD = ("tanggal_awal", "tanggal_akhir", "estimasi", "mitra", OTHER_TARGET, REACHED, *MONEY)
"""Columns that are read here from the text as written; what the general reading said of them is put aside."""
_STAYS = (
    _("The unit was found by its code; no unit is named %(name)s."),
    _("The unit was found by its name; no unit has the code %(code)s."),
    _("The cell shows the error %(error)s; it was read as empty."),
    _("The cell holds a formula without a saved result; it was read as empty."),
)
"""What is said of code and name together and of cells that are empty by now, which this reading does not see again."""
_WHY: Mapping[str, str] = {
    "no_money": _("%(value)s is not an amount; it was left out. Write it as Rp 850.000.000."),
    "negative": _("%(value)s is below nought; it was left out."),
    "two_amounts": _("%(value)s holds two amounts; it was left out. Write one."),
    "two_ways": _("%(value)s can be read in two ways; it was left out. Write it out in rupiah."),
    "too_much": _("%(value)s is larger than any budget; it was left out. Look at its noughts."),
    "no_span": _(
        "%(value)s is no span of time; it was left out. Write 2026-2028, TW III 2026 or Maret 2027 s.d. Juni 2028."
    ),
    "backwards": _(
        "%(value)s ends before it begins; it was left out. Write the year behind both: November 2026 s.d. Januari 2027."
    ),
    "two_spans": _(
        "%(value)s can be read as more than one span of time; it was left out. Write Maret 2027 s.d. Juni 2028."
    ),
    "no_day": _("%(value)s is not a day; it was left out. Write it as 31 Desember 2027."),
}
"""What could not be understood is left out and told; nothing is guessed."""
_SEEN: Mapping[str, str] = {
    "scaled": _("%(value)s is read as %(read)s."),
    "about": _("%(value)s is kept as %(read)s; that it is an estimate is not kept."),
    "whole": _("%(value)s is read as %(read)s."),
    "counted": _("%(value)s is how a workbook counts days; it is read as %(read)s."),
}


class Reader:
    """Reads the rows of one sheet for one institution. ``instruments`` by id, the one in use first."""

    def __init__(self, lookups: Lookups, instruments: Mapping[str, Instrument]) -> None:
        self._lookups = lookups
        self._instruments = instruments
        self._names = {
            (id_, " ".join(dirt.plain(name).casefold().split())): one.number
            for id_, instrument in instruments.items()
            for one in instrument.indicators
            for name in (one.name.in_language("id"), one.name.in_language("en"))
        }
        self._contents = _content_names()

    def read(self, draft: Draft, headers: Mapping[str, str]) -> dict[str, Any]:
        """What the row tells; findings go to the draft."""
        one = _One(draft, headers, self._lookups)
        mine = {headers.get(name, "") for name in REREAD} - {""}
        draft.warnings = [
            finding
            for finding in draft.warnings
            if finding["column"] not in mine or finding["msgid"] in _STAYS
        ]
        for column, key in (
            ("uraian", "description"),
            ("keluaran", "output"),
            ("keterangan", "note"),
        ):
            one.text(column, key)
        one.choice("sumber_dana", "source", SOURCE_WORDS)
        one.choice("status", "state", STATES)
        one.day("tanggal_awal", "starts_on", end=False)
        one.day("tanggal_akhir", "ends_on", end=True)
        one.span()
        one.targets()
        one.yearly_texts(REACHED, "done")
        one.amounts()
        one.days()
        one.goal()
        one.programme()
        one.partners()
        one.waits()
        one.elements()
        self._content(one)
        self._lifts(one)
        return one.told

    def _content(self, one: _One) -> None:
        """Of the seven contents: said so, else what the group line or the one domain of the architecture names."""
        keys = {known.key for known in packs.roadmap().contents}
        said = str(one.values.get("muatan") or "")
        group = self._contents.get(_ENUMERATED.sub("", _bare(str(one.values.get("aspek") or ""))))
        domains = str(one.values.get("domain_arsitektur") or "")
        named = {
            self._contents[key] for part in dirt.several(domains) if (key := _bare(part)) in self._contents
        }
        found = said if said in keys else group or (next(iter(named)) if len(named) == 1 else "")
        if found:
            one.told["content"] = found

    def _lifts(self, one: _One) -> None:
        """Indicators by number or by name, of the instrument that is named, else of the one in use."""
        text = str(one.values.get("indikator") or "")
        lifts = []
        for raised in dirt.indicators(text):
            found = self._indicator(raised)
            if found is None:
                told = say(
                    _("%(value)s names no indicator of an instrument in use; it was left out."),
                    value=raised.name or raised.number,
                )
                one.draft.doubt(one.headers.get("indikator", ""), text, told)
            else:
                instrument, number = found
                self._question(one, raised, instrument, number)
                lifts.append(
                    {
                        "instrument": instrument,
                        "indicator": number,
                        "from": raised.level_from,
                        "to": raised.level_to,
                    }
                )
        if lifts:
            one.told["lifts"] = list(
                {(lift["instrument"], lift["indicator"]): lift for lift in lifts}.values()
            )

    def _indicator(self, raised: dirt.Raised) -> tuple[str, str] | None:
        name = " ".join(raised.name.casefold().split())
        asked = [raised.instrument] if raised.instrument in self._instruments else list(self._instruments)
        for id_ in asked:
            if name and (number := self._names.get((id_, name))) is not None:
                return id_, number
        if not raised.number:
            return None
        numbered = [id_ for id_ in asked if self._called(id_, raised.number)]
        alike = (id_ for id_ in numbered if name and self._is_called(id_, raised.number, name))
        return next(((id_, raised.number) for id_ in (*alike, *numbered)), None)

    def _called(self, instrument: str, number: str) -> tuple[str, ...]:
        """The names of an indicator in both languages; none where there is no such number."""
        known = (one.name for one in self._instruments[instrument].indicators if one.number == number)
        return tuple(name.in_language(code) for name in known for code in ("id", "en"))

    def _is_called(self, instrument: str, number: str, said: str) -> bool:
        """Is ``said`` its name, or where that begins? Printed tables cut long names short."""
        names = (" ".join(dirt.plain(one).casefold().split()) for one in self._called(instrument, number))
        return any(name.startswith(said) or said.startswith(name) for name in names)

    def _question(self, one: _One, raised: dirt.Raised, instrument: str, number: str) -> None:
        """Instruments number their indicators anew: a name that disagrees with its number is told."""
        said = " ".join(raised.name.casefold().split())
        if said and number == raised.number and not self._is_called(instrument, number, said):
            text = _(
                "Indicator %(number)s of %(instrument)s is “%(name)s”, the table says “%(value)s”: check which is meant."
            )
            known = self._called(instrument, number)[0]
            told = say(text, number=number, instrument=instrument, name=known, value=raised.name[:80])
            one.draft.doubt(one.headers.get("indikator", ""), raised.name, told)


class _One:
    """One row being read."""

    def __init__(self, draft: Draft, headers: Mapping[str, str], lookups: Lookups) -> None:
        self.draft, self.headers, self._lookups = draft, headers, lookups
        self.values = dict(draft.values)
        self.told: dict[str, Any] = {}

    def _doubt(self, column: str, text: str, message: Message) -> None:
        self.draft.doubt(self.headers.get(column, ""), text, message)

    def text(self, column: str, key: str) -> None:
        if (text := rules.tidy(str(self.values.get(column) or ""))) and not dirt.is_nothing(text):
            self.told[key] = text

    def choice(self, column: str, key: str, known: Mapping[str, Any]) -> None:
        if self.values.get(column) in known:
            self.told[key] = self.values[column]

    def day(self, column: str, key: str, *, end: bool) -> None:
        if not (text := str(self.values.get(column) or "")):
            return
        found = dirt.day(text, end)
        if found.value is not None:
            self.told[key] = found.value.isoformat()
        self._look(column, text, found.key, found.value.isoformat() if found.value else "")

    def span(self) -> None:
        """Start and end of a cell that holds both; columns of their own come first, and where it does not agree it is told."""
        text, strays = ticks.strays(str(self.values.get(SPAN) or ""))
        for period, stray in strays:
            words = _("“%(value)s” under %(period)s is no tick; it was left out. Tick with v, x or 1.")
            self._doubt(SPAN, stray, say(words, value=stray, period=period))
        found = spans.read(text)
        if (span := found.value) is None:
            self._look(SPAN, text, found.key, "")
            return
        for first, last in span.gaps:
            self._hole(text, first, last, span)
        start, end = (
            date.fromisoformat(self.told[key]) if key in self.told else None
            for key in ("starts_on", "ends_on")
        )
        if (start and not span.begins(start)) or (end and not span.ends(end)):
            words = _(
                "%(value)s does not agree with start and end of the row (%(start)s – %(end)s); these count."
            )
            said = (one.isoformat() if one else "?" for one in (start, end))
            self._doubt(SPAN, text, say(words, value=text[:80], start=next(said), end=next(said)))
            return
        self.told |= {
            "starts_on": (start or span.first).isoformat(),
            "ends_on": (end or span.last).isoformat(),
        }
        self._look(SPAN, text, found.key, span.first.isoformat())

    def _hole(self, text: str, first: date, last: date, span: spans.Span) -> None:
        words = _(
            "%(value)s leaves out %(first)s – %(last)s; it is read as one span, %(start)s – %(end)s. Tick what lies between as "
            "well, or make two initiatives of it."
        )
        days = {"first": first, "last": last, "start": span.first, "end": span.last}
        self._doubt(
            SPAN, text, say(words, value=text[:80], **{name: day.isoformat() for name, day in days.items()})
        )

    def _look(self, column: str, text: str, key: str, read: str) -> None:
        header = self.headers.get(column) or self.headers.get(column.split(" ")[0], "")
        look(self.draft, header, text, key, read)

    def _years(self, column: str) -> dict[tuple[int, int] | None, str]:
        """The texts of a yearly column by first and last year; None: without a year."""
        given = self.values.get(column)
        if given is None:
            return {}
        parts = given if isinstance(given, dict) else {"": str(given)}
        found: dict[tuple[int, int] | None, str] = {}
        for name, text in parts.items():
            years = dirt.span(str(name)) if name else None
            # A single cell was taken apart by years already, but spans ("2027-2028: …") stayed in the text of the one before.
            more: dict[Any, str] = dirt.by_year(f"{name}: {text}" if years else str(text))
            more = more or ({years: str(text)} if years else {})
            for key, told in (more or {None: str(text)}).items():
                found.setdefault(key, told)
        return found

    def targets(self) -> None:
        """Targets by year. What is said of several years at once is the target of each of them."""
        found: dict[str, str] = {}
        for name, text in self.values.items():
            if name.startswith(TARGET) and name != OTHER_TARGET:
                found[name.removeprefix(TARGET)] = str(text)
        found |= {year: text for year, text in self._spread(OTHER_TARGET).items() if year not in found}
        found = {year: rules.tidy(text) for year, text in found.items() if not dirt.is_nothing(text)}
        if found:
            self.told["targets"] = dict(sorted(found.items()))

    def yearly_texts(self, column: str, key: str) -> None:
        found = {
            year: rules.tidy(text) for year, text in self._spread(column).items() if not dirt.is_nothing(text)
        }
        if found:
            self.told[key] = dict(sorted(found.items()))

    def _spread(self, column: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for years, text in self._years(column).items():
            if years is None:
                self._doubt(
                    column,
                    text,
                    say(_("%(value)s says no year; it was left out. Write 2027: …"), value=text[:80]),
                )
                continue
            for year in range(years[0], years[1] + 1):
                found[str(year)] = text
        return found

    # -- money ----------------------------------------------------------------------------------------------------------

    def amounts(self) -> None:
        """Money by year, and the estimate. A column of totals that differs from the years is told; the years count."""
        money: dict[str, dict[str, str]] = {}
        for column, part in MONEY.items():
            for years, text in self._years(column).items():
                value = self._amount(f"{column} {years[0]}" if years else column, text)
                if value is not None:
                    money.setdefault(str(self._year_of(column, years, text)), {})[part] = f"{value:f}"
        cost = self._amount("estimasi", str(self.values["estimasi"])) if "estimasi" in self.values else None
        planned = [Decimal(one["planned"]) for one in money.values() if "planned" in one]
        is_total = dirt.is_total(self.headers.get("estimasi", ""))
        if cost is not None and planned and is_total and sum(planned) != cost:
            text = _("The total says %(said)s, but the years add up to %(sum)s. The years count: check both.")
            told = say(text, said=money_text(cost), sum=money_text(sum(planned, Decimal(0))))
            self._doubt("estimasi", str(self.values["estimasi"]), told)
            cost = sum(planned, Decimal(0))
        if cost is not None:
            self.told["cost"] = f"{cost:f}"
        if money:
            self.told["money"] = dict(sorted(money.items()))

    def days(self) -> None:
        """Person-days, to the hundredth. What the general reading doubts is left out."""
        text, header = str(self.values.get(DAYS) or ""), self.headers.get(DAYS, "")
        odd = [finding for finding in self.draft.warnings if finding["column"] == header]
        if not text:
            return
        if odd:
            self.draft.warnings = [finding for finding in self.draft.warnings if finding not in odd]
            words = _("%(value)s is no number of person-days; it was left out. Write 12 or 12,5.")
            self._doubt(DAYS, text, say(words, value=text[:80]))
        else:
            self.told["days"] = f"{Decimal(text).quantize(Decimal('0.01')).normalize():f}"

    def goal(self) -> None:
        """What names the goal, or that there is none."""
        text = rules.tidy(str(self.values.get(GOAL) or ""))
        if text.casefold().strip(" .") in ELEMENTS_NONE or not dirt.is_nothing(text):
            self.told["goal"] = text

    def _amount(self, column: str, text: str) -> Decimal | None:
        found = dirt.rupiah(text)
        self._look(column, text, found.key, money_text(found.value) if found.value is not None else "")
        return found.value

    def _year_of(self, column: str, years: tuple[int, int] | None, text: str) -> int | str:
        """The year of an amount; of several years it is put into the first, without any into that of the start."""
        if years is not None:
            if years[1] > years[0]:
                told = _(
                    "%(value)s is for %(first)s to %(last)s together; it was put into %(first)s. Divide it by year."
                )
                self._doubt(column, text, say(told, value=text[:80], first=years[0], last=years[1]))
            return years[0]
        start = self.told.get("starts_on", "")[:4] or min(self.told.get("targets") or [""])
        if start:
            self._doubt(
                column,
                text,
                say(_("%(value)s says no year; it was put into %(year)s."), value=text[:80], year=start),
            )
        return start or ""

    def programme(self) -> None:
        """The code of the budget; a name without a code finds the one budget line of that name where the codes are known."""
        text = str(self.values.get("program") or "")
        if not text or dirt.is_nothing(text):
            return
        found = dirt.programme(text)
        if found.code and rules.is_code(found.code):
            self.told |= {"code": found.code, "codes": found.more + 1}
            if found.more:
                self.told["several"] = f"Program: {dirt.plain(rules.tidy(text))}"
            return
        seen = [one.code for one in packs.roadmap().programmes if _bare(one.name) == _bare(found.name)]
        if len(seen) == 1:
            self.told |= {"code": seen[0], "codes": 1}
            self._doubt(
                "program", text, say(_("%(value)s is read as %(read)s."), value=text[:80], read=seen[0])
            )
            return
        told = say(_("%(value)s has no code of the budget; it was added to the note."), value=text[:80])
        self._doubt("program", text, told)
        line = f"Program: {rules.tidy(text)}"
        note = self.told.get("note", "")
        self.told["note"] = note if line in note.splitlines() else f"{note}\n{line}".strip()

    def waits(self) -> None:
        if texts := waiting.named(str(self.values.get(WAITS) or "")):
            self.told["waits"] = texts

    def elements(self) -> None:
        if (texts := touching.named(str(self.values.get(ELEMENTS) or ""))) is not None:
            self.told["elements"] = texts

    def partners(self) -> None:
        """OPD that take part; a name that is not found is told and left out."""
        given = self.values.get("mitra") or []
        ids: list[int] = list(self.draft.values.get("_partners", ()))
        index = self._lookups.units
        for text in given if isinstance(given, list) else [str(given)]:
            for name in [text] if index and isinstance(index.find(name=text), Found) else dirt.several(text):
                found = index.find(name=name) if index else None
                if isinstance(found, Found):
                    ids.append(int(found.id))
                elif not dirt.is_everybody(name):
                    self._doubt(
                        "mitra", name, say(_("No unit is named %(value)s; it was left out."), value=name[:80])
                    )
        own = [one for one in dict.fromkeys(ids) if one != self.draft.unit]
        if own:
            self.told["partners"] = sorted(own)


def look(draft: Draft, header: str, text: str, key: str, read: str) -> None:
    """Tell what was left out (nothing was ``read``), or understood in a way that somebody should see."""
    words = (_SEEN if read else _WHY).get(key)
    if words is not None:
        draft.doubt(header, text, say(words, value=text[:80], **({"read": read} if read else {})))


_ENUMERATED = re.compile(r"^(?:[a-z]|[ivxl]{1,5}|\d{1,2})\s+(?=\w{2})")


def _bare(text: str) -> str:
    return " ".join(dirt.plain(text).casefold().replace(".", " ").split())


def _content_names() -> dict[str, str]:
    """The contents by the ways in which group lines write them."""
    found = {}
    for one in packs.roadmap().contents:
        for label in (one.label.in_language("id"), one.label.in_language("en")):
            bare = _bare(label).removesuffix(" spbe")
            for text in (
                bare,
                f"{bare} spbe",
                f"muatan {bare}",
                f"muatan {bare} spbe",
                f"domain {bare}",
                f"domain {bare} spbe",
            ):
                found[text] = one.key
        found |= {_bare(name): one.key for name in CONTENT_NAMES.get(one.key, ())}
    return found
