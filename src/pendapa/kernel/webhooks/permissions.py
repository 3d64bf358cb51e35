"""Who registers webhooks: they carry the register of a whole institution out of the house."""

from pendapa.kernel.access.actor import INSTITUTION, grant

MANAGE = "webhooks.manage"

grant(MANAGE, {"diskominfo": INSTITUTION})
