"""The leader's cockpit of 40 OPD with 2,000 initiatives and 20,000 actions, against an empty page plus the same SQL bare."""

from __future__ import annotations

from bench import regency
from bench.harness import Result
from bench.visiting import against_empty

LIMIT = 3.0


def bench_cockpit(quick: bool) -> Result:
    """One page in a fixed number of queries from live tables: at most three times its own SQL beside an empty page."""
    share = 2 if quick else 1  # with less of it the page is mostly its frame
    return against_empty(
        f"cockpit, {regency.INITIATIVES // share} initiatives, {regency.ACTIONS // share} actions / empty page + SQL",
        regency.client(share),
        f"/di/{regency.CODE}/kokpit/",
        f"/kosong/{regency.CODE}/",
        limit=LIMIT,
        rounds=9 if quick else 15,
        warm=2,
    )
