"""Pages over many elements, against the server's empty signed-in page plus the same SQL bare."""

from __future__ import annotations

from typing import Any

from bench import register
from bench.harness import Result
from bench.visiting import against_empty

# The aim is twice. List and detail miss it since the frame around them became cheaper than they did (docs/decisions/0139): their
# limits hold what is reached, so that it gets no worse unseen.
LIMITS = {"list of 50": 2.6, "detail": 3.0}


def _measured(name: str, address: str, quick: bool, client: Any, limit: float = 2) -> Result:
    rounds = 15 if quick else 31
    return against_empty(name, client, address, "/kosong/bench/", limit=limit, rounds=rounds, warm=3)


def bench_pages(quick: bool) -> list[Result]:
    """List of 50, detail and search among 100,000 elements with 300,000 relations (a tenth when quick): at most twice."""
    count = register.size(quick)
    register.filled(count)
    client = register.client()
    from pendapa.architecture.models import Element

    uid = Element.objects.filter(code=f"P-{count // 2:06d}").values_list("uid", flat=True).get()
    base = "/di/bench/arsitektur/"
    pages = {
        "list of 50": f"{base}?domain=applications",
        "detail": f"{base}{uid}/",
        "search": f"{base}?domain=applications&q=kesehatan+pegawai",
    }
    return [
        _measured(f"{name} among {count} / empty page + SQL", path, quick, client, LIMITS.get(name, 2))
        for name, path in pages.items()
    ]
