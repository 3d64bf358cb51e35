"""What the operations share: who comes in, what a refused action answers, where a write went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.outcomes import Outcome
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import snapshot_at
from pendapa.architecture.queries.lists import sees_field as sees_field
from pendapa.kernel.access.actor import Actor, institution_for
from pendapa.kernel.access.rest import AbsentOut, Problem, ProblemOut, refused
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.numbers import whole
from pendapa.kernel.review import actions as review
from pendapa.kernel.review import queries as proposals
from pendapa.kernel.tenancy.models import Institution, Unit

ABSENT = {404: AbsentOut}
WRITING = {400: ProblemOut, 404: AbsentOut, 409: ProblemOut, 422: ProblemOut}
FIELDS = ("unit", "name", "code", "kind", "classification", "valid_from", "valid_to")


def enter(request: HttpRequest, code: str) -> tuple[Actor, Institution]:
    """The same door as that of the pages."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return actor, institution


def known(field: str, said: str, choices: Iterable[str]) -> None:
    """A filter that names nothing there is would answer an empty list: a :class:`Problem` tells the words that are known."""
    choices = list(choices)
    if said and said not in choices:
        words = {"said": said[:60], "known": ", ".join(choices[:30])}
        raise refused(_("“%(said)s” is not known here (there are: %(known)s).") % words, field)


def marked(after: str, *, named: bool = False) -> None:
    """A mark that no page gave would answer the first page again, and a program would read it for ever."""
    if after and whole(after.rpartition("|")[2] if named else after, digits=18) is None:
        raise refused(_("“after” must be what the field “next” of the page before says."), "after")


def unit_of(institution: Institution, said: str) -> Unit:
    """The live unit with this uid or code; a :class:`Problem` where there is none."""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    found = live.filter(uid=said).first() if queries.is_uid(said) else None
    found = found or live.filter(code=said.replace("\x00", "")).first()
    if found is None:
        raise refused(_("No unit has the uid or code “%(said)s”.") % {"said": said[:60]}, "unit")
    return found


@contextmanager
def linked() -> Iterator[None]:
    """What points at an element that was to go, and how it can go all the same."""
    try:
        yield
    except actions.Linked as linked:
        advice = _("Ask with with_relations=true to delete these relations as well.")
        words = f"{linked} {advice}"
        raise Problem(409, "Conflict", words, names=linked.names, hidden=linked.hidden) from linked


def set_of(found: ChangeSet | None) -> dict[str, str] | None:
    return {"uid": str(found.uid), "state": found.state} if found else None


def version_within(actor: Actor, thing: Element | Relation, version: int) -> int:
    """The version that a verb finds where the writer read ``version``: what the actor's own draft says of the thing already
    lies over it there, and counts one more."""
    if version != thing.version or not review.gathers(actor, thing.institution):
        return version
    draft = proposals.open_set(actor, thing.institution)
    if draft is None:
        return version
    with review.laid_over(actor, draft, review.things(thing)):
        return type(thing)._default_manager.values_list("version", flat=True).get(pk=thing.pk)


def proposed(outcome: Outcome) -> dict[str, Any] | None:
    """The answer 202 where the write went into a proposal."""
    draft = outcome.draft
    return {"change_set": set_of(draft), "warnings": outcome.warnings} if draft else None


def stale(actor: Actor, element: Element, version: int, mine: Mapping[str, Any]) -> Problem:
    """412 with what differs between the version that was read and that of now, field by field."""
    now = Element.objects.select_related("unit").get(pk=element.pk)
    now.institution = element.institution
    base, theirs = (
        _fields(actor, now, snapshot_at(now, version)),
        _fields(actor, now, snapshot_at(now, now.version)),
    )
    fields = [
        {"field": name, "base": base.get(name), "theirs": theirs.get(name), "mine": mine.get(name)}
        for name in dict.fromkeys([*theirs, *base])
        if base.get(name) != theirs.get(name)
    ]
    detail = _("Somebody changed this since you read it. Read it again, and decide field by field.")
    return Problem(412, "Precondition failed", detail, version=now.version, fields=fields)


def _fields(actor: Actor, element: Element, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a snapshot as the actor may read them: attributes as the element shows them to the same actor."""
    fields = {name: snapshot.get(name) for name in FIELDS if name in snapshot}
    if "unit" in fields:
        fields["unit"] = snapshot.get("_names", {}).get("unit")
    attributes = snapshot.get("attributes") or {}
    seen = sees_field(actor, element.institution, element.domain)
    named = {f"attributes.{key}": value for key, value in attributes.items()}
    return fields | {name: value for name, value in named.items() if seen(name)}
