"""What this room registers with the floors below, one module a part."""

from pendapa.roadmap.registered import (  # noqa: F401
    baselines,
    commitments,
    action_plan,
    initiatives,
    life,
    money,
    tables,
    signals,
)
