"""Verbs of comments: say, edit, delete, read. Who sees a thing may speak about it; only one's own words can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.comments import queries, rules
from pendapa.kernel.comments.models import Comment, Mention
from pendapa.kernel.comments.permissions import COMMENT
from pendapa.kernel.events import bus, stream
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.models import Institution, User
from pendapa.kernel.waiting import ports as waiting


@transaction.atomic
def say(
    actor: Actor,
    institution: Institution,
    target_type: str,
    target_uid: UUID | str,
    text: str,
    picked: Sequence[int] = (),
) -> Comment:
    """Comment on a thing that the actor may see; ``picked`` are ids of people chosen beside the text.

    Raises :class:`Refused` for an empty or too long text, too many in a short time, or a call of somebody who may not
    see the thing; :class:`NotFound` where the thing is not there for the actor. Tells ``comments.said``.
    """
    person, row = _speaker(actor, institution), queries.target(actor, institution, target_type, target_uid)
    # One after the other: else ten tabs could say ten things at once.
    User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk").first()
    _not_too_often(person)
    called = _checked(institution, row, text, picked, person)
    now = timezone.now()
    comment = Comment.objects.create(
        institution=institution,
        target_type=row.recorded_type,
        target_uid=row.uid,
        author=person,
        author_name=actor.name,
        text=called.text,
        created_at=now,
    )
    _call(comment, called.people)
    # To answer is to have read.
    _read(person, row)
    stream.publish(institution.pk, "changed")
    bus.emit("comments.said", institution_id=institution.pk, comment_id=comment.pk)
    return comment


@transaction.atomic
def edit(
    actor: Actor, institution: Institution, uid: UUID | str, text: str, picked: Sequence[int] = ()
) -> Comment:
    """Say it otherwise; whom it calls is read anew, and who was called already and has read it is not called again."""
    person, comment = _speaker(actor, institution), queries.own(actor, institution, uid)
    row = queries.target(actor, institution, comment.target_type, comment.target_uid)
    called = _checked(institution, row, text, picked, person)
    if called.text != comment.text:
        comment.text, comment.edited_at = called.text, timezone.now()
        comment.save(update_fields=["text", "edited_at"])
    gone = comment.mentions.exclude(user__in=called.people)
    for pk in gone.values_list("user_id", flat=True):
        waiting.forget(pk, institution.pk)
    gone.delete()
    _call(comment, called.people)
    stream.publish(institution.pk, "changed")
    return comment


@transaction.atomic
def delete(actor: Actor, institution: Institution, uid: UUID | str) -> Comment:
    """Take the own words back: the place stays, the text and its calls go."""
    _speaker(actor, institution)
    comment = queries.own(actor, institution, uid)
    for pk in comment.mentions.values_list("user_id", flat=True):
        waiting.forget(pk, institution.pk)
    comment.mentions.all().delete()
    comment.text, comment.deleted_at = "", timezone.now()
    comment.save(update_fields=["text", "deleted_at"])
    stream.publish(institution.pk, "changed")
    return comment


def read(actor: Actor, institution: Institution, target_type: str, target_uid: UUID | str) -> int:
    """The calls of the actor in what was said about one thing are read; how many that were."""
    person, row = _speaker(actor, institution), queries.target(actor, institution, target_type, target_uid)
    return _read(person, row)


def _speaker(actor: Actor, institution: Institution) -> User:
    if actor.user is None:
        raise NotFound
    actor.require(COMMENT, institution)
    return actor.user


def _not_too_often(person: User) -> None:
    now = timezone.now()
    mine = Comment.objects.filter(author=person)
    if mine.filter(created_at__gt=now - timedelta(minutes=1)).count() >= rules.A_MINUTE:
        raise Refused(_("That were many comments in one minute. Wait a moment; your text is still here."))
    if mine.filter(created_at__gt=now - timedelta(hours=1)).count() >= rules.AN_HOUR:
        raise Refused(_("That were many comments in one hour. Try again later; your text is still here."))


def _checked(
    institution: Institution, row: Recorded, text: str, picked: Sequence[int], person: User
) -> rules.Called:
    """The text with its calls written out, checked."""
    text = rules.clean(text)
    if not text:
        raise Refused(_("Write something first: the comment is empty."))
    everybody = queries.people(institution)
    called = rules.call(text, everybody, picked)
    if len(called.text) > rules.LIMIT:
        raise Refused(
            _(
                "The comment has %(long)d characters, more than the %(limit)d that fit. Shorten it, or link a document."
            )
            % {"long": len(called.text), "limit": rules.LIMIT}
        )
    others = [pk for pk in called.people if pk != person.pk]
    blind = set(others) - set(queries.who_may_see(institution, row, others))
    if blind:
        names = sorted(one.name for one in everybody if one.pk in blind)
        raise Refused(
            ngettext(
                "%(names)s may not see this, so a comment here cannot call that person. Take out the @, or call somebody else.",
                "%(names)s may not see this, so a comment here cannot call them. Take out the @, or call somebody else.",
                len(names),
            )
            % {"names": ", ".join(names)}
        )
    return rules.Called(called.text, tuple(others))


def _call(comment: Comment, people: Sequence[int]) -> None:
    Mention.objects.bulk_create(
        [Mention(comment=comment, user_id=pk) for pk in people], ignore_conflicts=True
    )
    for pk in people:
        waiting.forget(pk, comment.institution_id)


def _read(person: User, row: Recorded) -> int:
    unread = Mention.objects.filter(
        user=person, read_at=None, comment__target_uid=row.uid, comment__target_type=row.recorded_type
    )
    done = unread.update(read_at=timezone.now())
    if done:
        waiting.forget(person.pk, row.institution_id)
    return done
