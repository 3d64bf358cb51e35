"""Verbs of the metamodel of an institution: keep a new overlay, go back to an earlier one, count completeness anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import MODEL
from pendapa.architecture.rules.metamodel import asked, completeness
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.overlays import store
from pendapa.kernel.overlays.models import Overlay
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.errors import Fault, PackError
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.overlay import Laid, fitting, lay

AT_ONCE = 2_000
"""Of more elements than these, completeness is counted by a job."""
CHUNK = 1_000
JOB = "architecture.recount"


class Meanwhile(Refused):
    """Somebody else kept a version since this one was begun."""


@dataclass(frozen=True)
class Standing:
    """What holds now: its version (0: the pack as shipped), what of it the pack takes, and what it does not."""

    version: int
    content: dict[str, Any]
    model: Metamodel
    faults: tuple[Fault, ...] = ()


def standing(institution: Institution) -> Standing:
    """The newest overlay of an institution; every new one begins with it."""
    newest = store.newest(metamodel.PACK, institution)
    if newest is None:
        return Standing(0, {}, lay(packs.metamodel(), {}))
    content, faults = fitting(packs.metamodel(), newest.content)
    return Standing(newest.version, content, lay(packs.metamodel(), content), faults)


def laid(content: Mapping[str, Any]) -> Laid:
    """The metamodel that ``content`` would make. Refused with every fault where the pack does not take it."""
    try:
        return lay(packs.metamodel(), content)
    except PackError as error:
        raise Refused("\n".join(f"{fault.path}: {fault.reason}" for fault in error.faults)) from error


def keep(
    actor: Actor, institution: Institution, content: Mapping[str, Any], *, version: int, reason: str
) -> Overlay:
    """Keep the next version, made from ``version``; completeness is counted anew, at once or by a job.

    Refused without a reason, where it changes nothing, or where the pack does not take it; :class:`Meanwhile` where
    another version came first.
    """
    actor.require(MODEL, institution)
    reason = " ".join(reason.replace("\x00", "").split())
    if not reason:
        raise Refused(_("Say why: the reason is kept with the version."), "reason")
    after = laid(content)
    with transaction.atomic():
        hold(institution)
        before = standing(institution)
        if before.version != version:
            raise Meanwhile(
                _("Somebody else kept a version meanwhile. Look at what holds now, then do it again.")
            )
        if before.content == dict(content):
            raise Refused(_("Nothing would change."))
        kept = store.keep(actor, institution, metamodel.PACK, dict(content), reason=reason)
        domains = _asking_otherwise(before.model, after)
        rows = Element.objects.filter(institution=institution, deleted_at=None, domain__in=domains)
        many = rows.order_by()[: AT_ONCE + 1].count() > AT_ONCE
        if many:
            jobs.start(JOB, institution, actor, domains=domains)
    metamodel.forget()
    if domains and not many:
        recount(institution, domains)
    bus.emit("architecture.changed", institution_id=institution.pk)
    return kept


def _asking_otherwise(before: Metamodel, after: Metamodel) -> list[str]:
    """Domains in which completeness asks for other fields than before, of some kind."""
    return [
        domain.key
        for domain in after.all_domains
        if any(
            asked(before, domain.key, kind) != asked(after, domain.key, kind)
            for kind in ("", *(k.key for k in (*domain.kinds, *before.domain(domain.key).kinds)))
        )
    ]


def recount(institution: Institution, domains: list[str], progress: Any = None) -> int:
    """Count completeness anew, chunk by chunk, others writing in between; how many elements have another one now."""
    model, changed, done = metamodel.of_id(institution.pk), 0, 0
    ids = Element.objects.filter(institution=institution, domain__in=domains).order_by("pk")
    wanted = list(ids.values_list("pk", flat=True))
    walk = iter(wanted)
    while some := list(islice(walk, CHUNK)):
        with transaction.atomic():
            hold(institution)
            changed += _recount(model, some)
        done += len(some)
        if progress:
            progress(done, len(wanted))
    with transaction.atomic():
        # Averages are remembered until something changes; this tells that they did.
        hold(institution)
        settings = Institution.objects.values_list("settings", flat=True).get(pk=institution.pk)
        settings |= {"completeness_counted": timezone.now().isoformat()}
        Institution.objects.filter(pk=institution.pk).update(settings=settings)
        institution.settings = settings
    return changed


def _recount(model: Metamodel, ids: list[int]) -> int:
    fresh: dict[int, list[int]] = defaultdict(list)
    rows = Element.objects.filter(pk__in=ids).values_list(
        "pk", "domain", "kind", "attributes", "completeness"
    )
    for pk, domain, kind, attributes, was in rows:
        now = completeness(model, domain, kind, attributes)
        if now != was:
            fresh[now].append(pk)
    for now, some in fresh.items():
        Element.objects.filter(pk__in=some).update(completeness=now)
    return sum(map(len, fresh.values()))


@jobs.register(JOB, gettext_lazy("Counting completeness anew"))
def _run(job: Job, progress: jobs.Progress) -> dict[str, int]:
    return {"changed": recount(job.institution, job.arguments["domains"], progress)}
