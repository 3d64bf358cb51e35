"""Verbs of kept lists: save, change, delete, and choose columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.saved import queries
from pendapa.kernel.saved.models import SavedView
from pendapa.kernel.saved.permissions import SAVE, TIDY
from pendapa.kernel.saved.ports import Place, place
from pendapa.kernel.tenancy.models import Institution, User

NAME_LIMIT, MOST = 120, 100


@transaction.atomic
def save(
    actor: Actor,
    institution: Institution,
    name_of_place: str,
    name: str,
    query: Mapping[str, Any],
    columns: Sequence[str] = (),
    *,
    shared: bool = False,
) -> SavedView:
    """Keep a list under a name; an own one of that name becomes this. :class:`Refused` says what is wrong with it."""
    person, where = _who(actor, institution, name_of_place)
    name = _name(name)
    mine = SavedView.objects.filter(institution=institution, owner=person, place=where.name)
    known = mine.filter(name=name).first()
    if known is None and mine.exclude(name="").count() >= MOST:
        raise Refused(
            _("You keep %(most)d lists here already. Delete one that you no longer need.") % {"most": MOST}
        )
    row = known or SavedView(institution=institution, owner=person, place=where.name, name=name)
    row.query, row.columns, row.shared = (
        where.filters(query),
        _columns(actor, institution, where, query, columns),
        shared,
    )
    row.save()
    return row


def change(
    actor: Actor,
    institution: Institution,
    uid: UUID | str,
    *,
    name: str | None = None,
    shared: bool | None = None,
) -> SavedView:
    """Rename or share an own list; of those of others it is as if they were not there."""
    row = _own(actor, institution, uid)
    row.name = row.name if name is None else _name(name)
    row.shared = row.shared if shared is None else shared
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "shared"])
    except IntegrityError as error:
        raise Refused(_("You keep a list “%(name)s” already.") % {"name": row.name}) from error
    return row


def delete(actor: Actor, institution: Institution, uid: UUID | str) -> str:
    """Put an own list away, or a shared one as the secretariat; its name."""
    row = queries.view(actor, institution, uid)
    mine = actor.user is not None and row.owner_id == actor.user.pk
    if not mine and not (row.shared and actor.may(TIDY, institution)):
        raise NotFound
    row.delete()
    return row.name


def choose_columns(
    actor: Actor,
    institution: Institution,
    name_of_place: str,
    query: Mapping[str, Any],
    columns: Sequence[str],
) -> tuple[str, ...]:
    """Remember which columns the actor wants to see in this list from now on; those that it has, in the order given."""
    person, where = _who(actor, institution, name_of_place)
    kept = _columns(actor, institution, where, query, columns)
    SavedView.objects.update_or_create(
        institution=institution, owner=person, place=where.key(query), name="", defaults={"columns": kept}
    )
    return tuple(kept)


def _columns(
    actor: Actor, institution: Institution, where: Place, query: Mapping[str, Any], columns: Sequence[str]
) -> list[str]:
    offered = where.columns(actor, institution, where.filters(query)) if where.columns else ()
    known = {key for key, _label in offered}
    wanted = list(dict.fromkeys(one for one in columns if one in known))
    if len(wanted) > where.most:
        raise Refused(
            _("%(n)d columns do not fit beside one another. Choose at most %(most)d.")
            % {"n": len(wanted), "most": where.most}
        )
    return wanted


def _who(actor: Actor, institution: Institution, name_of_place: str) -> tuple[User, Place]:
    where = place(name_of_place)
    actor.require(SAVE, institution)
    actor.require(where.permission, institution)
    if actor.user is None:
        raise NotFound
    return actor.user, where


def _own(actor: Actor, institution: Institution, uid: UUID | str) -> SavedView:
    row = queries.view(actor, institution, uid)
    if actor.user is None or row.owner_id != actor.user.pk:
        raise NotFound
    return row


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(_("Give the list a name by which you find it again."))
    if len(name) > NAME_LIMIT:
        raise Refused(_("The name is longer than %(limit)d characters.") % {"limit": NAME_LIMIT})
    return name
