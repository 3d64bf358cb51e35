"""Who reads the holidays of an institution, and who keeps them."""

from pendapa.kernel.access.actor import INSTITUTION, grant
from pendapa.kernel.tenancy.models import Assignment

HOLIDAYS, KEEP_HOLIDAYS = "calendars.view", "calendars.edit"

grant(HOLIDAYS, dict.fromkeys((role for role, _label in Assignment.ROLES), INSTITUTION))
grant(KEEP_HOLIDAYS, {"diskominfo": INSTITUTION})
