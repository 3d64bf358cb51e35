"""Pages of this room, one module an analysis."""

from pendapa.analysis.views.document_templates import (
    document_sample,
    document_template,
    document_template_file,
    document_template_shipped,
    document_templates,
)
from pendapa.analysis.views.documents import document_file, documents
from pendapa.analysis.views.impact import impact, impact_choice
from pendapa.analysis.views.integration import integration
from pendapa.analysis.views.landscape import landscape
from pendapa.analysis.views.matrix import matrix
from pendapa.analysis.views.overview import overview
from pendapa.analysis.views.people import people
from pendapa.analysis.views.query import query, query_complete
from pendapa.analysis.views.security import security

__all__ = [
    "document_file",
    "document_sample",
    "document_template",
    "document_template_file",
    "document_template_shipped",
    "document_templates",
    "documents",
    "impact",
    "impact_choice",
    "integration",
    "landscape",
    "matrix",
    "overview",
    "people",
    "query",
    "query_complete",
    "security",
]
