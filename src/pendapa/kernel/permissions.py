"""Rights of the ground floor's own pages: imports, history, jobs."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

IMPORT, HISTORY, UNDO_ANY = "import.run", "history.view", "history.undo_any"
JOBS, JOBS_ANY = "jobs.view", "jobs.view_any"

grant(IMPORT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})
grant(
    HISTORY,
    {
        "operator": UNIT,
        "head": UNIT,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,
    },
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
        "verifier": INSTITUTION,
        "assessor": INSTITUTION,
    },
)
grant(JOBS_ANY, {"diskominfo": INSTITUTION})

# Whose changes need no review: the secretariat's, unless the institution wants them reviewed as well.
DIRECT = "review.direct"
grant(DIRECT, {"diskominfo": INSTITUTION})
# The steps of a review (docs/decisions/0120), and who sees what is on its way.
APPROVE, VERIFY, VALIDATE, DRAFTS = "review.approve", "review.verify", "review.validate", "review.view"
grant(APPROVE, {"head": UNIT})
grant(VERIFY, {"verifier": INSTITUTION, "diskominfo": INSTITUTION})
grant(VALIDATE, {"diskominfo": INSTITUTION})
grant(
    DRAFTS,
    {
        "operator": UNIT,
        "head": UNIT,
        "verifier": INSTITUTION,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
    },
)
REVIEW_SETTINGS = "review.settings"
grant(REVIEW_SETTINGS, {"diskominfo": INSTITUTION})
