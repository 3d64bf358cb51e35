"""What the rows of a file say of links that are there already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pendapa.architecture.linking import Said
from pendapa.architecture.queries import visible_relations
from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Column


def with_known(actor: Actor, institution: Institution, said: Sequence[Said]) -> list[Said]:
    """The same texts, those settled that name what their element is linked with already.

    Such a link may be none that the actor could make (it begins in another unit, or its name is borne twice); saying it
    again changes nothing. One query for each column and 500 elements.
    """
    open_: dict[Column, set[int]] = defaultdict(set)
    for one in said:
        if one.other is None and one.text and one.element.pk:
            open_[one.column].add(one.element.pk)
    known: dict[tuple[int, str, str], int] = {}
    for column, ids in open_.items():
        own, other = ("target", "source") if column.backward else ("source", "target")
        domain = column.links_to.partition(".")[0]
        seen = visible_relations(actor, institution).filter(
            type=column.relation, **{f"{other}__domain": domain}
        )
        for some in chunks(sorted(ids), 500):
            rows = seen.filter(**{f"{own}__in": list(some)})
            for pk, end, code, name in rows.values_list(
                f"{own}_id", f"{other}_id", f"{other}__code", f"{other}__name_key"
            ):
                known[pk, column.key, f"c{code}"] = known[pk, column.key, f"n{name}"] = end
    return [_settled(one, known) for one in said]


def _settled(one: Said, known: dict[tuple[int, str, str], int]) -> Said:
    if one.other is not None or not one.element.pk:
        return one
    keys = (f"c{one.text}", f"n{name_key(one.text)}")
    found = (known.get((one.element.pk, one.column.key, key)) for key in keys)
    return one._replace(other=next((end for end in found if end is not None), None))


def unmade(said: Iterable[Said], missing: Iterable[Said]) -> list[Said]:
    """The texts with those ``missing`` as links that are not there yet: as texts that name nothing."""
    gone = {(id(one.element), one.column.key, one.other) for one in missing}
    return [
        one._replace(other=None) if (id(one.element), one.column.key, one.other) in gone else one
        for one in said
    ]
