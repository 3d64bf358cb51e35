"""Pages of this room, one module an analysis."""

from pendapa.analysis.views.landscape import landscape
from pendapa.analysis.views.matrix import matrix
from pendapa.analysis.views.overview import overview
from pendapa.analysis.views.people import people
from pendapa.analysis.views.security import security

__all__ = ["landscape", "matrix", "overview", "people", "security"]
