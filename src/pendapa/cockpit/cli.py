"""``pendapa cockpit``: what the leader sees, as JSON, as the page for the weekly meeting or as slides."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pendapa.kernel.commands import Fault, complain, institution, ready


class Form(StrEnum):
    json = "json"
    pdf = "pdf"
    pptx = "pptx"


def cockpit(
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    form: Annotated[
        Form, typer.Option("--format", help="json, pdf (one page of A4) or pptx (slides)")
    ] = Form.json,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; else standard output")
    ] = None,
) -> None:
    """Index, path to the target, commitments, IKU, budget, gaps, decisions and OPD of an institution, as they stand now.

    JSON holds the keys index, path, commitments, iku, budget, gaps, decisions, units, and one for each room that offers a part.
    """
    ready()
    from django.utils.translation import gettext as _

    if output is not None and (output.is_dir() or not output.parent.is_dir()):
        text = _("%(file)s cannot be written: there is no such folder, or it is one.")
        raise Fault(text % {"file": output})
    if output is None and form is not Form.json and sys.stdout.isatty():
        text = _("A %(form)s is no text for a terminal. Say where to write it: -o kokpit.%(form)s")
        raise Fault(text % {"form": form.value})
    content = _content(code, form)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        text = _("%(file)s cannot be written: %(why)s.")
        raise Fault(text % {"file": output, "why": error.strerror or error}) from error
    complain(_("Written: %(file)s") % {"file": output})


def _content(code: str, form: Form) -> bytes:
    import json

    from pendapa.cockpit import documents, telling
    from pendapa.cockpit.queries import leader
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.documents.making import NotMade

    found = leader.cockpit(system("Pendapa"), institution(code))
    if form is Form.json:
        return (json.dumps(telling.as_json(found), ensure_ascii=False, indent=2) + "\n").encode()
    try:
        return documents.make(found, form.value)
    except NotMade as error:
        raise Fault(str(error)) from error
