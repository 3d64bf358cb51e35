"""``pendapa export`` and ``pendapa template``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from pendapa.kernel.commands import Fault, complain, institution, ready

if TYPE_CHECKING:
    from pendapa.architecture.models import Release
    from pendapa.kernel.tenancy.models import Institution

STDOUT = Path("-")


class ExportFormat(StrEnum):
    """What the register goes out as."""

    xlsx = "xlsx"
    csv = "csv"
    json = "json"
    archimate = "archimate"
    sia = "sia"


def export(
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    form: Annotated[
        ExportFormat,
        typer.Option(
            "--format", help="xlsx, csv, json, archimate, or sia: a workbook in the field names of SIA-SPBE"
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; - for standard output")],
    release: Annotated[str, typer.Option(help="Code of a release: what it froze, not what stands now")] = "",
    domains: Annotated[
        list[str] | None,
        typer.Option("--domain", help="Only this table; may be given several times (relations among them)"),
    ] = None,
) -> None:
    """Write the architecture, or a release of it, into a file. xlsx, csv and json come back through pendapa import."""
    ready()
    from pendapa.architecture import exporting
    from pendapa.kernel.access.actor import system

    place = institution(code)
    frozen = _release(place, release)
    _check(output)
    with tempfile.TemporaryFile() as file:
        try:
            made = exporting.export(
                system("pendapa export"), place, form.value, out=file, domains=domains, release=frozen
            )
        except exporting.Refused as refused:
            raise Fault(str(refused)) from refused
        _keep(file, output)
    if made == "zip" and output != STDOUT and output.suffix.lower() != ".zip":
        from django.utils.translation import gettext

        complain(gettext("Several tables as csv: %(file)s is a zip of them.") % {"file": output})


def _release(place: Institution, code: str) -> Release | None:
    if not code:
        return None
    from django.utils.translation import gettext

    from pendapa.architecture.models import Release

    found = Release.objects.select_related("institution").filter(institution=place, code__iexact=code).first()
    if found is None:
        known = ", ".join(Release.objects.filter(institution=place).values_list("code", flat=True)[:20])
        text = gettext("There is no release “%(code)s” of %(place)s (there are: %(known)s).")
        raise Fault(text % {"code": code, "place": place.name, "known": known or gettext("none yet")})
    return found


def template(
    kind: Annotated[str, typer.Option(help="The table (units, applications, …), or all of them: all")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The workbook to write; - for standard output")
    ],
    code: Annotated[
        str, typer.Option("--institution", help="With the fields, references and units of this institution")
    ] = "",
    language: Annotated[str, typer.Option(help="id or en")] = "id",
) -> None:
    """Write an empty workbook to fill in: lists to choose from, help, headers that stay as they are."""
    ready()
    from django.utils import translation
    from django.utils.translation import gettext

    from pendapa.kernel.tables.downloads import template_sheets
    from pendapa.kernel.tables.forms import MIXED
    from pendapa.kernel.tables.ports import importers
    from pendapa.kernel.tables.writing import write_xlsx

    known = [one.kind.key for one in importers() if one.kind.key != MIXED]
    if kind not in (*known, "all"):
        text = gettext("There is no table “%(kind)s”. There are: all, %(known)s.")
        raise Fault(text % {"kind": kind, "known": ", ".join(known)})
    if language not in ("id", "en"):
        raise Fault(gettext("The language is id or en."))
    if output.suffix.lower() not in ("", ".xlsx"):
        raise Fault(gettext("A template is a workbook: name a file that ends in .xlsx."))
    place = institution(code) if code else None
    _check(output)
    with tempfile.TemporaryFile() as file:
        with translation.override(language):
            write_xlsx(file, template_sheets(place, known if kind == "all" else [kind], language))
        _keep(file, output)


def _check(output: Path) -> None:
    """Refuse at once what cannot be written."""
    from django.utils.translation import gettext

    if output == STDOUT:
        if sys.stdout.isatty():
            raise Fault(gettext("Standard output is a terminal: name a file, or send it on (> FILE)."))
        return
    if output.is_dir() or not output.parent.is_dir():
        raise Fault(
            gettext("%(file)s cannot be written: there is no such folder, or it is one.") % {"file": output}
        )


def _keep(file: IO[bytes], output: Path) -> None:
    """Put what was made at its place, whole: a file of that name is there as before until then."""
    from django.utils.translation import gettext

    file.seek(0)
    if output == STDOUT:
        shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as target:
            shutil.copyfileobj(file, target)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        text = gettext("%(file)s cannot be written: %(why)s.")
        raise Fault(text % {"file": output, "why": error.strerror or error}) from error
    complain(
        gettext("Written: %(file)s (%(size)s KB).")
        % {"file": output, "size": -(-output.stat().st_size // 1024)}
    )
