"""Accounts from a spreadsheet: staged as written, checked anew whenever looked at, made in one go, links handed out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables import headers, reading
from pendapa.kernel.tables.messages import TableError
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.organisation import queries
from pendapa.organisation.actions.links import acceptance_of, begins_here, is_fresh, link_of
from pendapa.organisation.models import AccountBatch, KnownName
from pendapa.organisation.permissions import PEOPLE
from pendapa.organisation.rules import accounts as rules

LIMITS = reading.Limits(
    container_bytes=8 << 20,
    csv_bytes=8 << 20,
    unpacked_bytes=64 << 20,
    rows=20_000,
    columns=100,
    cells=1_000_000,
)
CELL_LIMIT = 1_000
KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class Handed:
    """A line of the list of links. ``accepts``: the person has an account already and accepts the roles with it."""

    name: str
    username: str
    roles: str
    link: str
    accepts: bool


def stage(actor: Actor, institution: Institution, path: Path, filename: str) -> AccountBatch:
    """Read a file and keep its rows as written. Raises :class:`Refused` when it cannot be read."""
    actor.require(PEOPLE, institution)
    assert actor.user is not None
    try:
        rows = _read(path)
    except TableError as fault:
        raise Refused(fault.render(_)) from fault
    if not rows:
        raise Refused(_("There is no person below the header. Fill in at least one row."))
    if len(rows) > rules.ROW_LIMIT:
        raise Refused(
            _("The file has more than %(limit)s people. Split it and hand in one part after the other.")
            % {"limit": rules.ROW_LIMIT}
        )
    AccountBatch.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return AccountBatch.objects.create(
        institution=institution, author=actor.user, filename=filename[:200], rows=rows
    )


def _read(path: Path) -> list[dict[str, Any]]:
    """The rows of the first sheet that has the columns."""
    fault: TableError | None = None
    for grid in reading.read(path, limits=LIMITS):
        try:
            found = headers.recognise(grid, [rules.KIND])
            return [_row(found, row) for row in islice(found.rows, rules.ROW_LIMIT + 1)]
        except TableError as error:
            fault = fault or error
    if fault is not None:
        raise fault
    return []


def _row(found: headers.Recognised, row: headers.Row) -> dict[str, Any]:
    kept: dict[str, Any] = {"row": row.number}
    for binding in found.bindings:
        cell = row.cells[binding.index]
        text = str(cell).strip()[:CELL_LIMIT]
        if text and not kept.get(binding.column):
            kept[binding.column] = text
            if binding.column == "username" and isinstance(cell, reading.Number):
                kept["rounded"] = True
    return kept


def find_batch(actor: Actor, institution: Institution, uid: Any) -> AccountBatch:
    """A batch of one's own; :class:`NotFound` otherwise."""
    actor.require(PEOPLE, institution)
    batch = AccountBatch.objects.filter(institution=institution, author=actor.user, uid=uid).first()
    if batch is None:
        raise NotFound
    return batch


def preview(actor: Actor, institution: Institution, batch: AccountBatch) -> list[rules.Checked]:
    """A verdict for each row as things stand now. A fixed number of queries."""
    names = [rules.username_of(str(row.get("username") or "")) for row in batch.rows]
    units = Unit.objects.in_bulk(queries.live_units(institution).values_list("pk", flat=True))

    def may_give(role: str, unit: int | None) -> bool:
        # A unit that was found is a unit of this institution.
        return actor.may(PEOPLE, institution, units[unit] if unit is not None else None)

    ground = rules.Ground(
        units=queries.unit_index(institution),
        known=_known(institution, names),
        may_give=may_give,
        role_labels={role: str(label) for role, label in Assignment.ROLES},
        today=timezone.localdate(),
    )
    return rules.check(batch.rows, ground)


def _known(institution: Institution, usernames: Sequence[str]) -> dict[str, rules.Held]:
    known = {username: rules.Held() for username in _users(usernames)}
    held = Assignment.objects.filter(
        queries.not_over(), institution=institution, user__username__in=list(known)
    )
    roles: dict[str, set[tuple[str, int | None]]] = {}
    for username, role, unit in held.values_list("user__username", "role", "unit"):
        roles.setdefault(username, set()).add((role, unit))
    return known | {username: rules.Held(frozenset(one)) for username, one in roles.items()}


def _users(usernames: Sequence[str]) -> dict[str, User]:
    return {user.username: user for user in User.objects.filter(username__in=set(usernames))}


@transaction.atomic
def make_accounts(
    actor: Actor, institution: Institution, batch: AccountBatch, *, skip_faulty: bool = False
) -> list[rules.Checked]:
    """Make what the rows ask for, all in one transaction. Raises :class:`Refused` (nothing is made) on any fault.

    Returns the rows as checked; the new accounts' links come from :func:`links`.
    """
    locked = AccountBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.made_at:
        raise Refused(_("These accounts have been made already."))
    checked = preview(actor, institution, locked)
    if any(one.verdict == "faulty" for one in checked) and not skip_faulty:
        raise Refused(_("Rows are still faulty, so nothing was made. Mend the file and hand it in again."))
    wishes = [one.wish for one in checked if one.wish and one.verdict in ("new", "adds")]
    known = _users([wish.username for wish in wishes])
    fresh = {wish.username: wish for wish in reversed(wishes) if wish.username not in known}
    for wish in fresh.values():
        email = wish.username if "@" in wish.username else ""
        known[wish.username] = User(
            username=wish.username, name=wish.name, email=email, password=make_password(None)
        )
    User.objects.bulk_create([known[username] for username in fresh], batch_size=500)
    known |= _users(list(fresh))
    linked = _give_all(institution, wishes, known, set(fresh))
    locked.made, locked.made_at, locked.rows = linked, timezone.now(), []
    locked.save(update_fields=["made", "made_at", "rows"])
    batch.made, batch.made_at, batch.rows = locked.made, locked.made_at, []
    bus.emit("people.imported", institution_id=institution.pk, count=len(wishes))
    return checked


def _give_all(
    institution: Institution, wishes: Sequence[rules.Wish], known: dict[str, User], fresh: set[str]
) -> list[int]:
    """Give the roles; ids of the people who need a link: for a new account, or to accept."""
    now = timezone.now()
    users = [known[wish.username].pk for wish in wishes if wish.username not in fresh]
    held = {
        (one.user_id, one.role, one.unit_id): one
        for one in Assignment.objects.filter(institution=institution, user__in=users)
    }
    strangers = {wish.username: wish.name for wish in wishes if wish.username not in fresh}
    at_home = {user for user, _role, _unit in held}
    KnownName.objects.bulk_create(
        [
            KnownName(institution=institution, user=known[username], name=name)
            for username, name in strangers.items()
            if known[username].pk not in at_home
        ],
        ignore_conflicts=True,
    )
    before = list(User.objects.filter(pk__in=users).prefetch_related("assignments"))
    accepted = fresh | {user.username for user in before if begins_here(institution, user)}
    untaken = fresh | {user.username for user in before if is_fresh(user)}
    linked: dict[int, None] = {}
    new: list[Assignment] = []
    again: list[Assignment] = []
    for wish in wishes:
        user = known[wish.username]
        one = held.get((user.pk, wish.role, wish.unit))
        (again if one else new).append(
            one
            or Assignment(
                user=user, institution=institution, role=wish.role, unit_id=wish.unit, accepted_at=None
            )
        )
        given = (again if one else new)[-1]
        given.valid_from, given.valid_to, given.acting = wish.valid_from, wish.valid_to, wish.acting
        given.accepted_at = given.accepted_at or (now if wish.username in accepted else None)
        if given.accepted_at is None or wish.username in untaken:
            linked[user.pk] = None
    Assignment.objects.bulk_create(new, batch_size=500)
    Assignment.objects.bulk_update(again, ["valid_from", "valid_to", "acting", "accepted_at"], batch_size=200)
    return list(linked)


def links(actor: Actor, institution: Institution, batch: AccountBatch) -> list[Handed]:
    """The people of a batch who need a link: new ones who still wait, and those whose roles here wait for acceptance.

    Only for whoever made them, within the hour.
    """
    if batch.author_id != (actor.user.pk if actor.user else None) or batch.institution_id != institution.pk:
        raise NotFound
    if batch.made_at is None or batch.made_at < timezone.now() - LINKS_KEPT:
        raise NotFound
    roles: dict[int, list[str]] = {}
    waiting: dict[int, list[Assignment]] = {}
    held = Assignment.objects.filter(institution=institution, user__in=batch.made).select_related("unit")
    for one in held.order_by("pk"):
        label = str(one.get_role_display())
        roles.setdefault(one.user_id, []).append(f"{label}, {one.unit.name}" if one.unit else label)
        if one.accepted_at is None and actor.may(PEOPLE, institution, one.unit):
            waiting.setdefault(one.user_id, []).append(one)
    names = dict(KnownName.objects.filter(institution=institution).values_list("user", "name"))
    people = User.objects.filter(pk__in=batch.made, is_active=True).prefetch_related("assignments__unit")
    handed = []
    for user in people:
        accepts = user.pk in waiting
        # A link is a key to the whole account: none for one that has come to more than what the maker manages.
        mine = all(
            one.institution_id == institution.pk and actor.may(PEOPLE, institution, one.unit)
            for one in user.assignments.all()
            if one.accepted_at
        )
        if accepts or (mine and user.last_login is None and not user.has_usable_password()):
            link = acceptance_of(user, waiting[user.pk]) if accepts else link_of(user)
            told = "; ".join(roles.get(user.pk, ()))
            handed.append(Handed(names.get(user.pk, user.name), user.username, told, link, accepts))
    return sorted(handed, key=lambda one: (one.name, one.username))


def discard(actor: Actor, institution: Institution, batch: AccountBatch) -> None:
    """Throw a batch away; nothing of it was made, or its links are in hand."""
    if batch.author_id != (actor.user.pk if actor.user else None) or batch.institution_id != institution.pk:
        raise NotFound
    batch.delete()
