"""What this room registers with the floors below, one module a part."""

from pendapa.roadmap.registered import (  # noqa: F401
    action_plan,
    baselines,
    commitments,
    initiatives,
    life,
    money,
    signals,
    tables,
)
