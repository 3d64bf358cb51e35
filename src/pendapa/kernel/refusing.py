"""What a verb says where something cannot be done: one class for all rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Refused(Exception):
    """What was asked cannot be done, and nothing was changed.

    ``faults`` maps a field of what was handed in (a name, or as the verb says: the number of an indicator) to what is wrong with
    it, in words for people; ``""`` is the whole. ``Refused("Choose a day.", "day")`` says the same as
    ``Refused({"day": "Choose a day."})``. As a text it is every fault, each on a line of its own.

    Forms put the faults beside their fields; the API answers 422 with them (:mod:`pendapa.api.assembly`). A verb whose refusal
    carries more (what is in the way, who was faster) derives from it. No ``ValueError``: who reads a number with
    ``except ValueError`` must not swallow what a verb says.
    """

    def __init__(self, faults: Mapping[str, str] | str, field: str = "") -> None:
        self.faults = dict(faults) if isinstance(faults, Mapping) else {field: str(faults)}
        super().__init__("\n".join(self.faults.values()))

    @property
    def field(self) -> str:
        """The first field at fault; empty: the whole."""
        return next(iter(self.faults), "")


class Form(Protocol):
    """What :func:`blame` needs of a form."""

    fields: Any

    def add_error(self, field: str | None, error: Any) -> None: ...


def blame(form: Form, refused: Refused, prefix: str = "") -> None:
    """Put every fault beside its field of a form that was cleaned, named as in the fault or with ``prefix`` before it; what belongs
    to none stands above the fields."""
    for name, fault in refused.faults.items():
        places = (name, prefix + name)
        form.add_error(next((place for place in places if place in form.fields), None), fault)
