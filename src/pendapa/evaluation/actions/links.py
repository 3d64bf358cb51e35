"""Does a link of evidence open? Asked from a job, of public addresses only: no machine of the own house, however it is called.

The name is looked up once and the connection goes to that very address; every address that the other side sends on to is
checked in its turn. ``EVIDENCE_LINK_HOSTS`` (settings, "host:port") names own hosts that may be asked all the same.
"""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext as _

from pendapa.kernel import outside
from pendapa.kernel.outside import Target

SECONDS, REDIRECTS, LONGEST = 10, 3, 1000
_SENT_ON = frozenset({301, 302, 303, 307, 308})


class Forbidden(ValueError):
    """This address is not asked; the text says why."""


def parts(url: str) -> Target:
    """Take a link apart. Raises :class:`Forbidden` for what is no web address, or carries a name and a password."""
    try:
        return outside.taken_apart(url, LONGEST)
    except outside.Unfit as unfit:
        if unfit.why == "password":
            told = _("Leave name and password out of the link: everybody who reads the evidence reads it.")
        else:
            told = _("This is no web address. Write it like https://jdih.contohkab.go.id/perbup-41-2025.")
        raise Forbidden(told) from None


def check(url: str) -> str:
    """``ok``, or what is wrong in words (at most 120 characters); never raises for what the other side does."""
    try:
        return _follow(url)[:120]
    except Forbidden as refused:
        return str(refused)[:120]
    except ssl.SSLError:
        return _("The certificate of the site does not hold.")[:120]
    except TimeoutError:
        return _("It could not be reached: no answer within %(seconds)s seconds.") % {"seconds": SECONDS}
    except (OSError, http.client.HTTPException, ValueError):
        return _("It could not be reached.")


def _follow(url: str) -> str:
    for _hop in range(REDIRECTS + 1):
        # The headers say enough; what follows is not read.
        answer = outside.ask(_looked_up(parts(url)), "GET", seconds=SECONDS, whole=2 * SECONDS)
        if answer.status not in _SENT_ON or not answer.location:
            fine = 200 <= answer.status < 300
            return "ok" if fine else _("The site answers %(status)s.") % {"status": answer.status}
        url = urljoin(url, answer.location)
    return _("It is sent on more than %(most)s times.") % {"most": REDIRECTS}


def _looked_up(target: Target) -> Target:
    found = outside.looked_up(target)
    allowed = f"{target.host}:{target.port}" in getattr(settings, "EVIDENCE_LINK_HOSTS", ())
    if not allowed and any(outside.is_inside(outside.as_it_is(one)) for one in found):
        raise Forbidden(_("It leads into a private network, which is not asked from here."))
    return target._replace(ip=found[0])
