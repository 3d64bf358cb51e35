"""``pendapa instruments``: list evaluation instruments, bring one in from a file, write one to a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pendapa.kernel.commands import Fault, Format, chosen, complain, institution, ready, show

if TYPE_CHECKING:
    from pendapa.kernel.tenancy.models import Institution

instruments_app = typer.Typer(
    help="Evaluation instruments: shipped ones, and those of an institution.", no_args_is_help=True
)
Code = Annotated[
    str, typer.Option("--institution", help="Code of the institution; may stay away where there is one")
]
Form = Annotated[
    Format | None, typer.Option("--format", help="table or json (table on a terminal, json elsewhere)")
]


@instruments_app.command("list")
def list_(code: Code = "", form: Form = None) -> None:
    """The instruments that a round may begin with, their edition in force, and what in them is not verified."""
    ready()
    from pendapa.evaluation.queries import assessments, instruments

    rows: list[dict[str, Any]] = [
        {
            "id": row.instrument.id,
            "title": row.instrument.title.id,
            "indicators": len(row.instrument.indicators),
            "edition": row.edition.number if row.edition else None,
            "own_changes": row.changed,
            "shipped": row.shipped,
            "rounds": [cycle.year for cycle in row.cycles],
            "unverified": [doubt.name for doubt in assessments.doubts(row.instrument)],
        }
        for row in instruments.listing(_place(code))
    ]
    show(rows, chosen(form))


@instruments_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A YAML or JSON file in the shape of an exported instrument")],
    code: Code = "",
    note: Annotated[str, typer.Option(help="What it is, in a sentence")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what it would change")] = False,
    form: Form = None,
) -> None:
    """Bring in an instrument as the next edition of its id; open rounds keep the edition with which they began."""
    ready()
    from django.utils.translation import gettext as _

    from pendapa.evaluation.actions import editions
    from pendapa.evaluation.queries import instruments
    from pendapa.kernel.access.actor import system
    from pendapa.regulations import instrument_files
    from pendapa.regulations.errors import PackError

    place = _place(code)
    if not file.is_file():
        raise Fault(_("There is no file %(file)s.") % {"file": file})
    try:
        with file.open("rb") as stream:
            data = stream.read(instrument_files.MOST_BYTES + 1)
        content = instrument_files.read(data, file.name)
        incoming = instruments.weigh(place, content, file.name)
        for change in incoming.changes:
            complain(f"{change.place}: {change.before} → {change.after}")
        if dry_run:
            complain(_("Nothing was kept: this was only a look."))
            return
        made = editions.bring(system("Pendapa"), place, content, file.name, note=note)
    except PackError as error:
        raise Fault("\n".join(str(fault) for fault in error.faults)) from error
    complain(_("%(name)s stands as edition %(number)s.") % {"name": made.instrument, "number": made.number})
    show([{"instrument": made.instrument, "edition": made.number}], chosen(form))


@instruments_app.command("export")
def export(
    id: Annotated[str, typer.Argument(help="Id of the instrument, such as spbe-2020")],
    code: Code = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; standard output without it")
    ] = None,
) -> None:
    """The edition in force as YAML, in the shape that import reads."""
    ready()
    from django.utils.translation import gettext as _

    from pendapa.evaluation.queries import editions, instruments
    from pendapa.regulations import instrument_files

    place = _place(code)
    known = editions.known(place)
    if id not in known:
        words = {"given": id[:60], "known": ", ".join(known)}
        raise Fault(_("“%(given)s” is no known instrument. Accepted: %(known)s.") % words)
    text = instrument_files.written(instruments.content_of(place, id))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Fault(
            _("%(file)s cannot be written: %(why)s") % {"file": output, "why": error.strerror}
        ) from error
    complain(_("Written: %(file)s") % {"file": output})


def _place(code: str) -> Institution:
    from django.utils.translation import gettext as _

    from pendapa.kernel.tenancy.models import Institution

    if code:
        return institution(code)
    found = list(Institution.objects.all()[:2])
    if len(found) != 1:
        raise Fault(_("Say of which institution: --institution CODE."))
    return found[0]
