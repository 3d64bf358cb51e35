"""What the analyses say for the signals of the evaluation: exchange of data, security coverage, people behind things.

Read through an onlooker, so that what is restricted neither counts nor is named. Names of people are never told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.analysis.queries.integration import Integration, integration
from pendapa.analysis.queries.people import People, people
from pendapa.analysis.queries.security import Security, security
from pendapa.analysis.rules import security as security_rules
from pendapa.architecture.permissions import VIEW
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.tenancy.models import Institution

ROOM = "analysis"
LOOK = ports.onlooker(VIEW)


def _integration(institution: Institution) -> Integration:
    return ports.once("analysis.integration", institution, lambda: integration(LOOK, institution))


def _security(institution: Institution) -> Security:
    return ports.once("analysis.security", institution, lambda: security(LOOK, institution))


def _people(institution: Institution) -> People:
    return ports.once("analysis.people", institution, lambda: people(LOOK, institution))


def _url(institution: Institution, name: str) -> str:
    return reverse(f"analysis:{name}", args=[institution.code])


# ---- exchange


def _shared(institution: Institution) -> Reading:
    found = _integration(institution)
    part = sum(one.score.shared for one in found.ranking)
    told = _("%(part)s of %(whole)s data are used by an application of another OPD.")
    told_of = ports.share(
        part, found.data, told % {"part": part, "whole": found.data}, _("No data are in the register."),
        _url(institution, "integration"), _opds(found, lambda one: one.data and not one.shared),
    )  # fmt: skip
    return told_of if found.uses else ports.unless_bare(told_of)


def _connected(institution: Institution) -> Reading:
    found = _integration(institution)
    whole, part = len(found.applications), sum(one.score.connected for one in found.ranking)
    told = _("%(part)s of %(whole)s applications exchange data with another by SPLP or API.")
    told_of = ports.share(
        part, whole, told % {"part": part, "whole": whole}, _("No application is in the register."),
        _url(institution, "integration"), _opds(found, lambda one: one.applications and not one.connected),
    )  # fmt: skip
    return told_of if found.exchanges else ports.unless_bare(told_of)


def _owned(institution: Institution) -> Reading:
    found = _integration(institution)
    part = found.data - len(found.without_owner)
    told = _("%(part)s of %(whole)s data name a producer or a custodian.")
    lacking = tuple(dict.fromkeys(one.unit for one in found.without_owner))
    return ports.share(
        part, found.data, told % {"part": part, "whole": found.data}, _("No data are in the register."),
        _url(institution, "integration"), lacking,
    )  # fmt: skip


def _opds(found: Integration, lacks: Callable[[Any], Any]) -> tuple[str, ...]:
    """Names of the OPD whose score lacks something."""
    return tuple(sorted(one.opd.name for one in found.ranking if lacks(one.score)))


# ---- security


def _covered(institution: Institution) -> Reading:
    known = _security(institution).coverage
    part = known.things - known.bare
    told = _("%(part)s of %(whole)s applications and data are covered by a security object.")
    return ports.unless_bare(ports.share(
        part, known.things, told % {"part": part, "whole": known.things},
        _("Neither applications nor data are in the register."), _url(institution, "security"),
    ))  # fmt: skip


def _fully(institution: Institution) -> Reading:
    known = _security(institution).coverage
    told = _("%(part)s of %(whole)s applications and data are covered by all seven kinds of security.")
    return ports.unless_bare(ports.share(
        known.full, known.things, told % {"part": known.full, "whole": known.things},
        _("Neither applications nor data are in the register."), _url(institution, "security"),
    ))  # fmt: skip


def _kinds(institution: Institution) -> Reading:
    known = _security(institution).coverage
    number = sum(bool(one) for one in known.covered)
    whole = len(security_rules.KINDS)
    told = _("%(part)s of the %(whole)s kinds of security cover something in the register.")
    if not known.things:
        return Reading(None, _("Neither applications nor data are in the register."), 0)
    return ports.unless_bare(
        ports.count(number, told % {"part": number, "whole": whole}, _url(institution, "security"))
    )


def _audited(institution: Institution) -> Reading:
    found = _security(institution)
    whole = len(_integration(institution).applications)
    states = found.states[security_rules.AUDIT]
    part = states[security_rules.LATER] + states[security_rules.NEAR] + states[security_rules.ENDLESS]
    told = _("%(part)s of %(whole)s applications have an audit that still holds.")
    told_of = ports.share(
        part, whole, told % {"part": part, "whole": whole}, _("No application is in the register."),
        _url(institution, "security"),
    )  # fmt: skip
    return told_of if sum(states.values()) else ports.unless_bare(told_of)


def _personal(institution: Institution) -> Reading:
    known = _security(institution).personal
    part = known[security_rules.RECORDED]
    whole = part + known[security_rules.MISSING]
    told = _("%(part)s of %(whole)s personal data have a record of processing.")
    nothing = _("No data in the register are marked as personal.")
    url = _url(institution, "security")
    return ports.share(part, whole, told % {"part": part, "whole": whole}, nothing, url)


def _classified(institution: Institution) -> Reading:
    known = _security(institution).personal
    whole = sum(known.values())
    part = whole - known[security_rules.UNKNOWN]
    told = _("Of %(part)s of %(whole)s data it is recorded whether they are personal.")
    nothing = _("No data are in the register.")
    url = _url(institution, "security")
    return ports.share(part, whole, told % {"part": part, "whole": whole}, nothing, url)


# ---- people


def _operated(domain: str, told: Any, nothing: Any, *, covered: bool) -> Callable[[Institution], Reading]:
    """The share of things of a domain with an operator, or with an operator and a substitute."""

    def read(institution: Institution) -> Reading:
        numbers = _people(institution).domains[domain]
        part = numbers.covered if covered else numbers.covered + numbers.alone
        words = str(told) % {"part": part, "whole": numbers.things}
        return ports.unless_bare(
            ports.share(part, numbers.things, words, str(nothing), _url(institution, "people"))
        )

    return read


def _add(key: str, title: Any, unit: str, read: Callable[[Institution], Reading]) -> None:
    ports.register(f"{ROOM}.{key}", title, unit, ROOM, read)


_add("data_shared", gettext_lazy("Data that another OPD uses"), "share", _shared)
_add(
    "applications_connected",
    gettext_lazy("Applications that exchange data by SPLP or API"),
    "share",
    _connected,
)
_add("data_with_owner", gettext_lazy("Data with a producer or a custodian"), "share", _owned)
_add("security_covered", gettext_lazy("Applications and data with a security object"), "share", _covered)
_add("security_full", gettext_lazy("Applications and data with all seven kinds of security"), "share", _fully)
_add("security_kinds", gettext_lazy("Kinds of security in use"), "count", _kinds)
_add("applications_audited", gettext_lazy("Applications with an audit that holds"), "share", _audited)
_add("personal_recorded", gettext_lazy("Personal data with a record of processing"), "share", _personal)
_add(
    "personal_classified",
    gettext_lazy("Data of which it is known whether they are personal"),
    "share",
    _classified,
)
_add(
    "services_operated", gettext_lazy("Services with a named operator"), "share",
    _operated("services", gettext_lazy("%(part)s of %(whole)s services name an operator."), gettext_lazy("No service is in the register."), covered=False),
)  # fmt: skip
_add(
    "services_covered", gettext_lazy("Services with an operator and a substitute"), "share",
    _operated("services", gettext_lazy("%(part)s of %(whole)s services name an operator and a substitute."), gettext_lazy("No service is in the register."), covered=True),
)  # fmt: skip
_add(
    "infrastructure_operated", gettext_lazy("Infrastructure with a named operator"), "share",
    _operated("infrastructure", gettext_lazy("%(part)s of %(whole)s pieces of infrastructure name an operator."), gettext_lazy("No infrastructure is in the register."), covered=False),
)  # fmt: skip

# Audits lapse with the day, not with an entry in the ledger.
ports.stamp(ROOM, lambda institution: timezone.localdate().isoformat())
