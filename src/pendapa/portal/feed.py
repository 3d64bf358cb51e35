"""The public result as an Atom feed (RFC 4287), and its parts for the public page: what is consented to and public, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries import assessments as evaluation
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats

MOST = 20


@dataclass(frozen=True)
class Shown:
    """A complete public result of a year to whose publication the coordinator agreed; ``changed``: its last change."""

    row: Assessment
    result: evaluation.Result
    changed: datetime

    @property
    def title(self) -> str:
        """One line: year, index, predicate."""
        words = {
            "year": self.row.year,
            "index": formats.number(self.result.index or 0, formats.language(), 2),
            "predicate": self.result.predicate,
        }
        return _("Index %(year)s: %(index)s, %(predicate)s") % words

    @property
    def instrument(self) -> str:
        return evaluation.short_title(self.result.instrument.title)

    @property
    def unverified(self) -> list[str]:
        """What of the instrument no official text settles."""
        return evaluation.unsettled(self.result.instrument)


def results(institution: Institution) -> list[Shown]:
    """Newest year first, of a year and instrument the last stage. Two queries."""
    rows = evaluation.with_cycle(Assessment.objects.filter(institution=institution, deleted_at=None))
    rows = rows.filter(is_public=True, cycle__consent=True, cycle__deleted_at=None).select_related(
        "institution"
    )
    best: dict[tuple[int, str], evaluation.Result] = {}
    for row in rows.order_by("pk"):
        found = evaluation.result(row)
        key = (row.year, row.instrument)
        there = best.get(key)
        order = evaluation.STAGE_ORDER
        if found.complete and (there is None or order.index(row.stage) > order.index(there.assessment.stage)):
            best[key] = found
    newest = sorted(best.values(), key=lambda one: (-one.assessment.year, one.assessment.instrument))[:MOST]
    days = _changed([one.assessment for one in newest])
    return [Shown(one.assessment, one, days.get(one.assessment.uid, _EPOCH)) for one in newest]


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def _changed(rows: list[Assessment]) -> dict[Any, datetime]:
    """When each sheet was last changed."""
    if not rows:
        return {}
    found = Revision.objects.filter(target_uid__in=[row.uid for row in rows]).order_by("pk")
    return dict(found.values_list("target_uid", "change_set__created_at"))


def atom(institution: Institution, shown: list[Shown], page: str, here: str) -> str:
    """The feed as XML. ``page`` and ``here`` are whole addresses of the public page and of the feed."""
    updated = max((one.changed for one in shown), default=_EPOCH)
    name = escape(institution.name)
    title = escape(_("SPBE index of %(name)s") % {"name": institution.name})
    entries = "".join(_entry(one, page) for one in shown)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{formats.language()}">'
        f"<id>{escape(here)}</id><title>{title}</title><updated>{_when(updated)}</updated>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(here)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>'
        f"<author><name>{name}</name></author>{entries}</feed>\n"
    )


def _entry(one: Shown, page: str) -> str:
    lines = [one.instrument]
    lines += [
        f"{part.name}: {formats.number(part.value or 0, formats.language(), 2)}" for part in one.result.parts
    ]
    if one.unverified:
        lines.append(_("Not verified: %(what)s.") % {"what": ", ".join(one.unverified)})
    text = "\n".join(lines)
    return (
        f"<entry><id>urn:uuid:{one.row.uid}</id><title>{escape(one.title)}</title>"
        f'<updated>{_when(one.changed)}</updated><link rel="alternate" href={quoteattr(page + "#hasil")}/>'
        f'<content type="text">{escape(text)}</content></entry>'
    )


def _when(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
