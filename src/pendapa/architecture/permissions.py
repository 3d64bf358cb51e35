"""Who may do what in the register."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, RESTRICTED, EDIT = "architecture.view", "architecture.view_restricted", "architecture.edit"
PERSONAL = "architecture.view_personal"
"""To read personal data of elements: who works for the institution, not who only assesses it."""

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
grant(
    RESTRICTED,
    {
        "operator": UNIT,
        "head": UNIT,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,
    },
)
grant(
    PERSONAL,
    {
        "operator": INSTITUTION,
        "head": INSTITUTION,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,  # who checks what was written reads all of it
    },
)
grant(EDIT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})

REFERENCES, CODES = "architecture.references", "architecture.codes"
"""To look at the national references as they hold here, and to say how codes are given. Newer references are brought by
who runs the installation."""

grant(REFERENCES, {"diskominfo": INSTITUTION})
grant(CODES, {"diskominfo": INSTITUTION})

MODEL = "architecture.model"
"""To add fields, kinds and values of the institution's own to the metamodel, and to take local ones out of use."""

grant(MODEL, {"diskominfo": INSTITUTION})

RELEASE = "architecture.release"
"""To freeze the architecture as a decree sets it."""

grant(RELEASE, {"diskominfo": INSTITUTION})
