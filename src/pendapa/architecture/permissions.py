"""Who may do what in the register."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, RESTRICTED, EDIT = "architecture.view", "architecture.view_restricted", "architecture.edit"

grant(
    VIEW,
    {
        "operator": INSTITUTION,
        "head": INSTITUTION,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "assessor": INSTITUTION,
    },
)
grant(RESTRICTED, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION, "sekda": INSTITUTION})
grant(EDIT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})
