"""Rights of the ground floor's own pages: imports, history, jobs."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

IMPORT, HISTORY, UNDO_ANY = "import.run", "history.view", "history.undo_any"
JOBS, JOBS_ANY = "jobs.view", "jobs.view_any"

grant(IMPORT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})
grant(
    HISTORY,
    {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION, "sekda": INSTITUTION},
)
grant(UNDO_ANY, {"diskominfo": INSTITUTION})
# One's own jobs; those of others show to the secretariat alone.
grant(
    JOBS,
    {
        "operator": UNIT,
        "head": UNIT,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "assessor": INSTITUTION,
    },
)
grant(JOBS_ANY, {"diskominfo": INSTITUTION})
