"""Who answers for the rows: a cell may name one OPD, several or all of them; a table without such a column is asked about once."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.cells import Lookups, unit_remark
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tables.names import Found
from pendapa.kernel.tables.ports import Draft
from pendapa.kernel.tables.questions import Question, asks
from pendapa.roadmap.rules import dirt
from pendapa.roadmap.tables.columns import INITIATIVES

SHOWN = (
    "SKPD", "OPD", "Perangkat Daerah", "Penanggung Jawab", "Perangkat Daerah Penanggung Jawab", "Unit Kerja", "Pelaksana",
)  # fmt: skip
"""Some of the headings above the OPD that answers, as they are told."""
_NONE = "The row names no unit."


def find(draft: Draft, header: str, lookups: Lookups, whole: bool) -> None:
    """The OPD of a row whose cell the general reading did not understand (the first answers, the others take part); that
    there is none is only doubted where the actor writes the ``whole`` roadmap. ``header`` is empty where no column holds it."""
    if draft.unit is not None:
        return
    if not header:
        _without_column(draft, whole)
        return
    wrong = [one for one in draft.errors if one["column"] == header]
    if not wrong:
        return
    text = str(wrong[0]["value"])
    if not text or dirt.is_everybody(text):
        draft.errors = [one for one in draft.errors if one not in wrong]
        nobody = say(_("Nobody answers for this row: it names no single agency."))
        draft.doubt(header, text, nobody)
        if not whole:
            draft.fault(header, text, say(_("Say which of your units answers for it.")))
        return
    names = dirt.several(text)
    found = [lookups.units.find(name=name) if lookups.units else None for name in names]
    ids = [int(one.id) for one in found if isinstance(one, Found)]
    if len(names) > 1 and len(ids) == len(names):
        draft.errors = [one for one in draft.errors if one not in wrong]
        draft.unit, draft.values["_partners"] = ids[0], ids[1:]
        told = say(_("%(first)s answers for it, the others take part."), first=names[0])
        draft.doubt(header, text, told)
    elif ids:
        draft.errors = [one for one in draft.errors if one not in wrong]
        for name, result in zip(names, found, strict=True):
            if result is not None and not isinstance(result, Found):
                draft.fault(header, name, unit_remark(name, result).message)


def _without_column(draft: Draft, whole: bool) -> None:
    """The whole table is asked about once (:func:`ask_owner`); who may write of their own units only has to choose one."""
    draft.errors = [one for one in draft.errors if one["msgid"] != _NONE]
    if not whole:
        words = _(
            "The table has no column of the agency that answers (%(headings)s). Choose one of your units for all rows, or add the "
            "column."
        )
        draft.fault("", "", say(words, headings=", ".join(SHOWN[:4])))


@asks(INITIATIVES)
def ask_owner(actor: Actor, batch: ImportBatch, sheet: int) -> list[Question]:
    """New initiatives of a table that says nowhere who answers are stopped: most often the column was lost or is called
    otherwise. Asked once a sheet, of those that may leave it open."""
    columns = {column for _header, column in batch.sheets[sheet]["columns"]}
    if "opd" in columns or batch.unit_id is not None:
        return []
    new = batch.rows.filter(sheet=sheet, verdict="new").count()
    if not new:
        return []
    text = ngettext(
        "No column of this table says which agency answers, so %(n)s new initiative would have none. Understood above such a "
        "column: %(headings)s. Add it and import again, or let one agency answer for all rows.",
        "No column of this table says which agency answers, so %(n)s new initiatives would have none. Understood above such a "
        "column: %(headings)s. Add it and import again, or let one agency answer for all rows.",
        new,
    )
    yes = gettext("Save them without an agency; it is added later.")
    told = text % {"n": new, "headings": ", ".join(SHOWN)}
    return [Question(f"no_owner_{sheet}", told, yes, (), '--unit "NAMA OPD"')]
