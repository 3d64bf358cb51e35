"""Who may enter the officers' home: everybody with a role in the institution."""

from pendapa.kernel.access.actor import INSTITUTION, grant

HOME = "cockpit.home"

grant(HOME, dict.fromkeys(("operator", "head", "diskominfo", "sekda", "verifier", "assessor"), INSTITUTION))
