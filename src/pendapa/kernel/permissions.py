"""Rights of the ground floor's own pages: imports, history, jobs."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

IMPORT, HISTORY, UNDO_ANY = "import.run", "history.view", "history.undo_any"

grant(IMPORT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})
grant(
    HISTORY,
    {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION, "sekda": INSTITUTION},
)
grant(UNDO_ANY, {"diskominfo": INSTITUTION})
