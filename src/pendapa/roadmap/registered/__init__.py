"""What this room registers with the floors below, one module a part."""

from pendapa.roadmap.registered import (  # noqa: F401
    action_plan,
    baselines,
    commitments,
    finished,
    initiatives,
    life,
    money,
    origins,
    signals,
    tables,
)
