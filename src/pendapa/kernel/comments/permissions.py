"""Who may speak: everybody with a role in the institution, about what that person may see."""

from pendapa.kernel.access.actor import INSTITUTION, grant
from pendapa.kernel.tenancy.models import Assignment

COMMENT = "comments.write"

grant(COMMENT, dict.fromkeys((role for role, _label in Assignment.ROLES), INSTITUTION))
