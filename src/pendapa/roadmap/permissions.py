"""Who may do what with initiatives."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, EDIT = "roadmap.view", "roadmap.edit"

grant(
    VIEW,
    {
        "operator": UNIT,
        "head": UNIT,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,
        "assessor": INSTITUTION,
    },
)
grant(EDIT, {"diskominfo": INSTITUTION})
