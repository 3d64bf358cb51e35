"""The stem of an Indonesian word, so that *pelayanan*, *melayani* and *layanan* are found by one another. No Django.

First by the roots that governments use (:mod:`.roots`), else by the Snowball stemmer. What a stem is does not matter, only
that forms of one word share it: it is compared and never shown.
"""

from __future__ import annotations

from functools import lru_cache

from snowballstemmer import stemmer  # type: ignore[import-untyped]

from pendapa.kernel.search.roots import AS_THEY_ARE, ROOTS

SHORTEST = 4
"""Shorter words have no affixes."""
ENDINGS = ("", "an", "kan", "i", "nya", "annya", "kannya", "inya", "lah", "kah", "pun")
# Prefix, and the letters that it may have swallowed.
NASAL = (
    ("men", ("", "t")),
    ("meng", ("", "k")),
    ("mem", ("", "p")),
    ("meny", ("s",)),
    ("menge", ("",)),
    ("me", ("",)),
)
PLAIN: tuple[str, ...] = ("", "di", "ke", "se", "ter", "ber", "per", "be", "pel", "bel", "pari", "pe", "te")
_snowball = stemmer("indonesian").stemWord


def _prefixes() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """All beginnings with what they swallowed; two in a row as people really write them."""
    nasal = [*NASAL, *(("p" + prefix[1:], letters) for prefix, letters in NASAL)]
    found = [(plain, ("",)) for plain in PLAIN] + nasal
    found += [
        (first + prefix, letters) for first in ("di", "ke", "se", "ber", "ter") for prefix, letters in nasal
    ]
    pairs: tuple[str, ...] = (
        "memper",
        "diper",
        "pemper",
        "keter",
        "keber",
        "keper",
        "pember",
        "member",
        "diber",
        "seper",
        "menye",
        "penye",
    )
    pairs += ("menge", "penge", "memberke", "pemberke", "menter", "penter", "berke", "dike", "menke")
    found += [(pair, ("",)) for pair in pairs]
    return tuple(dict.fromkeys(found))


_PREFIXES = _prefixes()


def stem(word: str) -> str:
    """The stem of a normalised word; the word itself where it is short, no plain letters, or has none."""
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    return _stem(word)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return root(word) or (word if word in AS_THEY_ARE else _snowball(word) or word)


def root(word: str) -> str:
    """The listed root of which ``word`` is a form: the longest that fits; empty where there is none."""
    if word in ROOTS:
        return word
    if word in AS_THEY_ARE:
        return ""
    best = ""
    for ending in ENDINGS:
        if not word.endswith(ending):
            continue
        base = word[: len(word) - len(ending)]
        for prefix, swallowed in _PREFIXES:
            if len(base) <= len(prefix) or not base.startswith(prefix):
                continue
            for letter in swallowed:
                found = letter + base[len(prefix) :]
                if found in ROOTS and (len(found), best) > (len(best), found):
                    best = found
    return best
