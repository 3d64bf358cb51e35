"""The metamodel of an institution: the pack, or the pack with the institution's newest overlay on it.

    model = metamodel.of(institution)

Models are kept in the process by overlay. Which overlay is the newest is asked of the database once a request, and once
for an institution that was read elsewhere (a job, a command), so that what another process kept is not missed.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started

from pendapa.kernel.events import bus
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.overlays import store
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.errors import Fault
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.overlay import lay_what_fits

PACK = "metamodel"
_KEPT = 64

_models: dict[tuple[Any, ...], tuple[Metamodel, tuple[Fault, ...]]] = {}
_of_request: ContextVar[dict[int, Metamodel] | None] = ContextVar("metamodels_of_request", default=None)
_generation = 0


def of(institution: Institution) -> Metamodel:
    """The metamodel of ``institution``. At most one query for a request, or for an institution that was read once."""
    known = institution.__dict__.get("_metamodel")
    if known is not None and known[0] == _generation:
        return known[1]
    model = of_id(institution.pk)
    institution.__dict__["_metamodel"] = (_generation, model)
    return model


def of_id(institution: int) -> Metamodel:
    """The same by primary key; outside a request that is a query each time."""
    asked = _of_request.get()
    if asked is not None and institution in asked:
        return asked[institution]
    model = _newest(institution)[0]
    if asked is not None:
        asked[institution] = model
    return model


def of_row(row: Recorded) -> Metamodel:
    """The metamodel of the institution of a row, without reading the institution for it."""
    there = row._state.fields_cache.get("institution")
    return of(there) if there is not None else of_id(row.institution_id)


def faults(institution: Institution) -> tuple[Fault, ...]:
    """What of the newest overlay the pack does not take any more, and is therefore left out."""
    return _newest(institution.pk)[1]


def _newest(institution: int) -> tuple[Metamodel, tuple[Fault, ...]]:
    newest = store.versions(PACK, institution)
    # The moment too: a key may be given again after a transaction was rolled back.
    mark = newest.values_list("pk", "created_at").first()
    if mark is None:
        return packs.metamodel(), ()
    key = (institution, *mark)
    if key not in _models:
        kept = newest.filter(pk=mark[0]).first()
        while len(_models) >= _KEPT:
            _models.pop(next(iter(_models)), None)
        _models[key] = lay_what_fits(packs.metamodel(), kept.content if kept else {})
    return _models[key]


@bus.on("overlay.kept")
def forget(**_facts: Any) -> None:
    """Ask anew: a version was kept in this process."""
    global _generation
    _generation += 1
    asked = _of_request.get()
    if asked is not None:
        asked.clear()


def _begin(**_facts: Any) -> None:
    _of_request.set({})


def _end(**_facts: Any) -> None:
    _of_request.set(None)


request_started.connect(_begin, dispatch_uid="architecture.metamodel.begin")
request_finished.connect(_end, dispatch_uid="architecture.metamodel.end")
