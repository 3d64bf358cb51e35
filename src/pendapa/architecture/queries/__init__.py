"""Reads of the register, always through what the actor may see."""

from pendapa.architecture.queries.analyses import numbers
from pendapa.architecture.queries.completeness import completeness
from pendapa.architecture.queries.gaps import (
    catalogue,
    gap_numbers,
    gaps,
    gaps_of_element,
    gaps_of_rows,
    rule,
)
from pendapa.architecture.queries.lists import (
    COUNT_LIMIT,
    LEAN,
    PAGE,
    Filters,
    Page,
    by_name,
    element,
    elements,
    filtered,
    is_uid,
    offered_units,
    readable,
    relations_of,
    touching,
    visible,
    visible_relations,
)
from pendapa.architecture.queries.national import national_matches
from pendapa.architecture.queries.past import Change, Event, history_of, snapshot_at
from pendapa.architecture.queries.strategy import StrategyMap, strategy_map
from pendapa.architecture.queries.suggestions import Suggestion, suggested_relations
from pendapa.architecture.queries.twin_groups import NotCompared, quadrants, twins, twins_of, twins_ready

__all__ = [
    "COUNT_LIMIT", "LEAN", "PAGE", "Change", "Event", "Filters", "NotCompared", "Page", "StrategyMap", "Suggestion", "by_name", "catalogue", "completeness", "element", "elements", "filtered",
    "gap_numbers", "gaps", "gaps_of_element", "gaps_of_rows", "history_of", "is_uid", "national_matches", "numbers", "offered_units", "quadrants", "readable", "relations_of", "rule",
    "snapshot_at", "strategy_map", "suggested_relations", "touching", "twins", "twins_of", "twins_ready", "visible", "visible_relations",
]  # fmt: skip
