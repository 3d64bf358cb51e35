"""Full-text search that is never stale: written with the row, asked through one function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from pendapa.kernel.inserting import insert
from pendapa.kernel.search.models import SearchEntry

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def normalise(*texts: str) -> str:
    """Lower case, without accents, words only: the same on both databases."""
    joined = " ".join(t for t in texts if t)
    if not joined.isascii():
        joined = unicodedata.normalize("NFKD", joined)
        joined = "".join(c for c in joined if not unicodedata.combining(c))
    return " ".join(_WORD.findall(joined.lower()))


def write(target_type: str, institution_id: int, rows: Iterable[tuple[int, str]], *, fresh: bool) -> None:
    """Index ``(id, text)`` rows; ``fresh`` when none of them can be there yet (saves the look-up)."""
    rows = list(rows)
    if not fresh:
        remove(target_type, [pk for pk, _text in rows])
    names = ("institution", "target_type", "target", "text")
    insert(SearchEntry, names, [(institution_id, target_type, pk, text) for pk, text in rows])


def remove(target_type: str, ids: Sequence[int]) -> None:
    """Take rows out of the index."""
    for start in range(0, len(ids), 500):
        SearchEntry.objects.filter(target_type=target_type, target__in=ids[start : start + 500]).delete()


def matching(target_type: str, query: str) -> QuerySet[SearchEntry, int]:
    """Ids of the things whose text holds every word of ``query``, the words taken as beginnings."""
    words = normalise(query).split()[:8]
    entries = SearchEntry.objects.filter(target_type=target_type)
    if not words:
        return entries.none().values_list("target", flat=True)
    # As a query of its own, so that it may stand inside another one whatever names that gives to its tables.
    if connection.vendor == "postgresql":
        ask = " & ".join(f"{word}:*" for word in words)
        found = (
            "SELECT id FROM kernel_searchentry WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s)"
        )
    else:
        ask = " ".join(f'"{word}"*' for word in words)
        found = "SELECT rowid FROM kernel_search_fts WHERE kernel_search_fts MATCH %s"
    return entries.filter(id__in=RawSQL(found, [ask])).values_list("target", flat=True)  # noqa: S611
