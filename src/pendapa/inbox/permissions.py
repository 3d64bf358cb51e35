"""Who has an inbox: everybody with a role in the institution, whatever it is."""

from pendapa.kernel.access.actor import INSTITUTION, grant
from pendapa.kernel.tenancy.models import Assignment

INBOX = "inbox.view"

grant(INBOX, dict.fromkeys((role for role, _label in Assignment.ROLES), INSTITUTION))
