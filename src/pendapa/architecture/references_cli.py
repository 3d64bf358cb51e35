"""``pendapa references list`` and ``pendapa references import``: the national trees of this installation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pendapa.kernel.commands import Fault, Format, chosen, complain, ready, show

references_app = typer.Typer(
    help="National reference trees (RAB, RAL, RAD, RAA, RAI, RAK).", no_args_is_help=True
)
Form = Annotated[
    Format | None, typer.Option("--format", help="table or json (table on a terminal, json elsewhere)")
]
TOLD = 20


@references_app.command("list")
def list_(form: Form = None) -> None:
    """The trees with the version that holds, their nodes, and how many of these are verified."""
    ready()
    from pendapa.kernel.overlays import trees

    now = trees.references_now()
    rows: list[dict[str, Any]] = []
    for tree in now.trees:
        holds, nodes = trees.versions(tree)[0], now.tree(tree)
        rows.append(
            {
                "tree": tree,
                "version": holds.number,
                "label": holds.label,
                "nodes": len(nodes),
                "verified": sum(node.verified for node in nodes),
                "since": holds.at,
            }
        )
    show(rows, chosen(form))


@references_app.command("import")
def import_(
    tree: Annotated[str, typer.Argument(help="RAB, RAL, RAD, RAA, RAI or RAK")],
    file: Annotated[Path, typer.Argument(help="xlsx, ods or csv with the columns kode and nama")],
    label: Annotated[str, typer.Option(help="The regulation or version, as it stands beside each node")],
    reason: Annotated[str, typer.Option(help="Why it comes")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take it although nodes vanish, without asking")] = False,
    form: Form = None,
) -> None:
    """Let the tree of a file hold from now on, for all institutions; mapped elements in doubt are marked.

    Where nodes vanish it asks first; off a terminal it then needs --yes.
    """
    ready()
    from django.utils.translation import gettext

    from pendapa.architecture import bringing, references
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.overlays import trees

    tree = tree.upper()
    known = trees.references_now().trees
    if tree not in known:
        words = {"tree": tree[:20], "known": ", ".join(known)}
        raise Fault(gettext("There is no tree “%(tree)s” (there are: %(known)s).") % words)
    if not file.is_file():
        raise Fault(gettext("There is no file %(file)s.") % {"file": file})
    if not label.strip() or len(label) > 120:
        raise Fault(gettext("The label must have 1 to 120 characters."))
    try:
        nodes = bringing.nodes_of(tree, file)
    except bringing.Unfit as unfit:
        for fault in unfit.faults[:TOLD]:
            complain(fault)
        if more := unfit.more(TOLD):
            complain(gettext("… %(more)d more.") % {"more": more})
        raise Fault(gettext("Nothing was changed."), code=1) from unfit
    done = references.effect(tree, bringing.built(tree, nodes, label).nodes)
    told: dict[str, Any] = {
        "tree": tree,
        "nodes": len(nodes),
        "new": len(done.differences.new),
        "gone": [node.label for node in done.differences.gone],
        "changed": [f"{one.before.label} → {one.after.label}" for one in done.differences.changed],
        "marked": done.marked,
    }
    if not dry_run and (gone := len(told["gone"])) and not (yes or _agreed(gone)):
        show(told, chosen(form))
        raise Fault(
            gettext("%(gone)d nodes would vanish; nothing was changed. With --yes it is done all the same.")
            % {"gone": gone},
            code=1,
        )
    if not dry_run:
        told["version"] = references.bring(system(), tree, nodes, label=label.strip(), reason=reason).version
    show(told, chosen(form))


def _agreed(gone: int) -> bool:
    """On a terminal somebody can be asked."""
    return sys.stdin.isatty() and typer.confirm(f"{gone} nodes would vanish. Go on?", err=True)
