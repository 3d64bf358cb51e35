"""What merging a group would save a year, as far as costs are known. Plain values in, plain values out; whole rupiah."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one application costs: a year, or, where that is not told, the value of its contract; `None` is unknown."""

    yearly: int | None = None
    contract: int | None = None

    @property
    def known(self) -> bool:
        return self.yearly is not None or self.contract is not None

    @property
    def amount(self) -> int:
        return self.yearly if self.yearly is not None else self.contract or 0


@dataclass(frozen=True, slots=True)
class Saving:
    """What the others than the kept one cost: `yearly` a year, and `contract` of those that tell only a contract's value.

    `unknown` counts those of them whose cost is not told: then the sums are the least that would be saved. Nothing at all is
    known where `known` is 0.
    """

    yearly: int = 0
    contract: int = 0
    known: int = 0
    unknown: int = 0

    @property
    def at_least(self) -> bool:
        return bool(self.known and self.unknown)

    def __add__(self, other: Saving) -> Saving:
        return Saving(
            self.yearly + other.yearly,
            self.contract + other.contract,
            self.known + other.known,
            self.unknown + other.unknown,
        )


def saving(costs: Mapping[str, Cost], kept: str = "") -> Saving:
    """What merging saves: the cost of all but the `kept` one, else of all but the costliest of those whose cost is known
    (so that the sum never promises too much)."""
    if kept not in costs:
        known = [key for key, cost in costs.items() if cost.known]
        kept = max(sorted(known), key=lambda key: costs[key].amount, default=next(iter(sorted(costs)), ""))
    others = [cost for key, cost in costs.items() if key != kept]
    return Saving(
        yearly=sum(cost.yearly or 0 for cost in others),
        contract=sum(cost.contract or 0 for cost in others if cost.yearly is None),
        known=sum(cost.known for cost in others),
        unknown=sum(not cost.known for cost in others),
    )
