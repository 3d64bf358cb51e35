"""The roadmap (*peta rencana*) as data: years, seven contents, reviews, completion values and their time, seen programme codes."""

from dataclasses import dataclass
from pathlib import Path

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text


@dataclass(frozen=True, slots=True)
class Named(Sourced):
    """A content (*muatan*) of a roadmap, or a completion value of a commitment."""

    key: str
    label: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ReviewKind(Sourced):
    """A review; ``year`` counts from the first year of the roadmap, None: whenever needed."""

    key: str
    label: Text
    year: int | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Assessing(Sourced):
    """When a commitment is assessed: so many ``months`` after its period."""

    months: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class SeenProgramme(Sourced):
    """A programme code of the SIPD nomenclature, as seen in a budget of the year ``seen``."""

    code: str
    name: str
    seen: int
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class RoadmapPack(Sourced):
    """The whole pack."""

    id: str
    title: Text
    years: int
    contents: tuple[Named, ...]
    reviews: tuple[ReviewKind, ...]
    completions: tuple[Named, ...]
    assessing: Assessing
    programmes: tuple[SeenProgramme, ...]
    provenance: Provenance
    file: Path

    def content(self, key: str) -> Named | None:
        return next((one for one in self.contents if one.key == key), None)

    def completion(self, key: str) -> Named | None:
        return next((one for one in self.completions if one.key == key), None)

    def programme(self, code: str) -> SeenProgramme | None:
        return next((one for one in self.programmes if one.code == code), None)


def load_roadmap(file: Path) -> RoadmapPack:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "years", "contents", "reviews", "completions", "assessing", "programmes"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    codes = root.at("programmes")
    codes.keys({"list"})
    seen = codes.provenance(base)
    pack = RoadmapPack(
        id=root.at("id").string(),
        title=root.at("title").text(),
        years=root.at("years").whole(),
        contents=tuple(_named(one, base) for one in root.at("contents").items()),
        reviews=tuple(_review(one, base) for one in root.at("reviews").items()),
        completions=tuple(_named(one, base) for one in root.at("completions").items()),
        assessing=_assessing(root.at("assessing"), base),
        programmes=tuple(_programme(one, seen) for one in codes.at("list").items()),
        provenance=base,
        file=file,
    )
    if pack.years < 1:
        root.fault("a roadmap runs for a year at least", "years")
    _once(root, "contents", [one.key for one in pack.contents])
    _once(root, "reviews", [one.key for one in pack.reviews])
    _once(root, "completions", [one.key for one in pack.completions])
    _once(root, "programmes", [one.code for one in pack.programmes])
    for review in pack.reviews:
        if review.year is not None and not 1 <= review.year <= pack.years:
            root.fault(f"lies outside the {pack.years} years of a roadmap", f"reviews.{review.key}.year")
    root.raise_faults()
    return pack


def _once(root: Cursor, place: str, keys: list[str]) -> None:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault(f"{key!r} is there twice", place)


def _named(at: Cursor, base: Provenance) -> Named:
    at.keys({"key", "label"})
    return Named(at.at("key").string(), at.at("label").text(), at.provenance(base))


def _review(at: Cursor, base: Provenance) -> ReviewKind:
    at.keys({"key", "label"}, {"year"})
    year = at.at("year").whole() if at.has("year") else None
    return ReviewKind(at.at("key").string(), at.at("label").text(), year, at.provenance(base))


def _assessing(at: Cursor, base: Provenance) -> Assessing:
    at.keys({"months"})
    months = at.at("months").whole()
    if not 0 <= months <= 60:
        at.fault("lies between the end of the period and five years after it", "months")
    return Assessing(months, at.provenance(base))


def _programme(at: Cursor, base: Provenance) -> SeenProgramme:
    at.keys({"code", "name", "seen"})
    code = at.at("code").number_name()
    return SeenProgramme(code, at.at("name").string(), at.at("seen").whole(), at.provenance(base))
