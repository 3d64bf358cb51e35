"""Register webhooks, tell them of what happened, and deliver: signed, again and again, until it arrived or is given up."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor, NotFound, system
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.webhooks import addresses, events, queries, sending, signing
from pendapa.kernel.webhooks.models import Delivery, Webhook
from pendapa.kernel.webhooks.permissions import MANAGE

JOB = "webhooks.deliver"
PAUSES = tuple(timedelta(seconds=s) for s in (30, 300, 1800, 7200, 28800, 86400))
"""How long to wait after the first, second … failure. One more, and the message is given up."""
GIVE_UP = 5
"""After so many messages in a row that were given up, the webhook is switched off."""
MOST = 20
KEEP, DAY = timedelta(days=30), timedelta(days=1)
LEASE = timedelta(minutes=2)
AT_ONCE = 200
NAME_LIMIT = 120
GONE = 410


# ------------------------------------------------------------------------------------------------------------ registering


def register(
    actor: Actor, institution: Institution, *, name: str, url: str, listens: Iterable[str]
) -> Webhook:
    """Tell ``url`` of events from now on. The secret that signs is told to who registers, once."""
    _may(actor, institution)
    name, url = " ".join(name.replace("\x00", "").split()), url.strip()
    if not name:
        raise Refused(_("Give it a name: which program listens there?"), "name")
    if len(name) > NAME_LIMIT:
        raise Refused(_("The name is longer than %(limit)d characters.") % {"limit": NAME_LIMIT}, "name")
    try:
        addresses.check(url)
    except addresses.Forbidden as refused:
        raise Refused(str(refused), "url") from refused
    wanted = [one for one in events.KNOWN if one in set(listens)]
    if not wanted:
        raise Refused(_("Choose at least one event."), "listens")
    if Webhook.objects.filter(institution=institution).count() >= MOST:
        raise Refused(_("There are %(most)d webhooks already.") % {"most": MOST})
    return Webhook.objects.create(
        institution=institution,
        name=name,
        url=url,
        secret=signing.new_secret(),
        events=wanted,
        author=actor.user,
    )


def _may(actor: Actor, institution: Institution) -> None:
    if not actor.scope(MANAGE, institution).everything:
        raise NotFound


def switch(actor: Actor, webhook: Webhook, *, on: bool) -> Webhook:
    """Switch a webhook off, or on again with its failures forgotten."""
    _may(actor, webhook.institution)
    if on:
        webhook.disabled_at, webhook.failures = None, 0
    elif webhook.disabled_at is None:
        webhook.disabled_at, webhook.failures = timezone.now(), 0
    webhook.save(update_fields=["disabled_at", "failures"])
    queries.forget_disabled(webhook.institution_id)
    return webhook


def new_secret(actor: Actor, webhook: Webhook) -> Webhook:
    """Sign with another secret from now on; the old one is forgotten."""
    _may(actor, webhook.institution)
    webhook.secret = signing.new_secret()
    webhook.save(update_fields=["secret"])
    return webhook


def send_test(actor: Actor, webhook: Webhook) -> Delivery:
    """One message of the event ``test``, whatever the webhook listens to."""
    _may(actor, webhook.institution)
    with transaction.atomic():
        made = _queue(
            webhook, events.TEST, events.message(webhook.institution, events.TEST, {"hello": webhook.name})
        )
        _start(webhook.institution, actor)
    return made


def redeliver(actor: Actor, webhook: Webhook, delivery: int) -> Delivery:
    """Send a message again, under the same id, from the first attempt on."""
    _may(actor, webhook.institution)
    found = webhook.deliveries.filter(pk=delivery).first()
    if found is None:
        raise NotFound
    with transaction.atomic():
        found.state, found.attempts, found.problem, found.next_at = "waiting", 0, "", timezone.now()
        found.save(update_fields=["state", "attempts", "problem", "next_at"])
        _start(webhook.institution, actor)
    return found


# --------------------------------------------------------------------------------------------------------------- telling


@transaction.atomic
def announce(institution: Institution, messages: Mapping[str, Mapping[str, Any]]) -> int:
    """Queue what happened (event → data) for every webhook that listens; how many messages that made."""
    live = Webhook.objects.filter(institution=institution, disabled_at=None)
    made = 0
    for webhook in live:
        for event, data in messages.items():
            if event in webhook.events:
                _queue(webhook, event, events.message(institution, event, data))
                made += 1
    if made:
        _start(institution, system())
        Delivery.objects.filter(
            webhook__institution=institution, created_at__lt=timezone.now() - KEEP
        ).exclude(state="waiting").delete()
    return made


def _queue(webhook: Webhook, event: str, payload: dict[str, Any]) -> Delivery:
    return Delivery.objects.create(
        webhook=webhook, message_id=signing.new_id(), event=event, payload=payload, next_at=timezone.now()
    )


# ------------------------------------------------------------------------------------------------------------ delivering


def _start(institution: Institution, actor: Actor) -> None:
    jobs.start(JOB, institution, actor)


def _start_at(institution: Institution, when: datetime) -> None:
    """The next round, at a time of its own; none where one waits that comes as early."""
    rounds = Job.objects.filter(institution=institution, name=JOB, state="waiting")
    known = [datetime.fromisoformat(at) for at in rounds.values_list("arguments__at", flat=True) if at]
    if any(timezone.now() - LEASE < at <= when for at in known):
        return
    job = Job.objects.create(institution=institution, name=JOB, arguments={"at": when.isoformat()})
    transaction.on_commit(lambda: jobs.run_job.using(run_after=when).enqueue(str(job.uid)))


@jobs.register(JOB, title=gettext_lazy("Delivering messages"))
def _deliver_in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    old = Job.objects.filter(institution=job.institution, name=JOB, finished_at__lt=timezone.now() - DAY)
    old.delete()
    return {"sent": deliver_due(job.institution)}


def deliver_due(institution: Institution) -> int:
    """Send every message whose time has come; how many arrived. What failed gets a later time, and a round then."""
    due = Delivery.objects.filter(
        webhook__institution=institution, state="waiting", next_at__lte=timezone.now()
    )
    arrived = 0
    for pk in list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        now = timezone.now()
        # Whoever moves the time on has the message; were we to die now, it comes up again after the lease.
        held = Delivery.objects.filter(pk=pk, state="waiting", next_at__lte=now).update(next_at=now + LEASE)
        if held:
            arrived += _attempt(Delivery.objects.select_related("webhook").get(pk=pk))
    later = Delivery.objects.filter(webhook__institution=institution, state="waiting")
    next_at = later.order_by("next_at").values_list("next_at", flat=True).first()
    if next_at is not None:
        _start_at(institution, next_at)
    return arrived


def _attempt(delivery: Delivery) -> bool:
    webhook = delivery.webhook
    if webhook.disabled_at is not None and delivery.event != events.TEST:
        delivery.state, delivery.problem = "failed", _("The webhook was switched off.")
        delivery.save(update_fields=["state", "problem"])
        return False
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signing.headers(webhook.secret, delivery.message_id, int(time.time()), body)
    answer = sending.post(webhook.url, body, signed)
    delivery.attempts += 1
    delivery.status, delivery.problem = answer.status, answer.problem[:300]
    if answer.arrived:
        delivery.state, delivery.sent_at = "sent", timezone.now()
    elif delivery.attempts > len(PAUSES) or delivery.event == events.TEST or answer.status == GONE:
        delivery.state = "failed"
    else:
        delivery.next_at = timezone.now() + PAUSES[delivery.attempts - 1]
    with transaction.atomic():
        delivery.save()
        _count(webhook, delivery)
    return answer.arrived


def _count(webhook: Webhook, delivery: Delivery) -> None:
    """Failures in a row; many of them, or a receiver that says it is gone, switch the webhook off."""
    same = Webhook.objects.filter(pk=webhook.pk)
    if delivery.state == "sent":
        same.update(failures=0)
    elif delivery.state == "failed" and delivery.event != events.TEST:
        same.update(failures=F("failures") + 1)
        same.filter(failures__gte=1 if delivery.status == GONE else GIVE_UP, disabled_at=None).update(
            disabled_at=timezone.now()
        )
