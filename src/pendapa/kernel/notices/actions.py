"""Verbs of the reminders: make the digests of a day, remind by hand, mark as read, set the ladder, choose the own ways."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.calendars import queries as calendars
from pendapa.kernel.history import ledger
from pendapa.kernel.notices import choices, mail, ports, queries, rules, whatsapp, words
from pendapa.kernel.notices.choices import Choices
from pendapa.kernel.notices.models import Notice, Reach, Told
from pendapa.kernel.notices.permissions import REMINDERS, SET_LADDER
from pendapa.kernel.notices.ports import Due
from pendapa.kernel.notices.sending import LEASE
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, User
from pendapa.kernel.waiting import ports as waiting
from pendapa.regulations import packs

PAGE, EMAIL, WHATSAPP = "page", "email", "whatsapp"
Item = dict[str, Any]


class Conflict(Exception):
    """Somebody else changed the settings since they were read."""


@dataclass(frozen=True)
class Digest:
    """All that one person is told in one day: ``items`` as they stand in a notice, by ``channels``, leaving the house from
    ``send_after`` on."""

    institution: Institution
    user: User
    day: date
    channels: tuple[str, ...]
    subject: str
    items: list[Item]
    send_after: datetime


# ---- the digests of a day


def remind(
    institution: Institution, day: date, dry_run: bool = False, *, now: datetime | None = None
) -> list[Digest]:
    """Make the digests of ``day``, one a person, and remember what was told; a dry run makes none.

    On a day on which nobody works there are none, and who was given a digest that day waits for the next. They leave the house by
    :func:`pendapa.kernel.notices.sending.send_due`. A failure of one room harms no other.
    """
    now = now or timezone.now()
    if dry_run:
        return _plan(institution, day, now)
    with transaction.atomic():
        hold(institution)
        made = _plan(institution, day, now)
        _keep(made, now)
    return made


def foresee(
    actor: Actor, institution: Institution, day: date, *, now: datetime | None = None
) -> list[Digest]:
    """What :func:`remind` would tell on ``day``: the own digest, those of all to who sets the ladder, by name of the account.

    Of digests of others only the things that the actor may read. Nothing is kept. Raises NotFound.
    """
    actor.require(REMINDERS, institution)
    whole, own = actor.may(SET_LADDER, institution), actor.user.pk if actor.user else 0
    made = _plan(institution, day, now or timezone.now(), None if whole else own)
    open_ = queries.readable(actor, institution, (i["key"] for one in made for i in one.items))
    told = []
    for one in sorted(made, key=lambda one: one.user.username):
        items = [i for i in one.items if one.user.pk == own or i["key"] in open_]
        if items and (whole or one.user.pk == own):
            with override(settings.LANGUAGE_CODE):
                told.append(dataclasses.replace(one, items=items, subject=words.subject(items, day)))
    return told


def _plan(institution: Institution, day: date, now: datetime, only: int | None = None) -> list[Digest]:
    """The digests of a day; with ``only`` that of one user at least, without asking what cannot come to that person."""
    known = calendars.calendar(institution)
    if not known.workday(day):
        return []
    chosen = choices.of(institution)
    ladder = rules.Ladder(chosen.steps, known, packs.reminders().unassigned)
    with override(settings.LANGUAGE_CODE):  # what a room says is kept, and read by others
        dues = {due.key: due for due in ports.dues(institution, day)}
    people = queries.staff(institution, day)
    if only is not None and not people.offices.held_by(only):
        dues = {key: due for key, due in dues.items() if due.person is not None and due.person.pk == only}
    already = queries.told(institution, dues.values())
    items: dict[int, list[Item]] = defaultdict(list)
    for thing in queries.things(institution, dues.values(), people):
        for telling in ladder.tellings(thing, day, people.offices, already):
            items[telling.user].append(_item(dues[thing.key], telling.rung, telling.why))
    spoken = Told.objects.filter(institution=institution, day=day).exclude(rung=rules.HAND)
    had = set(spoken.values_list("user", flat=True))
    users = [people.users[pk] for pk in sorted(items) if pk not in had]
    return _digests(institution, day, now, users, items)


def _item(due: Due, rung: str, why: str = "", by: str = "") -> Item:
    who = due.person.name if due.person else due.person_name
    item = {"key": due.key, "title": due.title, "detail": due.detail, "url": due.path, "due": due.due.isoformat(),
            "rung": rung, "why": why, "who": who if why else ""}  # fmt: skip
    return item | {"by": by} if by else item


def _digests(
    institution: Institution, day: date, now: datetime, users: Sequence[User], items: dict[int, list[Item]]
) -> list[Digest]:
    chosen = choices.of(institution)
    reaches = queries.reaches(institution, [user.pk for user in users])
    known = calendars.calendar(institution)
    after = rules.send_after(timezone.localtime(now), chosen.quiet_from, chosen.quiet_until, known)
    made = []
    with override(settings.LANGUAGE_CODE):
        for user in users:
            subject = words.subject(items[user.pk], day)
            ways = _ways(chosen, user, reaches.get(user.pk))
            made.append(Digest(institution, user, day, ways, subject, items[user.pk], after))
    return made


def _ways(chosen: Choices, user: User, reach: Reach | None) -> tuple[str, ...]:
    """The ways by which a person is told: always the page, others as far as operator, institution and person all want them."""
    ways = [PAGE]
    wants_mail = reach is None or reach.email
    if chosen.email and wants_mail and mail.available() and mail.address(user):
        ways.append(EMAIL)
    if chosen.whatsapp and reach is not None and reach.whatsapp and reach.phone and whatsapp.available():
        ways.append(WHATSAPP)
    return tuple(ways)


def _keep(made: Sequence[Digest], now: datetime) -> None:
    """Write the digests and what they tell. In a transaction, with the institution held. Who was reminded by hand that day has a
    message already: the digest joins it."""
    notices, told = [], []
    days = {(one.institution, one.day) for one in made}
    there = {
        user
        for institution, day in days
        for user in Notice.objects.filter(institution=institution, day=day).values_list("user", flat=True)
    }
    for one in made:
        if one.user.pk in there:
            _merge(one, now)
        else:
            notices += [_notice(one, channel, now) for channel in one.channels]
        for item in one.items:
            told.append(
                Told(
                    institution=one.institution,
                    user=one.user,
                    key=item["key"],
                    rung=item["rung"],
                    due=item["due"],
                    day=one.day,
                )
            )
    Notice.objects.bulk_create(notices, batch_size=500)
    Told.objects.bulk_create(told, batch_size=500, ignore_conflicts=True)
    for one in made:
        waiting.forget(one.user.pk, one.institution.pk)


def _notice(one: Digest, channel: str, now: datetime) -> Notice:
    page = channel == PAGE
    return Notice(
        institution=one.institution,
        user=one.user,
        channel=channel,
        day=one.day,
        subject=one.subject,
        items=one.items,
        state="sent" if page else "waiting",
        created_at=now,
        send_after=now if page else one.send_after,
        sent_at=now if page else None,
    )


# ---- by hand


@dataclass(frozen=True)
class Reminded:
    """What a tap did: ``names`` of those who were reminded, and how many of the things were ``skipped`` for having been reminded
    of today (or for having nobody to remind)."""

    names: tuple[str, ...]
    skipped: int


def remind_now(
    actor: Actor, institution: Institution, key: str, *, day: date | None = None, now: datetime | None = None
) -> str:
    """Remind of one thing by hand; the names of those who are told. Raises NotFound where the actor may not, and Refused where they
    were reminded of it today already, or nobody but the actor is there to be told."""
    done = remind_many(actor, institution, [key], day=day, now=now)
    if not done.names:
        raise Refused(_("They were reminded of this today already, or there is nobody to remind."))
    return ", ".join(done.names)


@transaction.atomic
def remind_many(
    actor: Actor,
    institution: Institution,
    keys: Iterable[str],
    *,
    day: date | None = None,
    now: datetime | None = None,
) -> Reminded:
    """Remind of several things by hand: whoever is to do them, else the head; one message a person. Raises NotFound where one of
    them is not there or the actor may not remind of it; nothing is sent then."""
    hold(institution)
    now = now or timezone.now()
    day = day or timezone.localdate(now)
    dues = _mine_to_remind(actor, institution, list(dict.fromkeys(keys)), day)
    people = queries.staff(institution, day)
    reminded = set(
        Told.objects.filter(
            institution=institution, key__in=[due.key for due in dues], rung=rules.HAND, day=day
        ).values_list("user", "key")
    )
    items: dict[int, list[Item]] = defaultdict(list)
    skipped = 0
    for due, thing in zip(dues, queries.things(institution, dues, people), strict=True):
        users, why = rules.receivers(rules.PERSON, thing, people.offices)
        fresh = {u for u in users if (u, due.key) not in reminded and (not actor.user or u != actor.user.pk)}
        skipped += not fresh
        for user in fresh:
            items[user].append(_item(due, rules.HAND, why, actor.name))
    users_now = [people.users[pk] for pk in sorted(items)]
    for one in _digests(institution, day, now, users_now, items):
        _add(one, now)
    return Reminded(tuple(user.name for user in users_now), skipped)


def _mine_to_remind(actor: Actor, institution: Institution, keys: Sequence[str], day: date) -> list[Due]:
    """The things, where the actor may see all of them and remind of them."""
    with override(settings.LANGUAGE_CODE):
        found = ports.find(institution, keys, day)
    by_room: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        offered = ports.of(key)
        if offered is None or key not in found or not offered.permission:
            raise NotFound
        actor.require(offered.permission, institution, found[key].unit)
        by_room[offered.key].append(key)
    for asked in by_room.values():
        offered = ports.of(asked[0])
        if offered and offered.visible and set(asked) - offered.visible(actor, institution, asked):
            raise NotFound
    return [found[key] for key in keys]


def _merge(one: Digest, now: datetime) -> None:
    """Put more into the messages of the day, which are told (again) for it; what went out already is not sent again."""
    for channel in one.channels:
        row, new = Notice.objects.select_for_update().get_or_create(
            institution=one.institution,
            user=one.user,
            channel=channel,
            day=one.day,
            defaults={
                name: getattr(_notice(one, channel, now), name)
                for name in ("subject", "items", "state", "created_at", "send_after", "sent_at")
            },
        )
        if new:
            continue
        again = {item["key"] for item in one.items}
        row.items = [i for i in row.items if i["key"] not in again or i.get("sent")] + one.items
        with override(settings.LANGUAGE_CODE):
            row.subject = words.subject(row.items, row.day)
        row.read_at = None
        if channel == PAGE:
            row.state = "sent"
        else:
            # One that is on its way at this moment is left to its sender until the lease ends: it sends this along afterwards.
            busy = min(row.send_after, now + LEASE) if row.state == "waiting" else now
            row.state, row.attempts, row.send_after, row.error = "waiting", 0, max(one.send_after, busy), ""
        row.save()


def _add(one: Digest, now: datetime) -> None:
    """Put reminders by hand into the messages of the day, and remember them. With the institution held, so that nobody else counts
    meanwhile."""
    _merge(one, now)
    before = Told.objects.filter(
        institution=one.institution,
        user=one.user,
        rung=rules.HAND,
        key__in=[item["key"] for item in one.items],
    )
    times = {(row.key, row.due.isoformat()): row.by_hand for row in before}
    told = [
        Told(
            institution=one.institution, user=one.user, key=item["key"], rung=rules.HAND, due=item["due"], day=one.day,
            by_hand=times.get((item["key"], item["due"]), 0) + 1,
        )
        for item in one.items
    ]  # fmt: skip
    same = ["institution", "user", "key", "rung", "due"]
    Told.objects.bulk_create(
        told, update_conflicts=True, unique_fields=same, update_fields=["day", "by_hand"]
    )
    waiting.forget(one.user.pk, one.institution.pk)


# ---- reading and choosing


def read(actor: Actor, institution: Institution, uid: UUID) -> Notice:
    """Mark one of the own digests as read. Raises NotFound."""
    found = queries.digest(actor, institution, uid)
    if found.read_at is None:
        found.read_at, found.state = timezone.now(), "read"
        found.save(update_fields=["read_at", "state"])
        waiting.forget(found.user_id, institution.pk)
    return found


def set_reach(
    actor: Actor, institution: Institution, *, email: bool, whatsapp_too: bool, phone: str
) -> Reach:
    """Choose the own ways. A number is kept only with the wish to be told by WhatsApp. Raises Refused."""
    actor.require(REMINDERS, institution)
    if actor.user is None:
        raise NotFound
    number = whatsapp.phone(phone) if whatsapp_too else ""
    if whatsapp_too and not number:
        raise Refused(
            _("This is no telephone number. Write it like 0812 3456 7890 or +62 812 3456 7890."), "phone"
        )
    chosen = {"email": email, "whatsapp": whatsapp_too, "phone": number}
    return Reach.objects.update_or_create(institution=institution, user=actor.user, defaults=chosen)[0]


FAULTS = {
    "empty": lambda: _("A ladder has at least one rung."),
    "many": lambda: _("A ladder has at most %(most)d rungs.") % {"most": rules.MOST},
    "far": lambda: _("A rung lies at most %(far)d working days from the due day.") % {"far": rules.FARTHEST},
    "twice": lambda: _("A rung is there twice: the same day to the same receiver."),
}


@transaction.atomic
def set_choices(actor: Actor, institution: Institution, wanted: Choices, mark: str) -> Choices:
    """Set ladder, quiet hours, days of work and ways of an institution; the ledger keeps a digest of them.

    ``mark`` is that of the choices on which the form was filled in. Raises Conflict where they have changed since, and Refused.
    """
    actor.require(SET_LADDER, institution)
    hold(institution)
    fresh = Institution.objects.get(pk=institution.pk)
    if choices.of(fresh).mark != mark:
        raise Conflict
    for fault in rules.faults(wanted.steps):
        raise Refused(FAULTS[fault](), "ladder")
    if not wanted.workdays or not wanted.workdays <= set(range(1, 8)):
        raise Refused(_("Choose at least one day of work."), "workdays")
    if not all(0 <= hour <= 23 for hour in (wanted.quiet_from, wanted.quiet_until)):
        raise Refused(_("Quiet hours go from 0 to 23."), "quiet_from")
    now, plain = timezone.now(), wanted.as_json()
    kept = plain | {"changed": {"by": actor.name, "at": now.isoformat()}}
    fresh.settings = fresh.settings | {choices.KEY: kept}
    fresh.save(update_fields=["settings"])
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    # Without a change set the link holds no revisions; what it says stands in its name.
    ledger.append(institution, None, f"reminders:{digest}", hashlib.sha256().hexdigest(), now)
    institution.settings = fresh.settings
    return dataclasses.replace(wanted, changed=kept["changed"])
