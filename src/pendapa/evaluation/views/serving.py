"""Files that prove something, as a page shows them: what the pack of evidence lets be shown, everything else to be saved."""

from __future__ import annotations

from django.http import HttpResponse

from pendapa.kernel.files import serving
from pendapa.kernel.files.models import StoredFile
from pendapa.regulations import packs


def media_of(kept: StoredFile) -> str:
    """The media type of a kept file by its ending, which was given by its content; empty: not known."""
    ending = kept.name.rpartition(".")[2].lower()
    known = {one.key: one.media for one in packs.evidence().files.types}
    return known.get("jpg" if ending == "jpeg" else ending, "")


def served(kept: StoredFile, media: str = "", *, save: bool = False) -> HttpResponse:
    """A file that proves something; ``media`` as it was found out, empty: by its ending. Raises NotFound where its bytes are gone."""
    media = media or media_of(kept)
    return serving.served(kept, media, shown=media in packs.evidence().files.shown and not save)
