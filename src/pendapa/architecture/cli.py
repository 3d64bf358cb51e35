"""``pendapa gaps`` and ``pendapa twins``: the analyses for scripts and for people at a terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pendapa.kernel.commands import Format, chosen, institution, ready, show

Code = Annotated[str, typer.Option("--institution", help="Code of the institution")]
Form = Annotated[
    Format | None, typer.Option("--format", help="table or json (table on a terminal, json elsewhere)")
]

GAP = ("rule", "code", "name", "kind", "unit", "message")
TWINS = ("id", "score", "reasons", "members")
MEMBER = ("code", "name", "unit")


def gaps(code: Code, form: Form = None) -> None:
    """Elements that lack what the integrated architecture needs of them."""
    ready()
    from pendapa.architecture import queries
    from pendapa.kernel.access.actor import system

    found = queries.gaps(system(), institution(code))
    show([{key: gap[key] for key in GAP} for gap in found], chosen(form), GAP)


def twins(code: Code, form: Form = None) -> None:
    """Applications that do one job in several units, with the reasons for thinking so."""
    ready()
    from pendapa.architecture import queries
    from pendapa.kernel.access.actor import system

    groups = [{key: group[key] for key in TWINS} for group in queries.twins(system(), institution(code))]
    for group in groups:
        group["members"] = [{key: member[key] for key in MEMBER} for member in group["members"]]
    form = chosen(form)
    show(groups if form is Format.json else [_line(group) for group in groups], form, TWINS)


def _line(group: dict[str, Any]) -> dict[str, Any]:
    """Members as text, for a table."""
    return group | {"members": "\n".join(f"{m['code']} {m['name']} ({m['unit']})" for m in group["members"])}
