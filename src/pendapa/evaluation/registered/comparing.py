"""The background work of the comparison."""

from __future__ import annotations

from pendapa.evaluation.actions import peers  # noqa: F401  (its job)
