"""Who may do what with assessments."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

VIEW, EDIT, PUBLISH = "evaluation.view", "evaluation.edit", "evaluation.publish"
"""To read levels and the index; to set levels for the whole institution; to show a result to the public."""

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

RUN, JUDGE, AGREE = "evaluation.run", "evaluation.judge", "evaluation.agree"
"""To run a cycle (team, deadlines, duties, validation); to assess as internal assessor; to agree as coordinator (Sekda)."""

grant(RUN, {"diskominfo": INSTITUTION})
grant(JUDGE, {"assessor": INSTITUTION})
grant(AGREE, {"sekda": INSTITUTION})

PROOF, ANSWER = "evaluation.proof", "evaluation.answer"
"""To read explanations and evidence, and to write them. An OPD reads and writes what is its own: the pieces that belong to
it, and everything of the indicators for which it has a duty."""

grant(
    PROOF,
    {
        "operator": UNIT,
        "head": UNIT,
        "diskominfo": INSTITUTION,
        "sekda": INSTITUTION,
        "verifier": INSTITUTION,
        "assessor": INSTITUTION,
    },
)
grant(ANSWER, {"operator": UNIT, "head": UNIT, "diskominfo": INSTITUTION})

MODEL, PLAN = "evaluation.model", "evaluation.plan"
"""To lay own criteria over an instrument or bring in a new one; to compute plans, keep scenarios and set costs."""

grant(MODEL, {"diskominfo": INSTITUTION})
grant(
    PLAN, {"diskominfo": INSTITUTION, "sekda": INSTITUTION, "verifier": INSTITUTION, "assessor": INSTITUTION}
)
