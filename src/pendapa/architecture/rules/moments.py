"""Which state of the architecture somebody asks for: now, as it was known, as it is planned, or as it was set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Moment:
    """``kind`` is ``now``, ``known`` (with a day), ``planned`` (with a year) or ``release`` (with its code).

    What was known on a day and what is planned for a year are two questions: a plan that was never agreed to was not known,
    and what was known in January says nothing of what was then planned.
    """

    kind: str = "now"
    day: date | None = None
    year: int = 0
    code: str = ""

    @property
    def key(self) -> str:
        """As it stands in addresses and commands."""
        if self.kind == "known" and self.day is not None:
            return self.day.isoformat()
        return {"planned": f"rencana-{self.year}", "release": f"rilis-{self.code}"}.get(self.kind, "")

    @property
    def is_now(self) -> bool:
        return self.kind == "now"


NOW = Moment()


def moment(text: str, releases: bool = True) -> Moment | None:
    """Read ``""`` or ``sekarang``, ``2025-01-31``, ``rencana-2027``, ``rilis-KODE``; ``None`` for what is none of these.

    With ``releases`` any other word is taken for the code of a release.
    """
    text = " ".join(text.split())
    if text.casefold() in ("", "sekarang", "now"):
        return NOW
    planned = re.fullmatch(r"(?:rencana|plan)[-:]([0-9]{4})", text, re.IGNORECASE)
    if planned and 1 <= int(planned[1]) <= 9999:
        return Moment("planned", year=int(planned[1]))
    try:
        return (
            Moment("known", day=date.fromisoformat(text))
            if re.fullmatch(r"[0-9-]{10}", text)
            else _named(text, releases)
        )
    except ValueError:
        return None


def _named(text: str, releases: bool) -> Moment | None:
    named = re.fullmatch(r"(?:rilis|release)[-:](.{1,40})", text, re.IGNORECASE)
    if named:
        return Moment("release", code=named[1])
    return Moment("release", code=text) if releases and 0 < len(text) <= 40 else None
