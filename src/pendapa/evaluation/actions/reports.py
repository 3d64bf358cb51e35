"""Have a report of a round made in the background, as its reader may see it."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.analysis.documents.pdf import pages
from pendapa.evaluation.models import Cycle
from pendapa.evaluation.queries import assessments, cycles
from pendapa.evaluation.queries import reports as queries
from pendapa.evaluation.reports import data, papers, sheets
from pendapa.evaluation.reports.kinds import Report
from pendapa.evaluation.reports.layout import Paper, to_docx, to_pdf
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.documents import actions, making
from pendapa.kernel.documents import queries as documents
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold

JOB = "evaluation.report"
WAITING = 6
NAMES = {
    "self": "laporan-penilaian-mandiri", "summary": "ringkasan-eksekutif", "minutes": "berita-acara",
    "consent": "persetujuan-publikasi", "followup": "rekomendasi", "answers": "jawaban",
}  # fmt: skip


def start(actor: Actor, cycle: Cycle, key: str, format: str) -> GeneratedDocument:
    """Ask for a report; it waits among the actor's own documents. The same one still underway is given again.

    Raises :class:`Refused`, NotFound.
    """
    report = queries.report(actor, cycle.institution, key)
    if format not in report.formats:
        words = {"given": format[:20], "known": ", ".join(report.formats)}
        raise Refused(_("“%(given)s” is no format of this report. Accepted: %(known)s.") % words)
    subject = queries.subject_of(cycle)
    with transaction.atomic():
        hold(cycle.institution)
        before = documents.underway(actor, cycle.institution)
        for one in before:
            if (one.kind, one.subject, one.format) == (report.kind, subject, format):
                return one
        if len(before) >= WAITING:
            raise Refused(
                _("%(count)s of your documents are still being made. Wait until one is done, or stop one.")
                % {"count": len(before)}
            )
        document = actions.ask(
            actor, cycle.institution, kind=report.kind, subject=subject, title=f"{report.label} {cycle.year}",
            format=format, options={"report": key},
        )  # fmt: skip
        actions.begin(document, jobs.start(JOB, cycle.institution, actor, document=str(document.uid)))
    return document


def make(
    actor: Actor, cycle: Cycle, report: Report, format: str, out: IO[bytes], progress: Any = None
) -> None:
    """Write a report as ``actor`` may see it into ``out``. Raises :class:`making.NotMade`, NotFound."""
    tell = progress or (lambda done, total, step: None)
    with translation.override("id"):
        tell(0, 3, "Membaca jawaban dan bukti dukung")
        found = queries.material(actor, cycle)
        if report.key == "answers":
            sheets.write(found, out)
            tell(3, 3, "Selesai")
            return
        tell(1, 3, "Menyusun laporan")
        paper = _paper(actor, found, report.key)
        tell(2, 3, "Menulis dokumen")

        def tick() -> None:
            tell(2, 3, "Menulis dokumen")

        if format == "pdf":
            out.write(to_pdf(paper, tick))
        else:
            template = documents.template(cycle.institution, report.kind)
            out.write(to_docx(paper, template, tick))
        tell(3, 3, "Selesai")


def _paper(actor: Actor, found: queries.Material, key: str) -> Paper:
    head = documents.letterhead(found.cycle.institution)
    if key == "self":
        made = data.self_report(found)
    elif key == "summary":
        agreed = found.newest
        complete = agreed is not None and agreed.complete
        rises = assessments.towards(agreed.assessment, 5).rises if agreed is not None and complete else ()
        made = data.summary(found, rises)
    elif key == "minutes":
        made = papers.minutes(found, head)
    elif key == "consent":
        made = papers.consent(found, head)
    else:
        made = papers.followup(found)
    made.head = head
    return made


def name(cycle: Cycle, report: Report, format: str) -> str:
    """What the file is called."""
    return f"{cycle.institution.code}-{NAMES[report.key]}-{cycle.year}.{format}"


@jobs.register(JOB, title=gettext_lazy("Making a report"))
def _in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """What the person can do something about is told in words, nothing else."""
    try:
        return _fill(job, progress)
    except (making.NotMade, Refused) as error:
        raise jobs.ForPeople(str(error)) from error
    except GeneratedDocument.DoesNotExist as error:
        raise jobs.ForPeople(_("The document was deleted before it was done.")) from error
    except NotFound as error:
        raise jobs.ForPeople(_("You may no longer see this assessment.")) from error


def _fill(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    found = GeneratedDocument.objects.select_related("institution", "owner").get(
        uid=job.arguments["document"]
    )
    year, _space, instrument = found.subject.partition(" ")
    if found.owner is None:
        raise NotFound
    # With the rights of today, and no more than the key had with which it was asked for.
    actor = actors.of(found.owner)
    actor.scopes = actions.scopes_of(found)
    cycle = cycles.cycle(actor, found.institution, whole(year) or 0, instrument)
    report = queries.report(actor, found.institution, found.options.get("report", ""))
    actions.see(actor, found)
    with tempfile.TemporaryFile() as file:
        make(actor, cycle, report, found.format, file, progress)
        file.seek(0)
        count = pages(file.read()) if found.format == "pdf" else None
        file.seek(0)
        actions.finish(found, file, name(cycle, report, found.format), count)
    return {"url": reverse("evaluation:reports", args=[cycle.institution.code, cycle.year, cycle.instrument])}
