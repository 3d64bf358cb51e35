"""Who may do what with assessments."""

from pendapa.kernel.access.actor import INSTITUTION, grant

VIEW, EDIT, PUBLISH = "evaluation.view", "evaluation.edit", "evaluation.publish"

grant(
    VIEW,
    {
        "operator": INSTITUTION,
        "head": INSTITUTION,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,
        "assessor": INSTITUTION,
    },
)
grant(EDIT, {"diskominfo": INSTITUTION, "assessor": INSTITUTION})
grant(PUBLISH, {"diskominfo": INSTITUTION, "sekda": INSTITUTION})
