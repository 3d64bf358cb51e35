"""``pendapa demo``."""

from __future__ import annotations

import json
import sys
import time
from typing import Annotated

import typer

from pendapa.kernel.commands import Fault, Format, complain, ready


def demo(
    form: Annotated[
        Format, typer.Option("--format", help="taken as everywhere; the answer is always JSON")
    ] = Format.json,
) -> None:
    """Load "Kabupaten Contoh", invented, into a home of its own. Repeating it changes nothing."""
    ready()
    from pendapa.demo import load

    began = time.monotonic()
    try:
        codes = load.load()
    except load.Refused as refused:
        raise Fault(str(refused)) from refused
    sys.stdout.write(json.dumps({"institutions": codes}) + "\n")
    complain(f"Demo data is here ({time.monotonic() - began:.1f} s). Look at it with: pendapa serve")
