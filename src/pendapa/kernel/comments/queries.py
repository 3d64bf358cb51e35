"""Reads of comments, always through the right to see what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.comments import rules
from pendapa.kernel.comments.models import Comment, Mention
from pendapa.kernel.comments.permissions import COMMENT
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Assignment, Institution, User

SHOWN, MOST = 30, 1_000
OFFERED = 8
LOOKED_AT = 40
"""Names that fit what was typed and whose right is looked up, until enough are found."""


@dataclass(frozen=True)
class Said:
    """A comment as a page shows it. ``mine`` may be edited and deleted; ``deleted`` keeps its place without its text."""

    uid: UUID
    author: str
    text: str
    at: datetime
    edited: bool
    deleted: bool
    mine: bool
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Thread:
    """What was said about one thing, oldest first: the last of it, and how many came ``earlier``."""

    target_type: str
    target_uid: UUID
    rows: list[Said] = field(default_factory=list)
    earlier: int = 0
    unread: bool = False

    @property
    def count(self) -> int:
        return self.earlier + sum(not row.deleted for row in self.rows)


@dataclass(frozen=True)
class Call:
    """An unread call: who calls, on what thing, and where that is."""

    author: str
    name: str
    text: str
    at: datetime
    url: str
    target_type: str
    target_uid: UUID


def target(actor: Actor, institution: Institution, target_type: str, uid: UUID | str) -> Recorded:
    """The thing that is spoken of; :class:`NotFound` when absent, gone, of no known type, or not to be seen."""
    if target_type not in history.types():
        raise NotFound
    known = history.registered(target_type)
    found = known.model._default_manager.filter(institution=institution, uid=uid, deleted_at=None).first()
    if found is None or found.uid not in known.visible(actor, institution, [found.uid]):
        raise NotFound
    return found


def thread(actor: Actor, row: Recorded, *, whole: bool = False) -> Thread:
    """What was said about ``row``, which the actor is known to see."""
    about = Comment.objects.filter(target_uid=row.uid, target_type=row.recorded_type)
    size = MOST if whole else SHOWN
    # One more tells whether there are earlier ones; their number is asked only then.
    latest = list(about.order_by("-created_at", "-pk").prefetch_related("mentions__user")[: size + 1])
    earlier = about.count() - size if len(latest) > size else 0
    own = actor.user.pk if actor.user is not None else None
    shown = latest[:size][::-1]
    unread = any(
        call.user_id == own and call.read_at is None and not one.deleted_at
        for one in shown
        for call in one.mentions.all()
    )
    return Thread(row.recorded_type, row.uid, [_said(one, own) for one in shown], earlier, unread)


def _said(one: Comment, own: int | None) -> Said:
    return Said(
        uid=one.uid,
        author=one.author_name,
        text="" if one.deleted_at else one.text,
        at=one.created_at,
        edited=one.edited_at is not None,
        deleted=one.deleted_at is not None,
        mine=own is not None and one.author_id == own and one.deleted_at is None,
        calls=tuple(call.user.name for call in one.mentions.all()),
    )


def own(actor: Actor, institution: Institution, uid: UUID | str) -> Comment:
    """A comment that the actor wrote about what the actor may see now; :class:`NotFound` otherwise."""
    found = Comment.objects.filter(institution=institution, uid=uid, deleted_at=None).first()
    if found is None or actor.user is None or found.author_id != actor.user.pk:
        raise NotFound
    target(actor, institution, found.target_type, found.target_uid)
    return found


# ---- people


def people(institution: Institution) -> list[rules.Person]:
    """Everybody who holds a role in the institution today, by name."""
    held = _held(institution).values_list("user_id", flat=True)
    found = User.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")
    return [rules.Person(pk, name) for pk, name in found.values_list("pk", "name")]


def _held(institution: Institution) -> QuerySet[Assignment]:
    today = timezone.localdate()
    return Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        institution=institution,
        accepted_at__isnull=False,
    )


def who_may_see(institution: Institution, row: Recorded, users: Iterable[int], most: int = 0) -> list[int]:
    """Those of ``users`` who may see ``row``, in their order; at most ``most`` of them where that is given."""
    wanted = list(dict.fromkeys(users))
    roles: dict[int, list[Assignment]] = defaultdict(list)
    for held in _held(institution).filter(user__in=wanted).select_related("institution", "unit", "user"):
        roles[held.user_id].append(held)
    visible = history.registered(row.recorded_type).visible
    found: list[int] = []
    for pk in wanted:
        if roles.get(pk):
            them = Actor(user=roles[pk][0].user, name=roles[pk][0].user.name, assignments=roles[pk])
            if them.may(COMMENT, institution) and row.uid in visible(them, institution, [row.uid]):
                found.append(pk)
        if most and len(found) >= most:
            break
    return found


def completions(
    actor: Actor, institution: Institution, row: Recorded, fragment: str, picked: Iterable[int] = ()
) -> list[tuple[rules.Person, bool]]:
    """People to call whose name fits ``fragment``, who may see ``row``: those picked before come first, with ``True``."""
    own_pk = actor.user.pk if actor.user is not None else None
    everybody = {one.pk: one for one in people(institution) if one.pk != own_pk}
    chosen = [pk for pk in dict.fromkeys(picked) if pk in everybody][:OFFERED]
    fits = [pk for pk, one in everybody.items() if pk not in chosen and rules.begins(one.name, fragment)]
    may = who_may_see(institution, row, [*chosen, *fits[:LOOKED_AT]], len(chosen) + OFFERED)
    return [(everybody[pk], pk in chosen) for pk in may]


# ---- calls


def calls(actor: Actor, institution: Institution) -> list[Call]:
    """Unread calls of the actor, oldest first, of what the actor may see now."""
    found = []
    for mention, row in _unread(actor, institution):
        comment = mention.comment
        url = _page(institution, comment.target_type, comment.target_uid)
        found.append(
            Call(
                author=comment.author_name,
                name=str(row),
                text=comment.text,
                at=comment.created_at,
                url=f"{url}#komentar-{comment.uid}",
                target_type=comment.target_type,
                target_uid=comment.target_uid,
            )
        )
    return found


def calls_count(actor: Actor, institution: Institution) -> int:
    """How many :func:`calls` there are."""
    return len(_unread(actor, institution))


def _unread(actor: Actor, institution: Institution) -> list[tuple[Mention, Recorded]]:
    if actor.user is None or not actor.may(COMMENT, institution):
        return []
    open_ones = Mention.objects.filter(
        user=actor.user, read_at=None, comment__institution=institution, comment__deleted_at=None
    )
    waiting = list(open_ones.select_related("comment").order_by("comment__created_at", "pk")[:MOST])
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for mention in waiting:
        wanted[mention.comment.target_type].add(mention.comment.target_uid)
    rows: dict[UUID, Recorded] = {}
    for target_type, uids in wanted.items():
        if target_type in history.types():
            known = history.registered(target_type)
            seen = known.visible(actor, institution, sorted(uids))
            live: Any = known.model._default_manager.filter(
                institution=institution, uid__in=seen, deleted_at=None
            )
            rows |= {row.uid: row for row in live}
    return [(m, rows[m.comment.target_uid]) for m in waiting if m.comment.target_uid in rows]


def _page(institution: Institution, target_type: str, uid: UUID) -> str:
    """The thing's own page; the thread alone where it has none."""
    page = history.registered(target_type).page
    try:
        return reverse(page, args=[institution.code, uid])
    except NoReverseMatch:
        return reverse("comments:thread", args=[institution.code, target_type, uid])


def page_of(institution: Institution, row: Recorded) -> str:
    """Where a thing is seen with what was said about it."""
    return _page(institution, row.recorded_type, row.uid)
