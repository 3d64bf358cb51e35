"""Have the book of a release made: at once into a file, or in the background for a person."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.analysis.documents import book, pdf, word
from pendapa.analysis.documents.shipped import KIND as TEMPLATE
from pendapa.analysis.queries.documents import KIND
from pendapa.architecture.models import Release
from pendapa.architecture.permissions import VIEW
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.documents import actions, making
from pendapa.kernel.documents import queries as documents
from pendapa.kernel.documents.letters import logo_name
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.files import store
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold

FORMATS = ("docx", "pdf")
JOB = "analysis.document"
WAITING = 3
"""How many documents one may have underway."""


def make(
    actor: Actor,
    release: Release,
    format: str,
    out: IO[bytes],
    *,
    chapters: Sequence[str] = (),
    tell: book.Tell = lambda done, total, step: None,
) -> None:
    """Write the book of ``release``, as ``actor`` may see it, into ``out``. No ``chapters``: all of them.

    ``tell(done, total, step)`` is called often; what it raises ends the work. Raises :class:`Refused`,
    :class:`making.NotMade`, ``NotFound``.
    """
    actor.require(VIEW, release.institution)
    _check(format, chapters)
    total = sum(n for domain, n in release.counts.items() if domain != "relations") + 1

    def tick() -> None:
        tell(total - 1, total, "Menyusun halaman")

    def read(done: int, _total: int, step: str) -> None:
        tell(min(done, total - 1), total, step)

    made = book.book(actor, release, chapters, read)
    head = documents.letterhead(release.institution)
    if format == "pdf":
        out.write(pdf.write(made, (logo_name(head.logo), head.logo), tick))
    else:
        word.write(made, documents.template(release.institution, TEMPLATE.key), head.logo, out, tick)


def _check(format: str, chapters: Sequence[str]) -> None:
    if format not in FORMATS:
        raise Refused(
            _("“%(said)s” is no format of a document. Accepted: docx, pdf.") % {"said": format[:20]}, "format"
        )
    for key in chapters:
        if key not in book.CHOSEN:
            words = {"said": key[:40], "known": ", ".join(book.CHOSEN)}
            raise Refused(_("There is no chapter “%(said)s”. There are: %(known)s.") % words, "chapters")


def start(actor: Actor, release: Release, format: str, chapters: Sequence[str] = ()) -> GeneratedDocument:
    """Ask for the book in the background; it waits among the actor's own documents. The same book that is still being made is
    given again instead of a second one. Raises :class:`Refused`, ``NotFound``."""
    actor.require(VIEW, release.institution)
    _check(format, chapters)
    # All of them are the same as none chosen.
    kept = [key for key in book.CHOSEN if key in chapters]
    kept = [] if len(kept) == len(book.CHOSEN) else kept
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    with transaction.atomic():
        hold(release.institution)
        before = documents.underway(actor, release.institution)
        for one in before:
            asked = (
                one.kind,
                one.subject,
                one.format,
                one.options.get("chapters"),
                one.options.get("scopes"),
            )
            if asked == (KIND, release.code, format, kept, scopes):
                return one
        if len(before) >= WAITING:
            raise Refused(
                _("%(count)s of your documents are still being made. Wait until one is done, or stop one.")
                % {"count": len(before)}
            )
        document = actions.ask(
            actor,
            release.institution,
            kind=KIND,
            subject=release.code,
            title=f"{book.TITLE}: {release.name}",
            format=format,
            options={"chapters": kept},
        )
        actions.begin(document, jobs.start(JOB, release.institution, actor, document=str(document.uid)))
    return document


@jobs.register(JOB, title=gettext_lazy("Making a document"))
def _in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """What the person can do something about is told in words, nothing else."""
    try:
        return _fill(job, progress)
    except (making.NotMade, Refused) as error:
        raise jobs.ForPeople(str(error)) from error
    except GeneratedDocument.DoesNotExist as error:
        raise jobs.ForPeople(_("The document was deleted before it was done.")) from error
    except NotFound as error:
        raise jobs.ForPeople(_("You may no longer see this release.")) from error
    except store.TooLarge as error:
        words = {"size": error.limit >> 20}
        raise jobs.ForPeople(
            _("The document is larger than %(size)s MB. Choose fewer chapters.") % words
        ) from error


def _fill(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    document = GeneratedDocument.objects.select_related("institution", "owner").get(
        uid=job.arguments["document"]
    )
    release = Release.objects.filter(institution=document.institution, code=document.subject).first()
    if release is None or document.owner is None:
        raise jobs.ForPeople(_("The release is gone."))
    release.institution = document.institution
    # With the rights of today, and no more than the key had with which it was asked for.
    actor = actors.of(document.owner)
    actor.scopes = actions.scopes_of(document)
    actions.see(actor, document)
    with tempfile.TemporaryFile() as file:
        make(actor, release, document.format, file, chapters=document.options["chapters"], tell=progress)
        pages = _pages(file) if document.format == "pdf" else None
        file.seek(0)
        actions.finish(document, file, name(release, document.format), pages)
    return {"url": reverse("analysis:documents", args=[document.institution.code])}


def _pages(file: IO[bytes]) -> int | None:
    """How many pages a PDF of ours has: the count of its tree of pages."""
    file.seek(0)
    return pdf.pages(file.read())


def name(release: Release, format: str) -> str:
    """What the file is called."""
    code = "".join(letter if letter.isalnum() else "-" for letter in release.code)
    return f"{release.institution.code}-dokumen-arsitektur-{code}.{format}"
