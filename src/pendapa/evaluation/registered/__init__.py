"""What this room registers with the ground floor, one module a part."""

from pendapa.evaluation.registered import assessments, cycles, editions, planning, work  # noqa: F401
