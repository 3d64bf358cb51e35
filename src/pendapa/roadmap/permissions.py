"""Who may do what with the roadmap."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, EDIT = "roadmap.view", "roadmap.edit"
"""To read the own things of an OPD (and what is set by decree, see `queries.reach`); to write every initiative and its money."""

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

PROPOSE, ACT = "roadmap.propose", "roadmap.act"
"""To write drafts of initiatives of the own OPD; to plan and do actions, report what was reached and spent, give evidence."""

grant(PROPOSE, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})
grant(ACT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})

SET = "roadmap.set"
"""To set a roadmap by decree, freeze a baseline, keep its reviews, and show it to the public."""

grant(SET, {"diskominfo": INSTITUTION, "sekda": INSTITUTION})

DRAFT_COMMITMENT, COMMIT, ASSESS = "roadmap.draft_commitment", "roadmap.commit", "roadmap.assess"
"""To write a commitment of an OPD; to approve it as its head; to say how far it came."""

grant(DRAFT_COMMITMENT, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})
grant(COMMIT, {"head": UNIT})
grant(ASSESS, {"diskominfo": INSTITUTION, "verifier": INSTITUTION, "assessor": INSTITUTION})

REMIND = "roadmap.remind"
"""To remind the people of an OPD by hand."""

grant(REMIND, {"head": UNIT, "diskominfo": INSTITUTION, "sekda": INSTITUTION})
