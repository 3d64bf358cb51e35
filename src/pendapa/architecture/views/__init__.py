"""Pages of the register."""

from pendapa.architecture.views.analyses import element_twins, gaps, twin, twins
from pendapa.architecture.views.details import detail
from pendapa.architecture.views.edits import delete, edit, new, restore
from pendapa.architecture.views.exports import export, export_gaps
from pendapa.architecture.views.links import link, unlink
from pendapa.architecture.views.lists import list_elements

__all__ = [
    "delete", "detail", "edit", "element_twins", "export", "export_gaps", "gaps", "link", "list_elements", "new", "restore",
    "twin", "twins", "unlink",
]  # fmt: skip
