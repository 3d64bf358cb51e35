"""Pages of this room, one module an analysis."""

from pendapa.analysis.views.matrix import matrix
from pendapa.analysis.views.overview import overview
from pendapa.analysis.views.people import people

__all__ = ["matrix", "overview", "people"]
