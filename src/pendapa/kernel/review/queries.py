"""Proposals: who sees them, what they say in words, what depends on it, what is in their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import INSTITUTION, Actor, NotFound, Scope, grants
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.differences import Difference, between, told
from pendapa.kernel.history.models import ChangeItem, ChangeSet, Recorded, Review
from pendapa.kernel.permissions import APPROVE, DRAFTS, IMPORT, VALIDATE, VERIFY
from pendapa.kernel.review import items as proposals
from pendapa.kernel.review.rules import steps_of
from pendapa.kernel.tenancy.models import Assignment, Institution, User

PAGE = 50
LABELS = {
    "approve": gettext_lazy("Head of the OPD"),
    "verify": gettext_lazy("Verification"),
    "validate": gettext_lazy("Validation"),
}
BY_STEP = {"approve": APPROVE, "verify": VERIFY, "validate": VALIDATE}


def visible(actor: Actor, institution: Institution) -> QuerySet[ChangeSet]:
    """Sets that are or were on their way, which the actor may see: the own ones, those of the own unit, and what was handed
    in for whoever sees the whole institution. Drafts of other units do not exist for an OPD."""
    found = ChangeSet.objects.filter(institution=institution, drafted_at__isnull=False)
    own = Q(author=actor.user) if actor.user else Q(pk__in=[])
    scope = actor.scope(DRAFTS, institution)
    if scope.everything:
        return found.filter(own | ~Q(state__in=["draft", "withdrawn"]))
    return found.filter(own | scope.filter()) if scope else found.filter(own)


def may_see(actor: Actor, change_set: ChangeSet) -> bool:
    """Whether this very set is open to the actor."""
    return visible(actor, change_set.institution).filter(pk=change_set.pk).exists()


def change_set(actor: Actor, institution: Institution, uid: UUID | str) -> ChangeSet:
    """One set; :class:`NotFound` when absent or not to be seen."""
    found = visible(actor, institution).filter(uid=uid)
    one = found.select_related("institution", "unit", "author", "undoes").first()
    if one is None:
        raise NotFound
    return one


def proposed_for(actor: Actor, institution: Institution, uid: UUID) -> dict[str, Any]:
    """The new values that the actor's open draft gives to a thing of the register, by field; empty where it gives none."""
    draft = open_set(actor, institution)
    items = draft.items.filter(target_uid=uid, verb="change") if draft else ChangeItem.objects.none()
    return dict(items.values_list("patch", flat=True).first() or {})


def writes_for(actor: Actor, institution: Institution) -> Scope:
    """The units for which a person may propose today, whatever the key by which a program acts for the person."""
    person = Actor(user=actor.user, system=actor.system, assignments=actor.assignments)
    return person.scope(IMPORT, institution)


def open_set(actor: Actor, institution: Institution) -> ChangeSet | None:
    """The draft into which a person's changes go: the one last worked at, not one of an office that the person has left."""
    if actor.user is None:
        return None
    own = ChangeSet.objects.filter(
        writes_for(actor, institution).filter(),
        institution=institution,
        author=actor.user,
        state__in=ChangeSet.OPEN,
        undoes=None,
    )
    return own.select_related("institution", "unit").order_by("-created_at", "-pk").first()


def verb_of(found: ChangeSet, uid: UUID) -> str:
    """What a set does to one thing (``add``, ``change``, ``delete``, ``restore``); empty where it does nothing to it."""
    return found.items.filter(target_uid=uid).values_list("verb", flat=True).first() or ""


def can_take(found: ChangeSet, step: str) -> QuerySet[User]:
    """Other people than the author who could pass a step today."""
    today, reach = timezone.localdate(), grants()[BY_STEP[step]]
    held = Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        institution=found.institution,
        accepted_at__isnull=False,
    )
    wide = Q(role__in=[role for role, how in reach.items() if how == INSTITUTION])
    narrow = Q(pk__in=[])
    if found.unit is not None:
        above = [int(pk) for pk in found.unit.path.strip("/").split("/") if pk]
        narrow = Q(role__in=[role for role, how in reach.items() if how != INSTITUTION], unit__in=above)
    people = User.objects.filter(assignments__in=held.filter(wide | narrow), is_active=True)
    return people.exclude(pk=found.author_id or 0).distinct()


def may_decide(actor: Actor, found: ChangeSet) -> bool:
    """Whether the actor may pass or return this set now."""
    if found.state != "submitted" or actor.user is None or actor.user.pk == found.author_id:
        return False
    return actor.may(BY_STEP[found.step], found.institution, found.unit)


def mark(found: ChangeSet) -> str:
    """What a reader was shown: handed in when, and waiting at which step. Handed in anew, or passed on, it is another."""
    return f"{found.submitted_at.isoformat() if found.submitted_at else ''} {found.step}"


def waiting_for(actor: Actor, institution: Institution) -> QuerySet[ChangeSet]:
    """Sets that wait for this very person, oldest first."""
    mine = Q(pk__in=[])
    for step, permission in BY_STEP.items():
        scope = actor.scope(permission, institution)
        if scope:
            mine |= Q(step=step) & scope.filter()
    if actor.user is None:
        return ChangeSet.objects.none()
    found = ChangeSet.objects.filter(mine, institution=institution, state="submitted")
    return titled(found.exclude(author=actor.user).select_related("unit").order_by("submitted_at", "pk"))


def reviews(found: ChangeSet) -> QuerySet[Review]:
    """What was said on the way, oldest first."""
    return found.reviews.order_by("at", "pk")


def own(actor: Actor, institution: Institution) -> QuerySet[ChangeSet]:
    """The actor's own sets that are not in force yet, newest first."""
    if actor.user is None:
        return ChangeSet.objects.none()
    found = ChangeSet.objects.filter(
        institution=institution, author=actor.user, state__in=["draft", "returned", "submitted", "agreed"]
    )
    return titled(found.select_related("unit").order_by("-created_at", "-pk"))


def others(
    actor: Actor, institution: Institution, *, after: int = 0, size: int = PAGE
) -> tuple[list[ChangeSet], int]:
    """Sets of others on their way, newest first, and the mark of the next page."""
    found = visible(actor, institution).filter(state__in=["draft", "returned", "submitted", "agreed"])
    if actor.user is not None:
        found = found.exclude(author=actor.user)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(titled(found.select_related("unit").order_by("-pk"))[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else 0


def step_label(step: str) -> str:
    """A step in words."""
    return str(LABELS.get(step, ""))


def titled(found: QuerySet[ChangeSet]) -> QuerySet[ChangeSet]:
    """The same sets with what :func:`title` needs of them, in one statement."""
    first = ChangeItem.objects.filter(change_set=OuterRef("pk")).order_by("pk").values("name")[:1]
    return found.annotate(first_name=Subquery(first))


def title(found: ChangeSet) -> str:
    """What a set is about, in a few words."""
    if found.title:
        return found.title
    first = getattr(found, "first_name", None)
    if first is None:
        first = found.items.order_by("pk").values_list("name", flat=True).first()
    more = sum(found.counts.get(verb, 0) for verb in ("add", "change", "delete", "restore")) - 1
    told_first = first or found.reason or _("Empty proposal")
    if more < 1 or not first:
        return told_first
    return _("%(names)s and %(n)s more") % {"names": told_first, "n": more}


def path(found: ChangeSet) -> list[tuple[str, str]]:
    """The way of a set: each station with its state (``done``, ``now``, ``later``, ``skipped``)."""
    steps = steps_of(found.institution.settings)
    begun = found.state in ("submitted", "agreed")
    stations = [(_("Draft"), "done" if begun else "now")]
    skipped = set(found.reviews.filter(verdict="skipped").values_list("step", flat=True)) if begun else set()
    passed = begun
    for step in steps:
        if step == found.step:
            passed = False
        state = "now" if step == found.step else ("done" if passed else "later")
        stations.append((step_label(step), "skipped" if step in skipped else state))
    stations.append((_("In force"), "now" if found.state == "agreed" else "later"))
    return stations


def waits_for(found: ChangeSet) -> list[str]:
    """Names of those who can take the step at which a set waits."""
    if found.state != "submitted":
        return []
    return list(can_take(found, found.step).order_by("name").values_list("name", flat=True)[:5])


def trail(found: ChangeSet) -> list[Review]:
    """What was said on the way, newest first."""
    return list(reviews(found).reverse())


# ---- what a set says


@dataclass(frozen=True)
class Line:
    """One thing of a set: what would change, what clashes or is in the way, and what depends on it."""

    item: ChangeItem
    title: str
    name: str
    domain: str
    url: str
    differences: list[Difference]
    problem: str
    clashes: list[Choice]
    dependents: list[str]


@dataclass(frozen=True)
class Choice:
    """A clash in words: label, then what it was, what stands now, what is proposed."""

    field: str
    label: str
    base: str
    theirs: str
    mine: str


def lines(
    actor: Actor, found: ChangeSet, *, after: int = 0, size: int = PAGE, only: set[UUID] | None = None
) -> tuple[list[Line], int]:
    """Items of a set in words, and the mark of the next page (0 at the end). What one may not see is left out."""
    items = found.items.filter(pk__gt=after).order_by("pk")
    if only is not None:
        items = items.filter(target_uid__in=only)
    rows = list(items[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    seen = _seen(actor, found, rows)
    shown: list[Line] = []
    by_type: dict[str, list[ChangeItem]] = defaultdict(list)
    for item in rows:
        if item.target_uid in seen:
            by_type[item.target_type].append(item)
    told_of = {
        line.item.pk: line for kind, some in by_type.items() for line in _lines(actor, found, kind, some)
    }
    for item in rows:
        if item.pk in told_of:
            shown.append(told_of[item.pk])
    return shown, rows[-1].pk if more else 0


def _seen(actor: Actor, found: ChangeSet, items: Sequence[ChangeItem]) -> set[UUID]:
    """What is new belongs to whoever may see the set; what is there already must be open to the actor."""
    seen = {item.target_uid for item in items if item.verb == "add"}
    by_type: dict[str, list[UUID]] = defaultdict(list)
    for item in items:
        if item.verb != "add":
            by_type[item.target_type].append(item.target_uid)
    for kind, uids in by_type.items():
        for some in history.chunks(uids, history.CHUNK):
            seen |= history.registered(kind).visible(actor, found.institution, some)
    return seen


def _lines(actor: Actor, found: ChangeSet, kind: str, items: Sequence[ChangeItem]) -> list[Line]:
    known = history.registered(kind)
    rows = _rows(found.institution, kind, items)
    live = {uid: history.snapshot(row) for uid, row in rows.items()}
    problems = {one.item.pk: one for one in _problems(found, items)}
    # What is only proposed has a page for its author alone, on which the draft is laid under it.
    own = actor.user is not None and found.author_id == actor.user.pk and found.state in ChangeSet.OPEN
    depend: dict[UUID, list[str]] = defaultdict(list)
    changing = [item.target_uid for item in items if item.verb in ("change", "delete")]
    for ask in known.dependents:
        for uid, names in ask(actor, found.institution, changing).items():
            depend[uid] += names
    return [
        Line(
            item=item,
            title=str(known.title),
            name=str((live.get(item.target_uid) or {}).get("name") or item.name),
            domain=str((live.get(item.target_uid) or item.patch).get("domain") or ""),
            url=_page(known, found, item) if item.target_uid in live or own else "",
            differences=_differences(item, live.get(item.target_uid)),
            problem=problems[item.pk].why if item.pk in problems else "",
            clashes=_choices(known, problems.get(item.pk), live.get(item.target_uid) or {}),
            dependents=depend[item.target_uid],
        )
        for item in items
    ]


def _page(known: history.Registered, found: ChangeSet, item: ChangeItem) -> str:
    return reverse(known.page, args=[found.institution.code, item.target_uid]) if known.page else ""


def _rows(institution: Institution, kind: str, items: Sequence[ChangeItem]) -> dict[UUID, Recorded]:
    from django.db.models import prefetch_related_objects

    model = history.registered(kind).model
    uids = [item.target_uid for item in items]
    rows = list(model._default_manager.filter(institution=institution, uid__in=uids))
    if rows:
        prefetch_related_objects(rows, *history.references(model))
    return {row.uid: row for row in rows}


def _differences(item: ChangeItem, live: dict[str, Any] | None) -> list[Difference]:
    if item.verb == "delete":
        return []
    before = live if live is not None and item.verb == "change" else {}
    return between(item.target_type, before, after_patch(live or {}, item.patch))


def after_patch(live: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as the patch would leave it; names of what it points to come from the patch."""
    after = {**live, "_names": dict(live.get("_names", {}))}
    for name, value in patch.items():
        first, _dot, inner = name.partition(".")
        if inner:
            held = dict(after.get(first) or {})
            held[inner] = value
            after[first] = held
        elif isinstance(value, dict) and "uid" in value:
            after[first] = value["uid"]
            after["_names"][first] = value.get("name", "")
        else:
            after[first] = value
    return after


def _choices(
    known: history.Registered, problem: proposals.Problem | None, live: dict[str, Any]
) -> list[Choice]:
    def words(name: str, value: Any) -> str:
        if isinstance(value, dict) and "uid" in value:
            return str(value.get("name", ""))
        return told(known, name, value, live)[1]

    return [
        Choice(
            clash.field,
            told(known, clash.field, None, live)[0],
            words(clash.field, clash.base),
            words(clash.field, clash.theirs),
            words(clash.field, clash.mine),
        )
        for clash in (problem.clashes if problem else ())
    ]


def problems(found: ChangeSet, only: set[UUID] | None = None) -> list[proposals.Problem]:
    """What is in the way of a set, found without writing anything."""
    items = found.items.order_by("pk")
    if only is not None:
        items = items.filter(target_uid__in=only)
    return _problems(found, list(items))


def _problems(found: ChangeSet, items: Sequence[ChangeItem]) -> list[proposals.Problem]:
    new = found.items.filter(verb="add").order_by().values_list("target_uid", flat=True)
    return proposals.look(found.institution, items, frozenset(map(str, new)))
