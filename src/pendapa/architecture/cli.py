"""``pendapa gaps`` and ``pendapa twins``: the analyses for scripts and for people at a terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pendapa.kernel.commands import Format, chosen, institution, ready, show

Code = Annotated[str, typer.Option("--institution", help="Code of the institution")]
Form = Annotated[
    Format | None, typer.Option("--format", help="table or json (table on a terminal, json elsewhere)")
]

GAP = ("rule", "code", "name", "kind", "unit", "message", "severity", "opened_on", "decision", "decided_unit", "owner", "due",
       "reason", "late")  # fmt: skip
SHORT = ("code", "name", "unit", "message", "decision", "due")
TWINS = ("id", "score", "reasons", "members", "title", "state", "open_pairs", "decisions", "saving")
MEMBER = ("code", "name", "unit", "uid", "yearly", "contract", "quadrant")


def gaps(
    code: Code,
    form: Form = None,
    rule: Annotated[str, typer.Option("--rule", help="Only the gaps of one rule, by its key")] = "",
    decision: Annotated[
        str, typer.Option("--decision", help="Only those decided so: none, close, postpone, accept or late")
    ] = "",
) -> None:
    """Elements that lack what the integrated architecture needs of them, since when, and what was decided about it."""
    ready()
    from pendapa.architecture.queries.gaps import DECISIONS, Asked, catalogue, told
    from pendapa.architecture.rules.gaps import BY_KEY
    from pendapa.kernel.access.actor import system

    for option, said, known in (("--rule", rule, [*BY_KEY]), ("--decision", decision, DECISIONS)):
        if said and said not in known:
            raise typer.BadParameter(f"{said!r} is unknown; known are {', '.join(known)}", param_hint=option)
    found = catalogue(system(), institution(code), Asked(rule=rule, decision=decision))
    form = chosen(form)
    keys = GAP if form is Format.json else SHORT
    show([{key: gap[key] for key in keys} for gap in map(told, found.rows)], form, keys)


def twins(
    code: Code,
    form: Form = None,
    state: Annotated[
        str, typer.Option("--state", help="Only groups that are open, those that are decided, or all")
    ] = "all",
    anew: Annotated[bool, typer.Option("--anew", help="Compare all applications again first")] = False,
) -> None:
    """Applications that do one job in several units, with the reasons, what was decided, and what merging saves."""
    ready()
    from pendapa.architecture import deciding_twins
    from pendapa.architecture.queries import twin_groups as queries
    from pendapa.kernel.access.actor import system

    states = (queries.OPEN, queries.DECIDED, queries.ALL)
    if state not in states:
        raise typer.BadParameter(f"{state!r} is unknown; known are {', '.join(states)}", param_hint="--state")
    here = institution(code)
    if anew or (queries.are_many(system(), here) and not queries.is_current(system(), here)):
        deciding_twins.compare(here)
    groups = [{key: group[key] for key in TWINS} for group in queries.twins(system(), here, state)]
    for group in groups:
        group["members"] = [{key: member[key] for key in MEMBER} for member in group["members"]]
    form = chosen(form)
    if form is Format.json:
        show(groups, form, TWINS)
    else:
        show([_line(group) for group in groups], form, ("title", "state", "score", "saving", "members"))


def _line(group: dict[str, Any]) -> dict[str, Any]:
    """Members and saving as text, for a table."""
    saving = group["saving"]
    amount = f"{saving['yearly'] + saving['contract']:,}" if saving["known"] else "?"
    told = f">= {amount}" if saving["at_least"] else amount
    members = "\n".join(f"{m['code']} {m['name']} ({m['unit']})" for m in group["members"])
    return group | {"members": members, "saving": told}
