"""What comes first on the home of an officer: facts in, at most three things out. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST = 3

# In the order in which an architecture grows; applications come first, because every institution has a list of them.
GROWTH = ("applications", "services", "processes", "data", "infrastructure", "security")
POOR = 60  # below this percentage a domain asks to be completed


@dataclass(frozen=True)
class Rights:
    """What the person may do here, whatever the role is called."""

    imports: bool = False
    units: bool = False  # change the tree of agencies
    edits: bool = False  # change elements
    assesses: bool = False  # set levels
    publishes: bool = False
    everywhere: bool = False  # answers for the whole institution, not for one agency


@dataclass(frozen=True)
class Waiting:
    """The newest import that waits for somebody to confirm it."""

    key: str
    faulty: int
    ready: int


@dataclass(frozen=True)
class Assessed:
    """The assessment to work on. ``missing_to_target`` tells that the target lies above the index."""

    missing: int
    total: int
    has_target: bool
    is_public: bool
    below_target: bool

    @property
    def complete(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True)
class Facts:
    """What is known when the page is asked for. Counts are of the own agency, or of the institution for ``everywhere``."""

    rights: Rights
    units: int
    elements: Mapping[str, int]
    completeness: Mapping[str, int | None] = field(default_factory=dict)
    gaps: Mapping[str, int] = field(default_factory=dict)  # by rule, in the order of the catalogue
    waiting: Waiting | None = None
    assessed: Assessed | None = None
    agencies_without_data: int = 0


@dataclass(frozen=True)
class Step:
    """One thing to do: ``key`` says what, ``about`` of what (a rule, a domain), ``count`` of how many."""

    key: str
    weight: int
    about: str = ""
    count: int = 0


def first(facts: Facts, most: int = MOST) -> list[Step]:
    """The weightiest steps, the heaviest first; equal ones in the order of thought."""
    steps = [
        *_imports(facts),
        *_assessment(facts),
        *_gaps(facts),
        *_growth(facts),
        *_leading(facts),
        *_always(facts),
    ]
    return sorted(steps, key=lambda step: -step.weight)[:most]


def _imports(facts: Facts) -> Iterable[Step]:
    rights = facts.rights
    if facts.waiting and rights.imports:
        if facts.waiting.faulty:
            yield Step("repair_import", 100, facts.waiting.key, facts.waiting.faulty)
        else:
            yield Step("confirm_import", 99, facts.waiting.key, facts.waiting.ready)
    if not facts.units and rights.imports and rights.units:
        yield Step("import_units", 95)
    if not facts.elements.get("applications") and rights.imports:
        yield Step("import_applications", 90)


def _assessment(facts: Facts) -> Iterable[Step]:
    rights, known = facts.rights, facts.assessed
    if known is None:
        if rights.assesses:
            yield Step("begin_assessment", 80)
        return
    if not known.complete:
        if rights.assesses:
            yield Step("enter_levels", 78, count=known.missing)
        elif rights.publishes:
            yield Step("read_levels", 62, count=known.missing)
        return
    if not known.has_target and rights.assesses:
        yield Step("set_target", 70)
    if not known.is_public and rights.publishes:
        yield Step("publish", 66)
    if known.below_target and (rights.everywhere or rights.publishes):
        yield Step("towards_target", 50)


def _gaps(facts: Facts) -> Iterable[Step]:
    """The largest kind of gap, and the next one where the first is not alone."""
    open_ones = sorted(((n, rule) for rule, n in facts.gaps.items() if n), key=lambda pair: -pair[0])
    for place, (n, rule) in enumerate(open_ones[:2]):
        weight = (60, 48)[place]
        yield Step("close_gap" if facts.rights.edits else "read_gap", weight, rule, n)


def _growth(facts: Facts) -> Iterable[Step]:
    """The next domain that is still empty, and the one that is least complete."""
    empty = [domain for domain in GROWTH[1:] if not facts.elements.get(domain)]
    if empty and facts.rights.imports and facts.elements.get("applications"):
        yield Step("import_domain", 52, empty[0])
    told = [(share, domain) for domain, share in facts.completeness.items() if share is not None]
    if told and facts.rights.edits and min(told)[0] < POOR:
        yield Step("complete_domain", 44, min(told)[1], min(told)[0])


def _leading(facts: Facts) -> Iterable[Step]:
    if not facts.rights.everywhere:
        return
    if facts.agencies_without_data and any(facts.elements.values()):
        yield Step("agencies_without_data", 54, count=facts.agencies_without_data)
    if facts.elements.get("applications", 0) > 1:
        yield Step("read_twins", 40, count=facts.elements["applications"])


def _always(facts: Facts) -> Iterable[Step]:
    """What is worth a look when nothing presses; it also shows a new person around."""
    if facts.assessed:
        yield Step("read_assessment", 14)
    if any(facts.elements.values()):
        yield Step("read_architecture", 13)
    yield Step("read_public", 12)
    yield Step("read_help", 11)
    yield Step("read_organisation", 10)


@dataclass(frozen=True)
class Agency:
    """An agency at the top of the tree with all that stands below it."""

    key: str
    name: str
    elements: int
    completeness: int | None


def least(agencies: Iterable[Agency], most: int = 5) -> list[Agency]:
    """Agencies with the least data: nothing at all first, then by how complete, by name."""
    return sorted(
        agencies, key=lambda one: (one.elements > 0, one.completeness or 0, one.elements, one.name)
    )[:most]
