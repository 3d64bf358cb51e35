"""Who keeps lists: everybody with a role. What one shared, the secretariat may put away too."""

from pendapa.kernel.access.actor import INSTITUTION, grant
from pendapa.kernel.tenancy.models import Assignment

SAVE, TIDY = "saved.use", "saved.delete_shared"

grant(SAVE, dict.fromkeys((role for role, _label in Assignment.ROLES), INSTITUTION))
grant(TIDY, {"diskominfo": INSTITUTION})
