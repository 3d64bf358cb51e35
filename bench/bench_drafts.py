"""An operator's import, gathered in a draft, against the same import by somebody whose writes count at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench import register, scene
from bench.harness import Result, compare


def bench_draft(quick: bool) -> Result:
    """2,000 rows read, checked and gathered; the draft is thrown away before each round."""
    register.filled(register.size(quick))
    place, units = scene.institution()
    from pendapa.kernel.access import actor
    from pendapa.kernel.history.models import ChangeItem, ChangeSet
    from pendapa.kernel.tables import actions
    from pendapa.kernel.tables.models import ImportBatch

    path, count = _file(2000, units[0]), 2000
    people = {"direct": scene.person(), "gathered": register.operator()}

    def empty() -> None:
        ImportBatch.objects.all().delete()
        ChangeItem.objects.all()._raw_delete("default")
        ChangeSet.objects.filter(state="draft").delete()
        scene.clear("D")

    def bring(who: str, state: str) -> None:
        by = actor.of(people[who])
        batch = actions.confirm(by, actions.read_file(by, place, path, kind="auto"))
        found = batch.change_set
        if found is None or found.state != state or found.counts["add"] != count:
            raise RuntimeError(
                f"The import by {who} did something else: {found and (found.state, found.counts)}"
            )

    try:
        return compare(
            f"import of {count} rows in a draft / written directly",
            floor=lambda: bring("direct", "applied"), ours=lambda: bring("gathered", "draft"),
            limit=4, rounds=3 if quick else 5, before=empty,
        )  # fmt: skip
    finally:
        empty()


def _file(rows: int, unit: Any) -> Path:
    path = Path(tempfile.mkdtemp(prefix="bench-")) / "usulan.csv"
    lines = ["Kode,Nama Aplikasi,OPD,Fungsi Aplikasi,Link,Luaran"]
    for one in scene.made(rows, "D"):
        a = one.attributes
        lines.append(f"{one.code},{one.name},{unit.name},{a['fungsi']},{a['url']},{a['luaran']}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
