"""Files that are no sound model are refused, with line, reason and what to do."""

from __future__ import annotations

from pathlib import Path

MINIMAL = (Path(__file__).parent / "models" / "minimal.xml").read_bytes()
