"""The register, or a release of it, as a file: workbook, csv, JSON, ArchiMate, and a workbook in the names of SIA-SPBE.

    with open(path, "wb") as out:
        export(actor, institution, "xlsx", out=out)

What the actor may not see stays out. Rows pass in chunks; nothing but a chunk is held.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture import metamodel
from pendapa.architecture.columns import RELATIONS
from pendapa.architecture.exporting import sheets, sia
from pendapa.architecture.exporting.documents import document
from pendapa.architecture.exporting.records import Frozen, Live, Source
from pendapa.architecture.models import Release
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import Filters
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tables.writing import CELL_LIMIT, Page, Sheet, write_csv, write_xlsx
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Metamodel

FORMATS = ("xlsx", "csv", "json", "archimate", "sia")
TYPES = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "sia": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "zip": ("zip", "application/zip"),
    "json": ("json", "application/json"),
    "archimate": ("xml", "application/xml"),
}
"""By format: how the file's name ends, and its type. csv of several tables comes as ``zip``."""


def export(
    actor: Actor,
    institution: Institution,
    format: str,
    *,
    out: IO[bytes],
    domains: Sequence[str] | None = None,
    filters: Filters | None = None,
    release: Release | None = None,
) -> str:
    """Write the register into ``out`` and tell the form it took (a key of ``TYPES``).

    ``domains`` narrows it (all of them otherwise; ``relations`` may stand among them), ``filters`` to what a list shows,
    ``release`` takes what was frozen instead of what stands now. Raises :class:`Refused`, ``NotFound``.
    """
    actor.require(VIEW, institution, "any")
    if release is not None and release.institution_id != institution.pk:
        raise NotFound
    model = metamodel.of(institution)
    wanted = _wanted(model, domains)
    if format == "archimate":
        _write_archimate(actor, institution, release, out)
        return "archimate"
    if format not in FORMATS:
        raise Refused(_("There is no format %(format)s.") % {"format": format})
    if release is not None and filters is not None and filters != Filters(domain=filters.domain):
        raise Refused(_("A release goes out whole; leave the filters out."))
    source: Source = Frozen(actor, release) if release else Live(actor, institution, filters)
    if format == "json":
        known = [domain for domain in wanted if domain != RELATIONS]
        for piece in document(source, institution, model, known, release):
            out.write(piece)
        return "json"
    if format == "csv":
        return _write_csv(source, model, wanted, out)
    tables = sia.book(source, model, institution) if format == "sia" else _tables(source, model, wanted)
    write_xlsx(out, tables)
    return format


def all_domains(model: Metamodel) -> list[str]:
    """Keys of the domains that are exported: the six, the strategy map, what lies outside."""
    return [domain.key for domain in model.all_domains]


def _wanted(model: Metamodel, domains: Sequence[str] | None) -> list[str]:
    known = [*all_domains(model), RELATIONS]
    for domain in domains or ():
        if domain not in known:
            raise Refused(
                _("There is no table %(name)s. There are: %(known)s.")
                % {"name": domain, "known": ", ".join(known)}
            )
    return list(domains or known)


def language() -> str:
    return (get_language() or "id")[:2]


def _tables(
    source: Source, model: Metamodel, wanted: Sequence[str], limit: int = CELL_LIMIT
) -> Iterator[Sheet | Page]:
    domains = [domain for domain in wanted if domain != RELATIONS] or all_domains(model)
    for domain in wanted:
        if domain == RELATIONS:
            yield sheets.of_relations(source, model, domains, language())
        else:
            yield sheets.of_domain(source, model, domain, language(), limit=limit)


def _write_csv(source: Source, model: Metamodel, wanted: Sequence[str], out: IO[bytes]) -> str:
    """One table as csv; several as a zip of such files."""
    tables = _tables(source, model, wanted, limit=0)
    if len(wanted) == 1:
        sheet = next(tables)
        assert isinstance(sheet, Sheet)
        write_csv(out, sheet)
        return "csv"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for key, sheet in zip(wanted, tables, strict=True):
            assert isinstance(sheet, Sheet)
            with tempfile.TemporaryFile() as file, packed.open(f"{key}.csv", "w") as target:
                write_csv(file, sheet)
                file.seek(0)
                while piece := file.read(1 << 20):
                    target.write(piece)
    return "zip"


def _write_archimate(actor: Actor, institution: Institution, release: Release | None, out: IO[bytes]) -> None:
    from pendapa.architecture.archimate.export import export as pieces

    for piece in pieces(actor, institution, release=release):
        out.write(piece)
