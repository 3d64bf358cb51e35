"""Where a message may go: into the internet by https, never into the house, whatever a name resolves to.

The name is looked up once and the connection goes to that very address, so that a name that answers otherwise the second
time leads nowhere else. ``PENDAPA_WEBHOOK_PRIVATE=1`` opens private addresses, and plain http to this machine itself.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from pendapa.kernel import outside
from pendapa.kernel.outside import Address, Target

LONGEST = 500


class Forbidden(Exception):
    """No message goes there; the text says why and what would be accepted."""


def private_allowed() -> bool:
    """Whether the operator of this installation opened the own network to webhooks."""
    return bool(getattr(settings, "WEBHOOK_PRIVATE", False))


def check(url: str) -> Target:
    """Take the address apart, look the name up, and refuse what leads into the house. Raises :class:`Forbidden`."""
    target = _parts(url)
    try:
        found = [outside.as_it_is(one) for one in outside.looked_up(target)]
    except OSError as error:
        raise Forbidden(_("No machine is called %(host)s.") % {"host": target.host[:120]}) from error
    for one in found:
        _check_ip(one, target.host)
    if not target.secure and not all(one.is_loopback for one in found):
        raise Forbidden(_("Only https:// addresses are told of changes."))
    return target._replace(ip=str(found[0]))


def _parts(url: str) -> Target:
    try:
        target = outside.taken_apart(url, LONGEST)
    except outside.Unfit as unfit:
        if unfit.why == "password":
            told = _("Leave name and password out of the address: messages are signed instead.")
        else:
            told = _("This is not a web address. Write it like https://penerima.example/pendapa.")
        raise Forbidden(told) from None
    if not target.secure and not private_allowed():
        raise Forbidden(_("Only https:// addresses are told of changes."))
    return target


def _check_ip(ip: Address, host: str) -> None:
    if outside.is_never_asked(ip) or (outside.is_inside(ip) and not private_allowed()):
        raise Forbidden(
            _(
                "%(host)s leads to %(ip)s, which lies inside a network of its own. Messages go to public addresses only."
            )
            % {"host": host[:120], "ip": ip}
        )
