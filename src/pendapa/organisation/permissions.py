"""Who may do what with OPD, people and accounts."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, MANAGE = "organisation.view", "organisation.manage"
SEE_PEOPLE, PEOPLE = "organisation.see_people", "organisation.people"

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
grant(MANAGE, {"diskominfo": INSTITUTION})
grant(SEE_PEOPLE, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION, "sekda": INSTITUTION})
grant(PEOPLE, {"diskominfo": INSTITUTION, "head": UNIT})
