"""Pages of this room, one module an analysis."""

from pendapa.analysis.views.impact import impact, impact_choice
from pendapa.analysis.views.integration import integration
from pendapa.analysis.views.landscape import landscape
from pendapa.analysis.views.matrix import matrix
from pendapa.analysis.views.overview import overview
from pendapa.analysis.views.people import people
from pendapa.analysis.views.security import security

__all__ = ["impact", "impact_choice", "integration", "landscape", "matrix", "overview", "people", "security"]
