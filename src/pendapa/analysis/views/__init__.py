"""Pages of this room, one module an analysis."""

from pendapa.analysis.views.overview import overview

__all__ = ["overview"]
