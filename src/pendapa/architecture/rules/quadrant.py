"""The TIME quadrants of applications: tolerate, invest, migrate, eliminate.

Gartner's TIME model looks at two fits: how well an application meets the need (`value`) and how sound it is technically
(`technical`), each 1 to 5 here. From `THRESHOLD` up a fit is high. Plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Mapping

LOWEST, HIGHEST, THRESHOLD = 1.0, 5.0, 3.0
INVEST, TOLERATE, MIGRATE, ELIMINATE = "invest", "tolerate", "migrate", "eliminate"
QUADRANTS = (INVEST, MIGRATE, TOLERATE, ELIMINATE)
_OF: Mapping[tuple[bool, bool], str] = {
    (True, True): INVEST,
    (True, False): MIGRATE,
    (False, True): TOLERATE,
    (False, False): ELIMINATE,
}


def fit(value: float | None) -> float | None:
    """A fit within the scale; `None` for what is unknown or outside it."""
    return value if value is not None and LOWEST <= value <= HIGHEST else None


def quadrant(value: float | None, technical: float | None, threshold: float = THRESHOLD) -> str:
    """The quadrant of two fits; empty where one of them is not known."""
    value, technical = fit(value), fit(technical)
    if value is None or technical is None:
        return ""
    return _OF[value >= threshold, technical >= threshold]
