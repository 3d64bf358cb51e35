"""The process of its own in which a document is made: ``python -I child.py FOLDER MEMORY SECONDS``.

It reads ``task.json`` of the folder, writes beside it, and imports nothing of Pendapa: a template that never ends or eats all
memory takes down this process alone. Tasks: ``typst`` (main.typ, data.json → out.pdf, or out-1.png …), ``docx`` (template.docx,
data.json → out.docx) and ``names`` (template.docx → names.json: the placeholders it uses).
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
FILTERS = ("upper", "lower", "title", "capitalize", "trim", "join", "default", "length")


def confine(memory: int, seconds: int) -> None:
    """Set the limits of this process, where the system has such."""
    try:
        import resource
    except ImportError:  # not on Windows; the parent's clock still holds
        return
    for what, limit in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CPU, seconds)):
        _soft, hard = resource.getrlimit(what)
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (wanted, hard))


def end_with_the_parent() -> None:
    """Be killed when the parent is: nobody waits for what this process makes (Linux; elsewhere the limits end it)."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (AttributeError, OSError, TypeError):
        return


def typeset(folder: Path, task: dict[str, Any]) -> None:
    """Compile with the embedded fonts and those of the folder ``fonts``, no others, and nothing from outside the root."""
    import typst

    form = task["format"]
    root = folder / "root"

    def compile(**given: Any) -> None:
        typst.compile(
            str(root / "main.typ"),
            output=str(folder / ("out.pdf" if form == "pdf" else "out-{p}.png")),
            root=str(root),
            font_paths=[task["fonts"]],
            ignore_system_fonts=True,
            format=form,
            package_path=str(folder / "none"),
            package_cache_path=str(folder / "none"),
            **given,
        )

    if form != "pdf":
        return compile(ppi=float(task["ppi"]))
    try:
        compile(pdf_standards=["ua-1"])
    except typst.TypstError as error:
        # One sign that the font lacks must not keep back the whole document: tagged, but without the claim.
        if "PDF/UA-1" not in f"{error} {getattr(error, 'diagnostic', '')}":
            raise
        compile()


def environment() -> Any:
    """Jinja without anything but the data: no globals, no attributes of Python, few filters."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def write(folder: Path, task: dict[str, Any]) -> None:
    """Fill a docx template. ``logo`` of the task: how high the picture is, in mm, where ``logo`` is asked for."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]

    template = DocxTemplate(str(folder / "template.docx"))
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    logo = folder / "logo"
    data["logo"] = ""
    if logo.exists():
        template.init_docx()
        data["logo"] = InlineImage(template, str(logo), height=Mm(task.get("logo", 20)))
    template.render(data, environment(), autoescape=True)
    template.save(str(folder / "out.docx"))


def names(folder: Path, task: dict[str, Any]) -> None:
    """The placeholders that a template uses."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(str(folder / "template.docx"))
    found = sorted(template.get_undeclared_template_variables(environment()))
    (folder / "names.json").write_text(json.dumps(found), encoding="utf-8")


TASKS = {"typst": typeset, "docx": write, "names": names}


def main() -> int:
    """Run the task; what went wrong goes to stderr as one line."""
    folder, memory, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    end_with_the_parent()
    confine(memory, seconds)
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    try:
        TASKS[task["task"]](folder, task)
    except MemoryError:
        return 9
    except Exception as error:
        told = getattr(error, "diagnostic", "") or f"{type(error).__name__}: {error}"
        sys.stderr.write(str(told)[:4000])
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
