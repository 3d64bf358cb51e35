"""``pendapa import`` and ``pendapa undo``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from pendapa.kernel.commands import Fault, Format, bar, chosen, complain, institution, ready, show, stop

if TYPE_CHECKING:
    from pendapa.kernel.tables.models import ImportBatch
    from pendapa.kernel.tenancy.models import Institution, Unit


class Kind(StrEnum):
    """What a file holds; ``auto`` tells it from its headers."""

    units = "units"
    applications = "applications"
    services = "services"
    processes = "processes"
    data = "data"
    infrastructure = "infrastructure"
    security = "security"
    strategy = "strategy"
    outside = "outside"
    relations = "relations"
    initiatives = "initiatives"
    programmes = "programmes"
    auto = "auto"


def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx, ods, csv, a zip of csv, json; xml of ArchiMate")],
    institution_code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    kind: Annotated[Kind, typer.Option(help="What the file holds")] = Kind.auto,
    sheet: Annotated[str, typer.Option(help="Read this sheet only")] = "",
    unit_name: Annotated[str, typer.Option("--unit", help="The OPD of rows without a unit column")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen, save nothing")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Save without asking")] = False,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="With --yes: save the good rows, leave the faulty")
    ] = False,
    allow_renames: Annotated[
        bool, typer.Option("--allow-renames", help="Save a list of OPD although it renames many of them")
    ] = False,
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """Import a spreadsheet as it really is: says what is wrong, saves only what was confirmed.

    Exit 0 when clean, 1 with errors or an open question, 2 when it cannot be read. Off a terminal without --yes it is a dry run.
    """
    answers = ["renames"] if allow_renames else []
    bring_in(file, institution_code, kind, sheet, unit_name, dry_run, yes, skip_errors, answers, form)


def bring_in(
    file: Path,
    institution_code: str,
    kind: Kind,
    sheet: str,
    unit_name: str,
    dry_run: bool,
    yes: bool,
    skip_errors: bool,
    answers: Sequence[str],
    form: Format | None,
    only: Sequence[str] = (),
) -> None:
    """What ``pendapa import`` does, for the commands of rooms as well; with ``only``, a file that holds none of these kinds of
    tables is refused."""
    ready()
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.tables import actions, queries

    place = institution(institution_code)
    form = chosen(form)
    batch = _read(place, file, kind, sheet, _unit(place, unit_name))
    if only and not any(facts["kind"] in only for facts in batch.sheets):
        kinds = [facts["kind"] for facts in batch.sheets]
        batch.delete()
        raise Fault(_elsewhere(file, place, kinds, only))
    totals = queries.counts(batch).values()
    faulty, changes = sum(n["faulty"] for n in totals), sum(n["new"] + n["changed"] for n in totals)
    try:
        saves = not dry_run and _wanted(yes, faulty, changes) and (not faulty or skip_errors)
        is_open = _ask(batch, answers, stops=saves)
        if saves:
            batch = actions.confirm(system("pendapa import"), batch, skip_errors=skip_errors, answers=answers)
        _tell(queries.report(batch), form)
    except actions.Refused as refused:
        raise Fault(str(refused), 1) from refused
    finally:
        if batch.state == "preview":
            batch.delete()
    if faulty:
        complain(_faulty(faulty, batch))
    if faulty or is_open:
        stop(1)


def _elsewhere(file: Path, place: Institution, kinds: Sequence[str], only: Sequence[str]) -> str:
    """Why a file is refused that holds tables of other rooms only, and which command takes it."""
    from django.utils.translation import gettext

    text = gettext(
        "%(file)s holds no table of this command (%(wanted)s), but: %(found)s. Import it with: %(command)s"
    )
    words = {"wanted": ", ".join(map(_label, only)), "found": ", ".join(map(_label, dict.fromkeys(kinds)))}
    return text % {"file": file.name, "command": f"pendapa import {file} --institution {place.code}", **words}


def _label(kind: str) -> str:
    from pendapa.kernel.tables.ports import importer
    from pendapa.kernel.ui import formats

    return importer(kind).kind.label.get(formats.language(), kind)


def _ask(batch: ImportBatch, answers: Sequence[str], *, stops: bool) -> bool:
    """Tell what must be said yes to first, and by which flag; nothing is saved without it. Is anything open?"""
    from django.utils.translation import gettext

    from pendapa.kernel.access.actor import system
    from pendapa.kernel.tables import questions

    found = questions.unanswered(system("pendapa import"), batch, answers)
    for question in found:
        for line in question.details:
            complain(line)
        how = gettext("If that is meant: %(flag)s.") % {"flag": question.flag}
        if stops:
            nothing = gettext("Nothing was saved.")  # within an f-string it is not collected
            raise Fault(f"{question.text} {nothing} {how}", 1)
        complain(f"{question.text} {how}")
    return bool(found)


def _faulty(count: int, batch: ImportBatch) -> str:
    from django.utils.translation import gettext, ngettext

    told = ngettext("%(n)s row is faulty", "%(n)s rows are faulty", count) % {"n": count}
    if batch.state != "saved":
        after = gettext("nothing was saved")
    elif batch.change_set is None:
        after = gettext("of the others nothing was new")
    else:
        after = gettext("the good rows are saved")
    return f"{told}; {after}."


def _read(place: Institution, file: Path, kind: Kind, sheet: str, unit: Unit | None) -> ImportBatch:
    from django.utils.translation import gettext

    from pendapa.kernel.access.actor import system
    from pendapa.kernel.tables import actions
    from pendapa.kernel.tables.messages import TableError

    if not file.is_file():
        text = gettext("%(file)s is not a file.") if file.exists() else gettext("There is no file %(file)s.")
        raise Fault(text % {"file": file})
    try:
        with bar(f"Reading {file.name}") as tell:
            return actions.read_file(
                system("pendapa import"), place, file, kind=kind.value, sheet=sheet, unit=unit, tell=tell
            )
    except TableError as error:
        raise Fault(f"{file.name}: {error.render(gettext)}") from error


def _unit(place: Institution, name: str) -> Unit | None:
    if not name:
        return None
    from django.utils.translation import gettext

    from pendapa.kernel.tables.ports import find_unit

    found, nearest = find_unit(place, name)
    if found is None:
        text = gettext("No unit “%(name)s” in %(place)s.") % {"name": name, "place": place.name}
        hint = gettext("Nearest: %(names)s.") % {"names": ", ".join(nearest)}
        raise Fault(f"{text} {hint if nearest else _no_unit(place)}")
    return found


def _no_unit(place: Institution) -> str:
    from django.utils.translation import gettext

    from pendapa.kernel.tenancy.models import Unit

    if Unit.objects.filter(institution=place, deleted_at=None).exists():
        return gettext("Write its name or code as it stands in the list of OPD.")
    return gettext("Import the list of OPD first.")


def _wanted(yes: bool, faulty: int, changes: int) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty() or not sys.stdout.isatty() or faulty or not changes:
        return False
    from django.utils.translation import ngettext

    told = ngettext("Save %(n)s row?", "Save %(n)s rows?", changes) % {"n": changes}
    return typer.confirm(told, err=True)


def _tell(report: dict[str, Any], form: Format) -> None:
    if form is Format.json:
        show(report, form)
        return
    from django.utils.translation import gettext

    words = _words()
    for one in report.get("sheets", [report]):
        numbers = {words[name]: one[name] for name in ("sheet", "header_row", *COUNTED)}
        show({words["kind"]: _label(one["kind"]), **numbers}, form)
        for title in ("errors", "warnings"):
            if found := one[title]:
                rows = [{words[name]: value for name, value in row.items()} for row in found[:200]]
                show(rows, form, title=f"{words[title]} ({len(found)})")
    if report["batch"]:
        text = gettext("Saved as %(batch)s. To take it back: pendapa undo %(batch)s")
        typer.echo(text % {"batch": report["batch"]})


COUNTED = ("rows", "new", "changed", "same", "faulty")


def _words() -> dict[str, str]:
    """What stands above the columns of the report on a terminal."""
    from django.utils.translation import gettext as _

    return {
        "kind": _("Table"),
        "sheet": _("Sheet"),
        "header_row": _("Row of headings"),
        "rows": _("Rows"),
        "new": _("New"),
        "changed": _("Changed"),
        "same": _("Same"),
        "faulty": _("Faulty"),
        "errors": _("Errors"),
        "warnings": _("To look at"),
        "row": _("Row"),
        "column": _("Column"),
        "value": _("Value"),
        "message": _("What is to be known"),
        "suggestion": _("Suggestion"),
    }


def undo(
    batch: Annotated[str, typer.Argument(help="The batch that pendapa import printed")],
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """Take an import back. What was edited since stays and is named (exit 1)."""
    ready()
    from django.utils.translation import gettext, ngettext

    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import undoing
    from pendapa.kernel.history.models import ChangeSet

    try:
        found = ChangeSet.objects.select_related("institution").filter(uid=UUID(batch)).first()
    except ValueError:
        found = None
    if found is None:
        text = gettext("There is no batch “%(batch)s”. Give what pendapa import printed as “batch”.")
        raise Fault(text % {"batch": batch})
    try:
        result = undoing.undo(system("pendapa undo"), found)
    except undoing.Already:
        result = undoing.Undone(0, [], None)
    except undoing.Refused as refused:
        raise Fault(str(refused), 1) from refused
    kept = [{"code": getattr(row, "code", "") or str(row), "reason": why} for row, why in result.named]
    form = chosen(form)
    show({"undone": result.count, "kept": kept}, form)
    if kept:
        told = ngettext("%(n)s row stays as it is.", "%(n)s rows stay as they are.", len(kept))
        complain(told % {"n": len(kept)})
        stop(1)
