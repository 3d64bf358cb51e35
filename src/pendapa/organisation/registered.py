"""What this room registers with the ground floor."""

from __future__ import annotations

from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.organisation import permissions  # noqa: F401
from pendapa.organisation.models import UnitAlias


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, UnitAlias)
    return {"unit": row.unit.name}


history.register(UnitAlias, names=_names)
