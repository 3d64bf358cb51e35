"""What the worker does without being asked: once a working day the digests of every institution, and what waits to be sent.

Every ten minutes it asks whether that was done. A server that was off in the morning makes up for it in the afternoon; one that was
off for a week ends up with one digest a person, because the ladder tells only the highest rung.
"""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime, timedelta
from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import system
from pendapa.kernel.calendars import queries as calendars
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.notices import actions, choices, rules, sending
from pendapa.kernel.tenancy.models import Institution

log = logging.getLogger(__name__)

REMIND, SEND = "notices.remind", "notices.send"
EVERY = 600.0
TRIES = 3
KEEP = timedelta(days=7)


@jobs.register(REMIND, title=gettext_lazy("Reminders of the day"))
def _remind(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = actions.remind(job.institution, date.fromisoformat(job.arguments["day"]))
    return {"digests": len(made)} | sending.send_due(job.institution)


@jobs.register(SEND, title=gettext_lazy("Sending reminders"))
def _send(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    return dict(sending.send_due(job.institution))


def tick(now: datetime | None = None) -> list[Job]:
    """Ask every institution whether today's digests were made and whether something waits to be sent; the work that was begun."""
    now = now or timezone.now()
    begun = []
    for institution in Institution.objects.all():
        job = _digests_of_today(institution, now) or _sending(institution, now)
        if job is not None:
            begun.append(job)
    return begun


def _digests_of_today(institution: Institution, now: datetime) -> Job | None:
    local, chosen = timezone.localtime(now), choices.of(institution)
    day = local.date()
    if rules.is_quiet(local.hour, chosen.quiet_from, chosen.quiet_until):
        return None
    states = list(
        Job.objects.filter(institution=institution, name=REMIND, arguments__day=day.isoformat()).values_list(
            "state", flat=True
        )
    )
    if any(state != "failed" for state in states) or len(states) >= TRIES:
        return None
    if not calendars.calendar(institution).workday(day):
        return None
    old = Job.objects.filter(institution=institution, name__in=(REMIND, SEND), finished_at__lt=now - KEEP)
    old.delete()
    return jobs.start(REMIND, institution, system(), day=day.isoformat())


def _sending(institution: Institution, now: datetime) -> Job | None:
    if not sending.to_send(institution, now).exists():
        return None
    busy = Job.objects.filter(institution=institution, name=SEND, state__in=("waiting", "running"))
    return None if busy.exists() else jobs.start(SEND, institution, system())


def start() -> threading.Event:
    """Ask every ten minutes, beside the work of this process; set what comes back to end it."""
    ended = threading.Event()
    threading.Thread(target=_run, args=(ended,), daemon=True).start()
    return ended


def _run(ended: threading.Event) -> None:
    while not ended.wait(EVERY):
        try:
            tick()
        except Exception:
            log.exception("Reminders could not be asked for")
        finally:
            close_old_connections()
