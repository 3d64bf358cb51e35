"""Pages of the register."""

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
from pendapa.architecture.views.twins import (
    ask_twins_again,
    compare_twins,
    decide_twins,
    element_twins,
    twin,
    twins,
)
from pendapa.architecture.views.twins_parts import (
    decide_national,
    export_national,
    export_quadrant,
    export_twins,
    twins_national,
    twins_quadrant,
)
from pendapa.architecture.views.units import unit

__all__ = [
    "ask_twins_again", "change_many", "change_relation", "compare", "compare_twins", "decide_gaps", "decide_national", "decide_twins", "delete", "detail", "edit", "element_twins", "export", "export_gaps", "export_national", "export_quadrant", "export_twins", "gap_trends", "gaps", "link", "list_elements", "mentioned", "new", "new_release", "releases", "restore",
    "strategy", "twin", "twins", "twins_national", "twins_quadrant", "unit", "unlink",
]  # fmt: skip
