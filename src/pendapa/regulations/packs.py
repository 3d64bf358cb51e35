"""The door to the shipped packs: each is read and checked once, when it is first asked for.

    from pendapa.regulations import packs
    packs.instrument("spbe-2020").indicator("11").weight   # Fraction(5, 2)

Every object carries `source`, `verified` and `note`; what is not verified must be said wherever it is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pendapa.regulations.archimate import Archimate, faults_against, load_archimate
from pendapa.regulations.clearance import Clearance, load_clearance
from pendapa.regulations.crosswalk import Crosswalk, check_pairs, load_crosswalk
from pendapa.regulations.cycle import CyclePack, load_cycle
from pendapa.regulations.errors import Fault, PackError, UnknownPack
from pendapa.regulations.evidence import EvidencePack, load_evidence
from pendapa.regulations.gaps import GapRules, gap_faults_against, load_gaps
from pendapa.regulations.instruments import Instrument, as_kept, digest_of, load_instrument
from pendapa.regulations.metamodel import Metamodel, load_metamodel
from pendapa.regulations.national import National, load_national
from pendapa.regulations.planning import Planning, load_planning, planning_faults_against
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.references import References, load_references
from pendapa.regulations.reminders import Reminders, load_reminders
from pendapa.regulations.results import Results, load_results
from pendapa.regulations.roadmap import RoadmapPack, load_roadmap
from pendapa.regulations.signals import Signals, load_signals, signal_faults_against

__all__ = [
    "Archimate", "Check", "Clearance", "CyclePack", "Fault", "GapRules", "Instrument", "Metamodel", "National", "PackError", "Planning", "References", "Results",
    "UnknownPack", "archimate", "check_all", "clearance", "crosswalk", "gaps", "instrument", "instrument_content", "instrument_digest",
    "instrument_ids", "instruments",
    "load_instrument", "metamodel", "national", "planning", "references", "results",
    "signals",
]  # fmt: skip

FOLDER = Path(__file__).parent / "packs"


@lru_cache
def instrument_ids() -> tuple[str, ...]:
    """The shipped instruments, oldest regulation first."""
    names = (file.stem for file in (FOLDER / "instruments").glob("*.yaml"))
    return tuple(sorted(names, key=lambda name: (name.rpartition("-")[2], name)))


@lru_cache
def instrument(id: str) -> Instrument:
    """An instrument by its id. Raises UnknownPack (with the known ids) or PackError."""
    if id not in instrument_ids():
        raise UnknownPack(f"unknown instrument {id!r}; known are {', '.join(instrument_ids())}")
    return load_instrument(FOLDER / "instruments" / f"{id}.yaml")


@lru_cache
def instrument_content(id: str) -> dict[str, Any]:
    """The content of a shipped instrument as JSON keeps it, to be frozen as an edition. Raises UnknownPack."""
    return dict(as_kept(read_yaml(instrument(id).file)))


@lru_cache
def instrument_digest(id: str) -> str:
    """The digest of that content."""
    return digest_of(instrument_content(id))


def instruments() -> tuple[Instrument, ...]:
    return tuple(instrument(id) for id in instrument_ids())


@lru_cache
def metamodel() -> Metamodel:
    """Domains, columns and relation types. Raises PackError."""
    return load_metamodel(FOLDER / "metamodel.yaml")


@lru_cache
def archimate() -> Archimate:
    """What stands for the register in ArchiMate, and the way back. Raises PackError."""
    return load_archimate(FOLDER / "archimate.yaml")


@lru_cache
def clearance() -> Clearance:
    """The form and the checks of a request for new IT spending. Raises PackError."""
    return load_clearance(FOLDER / "clearance.yaml")


@lru_cache
def crosswalk() -> Crosswalk:
    """Which indicators of one instrument continue which of another. Raises PackError."""
    return load_crosswalk(FOLDER / "crosswalk.yaml", {one.id: one for one in instruments()}.get)


@lru_cache
def cycle() -> CyclePack:
    """The steps, functions and kinds of an assessment round. Raises PackError."""
    return load_cycle(FOLDER / "cycle.yaml")


@lru_cache
def evidence() -> EvidencePack:
    """Age rules, reasons for rejection and files of evidence. Raises PackError."""
    return load_evidence(FOLDER / "evidence.yaml")


@lru_cache
def gaps() -> GapRules:
    """The rules of the gap catalogue. Raises PackError."""
    return load_gaps(FOLDER / "gaps.yaml")


@lru_cache
def national() -> National:
    """The national shared applications by field. Raises PackError."""
    return load_national(FOLDER / "national_applications.yaml")


@lru_cache
def planning() -> Planning:
    """Assumed costs, person-days and prerequisites of steps. Raises PackError."""
    return load_planning(FOLDER / "planning.yaml")


@lru_cache
def references() -> References:
    """The reference taxonomies RAB … RAK. Raises PackError."""
    return load_references(FOLDER / "references.yaml")


@lru_cache
def reminders() -> Reminders:
    """The ladder of reminders, quiet hours, days of work. Raises PackError."""
    return load_reminders(FOLDER / "reminders.yaml")


@lru_cache
def results() -> Results:
    """Published indices. Raises PackError."""
    return load_results(FOLDER / "results.yaml")


@lru_cache
def roadmap() -> RoadmapPack:
    """Years, contents and reviews of a roadmap, completion values, seen programme codes. Raises PackError."""
    return load_roadmap(FOLDER / "roadmap.yaml")


@lru_cache
def signals() -> Signals:
    """Which measures suggest which level of an indicator, and why an indicator has none. Raises PackError."""
    return load_signals(FOLDER / "signals.yaml")


@dataclass(frozen=True, slots=True)
class Check:
    """What `check_all` found in one file; `faults` is empty where it is sound."""

    name: str
    file: Path
    faults: tuple[Fault, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.faults


def check_all(folder: Path = FOLDER) -> tuple[Check, ...]:
    """Read every pack anew, without the cache, and against each other. Never raises: for `pendapa doctor`."""
    loaders: dict[Path, Callable[[Path], Any]] = {}
    loaders.update(dict.fromkeys(sorted((folder / "instruments").glob("*.yaml")), load_instrument))
    loaders[folder / "metamodel.yaml"] = load_metamodel
    loaders[folder / "archimate.yaml"] = load_archimate
    loaders[folder / "clearance.yaml"] = load_clearance
    loaders[folder / "crosswalk.yaml"] = load_crosswalk
    loaders[folder / "cycle.yaml"] = load_cycle
    loaders[folder / "evidence.yaml"] = load_evidence
    loaders[folder / "gaps.yaml"] = load_gaps
    loaders[folder / "national_applications.yaml"] = load_national
    loaders[folder / "planning.yaml"] = load_planning
    loaders[folder / "references.yaml"] = load_references
    loaders[folder / "reminders.yaml"] = load_reminders
    loaders[folder / "results.yaml"] = load_results
    loaders[folder / "roadmap.yaml"] = load_roadmap
    loaders[folder / "signals.yaml"] = load_signals
    checks, loaded = [], {}
    for file, load in loaders.items():
        try:
            loaded[file.stem] = load(file)
            checks.append(Check(file.stem, file))
        except PackError as error:
            checks.append(Check(file.stem, file, error.faults))
    return tuple(_with_links(check, loaded) for check in checks)


def _with_links(check: Check, loaded: dict[str, Any]) -> Check:
    """Adds what only shows when packs are read together: a tree or an instrument that no pack has."""
    faults = list(check.faults)
    model = loaded.get(check.name)
    if isinstance(model, Metamodel) and isinstance(loaded.get("references"), References):
        trees = loaded["references"].trees
        for domain in model.domains:
            wanted = {domain.reference, *(column.reference for column in domain.columns)} - {""}
            faults += [
                Fault(check.file, f"domain {domain.key}", f"unknown reference tree {tree!r}")
                for tree in sorted(wanted - set(trees))
            ]
    if isinstance(model, Archimate) and isinstance(loaded.get("metamodel"), Metamodel):
        faults += faults_against(model, loaded["metamodel"])
    if isinstance(model, GapRules) and isinstance(loaded.get("metamodel"), Metamodel):
        faults += gap_faults_against(model, loaded["metamodel"])
    if isinstance(model, Crosswalk):
        root = Cursor(None, check.file)
        check_pairs(
            root, model.pairs, lambda id: one if isinstance(one := loaded.get(id), Instrument) else None
        )
        faults += root.faults
    if isinstance(model, Planning):
        known = {name: one for name, one in loaded.items() if isinstance(one, Instrument)}
        faults += planning_faults_against(model, known, check.file)
    if isinstance(model, Signals):
        known = {name: one for name, one in loaded.items() if isinstance(one, Instrument)}
        faults += signal_faults_against(model, known)
    if isinstance(model, Results):
        for series in (*model.institutions, *model.averages):
            for result in series.results:
                if result.instrument and not isinstance(loaded.get(result.instrument), Instrument):
                    reason = f"unknown instrument {result.instrument!r}"
                    faults.append(Fault(check.file, f"{series.key}.results[{result.order}]", reason))
    return Check(check.name, check.file, tuple(faults))
