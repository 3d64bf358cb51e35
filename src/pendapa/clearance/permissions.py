"""Who may do what with requests for new IT spending."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, WHOLE = "clearance.view", "clearance.view_open"
"""To read decided requests, and to read those on their way as well. An OPD reads its own only."""

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
grant(
    WHOLE,
    {
        "operator": UNIT,
        "head": UNIT,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,
    },
)

WRITE, SUBMIT = "clearance.write", "clearance.submit"
"""To fill in a request of one's unit, and to hand it in as its head."""

grant(WRITE, {"operator": UNIT, "head": UNIT})
grant(SUBMIT, {"head": UNIT})

RECOMMEND, JUSTIFY, DECIDE = "clearance.recommend", "clearance.justify", "clearance.decide"
"""To recommend for the secretariat; to write why a request goes ahead although a check blocks it; to decide."""

grant(RECOMMEND, {"diskominfo": INSTITUTION})
grant(JUSTIFY, {"sekda": INSTITUTION})
grant(DECIDE, {"sekda": INSTITUTION, "diskominfo": INSTITUTION})
