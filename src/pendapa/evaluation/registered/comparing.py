"""The background work of the comparison and of the reports, with the kinds of documents."""

from __future__ import annotations

from pendapa.evaluation.actions import peers, reports  # noqa: F401  (their jobs and templates)
