"""``pendapa roadmap``: a roadmap in and out as a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from pendapa.kernel.commands import Fault, Format, complain, institution, ready
from pendapa.roadmap.cli_baseline import baseline

if TYPE_CHECKING:
    from pendapa.kernel.tenancy.models import Institution
    from pendapa.roadmap.models import Roadmap

STDOUT = Path("-")

app = typer.Typer(no_args_is_help=True, help="The roadmap (peta rencana): import, export, baseline.")
app.command("baseline")(baseline)


class Kind(StrEnum):
    """What a file holds; ``auto`` tells it from its headers."""

    auto = "auto"
    initiatives = "initiatives"
    programmes = "programmes"


class ExportFormat(StrEnum):
    """What the roadmap goes out as."""

    xlsx = "xlsx"
    csv = "csv"
    json = "json"


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="xlsx, ods, csv or json: the printed table, or the budget lines")
    ],
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    kind: Annotated[Kind, typer.Option(help="What the file holds")] = Kind.auto,
    sheet: Annotated[str, typer.Option(help="Read this sheet only")] = "",
    unit: Annotated[str, typer.Option("--unit", help="The OPD of rows that name none")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen, save nothing")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Save without asking")] = False,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="With --yes: save the good rows, leave the faulty")
    ] = False,
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """Import a roadmap as it was printed, or the lines of a budget: says what is wrong, saves only what was confirmed.

    Exit 0 when clean, 1 with errors or an open question, 2 when it cannot be read. Off a terminal without --yes it is a dry run.
    """
    from pendapa.kernel.tables import cli as tables

    only = (Kind.initiatives.value, Kind.programmes.value)
    tables.bring_in(
        file, code, tables.Kind(kind.value), sheet, unit, dry_run, yes, skip_errors, (), form, only
    )


@app.command("export")
def export(
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="xlsx, csv or json; else as the file ends, else xlsx"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The file to write; - for standard output; else peta-rencana-CODE here"
        ),
    ] = None,
    year: Annotated[
        int, typer.Option("--year", help="The roadmap that begins in this year; else the one that holds now")
    ] = 0,
    everything: Annotated[bool, typer.Option("--all", help="Every initiative, in a roadmap or not")] = False,
) -> None:
    """Write the initiatives of a roadmap into a file, with the columns of the printed table. All of it can be imported again.

    Exit 2 where there is no such roadmap, or the file cannot be written.
    """
    ready()
    from pendapa.kernel.access.actor import system
    from pendapa.roadmap import exporting

    place = institution(code)
    roadmap = None if everything else _roadmap(place, year)
    ending = form.value if form else _ending(output)
    with _writing(output or _new_file(place, ending)) as file:
        count = exporting.export(system("pendapa roadmap export"), place, ending, file, roadmap=roadmap)
    if not count:
        from django.utils.translation import gettext

        complain(gettext("There is no initiative yet: the file holds the headers only."))


def _ending(output: Path | None) -> str:
    """What a file is by its name; a workbook where that does not say."""
    ending = output.suffix.lower().lstrip(".") if output else ""
    return ending if ending in list(ExportFormat) else ExportFormat.xlsx.value


def _new_file(place: Institution, ending: str) -> Path:
    """A name in the folder where the command is called; what stands there already may hold somebody's work."""
    from django.utils.translation import gettext

    found = Path(f"peta-rencana-{place.code.lower()}.{ending}")
    if found.exists():
        text = gettext("%(file)s is there already. Say where to write: -o FILE")
        raise Fault(text % {"file": found})
    return found


def _roadmap(place: Institution, year: int) -> Roadmap | None:
    """The roadmap that begins in ``year``; without one the one that holds now, and every initiative where there is none."""
    from django.utils.translation import gettext

    from pendapa.kernel.access.actor import system
    from pendapa.roadmap.queries import roadmaps

    actor = system("pendapa roadmap export")
    if not year:
        return roadmaps.current(actor, place)
    known = roadmaps.roadmaps(actor, place)
    found = next((one for one in known if one.first_year == year), None)
    if found is None:
        years = ", ".join(str(one.first_year) for one in known) or gettext("none yet")
        text = gettext("No roadmap of %(place)s begins in %(year)s (there are: %(years)s).")
        raise Fault(text % {"place": place.name, "year": year, "years": years})
    return found


@contextmanager
def _writing(output: Path) -> Iterator[IO[bytes]]:
    """The file to write, put at its place when it is whole: a file of that name is there as before until then."""
    from django.utils.translation import gettext

    if output == STDOUT:
        if sys.stdout.isatty():
            raise Fault(gettext("Standard output is a terminal: name a file, or send it on (> FILE)."))
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output.is_dir() or not output.parent.is_dir():
        text = gettext("%(file)s cannot be written: there is no such folder, or it is one.")
        raise Fault(text % {"file": output})
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        text = gettext("%(file)s cannot be written: %(why)s.")
        raise Fault(text % {"file": output, "why": error.strerror or error}) from error
    finally:
        part.unlink(missing_ok=True)
    size = -(-output.stat().st_size // 1024)
    complain(gettext("Written: %(file)s (%(size)s KB).") % {"file": output, "size": size})
