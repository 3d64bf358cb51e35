"""Who sees and changes the letterhead and the templates of an institution's documents."""

from pendapa.kernel.access.actor import INSTITUTION, grant

TEMPLATES = "documents.templates"

grant(TEMPLATES, {"diskominfo": INSTITUTION})
