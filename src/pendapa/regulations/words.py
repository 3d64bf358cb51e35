"""Words as they are compared."""

import re
import unicodedata


def normalise(words: str) -> str:
    """A header or value as it is compared: no case, accents, punctuation, underscores or double spaces.

    >>> normalise("  *OPD Pengampu / Penanggung_Jawab ")
    'opd pengampu penanggung jawab'
    """
    plain = unicodedata.normalize("NFKD", words)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain.casefold()).split())
