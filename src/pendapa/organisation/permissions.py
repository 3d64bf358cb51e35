"""Who may do what with OPD, people and accounts."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, MANAGE, PEOPLE = "organisation.view", "organisation.manage", "organisation.people"

grant(
    VIEW,
    {"operator": INSTITUTION, "head": INSTITUTION, "diskominfo": INSTITUTION, "sekda": INSTITUTION, "assessor": INSTITUTION},
)
grant(MANAGE, {"diskominfo": INSTITUTION})
grant(PEOPLE, {"diskominfo": INSTITUTION, "head": UNIT})
