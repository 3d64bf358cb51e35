"""A workbook in the field names of SIA-SPBE, the ministry's application, in the order of its manual.

No file format of SIA-SPBE is known: the workbook helps to type over or to check, and says on its first sheet that no
compatibility beyond names and order is claimed. Source: the fields marked official in the metamodel pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture.columns import KIND_COLUMN, kind_for
from pendapa.architecture.exporting.records import Source
from pendapa.architecture.exporting.sheets import _cell, _Written, element_values
from pendapa.kernel.overlays import trees
from pendapa.kernel.tables.columns import Column
from pendapa.kernel.tables.writing import CELL_LIMIT, Page, Sheet
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.references import References


def book(source: Source, model: Metamodel, institution: Institution) -> Iterator[Sheet | Page]:
    """The statement, then a sheet for each domain with its official fields only."""
    yield _statement(institution)
    for domain in (*model.domains, model.strategy):
        columns = [c for c in kind_for(model, domain.key).columns if c.official or c.name == KIND_COLUMN]
        widths = {i: 40.0 if c.type in ("long", "relation") else 22.0 for i, c in enumerate(columns)}
        headers = [column.text("id") for column in columns]
        yield Sheet(domain.label.id, headers, _rows(source, model, domain.key, columns), widths)


def _rows(source: Source, model: Metamodel, domain: str, columns: Sequence[Column]) -> Iterator[list[Any]]:
    written = [_Written(column, "id") for column in columns]
    references = trees.references_now()
    for record in source.elements(domain):
        values = element_values(model, record)
        yield [
            _cell(_named(references, column, write(values.get(column.name))), CELL_LIMIT)
            for column, write in zip(columns, written, strict=True)
        ]


def _named(references: References, column: Column, value: Any) -> Any:
    """A reference with its name, as the manual shows it."""
    if column.type == "reference" and isinstance(value, str):
        node = references.lookup(value, column.reference or "")
        return node.label if node else value
    return value


def _statement(institution: Institution) -> Page:
    lines = [
        _("Architecture of %(name)s in the field names and the order of SIA-SPBE.")
        % {"name": institution.name},
        _("Names and order follow the manual of SIA-SPBE as far as it is known to us."),
        _(
            "Nothing beyond names and order is claimed: no file format of SIA-SPBE is known, and none is imitated."
        ),
        _("The manual does not show the lists of values; those used here are the local ones."),
        _("Made on %(date)s.") % {"date": timezone.localdate().isoformat()},
    ]
    return Page("Keterangan Pendapa", _("About this workbook"), [("", line) for line in lines], (14.0, 100.0))
