"""What was meant by a word that finds nothing: the nearest words that the institution's texts hold.

The words are those of all texts, also of such as the actor may not see: whoever shows one must have asked first whether
it finds something for that actor (:func:`corrected` does).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice, product

from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pendapa.kernel.search.index import words_of
from pendapa.kernel.search.models import SearchWord

SHORTEST = 4
TRIED, TRIED_TOGETHER = 12, 24
Finds = Callable[[str], bool]


def corrected(institution_id: int, query: str, finds: Finds) -> str | None:
    """The query with its misspelt words mended, or ``None``. ``finds(query)`` says whether the actor would see a result.

    Words that find something for the actor stay as they are. Which words exist is never told by the answer: only what
    ``finds`` let through, and a word that is there but hidden is treated as one that is not.
    """
    words = words_of(query)
    choices: list[list[str]] = []
    mended = False
    for word in words:
        if len(word) < SHORTEST or not word.isalpha() or finds(word):
            choices.append([word])
            continue
        close = [one for one in islice(nearest(institution_id, word), TRIED) if finds(one)]
        if not close:
            return None
        mended = True
        choices.append(close)
    if not mended:
        return None
    for some in islice(product(*choices), TRIED_TOGETHER):
        asked = " ".join(some)
        if finds(asked):
            return asked
    return None


def nearest(institution_id: int, word: str) -> Iterable[str]:
    """Words of the institution at most one slip away (two in long ones), the nearest first, then those with the same
    first letter, then by letters: the same on every database."""
    far = slips(word)
    known = SearchWord.objects.filter(institution=institution_id).annotate(long=Length("word"))
    near = known.filter(long__gte=len(word) - far, long__lte=len(word) + far).values_list("word", flat=True)
    hits = process.extract(
        word, list(near), scorer=OSA.distance, score_cutoff=far, limit=None, processor=None
    )
    told = sorted((distance, one[:1] != word[:1], one) for one, distance, _place in hits if distance)
    return [one for _distance, _first, one in told]


def slips(word: str) -> int:
    """How many wrong, missing, added or swapped letters are forgiven."""
    return 1 if len(word) < 7 else 2
