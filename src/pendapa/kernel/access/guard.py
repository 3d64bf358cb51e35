"""Who guesses one password for many names is stopped as well, only later: whole offices share one address."""

from __future__ import annotations

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest

# That many failures from one address, over all names, weigh as one for a single name.
FAILURES_FROM_ONE_ADDRESS = 20


class Guard(AxesDatabaseHandler):
    """Counts failures of a name from an address, and those of the address over all names at a twentieth."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        since = get_cool_off_threshold(request)
        here = AccessAttempt.objects.filter(ip_address=request.axes_ip_address, attempt_time__gte=since)  # type: ignore[attr-defined]
        spread = here.aggregate(n=Sum("failures_since_start"))["n"] or 0
        named: int = super().get_failures(request, credentials)
        return max(named, spread // FAILURES_FROM_ONE_ADDRESS)
