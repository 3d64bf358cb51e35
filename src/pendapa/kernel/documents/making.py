"""Make PDF (typst) and docx (docxtpl) in a process of their own, with a limit on time and memory.

    pdf("surat.typ", {"hal": "…"})  →  bytes
    docx(template_bytes, {"hal": "…"})  →  bytes

Data is handed over as JSON and is never spliced into markup: whatever stands in a name stays a name. A typst template sees
only the folder that is made for it (``main.typ``, ``data.json`` and the files that are given) and can load no packages.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

HERE = Path(__file__).parent
FONTS = HERE.parent / "ui" / "static" / "pendapa" / "print"
MEMORY = 1 << 30
MOST = 3 << 30
SECONDS = 120
AT_ONCE = 2
"""How many documents one process of the server has made at the same time: each takes a processor and much memory."""
Tick = Callable[[], None]
_places = threading.BoundedSemaphore(AT_ONCE)
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class NotMade(Exception):
    """The document could not be made; the text is for people, ``detail`` what the maker said."""

    def __init__(self, message: str, detail: str = "") -> None:
        self.detail = detail
        super().__init__(message)


def pdf(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    seconds: int = SECONDS,
    memory: int = MEMORY,
    tick: Tick | None = None,
) -> bytes:
    """A tagged PDF (PDF/UA-1, as far as the signs in it allow): ``template`` is the name of a shipped one, or the path of a room's own.

    ``files`` are put beside the template by name (``logo.png``); the template reads ``json("data.json")``. ``tick`` is called
    some times a second; what it raises ends the work. Raises :class:`NotMade`.
    """
    with typesetting(template, data, files or {}) as folder:
        _run(folder, {"task": "typst", "format": "pdf", "fonts": str(FONTS)}, seconds, memory, tick)
        return (folder / "out.pdf").read_bytes()


def pictures(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    ppi: int = 160,
    seconds: int = SECONDS,
    memory: int = MEMORY,
    tick: Tick | None = None,
) -> list[bytes]:
    """The pages of a typst document as PNG, for a format that takes no SVG, or to look at."""
    with typesetting(template, data, files or {}) as folder:
        _run(
            folder, {"task": "typst", "format": "png", "ppi": ppi, "fonts": str(FONTS)}, seconds, memory, tick
        )
        pages = sorted(folder.glob("out-*.png"), key=lambda page: int(page.stem.partition("-")[2]))
        return [page.read_bytes() for page in pages]


def docx(
    template: bytes,
    data: Mapping[str, Any],
    *,
    logo: bytes = b"",
    seconds: int = SECONDS,
    memory: int = MEMORY,
    tick: Tick | None = None,
) -> bytes:
    """A docx: ``template`` with its placeholders filled. A picture stands for ``{{ logo }}``. Raises :class:`NotMade`."""
    with _folder() as folder:
        (folder / "template.docx").write_bytes(template)
        _write(folder / "data.json", data)
        if logo:
            (folder / "logo").write_bytes(logo)
        _run(folder, {"task": "docx"}, seconds, memory, tick)
        return (folder / "out.docx").read_bytes()


def placeholders(template: bytes, *, seconds: int = 20, memory: int = MEMORY) -> list[str]:
    """The names that a docx template asks for. Raises :class:`NotMade` where it cannot be read."""
    with _folder() as folder:
        (folder / "template.docx").write_bytes(template)
        _run(folder, {"task": "names"}, seconds, memory, None)
        found: list[str] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        return found


def spare() -> int:
    """How much memory a large document may take: half of what the machine has free, from 1 to 3 GiB. In bytes."""
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        free = next(line for line in told.splitlines() if line.startswith("MemAvailable:"))
        return min(MOST, max(MEMORY, int(free.split()[1]) * 512))
    except (OSError, StopIteration, ValueError):  # another system than Linux
        return MEMORY


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pendapa-document-") as name:
        yield Path(name)


@contextmanager
def typesetting(template: str | Path, data: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Path]:
    """A fresh folder with ``root`` inside, which is all that the template sees."""
    source = HERE / "typst" / template if isinstance(template, str) else template
    with _folder() as folder:
        root = folder / "root"
        root.mkdir()
        (root / "main.typ").write_bytes(source.read_bytes())
        for shared in (HERE / "typst").glob("_*.typ"):
            (root / shared.name).write_bytes(shared.read_bytes())
        for name, content in files.items():
            (root / Path(name).name).write_bytes(content)
        _write(root / "data.json", data, printed=True)
        yield folder


def _write(path: Path, data: Mapping[str, Any], *, printed: bool = False) -> None:
    """As JSON. ``printed``: signs of private fonts, which a word processor pastes for its bullets, become bullets."""
    with path.open("w", encoding="utf-8") as out:
        for part in json.JSONEncoder(ensure_ascii=False).iterencode(data):
            out.write(_PRIVATE.sub("•", part) if printed else part)


def _run(folder: Path, task: dict[str, Any], seconds: int, memory: int, tick: Tick | None) -> None:
    """Run the child, when it is its turn, to its end, or end it: at the time limit, or when ``tick`` raises."""
    _write(folder / "task.json", task)
    if not _places.acquire(timeout=seconds):
        raise NotMade(_("Many documents are being made; try again in a minute."))
    try:
        _child(folder, seconds, memory, tick)
    finally:
        _places.release()


def _child(folder: Path, seconds: int, memory: int, tick: Tick | None) -> None:
    command = [sys.executable, "-I", str(HERE / "child.py"), str(folder), str(memory), str(seconds * 2)]
    # Whatever it would load from afar it asks of nobody.
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    with (folder / "told").open("wb") as told:
        child = subprocess.Popen(
            command,
            stdout=told,
            stderr=told,
            cwd=folder,
            env={"HOME": str(folder), "LANG": "C.UTF-8", **nowhere},
        )
        end = time.monotonic() + seconds
        try:
            while True:
                try:
                    code = child.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() > end:
                        raise _too_long(seconds) from None
                    if tick is not None:
                        tick()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    if code:
        raise _failed(code, (folder / "told").read_text(encoding="utf-8", errors="replace"), memory)


def _too_long(seconds: int) -> NotMade:
    return NotMade(
        _(
            "The document was not ready within %(seconds)s seconds. Choose fewer chapters, or docx, which needs little memory and time."
        )
        % {"seconds": seconds}
    )


def _failed(code: int, told: str, memory: int) -> NotMade:
    if code == 3:
        return NotMade(_("The document could not be made from this template."), told)
    if code == 9 or "memory allocation" in told or "MemoryError" in told or code < 0:
        size = memory >> 20
        return NotMade(
            _(
                "The document needs more than %(size)s MB of memory. Choose fewer chapters, or docx, which needs little memory and time."
            )
            % {"size": size},
            told,
        )
    return NotMade(_("The document could not be made from this template."), told)
