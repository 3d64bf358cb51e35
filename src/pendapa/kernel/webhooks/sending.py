"""One POST to a checked address, within a time, following a few redirects that are checked in their turn."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from pendapa.kernel import outside
from pendapa.kernel.outside import Target
from pendapa.kernel.webhooks import addresses

SECONDS = 10
REDIRECTS = 3
# A 303 asks for a GET, which would deliver nothing.
FOLLOWED = frozenset({301, 302, 307, 308})


class Answer(NamedTuple):
    """What came of it: the status, or none with the reason in words. ``problem`` is empty when it arrived."""

    status: int | None
    problem: str

    @property
    def arrived(self) -> bool:
        return not self.problem


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send ``body``; never raises for what the other side or the way there does."""
    for _hop in range(REDIRECTS + 1):
        try:
            status, to = _once(addresses.check(url), body, headers)
            if status not in FOLLOWED or not to:
                return Answer(status, "" if 200 <= status < 300 else _answered(status))
            url = urljoin(url, to)
        except addresses.Forbidden as refused:
            return Answer(None, str(refused))
        except ssl.SSLError as error:
            why = error.reason or type(error).__name__
            return Answer(None, _("The certificate of the receiver does not hold: %(why)s.") % {"why": why})
        except TimeoutError:
            return Answer(None, _("No answer within %(seconds)d seconds.") % {"seconds": SECONDS})
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = type(error).__name__
            return Answer(None, _("The receiver cannot be reached (%(why)s).") % {"why": why})
    return Answer(status, _("It was sent on more than %(most)d times.") % {"most": REDIRECTS})


def _answered(status: int) -> str:
    return _("The receiver answered %(status)d; a 2xx was expected.") % {"status": status}


def _once(target: Target, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Status and the address it sends on to."""
    more = {"Content-Type": "application/json", **headers}
    answer = outside.ask(target, "POST", seconds=SECONDS, body=body, headers=more)
    return answer.status, answer.location
