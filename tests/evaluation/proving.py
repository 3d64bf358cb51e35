"""What the tests of evidence share: a round with a duty, files, and pieces that were handed in."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfWriter

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.models import Cycle, Duty, Evidence
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Unit
from tests.cast import Cast

ROOM = "/di/uji/penilaian/"
ROUND = ROOM + "2026/spbe-2020/"


def indicator(number: str) -> str:
    return f"{ROUND}indikator/{number}/bukti/"


def pdf(pages: int = 1, mark: str = "") -> bytes:
    """A PDF; another ``mark`` makes other bytes."""
    writer, out = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": mark})
    writer.write(out)
    return out.getvalue()


def begin(cast: Cast) -> Cycle:
    """The round of 2026: Dinas Kesehatan answers for indicator 11, Disdukcapil for 12."""
    cycle = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020").cycle
    for number, unit in (("11", cast.unit), ("12", cast.other_unit)):
        duty = Duty(institution=cast.institution, cycle=cycle, indicator=number, unit=unit)
        history.write(system(), cast.institution, "edit", history.Writes(add=[duty]))
    return cycle


def hand_in(
    cast: Cast, who: str = "operator", title: str = "Perbup 41/2025", unit: Unit | None = None, **more: Any
) -> Evidence:
    """A PDF of a person."""
    content = more.pop("content", pdf(more.pop("pages", 1), title))
    own = unit or {"operator": cast.unit, "other_operator": cast.other_unit}.get(who)
    return actions.add_file(
        cast.actor(who), cast.institution, io.BytesIO(content), f"{title}.pdf", len(content), title=title,
        unit=own, **more,
    )  # fmt: skip
