"""Pages of the register."""

from pendapa.architecture.views.analyses import element_twins, twin, twins
from pendapa.architecture.views.details import detail
from pendapa.architecture.views.edits import delete, edit, new, restore
from pendapa.architecture.views.exports import export
from pendapa.architecture.views.gaps import decide_gaps, export_gaps, gap_trends, gaps
from pendapa.architecture.views.links import link, unlink
from pendapa.architecture.views.lists import list_elements
from pendapa.architecture.views.many import change_many
from pendapa.architecture.views.moments import compare, new_release, releases
from pendapa.architecture.views.relations import change_relation, mentioned
from pendapa.architecture.views.strategy import strategy
from pendapa.architecture.views.units import unit

__all__ = [
    "change_many", "change_relation", "compare", "decide_gaps", "delete", "detail", "edit", "element_twins", "export", "export_gaps", "gap_trends", "gaps", "link", "list_elements", "mentioned", "new", "new_release", "releases", "restore",
    "strategy", "twin", "twins", "unit", "unlink",
]  # fmt: skip
