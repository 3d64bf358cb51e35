"""Checks of other parts that gap rules ask by name: twins and national shared applications register theirs here."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pendapa.architecture.rules.gaps import CHECKS
from pendapa.kernel.tenancy.models import Institution

Check = Callable[[Institution], Collection[int] | None]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Answer to a condition ``found`` of the gap rules: ``check(institution)`` gives the ids of the live elements it names,
    or ``None`` where that is not known yet; then the gaps of the rule stay as they are.

    It is asked whenever the catalogue is brought in step, so it must be cheap or remember what it found.
    """
    if name not in CHECKS:
        raise ValueError(f"no gap rule asks for {name!r}; they ask for {', '.join(sorted(CHECKS))}")
    _checks[name] = check


def registered() -> frozenset[str]:
    """The names of the checks there are: a rule that asks for another one is not shown."""
    return frozenset(_checks)


def results(institution: Institution) -> dict[str, Collection[int] | None]:
    """What each check names."""
    return {name: check(institution) for name, check in _checks.items()}
