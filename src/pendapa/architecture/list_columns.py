"""Which columns of the metamodel people may choose for the list of elements, and where such lists are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language, gettext_lazy

from pendapa.architecture import metamodel
from pendapa.architecture.permissions import PERSONAL, VIEW
from pendapa.architecture.rules.metamodel import RELATIONS, attribute_columns, open_keys
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.saved import ports as saved
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Column

PLACE = "architecture:list"
PARAMETERS = ("domain", "kind", "unit", "gap", "remap", "q")


def offered(actor: Actor, institution: Institution, domain: str, kind: str = "") -> list[Column]:
    """The columns of one domain that the actor may read in a list: no personal data but for whom it concerns, and no texts
    that name other elements, of which some may be hidden."""
    model = metamodel.of(institution)
    if domain not in {one.key for one in model.all_domains}:
        return []
    known = model.domain(domain)
    columns = attribute_columns(model, domain, kind if kind in {one.key for one in known.kinds} else "")
    readable = None if actor.may(PERSONAL, institution) else open_keys(model, domain)
    return [c for c in columns if c.type not in RELATIONS and (readable is None or c.key in readable)]


def chosen(actor: Actor, institution: Institution, domain: str, keys: Sequence[str]) -> list[Column]:
    """The columns of these keys, in this order, as far as the actor may read them."""
    known = {column.key: column for column in offered(actor, institution, domain)}
    return [known[key] for key in keys if key in known]


def _columns(actor: Actor, institution: Institution, query: Mapping[str, str]) -> list[tuple[str, str]]:
    language = get_language() or "id"
    found = offered(actor, institution, query.get("domain", ""), query.get("kind", ""))
    return [(column.key, column.label.in_language(language)) for column in found]


def register() -> None:
    """Let people keep the list of elements."""
    label = gettext_lazy("Architecture")
    saved.register(saved.Place(PLACE, label, VIEW, PARAMETERS, _columns, scope="domain"))
