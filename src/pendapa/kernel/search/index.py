"""Full-text search that is never stale: written with the row, asked through one function.

A text is kept as its words, and once more as the stems of those that have one (marked, so that nobody meets them by
typing); the words of all texts of an institution are kept too, for what was misspelt (:mod:`.spelling`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from pendapa.kernel.inserting import ROWS, insert
from pendapa.kernel.search.models import SearchEntry, SearchWord
from pendapa.kernel.search.stems import stem

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
STEM = "ʃ"
"""Before a stem in a kept text: a letter to both databases, and in no word that people here write."""
WORDS_ASKED = 8
WORD_KEPT = range(4, 41)
"""Lengths of the words that are kept for spelling; shorter ones are near to everything."""


def normalise(*texts: str) -> str:
    """Lower case, without accents, words only: the same on both databases."""
    joined = " ".join(t for t in texts if t)
    if not joined.isascii():
        joined = unicodedata.normalize("NFKD", joined)
        joined = "".join(c for c in joined if not unicodedata.combining(c))
    return " ".join(_WORD.findall(joined.lower()))


def words_of(query: str) -> list[str]:
    """The words of a question, each once, as many as are asked for."""
    return list(dict.fromkeys(normalise(query).split()))[:WORDS_ASKED]


def write(target_type: str, institution_id: int, rows: Iterable[tuple[int, str]], *, fresh: bool) -> None:
    """Index ``(id, text)`` rows, the text normalised; ``fresh`` when none of them can be there yet (saves the look-up)."""
    rows = list(rows)
    if not fresh:
        remove(target_type, [pk for pk, _text in rows])
    names = ("institution", "target_type", "target", "text")
    marks: dict[str, str] = {}
    insert(SearchEntry, names, [(institution_id, target_type, pk, _kept(text, marks)) for pk, text in rows])
    keep_words(institution_id, marks)


def _kept(text: str, marks: dict[str, str]) -> str:
    """The text with its stems behind it. ``marks`` gathers every word of the texts with its marked stem, or nothing."""
    words = set(text.split())
    for word in words:
        if word not in marks:
            found = stem(word)
            marks[word] = STEM + found if found != word else ""
    stems = {marks[word] for word in words}
    stems.discard("")
    return f"{text} {' '.join(sorted(stems))}" if stems else text


def keep_words(institution_id: int, words: Iterable[str]) -> None:
    """Add to the words of an institution those that it does not know. In order, so that two writers never cross."""
    wanted = iter(sorted(word for word in words if len(word) in WORD_KEPT and word.isalpha()))
    quote, table = connection.ops.quote_name, SearchWord._meta.db_table
    start = f"INSERT INTO {quote(table)} (institution_id, word) VALUES "  # noqa: S608  a name of our own
    with connection.cursor() as cursor:
        while some := list(islice(wanted, ROWS)):
            places = ", ".join(["(%s, %s)"] * len(some))
            values = [value for word in some for value in (institution_id, word)]
            cursor.execute(f"{start}{places} ON CONFLICT DO NOTHING", values)


def remove(target_type: str, ids: Sequence[int]) -> None:
    """Take rows out of the index."""
    for start in range(0, len(ids), 500):
        SearchEntry.objects.filter(target_type=target_type, target__in=ids[start : start + 500]).delete()


def matching(target_type: str, query: str) -> QuerySet[SearchEntry, int]:
    """Ids of the things whose text holds every word of ``query``, as its beginning or in another form of the word."""
    return _entries(target_type, words_of(query)).values_list("target", flat=True)


def _entries(target_type: str, words: Sequence[str]) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.filter(target_type=target_type)
    if not words:
        return entries.none()
    # As a query of its own, so that it may stand inside another one whatever names that gives to its tables.
    if connection.vendor == "postgresql":
        ask = " & ".join("(" + " | ".join(_forms(word, "{}:*", "{}")) + ")" for word in words)
        found = (
            "SELECT id FROM kernel_searchentry WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s)"
        )
    else:
        ask = " AND ".join("(" + " OR ".join(_forms(word, '"{}"*', '"{}"')) + ")" for word in words)
        found = "SELECT rowid FROM kernel_search_fts WHERE kernel_search_fts MATCH %s"
    return entries.filter(id__in=RawSQL(found, [ask]))  # noqa: S611


def _forms(word: str, beginning: str, whole: str) -> Iterator[str]:
    """How a word may stand in a text: as a beginning, as another form of it, and as its bare stem."""
    yield beginning.format(word)
    found = stem(word)
    if found != word or found.isalpha():
        yield whole.format(STEM + found)
    if found != word:
        yield whole.format(found)


def condition(target_type: str, query: str, owner_type: str, owner: str, institution_id: int) -> Q:
    """That a row is meant by ``query``: each word stands in its own text, or in that of what it belongs to.

    ``owner`` is the column that holds the id of the ``owner_type`` (a unit, with its other names): *sikda dinkes* finds
    the application of that unit. What it belongs to is few; where its text holds none of the words, that costs nothing more.
    """
    words = words_of(query)
    if not words:
        return Q(pk__in=[])
    alone, condition = [], Q()
    for word, owners in zip(words, _owners(owner_type, words, institution_id), strict=True):
        if owners:
            condition &= Q(pk__in=_targets(target_type, [word])) | Q(**{f"{owner}__in": owners})
        else:
            alone.append(word)
    return condition & Q(pk__in=_targets(target_type, alone)) if alone else condition


def _targets(target_type: str, words: Sequence[str]) -> QuerySet[SearchEntry, int]:
    return _entries(target_type, words).values_list("target", flat=True)


def _owners(owner_type: str, words: Sequence[str], institution_id: int) -> list[list[int]]:
    """For each word the ids of the owners whose text holds it; one query for all words."""
    texts = SearchEntry.objects.filter(target_type=owner_type, institution=institution_id)
    found: list[list[int]] = [[] for _word in words]
    forms = [(word, {stem(word), STEM + stem(word)}) for word in words]
    for pk, text in texts.order_by("target").values_list("target", "text"):
        tokens = text.split()
        for number, (word, whole) in enumerate(forms):
            if any(token.startswith(word) or token in whole for token in tokens):
                found[number].append(pk)
    return found
