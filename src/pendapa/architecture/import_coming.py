"""What the rows of a file bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pendapa.architecture.columns import KIND_COLUMN
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import only_kind
from pendapa.kernel.tables.forms import MIXED
from pendapa.kernel.tables.keys import KeyStore
from pendapa.kernel.tables.models import ImportBatch
from pendapa.regulations.metamodel import Metamodel


class Coming:
    """What the rows of a file bring: codes and names by domain. One for a batch, made when it is first asked."""

    def __init__(self, batch: ImportBatch) -> None:
        self._batch = batch
        # While the file is read its sheets are known, its rows are not.
        self._kinds = set(batch.__dict__.get("coming_kinds", ()))
        self._keys: KeyStore | None = None

    @classmethod
    def of(cls, batch: ImportBatch) -> Coming:
        """That of the batch; while rows are read or judged anew it is another each time."""
        kept: Coming | None = batch.__dict__.get("_coming")
        if kept is None or kept._kinds != set(batch.__dict__.get("coming_kinds", ())):
            kept = batch.__dict__["_coming"] = cls(batch)
        return kept

    def may_bring(self, domain: str) -> bool:
        """Whether rows of that domain may still come."""
        return bool(self._kinds & {domain, MIXED}) or any(kind.endswith(f"-{domain}") for kind in self._kinds)

    def brings(self, domain: str, text: str) -> bool:
        """Whether a row to be saved bears that code or name."""
        return self.place(domain, text) is not None

    def place(self, domain: str, text: str) -> tuple[int, int] | None:
        """Sheet and row of the first row to be saved that bears that code, or else that name."""
        if self._kinds:
            return None
        return self.place_of_code(domain, text) or self._all().get(f"{domain}:{name_key(text)}")

    def place_of_code(self, domain: str, code: str) -> tuple[int, int] | None:
        """The same by code alone, whatever else may still come."""
        return self._all().get(f"{domain}:{code.casefold()}"[:80])

    def _all(self) -> KeyStore:
        if self._keys is None:
            self._keys = KeyStore()
            rows = self._batch.rows.filter(verdict__in=["new", "changed"]).exclude(name_key="")
            found = rows.order_by("sheet", "row").values_list("code_key", "name_key", "sheet", "row")
            for code, name, sheet, row in found.iterator(2000):
                own = name.split(":", 2)
                for key in (code, f"{own[0]}:{own[2]}" if len(own) == 3 else ""):
                    if key:
                        self._keys.first(key, sheet, row)
        return self._keys


def kind_told(model: Metamodel, domain: str, values: Mapping[str, Any]) -> str:
    """The kind that a row tells, or the only one of its domain; else nothing."""
    told = values.get(KIND_COLUMN)
    return only_kind(model, domain) or (
        told if told in {kind.key for kind in model.domain(domain).kinds} else ""
    )
