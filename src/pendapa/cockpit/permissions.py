"""Who may enter the officers' home: everybody with a role in the institution."""

from pendapa.kernel.access.actor import INSTITUTION, grant

HOME = "cockpit.home"

grant(HOME, dict.fromkeys(("operator", "head", "diskominfo", "sekda", "verifier", "assessor"), INSTITUTION))

LEADER = "cockpit.leader"
"""To see the leader's cockpit of the whole institution, and to take it along as PDF, slides or JSON."""

grant(LEADER, dict.fromkeys(("sekda", "diskominfo", "verifier"), INSTITUTION))
