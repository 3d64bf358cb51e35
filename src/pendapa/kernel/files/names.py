"""Names of files that every system takes. Pure."""

from __future__ import annotations

import re
import unicodedata

_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{n}" for n in range(1, 10)),
    *(f"lpt{n}" for n in range(1, 10)),
}


def plain_name(text: str, most: int = 100, nameless: str = "berkas") -> str:
    """A name that every system takes as a file: no signs that Windows forbids, no dots or blanks at the end."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"(?<=\w)/(?=\w)", "-", text)
    text = "".join(" " if c in '<>:"/\\|?*' or not c.isprintable() else c for c in text)
    text = " ".join(text.split())[:most].strip(" .")
    return f"_{text}" if text.partition(".")[0].lower() in _RESERVED else text or nameless


def last_part(name: str) -> str:
    """What a name says behind the folders that some browsers and programs send along."""
    return name.replace("\\", "/").rpartition("/")[2]
