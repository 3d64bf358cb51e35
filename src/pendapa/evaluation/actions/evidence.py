"""Verbs of evidence: keep a piece, hang it on an indicator, say what the assessors think of it. The only writers.

A piece is kept first and hung afterwards, so that nothing handed in is lost where hanging it on is refused.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.evaluation.actions import keeping, links
from pendapa.evaluation.models import Cycle, Decree, Evidence, EvidenceUse
from pendapa.evaluation.permissions import ANSWER, JUDGE
from pendapa.evaluation.queries import editions, reach, records
from pendapa.evaluation.queries import evidence as queries
from pendapa.evaluation.rules.evidence_files import pdf_pages
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.files import taking
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit

LINK_JOB = "evidence.link"
NATURES = tuple(key for key, _label in Evidence.NATURES)
VERDICTS = ("accepted", "revise", "rejected")


class Same(Refused):
    """This very content is there already: ``evidence``."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        told = _("This very file is there already: “%(name)s”. Use that piece too.")
        super().__init__({"file": told % {"name": evidence.title}})


class TooLate(Refused):
    """The deadline is over. The piece itself stays in the library."""


# ---- a piece


def add_file(
    actor: Actor, institution: Institution, content: BinaryIO, name: str, size: int, *, title: str = "",
    nature: str = "other", unit: Unit | None = None, dated: date | None = None,
) -> Evidence:  # fmt: skip
    """Keep a file as a piece; what it is goes by its bytes. Raises :class:`Refused`, and :class:`Same` where the actor can
    already read a piece with this content."""
    _may_keep(actor, institution, unit)
    looked = keeping.looked_at(content, name, size)
    row = _row(actor, institution, "file", title or looked.stem, nature, unit, dated)
    row.media, row.pages = looked.media, pdf_pages(content) if looked.kind == "pdf" else None
    with transaction.atomic():
        hold(institution)  # the same file twice at once is one piece
        with taking.kept(looked, institution, actor.user) as kept:
            there = queries.same_content(actor, institution, kept.sha256)
            if there is not None:
                raise Same(there)
            row.file, row.sha256 = kept, kept.sha256
            _write(actor, institution, history.Writes(add=[row]), unit)
    return row


def add_link(
    actor: Actor, institution: Institution, url: str, *, title: str = "", nature: str = "other",
    unit: Unit | None = None, dated: date | None = None,
) -> Evidence:  # fmt: skip
    """Keep a link as a piece; a job looks whether it opens. Raises :class:`Refused`."""
    _may_keep(actor, institution, unit)
    url = url.strip()
    try:
        links.parts(url)
    except links.Forbidden as error:
        raise Refused({"url": str(error)}) from error
    row = _row(actor, institution, "link", title or url, nature, unit, dated)
    row.url = url
    with transaction.atomic():
        _write(actor, institution, history.Writes(add=[row]), unit)
        jobs.start(LINK_JOB, institution, actor, evidence=str(row.uid))
    return row


def add_decree(
    actor: Actor, institution: Institution, decree: Decree, *, title: str = "", nature: str = "policy",
    unit: Unit | None = None,
) -> Evidence:  # fmt: skip
    """A decree of the register as a piece. Raises :class:`Same` where it is one already."""
    _may_keep(actor, institution, unit)
    row = _row(actor, institution, "decree", title or f"{decree} {decree.title}", nature, unit, decree.set_on)
    row.decree = decree
    with transaction.atomic():
        hold(institution)
        there = queries.visible(actor, institution).filter(source="decree", decree=decree).first()
        if there is not None:
            raise Same(there)
        _write(actor, institution, history.Writes(add=[row]), unit)
    return row


def add_record(
    actor: Actor, institution: Institution, key: str, *, title: str = "", nature: str = "other",
    unit: Unit | None = None, dated: date | None = None,
) -> Evidence:  # fmt: skip
    """A record of Pendapa, pinned at the version that ``key`` names ("type:uid:version"). Raises :class:`Refused` for what is
    absent or hidden, :class:`Same` where it is a piece already."""
    _may_keep(actor, institution, unit)
    try:
        record, digest = records.take(actor, institution, key)
    except NotFound:
        raise Refused({"record": _("There is no such record. Look for it again.")}) from None
    row = _row(
        actor, institution, "record", title or record.name, nature, unit, dated or timezone.localdate()
    )
    row.record_type, row.record_uid, row.record_version = record.type, record.uid, record.version
    row.record_name, row.sha256 = record.name, digest
    with transaction.atomic():
        hold(institution)
        there = queries.same_content(actor, institution, digest)
        if there is not None:
            raise Same(there)
        _write(actor, institution, history.Writes(add=[row]), unit)
    return row


def change(
    actor: Actor, row: Evidence, version: int, *, title: str, nature: str, dated: date | None,
    unit: Unit | None,
) -> Evidence:  # fmt: skip
    """Change what is said of a piece; its content never changes. Raises :class:`Refused`, Conflict."""
    _may_edit(actor, row)
    _may_keep(actor, row.institution, unit)
    with transaction.atomic():
        now = _held(actor, row, version)
        before = history.plain_values(now)
        if EvidenceUse.objects.filter(evidence=now, deleted_at=None, state="accepted").exists():
            raise Refused({"": _("Assessors accepted this piece as it is. Hand in a new one instead.")})
        now.title, now.nature, now.dated, now.unit = _title(title), _nature(nature), dated, unit
        if history.plain_values(now) == before:
            return now
        _write(actor, row.institution, history.Writes(change=[now]), unit)
    return now


def remove(actor: Actor, row: Evidence, version: int) -> None:
    """Take a piece out of the library; its content stays for the history. Raises :class:`Refused` while it is used."""
    _may_edit(actor, row)
    with transaction.atomic():
        now = _held(actor, row, version)
        if EvidenceUse.objects.filter(evidence=now, deleted_at=None).exists():
            raise Refused({"": _("This piece is evidence of an indicator. Take it off there first.")})
        _write(actor, row.institution, history.Writes(delete=[now]), now.unit)


def check_link(actor: Actor, row: Evidence) -> Job:
    """Look again whether a link opens, in a job."""
    if row.source != "link":
        raise NotFound
    _may_edit(actor, row)
    with transaction.atomic():
        return jobs.start(LINK_JOB, row.institution, actor, evidence=str(row.uid))


@jobs.register(LINK_JOB, title=gettext_lazy("Trying a link of evidence"))
def _try_link(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    row = Evidence.objects.filter(
        institution=job.institution, uid=job.arguments["evidence"], source="link", deleted_at=None
    ).first()
    if row is None:
        return {}
    found = links.check(row.url)
    # What a check finds is no act of a person, and so is not recorded.
    Evidence.objects.filter(pk=row.pk).update(link_state=found, link_checked_at=timezone.now())
    return {"state": found}


# ---- where it is used


def hang(
    actor: Actor, cycle: Cycle, number: str, row: Evidence, *, level: int = 0, item: str = "", page: str = "",
    note: str = "", begun_at: datetime | None = None,
) -> EvidenceUse:  # fmt: skip
    """Make a piece evidence of an indicator. ``begun_at``: when the upload of its file began; one that was begun before the
    deadline is taken afterwards, marked as late. Raises :class:`Refused`, :class:`TooLate`, and NotFound without the right."""
    if not reach.may_write(actor, cycle, number) or not _readable(actor, row):
        raise NotFound
    if row.unit is not None and not actor.scope(ANSWER, cycle.institution).covers(row.unit):
        # Whoever hangs a piece reads it from then on: that is for its owner to say.
        raise Refused(
            {"evidence": _("This piece belongs to another agency. Ask it to use the piece here itself.")}
        )
    given = _use_fields(cycle, number, level, item, page, note)
    with transaction.atomic():
        hold(cycle.institution)
        now = Cycle.objects.get(pk=cycle.pk)
        late = _late(actor, now, begun_at)
        same = EvidenceUse.objects.filter(
            cycle=cycle, indicator=number, evidence=row, level=given["level"], item=given["item"], deleted_at=None
        )  # fmt: skip
        if same.exists():
            raise Refused({"level": _("This piece stands there already at this level.")})
        use = EvidenceUse(
            institution=cycle.institution, cycle=cycle, indicator=number, evidence=row, late=late, **given
        )
        _write(actor, cycle.institution, history.Writes(add=[use]), row.unit)
        _tell(cycle, number)
    return use


def change_use(
    actor: Actor, use: EvidenceUse, version: int, *, level: int, item: str, page: str, note: str
) -> EvidenceUse:
    """Say better what a piece proves; it waits for the assessors again. Raises :class:`Refused`, Conflict."""
    _may_hang(actor, use)
    given = _use_fields(use.cycle, use.indicator, level, item, page, note)
    with transaction.atomic():
        now = _held_use(actor, use, version)
        _late(actor, Cycle.objects.get(pk=use.cycle_id), None)
        if all(getattr(now, name) == value for name, value in given.items()):
            return now
        others = EvidenceUse.objects.filter(cycle=now.cycle, indicator=now.indicator, evidence=now.evidence, deleted_at=None)  # fmt: skip
        if others.exclude(pk=now.pk).filter(level=given["level"], item=given["item"]).exists():
            raise Refused({"level": _("This piece stands there already at this level.")})
        for name, value in given.items():
            setattr(now, name, value)
        now.state, now.judged_by, now.judged_at = "waiting", "", None
        _write(actor, use.institution, history.Writes(change=[now]), now.evidence.unit)
        _tell(use.cycle, use.indicator)
    return now


def take_off(actor: Actor, use: EvidenceUse, version: int) -> None:
    """Take a piece off an indicator; the piece stays in the library. Raises :class:`Refused`, Conflict."""
    _may_hang(actor, use)
    with transaction.atomic():
        now = _held_use(actor, use, version)
        _late(actor, Cycle.objects.get(pk=use.cycle_id), None)
        _write(actor, use.institution, history.Writes(delete=[now]), now.evidence.unit)
        _tell(use.cycle, use.indicator)


def judge(actor: Actor, use: EvidenceUse, version: int, state: str, reason: str = "") -> EvidenceUse:
    """What the internal assessors say: accepted, to be revised or rejected (both with a reason). Nobody judges what he handed
    in himself. Raises :class:`Refused`, and Conflict where another assessor was quicker."""
    actor.require(JUDGE, use.institution)
    reason = " ".join(reason.split())[:2000]
    if state not in VERDICTS:
        raise Refused({"state": _("Choose: accepted, to be revised, or rejected.")})
    if state != "accepted" and not reason:
        raise Refused({"reason": _("Say why, so that the agency knows what to do.")})
    with transaction.atomic():
        now = _held_use(actor, use, version)
        if Cycle.objects.get(pk=use.cycle_id).step in queries.CLOSED:
            raise Refused({"": _closed()})
        if queries.own_uses(actor, [now]):
            raise Refused({"": _("You handed this in yourself; somebody else has to judge it.")})
        if (now.state, now.reason) == (state, reason):
            return now
        now.state, now.reason = state, reason
        now.judged_by, now.judged_at = actor.name[:200], timezone.now()
        _write(actor, use.institution, history.Writes(change=[now]), now.evidence.unit)
        EvidenceUse.objects.filter(pk=now.pk).update(judged_at=now.judged_at)
        _tell(use.cycle, use.indicator)
    return now


# ---- shared


def _row(
    actor: Actor, institution: Institution, source: str, title: str, nature: str, unit: Unit | None, dated: date | None
) -> Evidence:  # fmt: skip
    return Evidence(
        institution=institution, title=_title(title), source=source, nature=_nature(nature), unit=unit, dated=dated,
        created_at=timezone.now(), author_name=actor.name[:200],
    )  # fmt: skip


def _title(text: str) -> str:
    told = " ".join(text.split())[:300]
    if not told:
        raise Refused({"title": _("Give it a name.")})
    return told


def _nature(key: str) -> str:
    if key not in NATURES:
        raise Refused({"nature": _("Choose one of the list.")})
    return key


def _may_keep(actor: Actor, institution: Institution, unit: Unit | None) -> None:
    """An agency keeps pieces of its own; only who writes for the whole institution keeps some that belong to none."""
    actor.require(ANSWER, institution)
    if not actor.may(ANSWER, institution, unit):
        raise Refused({"unit": _("Choose your own unit.")})


def _may_edit(actor: Actor, row: Evidence) -> None:
    if not queries.may_edit(actor, row):
        raise NotFound


def _may_hang(actor: Actor, use: EvidenceUse) -> None:
    if not reach.may_write(actor, use.cycle, use.indicator):
        raise NotFound


def _readable(actor: Actor, row: Evidence) -> bool:
    return reach.evidence(actor, row.institution).filter(pk=row.pk).exists()


def _use_fields(cycle: Cycle, number: str, level: int, item: str, page: str, note: str) -> dict[str, Any]:
    instrument = editions.of(cycle)
    if number not in {one.number for one in instrument.indicators}:
        raise NotFound
    levels = [0, *(one.number for one in instrument.indicator(number).levels if one.number > 0)]
    if level not in levels:
        raise Refused({"level": _("This indicator has no level %(level)s.") % {"level": str(level)[:9]}})
    return {
        "level": level,
        "item": " ".join(item.split())[:20],
        "page": " ".join(page.split())[:60],
        "note": note.strip()[:4000],
    }


def _late(actor: Actor, cycle: Cycle, begun_at: datetime | None) -> bool:
    """Whether what is added now is late and taken all the same. Raises :class:`TooLate`."""
    if cycle.step in queries.CLOSED:
        raise TooLate({"": _closed()})
    passed = queries.deadline_passed(cycle, timezone.localdate())
    if passed is None or not queries.bound_by_deadline(actor, cycle):
        return False
    if begun_at is not None and queries.deadline_passed(cycle, timezone.localdate(begun_at)) is None:
        return True
    told = _("The deadline of this step was %(day)s. The secretariat can still add something.")
    raise TooLate({"": told % {"day": passed.isoformat()}})


def _closed() -> str:
    return _("The result of this round is in: its evidence stays as it is.")


def _held(actor: Actor, row: Evidence, version: int) -> Evidence:
    hold(row.institution)
    now = queries.one(actor, row.institution, row.uid)
    if now.version != version:
        raise history.Conflict([now.title])
    return now


def _held_use(actor: Actor, use: EvidenceUse, version: int) -> EvidenceUse:
    hold(use.institution)
    now = queries.one_use(actor, use.cycle, use.indicator, use.uid)
    if now.version != version:
        raise history.Conflict([now.evidence.title])
    return now


def _write(actor: Actor, institution: Institution, writes: history.Writes, unit: Unit | None) -> None:
    history.write(actor, institution, "edit", writes, unit=unit)


def _tell(cycle: Cycle, number: str) -> None:
    bus.emit(
        "evaluation.evidence_changed",
        institution_id=cycle.institution_id,
        cycle_uid=str(cycle.uid),
        indicator=number,
    )
