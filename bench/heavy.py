"""One heavy piece of work in a process of its own: ``python -m bench.heavy import|bulk FILE``.

It prints a line at the beginning of each part (``reading``, ``saving``) and ``done`` at the end, so that who measures from
another process knows what is going on.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(what: str, file: Path) -> None:
    import django

    django.setup()
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.tenancy.models import Institution

    place, actor = Institution.objects.get(code="bench"), system()
    if what == "import":
        from pendapa.kernel.tables import actions

        print("reading", flush=True)
        batch = actions.read_file(actor, place, file, kind="auto")
        print("saving", flush=True)
        actions.confirm(actor, batch)
    else:
        import orjson

        from pendapa.architecture import bulk

        rows = orjson.loads(file.read_bytes())
        print("saving", flush=True)
        for start in range(0, len(rows), bulk.MOST):
            result = bulk.upsert(actor, place, rows[start : start + bulk.MOST])
            if result.errors:
                raise RuntimeError(str(result.errors[:3]))
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
