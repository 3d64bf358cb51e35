"""Shapes that every pack shares: words in two languages, and where a value comes from."""

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Note", "Provenance", "Sourced", "Text", "plain_number"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words in Indonesian (`id`, always there) and English (`en`, may be empty: then the Indonesian is shown)."""

    id: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """`language` is a code such as "id", "en" or "en-gb"."""
        return self.en or self.id if language.lower().startswith("en") else self.id

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value was read, and whether a text settles it.

    `verified` false means: no source that was read settles the value; whoever shows it must say so.
    """

    verified: bool
    sources: tuple[str, ...] = ()
    note: str = ""

    @property
    def source(self) -> str:
        return "; ".join(self.sources)


class Sourced:
    """Gives `source`, `sources`, `verified` and `note` to every object with a `provenance` (own or inherited)."""

    __slots__ = ()
    provenance: Provenance

    @property
    def source(self) -> str:
        return self.provenance.source

    @property
    def sources(self) -> tuple[str, ...]:
        return self.provenance.sources

    @property
    def verified(self) -> bool:
        return self.provenance.verified

    @property
    def note(self) -> str:
        return self.provenance.note


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that travels with a pack: a conflict between sources, a draft that must not be used."""

    about: str
    text: str


def plain_number(value: Fraction) -> str:
    """Exact text of a number: "13", "1.3", or "10/3" where no finite decimal exists."""
    rest = value.denominator
    places = 0
    while rest % 10 == 0:
        rest //= 10
        places += 1
    twos = fives = 0
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return str(value)
    places += max(twos, fives)
    if places == 0:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
