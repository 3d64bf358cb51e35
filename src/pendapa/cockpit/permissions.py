"""Who may enter the officers' home: everybody with a role in the institution."""

from pendapa.kernel.access.actor import INSTITUTION, UNIT, grant

HOME = "cockpit.home"

grant(HOME, dict.fromkeys(("operator", "head", "diskominfo", "sekda", "verifier", "assessor"), INSTITUTION))

LEADER = "cockpit.leader"
"""To see the leader's cockpit, and to take it along as PDF, slides or JSON: of the whole institution for its leaders, of the own
OPD for its head."""

grant(LEADER, dict.fromkeys(("sekda", "diskominfo", "verifier"), INSTITUTION) | {"head": UNIT})
