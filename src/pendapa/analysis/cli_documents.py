"""``pendapa document architecture``: the book of a release as docx or PDF."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pendapa.kernel.commands import Fault, complain, institution, ready
from pendapa.kernel.progress import Bar

if TYPE_CHECKING:
    from pendapa.kernel.tenancy.models import Institution

document_app = typer.Typer(help="Documents: the architecture of a release as a book.", no_args_is_help=True)


@document_app.command("architecture")
def architecture(
    release: Annotated[str, typer.Option("--release", help="Code of the release, e.g. 2026")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write: .docx or .pdf")],
    code: Annotated[
        str, typer.Option("--institution", help="Code of the institution; may stay away where there is one")
    ] = "",
    chapters: Annotated[
        list[str] | None,
        typer.Option(
            "--chapter", help="Only this chapter (applications, gaps …); may be given several times"
        ),
    ] = None,
) -> None:
    """Write the architecture of a release as a book, with chapters by domain, tables, drawings and gaps."""
    form = output.suffix.lower().lstrip(".")
    if form not in ("docx", "pdf"):
        raise Fault(f"{output} ends in neither .docx nor .pdf. Give the file one of these endings.")
    if output.is_dir() or not output.parent.is_dir():
        raise Fault(f"{output} cannot be written: give the name of a file in a folder that is there.")
    ready()
    place = _place(code)
    _write(place, release, form, output, chapters or [])


def _place(code: str) -> Institution:
    from django.utils.translation import gettext as _

    from pendapa.kernel.tenancy.models import Institution

    if code:
        return institution(code)
    found = list(Institution.objects.all()[:2])
    if len(found) != 1:
        raise Fault(_("Say of which institution: --institution CODE."))
    return found[0]


def _write(place: Institution, release: str, form: str, output: Path, chapters: list[str]) -> None:
    from django.utils.translation import gettext as _

    from pendapa.analysis.documents import actions
    from pendapa.architecture.queries import moments
    from pendapa.kernel.access.actor import NotFound, system
    from pendapa.kernel.documents.making import NotMade

    actor = system("Pendapa")
    try:
        found = moments.release(actor, place, release)
    except NotFound as error:
        known = ", ".join(one.code for one in moments.releases(actor, place)[:20]) or _("none yet")
        words = {"code": release[:40], "known": known}
        raise Fault(_("There is no release “%(code)s” (there are: %(known)s).") % words) from error
    found.institution = place
    with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
        try:
            with Bar(_("Making a document")) as bar:
                actions.make(actor, found, form, file, chapters=chapters, tell=bar)
            file.close()
            Path(file.name).chmod(0o644)
            Path(file.name).replace(output)
        except (actions.Refused, NotMade) as error:
            raise Fault(str(error)) from error
        finally:
            Path(file.name).unlink(missing_ok=True)
    complain(_("Written: %(file)s") % {"file": output})
