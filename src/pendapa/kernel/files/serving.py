"""Sending files: those that were kept, so that nothing in them can act, and those that are made for one answer."""

from __future__ import annotations

from typing import IO, cast

from django.http import FileResponse, HttpResponse

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile

UNKNOWN = "application/octet-stream"


def served(kept: StoredFile, media: str = "", *, shown: bool = False, name: str = "") -> HttpResponse:
    """A kept file, called ``name`` or as it was kept, with headers under which nothing in it can act and which let nobody keep a
    copy on the way. It is to be saved; ``shown`` puts it into the page. ``media``: its media type, empty where nobody knows.

    Who calls this has looked whether the actor may read it. Raises NotFound where its bytes are gone.
    """
    try:
        content = store.path(kept).open("rb")
    except OSError:
        raise NotFound from None
    told = sent(content, name or kept.name, media or UNKNOWN, shown=shown)
    told["X-Content-Type-Options"] = "nosniff"
    told["Cache-Control"] = "private, no-store"
    # A sandbox would keep browsers from drawing a PDF at all; it runs in their own closed viewer.
    sandbox = "" if shown and media == "application/pdf" else "; sandbox"
    told["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'{sandbox}"
    )
    told["X-Frame-Options"] = "SAMEORIGIN"
    return told


def sent(content: IO[bytes], name: str, media: str, *, shown: bool = False) -> HttpResponse:
    """A file from its beginning, to be saved under ``name`` or ``shown`` in the page; the answer closes it."""
    content.seek(0)
    told = FileResponse(content, as_attachment=not shown, filename=name, content_type=media)
    return cast(HttpResponse, told)  # a stream has the same interface to all that stands between
