"""The roadmap of 2,000 initiatives with 20,000 actions as table, board and timeline.

The floor is an empty page plus each table that the page tells of, read once as plainly as it can be: a statement that reads them
again for each row, as SQLite does with some that look harmless, is not hidden in it.
"""

from __future__ import annotations

from bench import regency
from bench.harness import Result, compare
from bench.visiting import run, visit

LIMITS = {"table": 8.0, "board": 8.0, "timeline": 12.0, "data of the timeline": 12.0}
PLAIN: list[tuple[str, tuple[object, ...]]] = [
    ("SELECT * FROM roadmap_initiative WHERE deleted_at IS NULL", ()),
    ("SELECT * FROM roadmap_budget WHERE deleted_at IS NULL", ()),
    ("SELECT * FROM roadmap_dependency WHERE deleted_at IS NULL", ()),
    ("SELECT initiative_id, count(*), max(due) FROM roadmap_action WHERE deleted_at IS NULL GROUP BY 1", ()),
]


def bench_table(quick: bool) -> Result:
    """A page of rows, with the sums of all."""
    return _page(quick, "table", "")


def bench_board(quick: bool) -> Result:
    """Columns by state, each with its first cards."""
    return _page(quick, "board", "papan/")


def bench_timeline(quick: bool) -> Result:
    """The page with what stands in it without a script."""
    return _page(quick, "timeline", "linimasa/")


def bench_timeline_data(quick: bool) -> Result:
    """Every initiative with its place, of which the script draws what is in view."""
    return _page(quick, "data of the timeline", "linimasa/data.json")


def _page(quick: bool, name: str, path: str) -> Result:
    share = 2 if quick else 1
    client = regency.client(share)
    frame = visit(client, f"/kosong/{regency.CODE}/")

    def floor() -> None:
        frame()
        run(PLAIN)

    return compare(
        f"roadmap as {name}, {regency.INITIATIVES // share} initiatives / empty page + its tables",
        floor=floor,
        ours=visit(client, f"/di/{regency.CODE}/peta-rencana/{path}"),
        limit=LIMITS[name],
        rounds=9 if quick else 15,
        warm=2,
    )
