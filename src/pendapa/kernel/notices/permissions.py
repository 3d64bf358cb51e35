"""Who is reminded and chooses the own ways, and who sets the ladder of an institution."""

from pendapa.kernel.access.actor import INSTITUTION, grant
from pendapa.kernel.tenancy.models import Assignment

REMINDERS, SET_LADDER = "reminders.view", "reminders.settings"

grant(REMINDERS, dict.fromkeys((role for role, _label in Assignment.ROLES), INSTITUTION))
grant(SET_LADDER, {"diskominfo": INSTITUTION})
