"""Carry digests out of the house: what waits and is past the quiet hours, each on its own, again a few times where it fails."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from pendapa.kernel.access import actor as access
from pendapa.kernel.notices import mail, whatsapp
from pendapa.kernel.notices.models import Notice, Reach
from pendapa.kernel.tenancy.models import Institution

log = logging.getLogger(__name__)

PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
"""How long to wait after the first, second … failure. One more, and the message is given up."""
LEASE = timedelta(minutes=5)
AT_ONCE = 500
OLDEST = timedelta(days=3)
"""What could not go out for so long is not sent any more: it stands in Pendapa, and newer digests follow."""


def to_send(institution: Institution, now: datetime | None = None) -> QuerySet[Notice]:
    """What waits and may go out now."""
    now = now or timezone.now()
    rows = Notice.objects.filter(institution=institution, state="waiting", send_after__lte=now)
    return rows.exclude(channel="page").order_by("send_after", "pk")


def send_due(institution: Institution, now: datetime | None = None) -> dict[str, int]:
    """Send what may go out: ``{"sent", "failed", "later"}``. A message that fails blocks no other."""
    now = now or timezone.now()
    done = {"sent": 0, "failed": 0, "later": 0}
    for pk in list(to_send(institution, now).values_list("pk", flat=True)[:AT_ONCE]):
        if taken(pk, now):
            done[attempt(Notice.objects.select_related("user", "institution").get(pk=pk), now)] += 1
    return done


def taken(pk: int, now: datetime) -> bool:
    """Take a message that waits, so that nobody else sends it; were we to die now, it comes up again after :data:`LEASE`."""
    held = Notice.objects.filter(pk=pk, state="waiting", send_after__lte=now)
    return bool(held.update(send_after=now + LEASE))


def attempt(notice: Notice, now: datetime) -> str:
    """Send what a message that was :func:`taken` has to tell, and note what came of it: ``sent``, ``failed`` or ``later``."""
    fresh = [item for item in notice.items if not item.get("sent")]
    problem, final = _send(notice, fresh, now)
    with transaction.atomic():
        # Sending takes its time: what a tap has put in meanwhile stays, and waits for the next turn.
        row = Notice.objects.select_for_update().get(pk=notice.pk)
        outcome = _noted(row, fresh, problem, final, now)
        row.save()
    return outcome


def _noted(row: Notice, fresh: list[dict[str, Any]], problem: str, final: bool, now: datetime) -> str:
    row.attempts += 1
    row.error = problem[:300]
    if not problem:
        row.items = [item | {"sent": True} if item in fresh else item for item in row.items]
        more = not all(item.get("sent") for item in row.items)
        row.state, row.sent_at = "waiting" if more else "sent", now
        row.attempts, row.send_after = (0, now) if more else (row.attempts, row.send_after)
        return "sent"
    if final or row.attempts > len(PAUSES):
        row.state = "failed"
        return "failed"
    row.send_after = now + PAUSES[row.attempts - 1]
    return "later"


def _send(notice: Notice, items: list[dict[str, Any]], now: datetime) -> tuple[str, bool]:
    """What went wrong (nothing: it is on its way), and whether trying again is of no use."""
    if now - notice.created_at > OLDEST:
        return _("It could not be sent for days."), True
    person = access.of(notice.user, timezone.localdate(now))
    if not notice.user.is_active or not person.belongs(notice.institution):
        return _("The person holds no role here any more."), True
    try:
        if notice.channel == "email":
            return _by_mail(notice, items)
        return _by_whatsapp(notice, items)
    except Exception as error:  # a mail server may fail in any way; the next message is another matter
        log.warning("Reminder %s by %s failed: %s", notice.uid, notice.channel, type(error).__name__)
        return type(error).__name__, False


def _by_mail(notice: Notice, items: list[dict[str, Any]]) -> tuple[str, bool]:
    if not mail.available() or not mail.address(notice.user):
        return _("E-mail is not set up."), True
    mail.send(notice, items)
    return "", False


def _by_whatsapp(notice: Notice, items: list[dict[str, Any]]) -> tuple[str, bool]:
    reach = Reach.objects.filter(institution=notice.institution, user=notice.user, whatsapp=True).first()
    if reach is None or not reach.phone:
        return _("The person does not want WhatsApp any more."), True
    return whatsapp.send(reach.phone, text(notice, len(items))).problem, False


def text(notice: Notice, n: int) -> str:
    """What is said by WhatsApp: a number and where to look, for it goes through other people's machines."""
    with override(settings.LANGUAGE_CODE):
        said = ngettext("Pendapa: %(n)d reminder waits for you.", "Pendapa: %(n)d reminders wait for you.", n)
        where = mail.base() + reverse("notices:mine", args=[notice.institution.code]) if mail.base() else ""
        return " ".join(part for part in (said % {"n": n}, where) if part)
