"""What the verbs of this room say where something cannot be done."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(ValueError):
    """What was asked cannot be done. ``faults`` maps a field to what is wrong with it, in words; ``""`` is the whole."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))
