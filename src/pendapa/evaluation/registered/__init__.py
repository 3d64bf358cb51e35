"""What this room registers with the ground floor, one module a part."""

from pendapa.evaluation.registered import (  # noqa: F401
    assessments,
    comparing,
    cycles,
    editions,
    evidence,
    planning,
    signals,
    taking_back,
    work,
)
