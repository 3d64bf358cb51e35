"""Headers that no pack knows, as an institution explained them: remembered, applied at the next file, forgotten.

What is remembered belongs to a kind of table and to a header; the column may be empty, which leaves the header out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import actions, staging
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.headings import bind, normal
from pendapa.kernel.tables.models import HeaderMemory, ImportBatch
from pendapa.kernel.tables.periods import headed
from pendapa.kernel.tenancy.models import Institution

HEADER_LIMIT = 200


def remembered(actor: Actor, institution: Institution) -> list[HeaderMemory]:
    """What is remembered, by kind and header, for who may import here."""
    actor.require(IMPORT, institution, "any")
    return list(HeaderMemory.objects.filter(institution=institution).order_by("kind", "header"))


def key_of(header: str) -> str:
    """A header as it is remembered; a repeated one by the name that the report gives it ("Ket" and "Ket (2)")."""
    return normal(header)[:HEADER_LIMIT]


@transaction.atomic
def choose(actor: Actor, batch: ImportBatch, sheet: int, choices: Mapping[str, str]) -> ImportBatch:
    """Say what headers of a sheet mean (column, or empty: left out), remember it, and read the sheet again by it.

    Repairs made to cells stay. :class:`actions.Refused` for a column that the table has not, or that two headers claim.
    """
    batch = actions.locked(actor, batch, "preview")
    if not 0 <= sheet < len(batch.sheets):
        raise NotFound
    facts = batch.sheets[sheet]
    kind = staging.described(batch, sheet)[1].kind
    there = {name for name, _column in facts["columns"]}
    choices = {header: column for header, column in choices.items() if header in there}
    check(kind, choices)
    _keep(actor, batch.institution, kind.key, choices)
    _rebind(actor, batch, sheet)
    return batch


@transaction.atomic
def forget(actor: Actor, batch: ImportBatch, sheet: int, header: str) -> ImportBatch:
    """Forget what a header of the sheet was said to mean, and read the sheet again."""
    batch = actions.locked(actor, batch, "preview")
    if not 0 <= sheet < len(batch.sheets):
        raise NotFound
    kind = batch.sheets[sheet]["kind"]
    HeaderMemory.objects.filter(institution=batch.institution, kind=kind, header=key_of(header)).delete()
    _rebind(actor, batch, sheet)
    return batch


@transaction.atomic
def explain(
    actor: Actor,
    institution: Institution,
    kind: Kind,
    choices: Mapping[str, str],
    headers: Iterable[str] = (),
) -> None:
    """Remember the meaning of headers of a sheet that was not recognised: it is a table of ``kind``.

    Raises :class:`actions.Refused` while no header is the name, or one that the kind needs.
    """
    actor.require(IMPORT, institution, "any")
    check(kind, choices)
    told = kind.remembering({key_of(header): column for header, column in choices.items()})
    missing = [name for name in (kind.name_column, *kind.needs) if name not in _columns_of(told, headers)]
    if missing:
        names = ", ".join(kind.by_name[name].text() for name in missing)
        raise actions.Refused(_("Say which column is: %(names)s.") % {"names": names})
    _keep(actor, institution, kind.key, choices)


def _columns_of(kind: Kind, headers: Iterable[str]) -> set[str]:
    return {match.slot.column for match in bind(list(headers), kind) if match}


def check(kind: Kind, choices: Mapping[str, str]) -> None:
    """:class:`actions.Refused` for a column that the table has not, or that two headers claim."""
    claimed: dict[tuple[str, int], str] = {}
    for header, column in choices.items():
        if not column:
            continue
        if column not in kind.by_name:
            raise actions.Refused(_("This table has no column %(column)s.") % {"column": column[:80]})
        quarter = headed(header) if kind.by_name[column].type == "quarterly" else None
        claim = (column, quarter.level if quarter else 0)
        if claim in claimed:
            raise actions.Refused(
                _("“%(first)s” and “%(second)s” cannot both be %(column)s. Leave one of them out.")
                % {"first": claimed[claim], "second": header, "column": kind.by_name[column].text()}
            )
        claimed[claim] = header


def _keep(actor: Actor, institution: Institution, kind: str, choices: Mapping[str, str]) -> None:
    for header, column in choices.items():
        if key := key_of(header):
            facts: dict[str, Any] = {"column": column, "author_name": actor.name[:200]}
            HeaderMemory.objects.update_or_create(
                institution=institution, kind=kind, header=key, defaults=facts
            )


def _rebind(actor: Actor, batch: ImportBatch, sheet: int) -> None:
    batch.__dict__.pop("_coming", None)
    staging.rebind(batch, sheet, staging.memory_of(batch.institution))
    actions.recheck_sheet(batch, actor, sheet)
    staging.judge_together(batch, actor)
    batch.save(update_fields=["sheets"])
