"""What the register says for the signals of the evaluation: shares and counts of what every colleague may see.

Everything is read through an onlooker, so that restricted elements neither count nor are named. The texts are sentences of
the page, so they are made in its language each time.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pendapa.architecture.measured import (
    AUDITED,
    FIELDS,
    LOOK,
    Facts,
    audits,
    facts,
    marks,
    national,
    release,
    verified,
)
from pendapa.architecture.queries.gaps import figures
from pendapa.architecture.queries.twin_groups import ALL, DECIDED, NotCompared, twins
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

ROOM = "architecture"
GOOD = 80
"""So much of the asked fields, in percent, makes the applications of an OPD well described here."""


def _page(institution: Institution, name: str, query: str = "") -> str:
    return reverse(f"architecture:{name}", args=[institution.code]) + (f"?{query}" if query else "")


# ---- OPD


def _units_with(domain: str, told: Any, url: str) -> Callable[[Institution], Reading]:
    """The share of OPD that have something of a domain."""

    def read(institution: Institution) -> Reading:
        known = facts(institution)
        lacking = tuple(name for pk, name in known.opds.items() if not known.counts.get((pk, domain)))
        part, whole = len(known.opds) - len(lacking), len(known.opds)
        return ports.unless_bare(ports.share(
            part, whole, str(told) % {"part": part, "whole": whole}, _("No OPD is registered."),
            _page(institution, "list", url), lacking,
        ))  # fmt: skip

    return read


def _units_verified(institution: Institution) -> Reading:
    known, good = facts(institution), verified(institution)
    lacking = tuple(name for pk, name in known.opds.items() if pk not in good)
    part, whole = len(known.opds) - len(lacking), len(known.opds)
    told = _(
        "%(part)s of %(whole)s OPD have a verified application list (verified as it stands, or set so by a decree)."
    )
    return ports.share(
        part, whole, told % {"part": part, "whole": whole}, _("No OPD is registered."),
        _page(institution, "list", "domain=applications"), lacking,
    )  # fmt: skip


def _units_described(institution: Institution) -> Reading:
    known = facts(institution)
    lacking = tuple(
        name for pk, name in known.opds.items() if known.filled.get((pk, "applications"), 0) < GOOD
    )
    part, whole = len(known.opds) - len(lacking), len(known.opds)
    told = _(
        "In %(part)s of %(whole)s OPD at least %(good)s percent of the asked fields of applications are filled."
    )
    return ports.share(
        part, whole, told % {"part": part, "whole": whole, "good": GOOD}, _("No OPD is registered."),
        _page(institution, "list", "domain=applications"), lacking,
    )  # fmt: skip


def _units_linked(types: tuple[str, ...], told: Any, url: str) -> Callable[[Institution], Reading]:
    """Of the OPD with applications, the share that has one linked by a relation of ``types``."""

    def read(institution: Institution) -> Reading:
        known = facts(institution)
        having = {pk: name for pk, name in known.opds.items() if known.counts.get((pk, "applications"))}
        lacking = tuple(
            name for pk, name in having.items() if not any(known.linked_units.get((one, pk)) for one in types)
        )
        part, whole = len(having) - len(lacking), len(having)
        return ports.unless_bare(ports.share(
            part, whole, str(told) % {"part": part, "whole": whole}, _("No OPD has an application in the register."),
            _page(institution, "list", url), lacking,
        ))  # fmt: skip

    return read


# ---- elements


def _part(
    part: Callable[[Facts], int],
    whole: Callable[[Facts], int],
    told: Any,
    nothing: Any,
    url: str,
    *,
    linked: bool = False,
) -> Callable[[Institution], Reading]:
    """The share of elements that a number of the facts tells. ``linked``: by relations, of which there may be none yet."""

    def read(institution: Institution) -> Reading:
        known = facts(institution)
        some, all_of = part(known), whole(known)
        words = str(told) % {"part": some, "whole": all_of}
        told_of = ports.share(some, all_of, words, str(nothing), _page(institution, "list", url))
        return ports.unless_bare(told_of) if linked else told_of

    return read


def _total(domain: str) -> Callable[[Facts], int]:
    return lambda known: known.total(domain)


def _had(name: str) -> Callable[[Facts], int]:
    return lambda known: known.having[name]


def _domains(institution: Institution) -> Reading:
    known = facts(institution)
    labels = [(one.key, one.label) for one in packs.metamodel().domains]
    lacking = tuple(str(_words(label)) for key, label in labels if not known.total(key))
    part, whole = len(labels) - len(lacking), len(labels)
    told = _("%(part)s of %(whole)s domains hold something in the register.") % {"part": part, "whole": whole}
    return ports.count(part, told, _page(institution, "list"), lacking)


def _words(label: Any) -> str:
    return str(label.in_language(get_language() or "id"))


def _infrastructure(institution: Institution) -> Reading:
    known = facts(institution)
    told = _("On average %(full)s percent of the asked fields of infrastructure are filled.")
    full = known.mean("infrastructure")
    if full is None:
        return Reading(None, _("No infrastructure is in the register."), 0)
    return Reading(
        Fraction(full, 100), told % {"full": full}, None, _page(institution, "list", "domain=infrastructure")
    )


def _kind(kind: str, told: Any, nothing: Any) -> Callable[[Institution], Reading]:
    """How many pieces of infrastructure of a kind there are."""

    def read(institution: Institution) -> Reading:
        known = facts(institution)
        number = known.kinds.get(kind, 0)
        url = _page(institution, "list", f"domain=infrastructure&kind={kind}")
        found = ports.count(number, str(told) % {"n": number} if number else str(nothing), url)
        return found if known.total("infrastructure") else ports.unless_bare(found)

    return read


def _hosting(institution: Institution) -> Reading:
    number = facts(institution).national
    told = _(
        "%(n)s entries of the register name the National Data Centre as the place of a server or as a cloud."
    )
    none = _("Nothing in the register names the National Data Centre as the place of a server or as a cloud.")
    url = _page(institution, "list", "domain=infrastructure")
    return ports.unless_bare(ports.flag(bool(number), told % {"n": number} if number else none, url))


# ---- releases


def _release_decree(institution: Institution) -> Reading:
    known = release(institution)
    url = _page(institution, "releases")
    if known is None:
        return Reading(None, _("The architecture was never frozen as a release."), None, url)
    told = {"release": known.name, "decree": known.decree}
    if not known.decree:
        return ports.flag(False, _("The newest release “%(release)s” names no decree.") % told, url)
    return ports.flag(True, _("The newest release “%(release)s” was set by %(decree)s.") % told, url)


def _release_domains(institution: Institution) -> Reading:
    known = release(institution)
    url = _page(institution, "releases")
    if known is None:
        return Reading(None, _("The architecture was never frozen as a release."), None, url)
    labels = packs.metamodel().domains
    lacking = tuple(_words(one.label) for one in labels if not known.counts.get(one.key))
    told = _("%(part)s of %(whole)s domains are filled in the release “%(release)s”.")
    part = len(labels) - len(lacking)
    return ports.count(part, told % {"part": part, "whole": len(labels), "release": known.name}, url, lacking)


def _release_fresh(institution: Institution) -> Reading:
    known = release(institution)
    url = _page(institution, "releases")
    if known is None:
        return Reading(None, _("The architecture was never frozen as a release."), None, url)
    told = {"release": known.name, "months": known.months}
    if known.months < 24:
        return ports.flag(True, _("The newest release “%(release)s” is %(months)s months old.") % told, url)
    return ports.flag(
        False, _("The newest release “%(release)s” is %(months)s months old: two years or more.") % told, url
    )


def _releases_decreed(institution: Institution) -> Reading:
    known = release(institution)
    number = known.decreed if known else 0
    told = _("%(n)s releases were set by a decree.") % {"n": number}
    return ports.count(number, told, _page(institution, "releases"))


# ---- decided


def _gaps_decided(institution: Institution) -> Reading:
    known = figures(LOOK, institution)
    url = _page(institution, "gaps", "decision=none")
    part = known.open - known.undecided
    if not known.open:
        return Reading(Fraction(1), _("The gap catalogue is empty."), 0, url)
    told = _("Of %(whole)s open gaps %(part)s are decided.") % {"part": part, "whole": known.open}
    return ports.share(part, known.open, told, "", url)


def _twins_decided(institution: Institution) -> Reading:
    url = _page(institution, "twins")
    try:
        groups = twins(LOOK, institution, ALL)
    except NotCompared:
        return Reading(None, _("The applications have not been compared yet."), None, url)
    part = sum(group["state"] == DECIDED for group in groups)
    told = _("Of %(whole)s groups of similar applications %(part)s are decided.")
    if not groups:
        return Reading(Fraction(1), _("No two OPD have similar applications."), 0, url)
    return ports.share(part, len(groups), told % {"part": part, "whole": len(groups)}, "", url)


# ---- audits, strategy, national applications


def _audits(about: str, told: Any, nothing: Any) -> Callable[[Institution], Reading]:
    """In how many of the last three years there was an audit of something."""

    def read(institution: Institution) -> Reading:
        years = audits(institution).get(about, ())
        url = _page(institution, "list", "domain=security&kind=audit_keamanan")
        if not years:
            return Reading(None, str(nothing), None, url)
        return ports.count(len(years), str(told) % {"years": ", ".join(map(str, sorted(years)))}, url)

    return read


def _national(field: str) -> Callable[[Institution], Reading]:
    """How many national shared applications of a field are in the register."""

    def read(institution: Institution) -> Reading:
        found = national(institution).get(field)
        words = {"field": _words(packs.national().field(field).label)}
        url = _page(institution, "twins_national")
        if found is None:
            told = _("No national shared application for “%(field)s” is in the register.")
            return Reading(None, told % words, None, url)
        told = _("The national shared application for “%(field)s” is in the register: %(names)s.")
        return ports.count(len(found.names), told % (words | {"names": ", ".join(found.names)}), url)

    return read


def _national_connected(field: str) -> Callable[[Institution], Reading]:
    """How many applications exchange data with those by SPLP or API."""

    def read(institution: Institution) -> Reading:
        found = national(institution).get(field)
        words = {"field": _words(packs.national().field(field).label)}
        url = _page(institution, "twins_national")
        if found is None:
            told = _("No national shared application for “%(field)s” is in the register.")
            return Reading(None, told % words, None, url)
        told = _("%(n)s exchanges by SPLP or API are recorded for the application for “%(field)s”.")
        return ports.count(found.exchanges, told % (words | {"n": found.exchanges}), url)

    return read


def _national_title(field: str) -> str:
    return _("National shared application: %s") % _words(packs.national().field(field).label)


def _connected_title(field: str) -> str:
    return _("Exchanges of the application for: %s") % _words(packs.national().field(field).label)


def _register() -> None:
    apps = "domain=applications"
    _add("units_with_applications", gettext_lazy("OPD with applications in the register"), "share",
         _units_with("applications", gettext_lazy("%(part)s of %(whole)s OPD have applications in the register."), apps))  # fmt: skip
    _add("units_with_data", gettext_lazy("OPD with data in the register"), "share",
         _units_with("data", gettext_lazy("%(part)s of %(whole)s OPD have data in the register."), "domain=data"))  # fmt: skip
    _add("units_with_infrastructure", gettext_lazy("OPD with infrastructure in the register"), "share",
         _units_with("infrastructure", gettext_lazy("%(part)s of %(whole)s OPD have infrastructure in the register."), "domain=infrastructure"))  # fmt: skip
    _add("units_verified", gettext_lazy("OPD with a verified application list"), "share", _units_verified)
    _add(
        "units_described",
        gettext_lazy("OPD whose applications are well described"),
        "share",
        _units_described,
    )
    _add("units_hosted", gettext_lazy("OPD whose applications stand on a recorded server or cloud"), "share",
         _units_linked(("application_server", "application_cloud"),
                       gettext_lazy("In %(part)s of %(whole)s OPD with applications it is recorded on which server or cloud one stands."), apps))  # fmt: skip
    _add("units_on_intranet", gettext_lazy("OPD whose applications use the intranet"), "share",
         _units_linked(("application_network",), gettext_lazy("In %(part)s of %(whole)s OPD with applications one is linked with the intranet."), apps))  # fmt: skip
    _add("units_on_bus", gettext_lazy("OPD whose applications use the service bus"), "share",
         _units_linked(("application_splp",), gettext_lazy("In %(part)s of %(whole)s OPD with applications one is linked with the service bus (SPLP)."), apps))  # fmt: skip
    _add("domains", gettext_lazy("Domains that hold something"), "count", _domains)
    _add(
        "infrastructure_filled",
        gettext_lazy("How much of infrastructure is described"),
        "share",
        _infrastructure,
    )
    _add("data_centre", gettext_lazy("Data centres and computing facilities"), "count",
         _kind("fasilitas_komputasi", gettext_lazy("%(n)s computing facilities are in the register."), gettext_lazy("No computing facility is in the register.")))  # fmt: skip
    _add("intranet", gettext_lazy("Intranets"), "count",
         _kind("jaringan_intra", gettext_lazy("%(n)s intranets are in the register."), gettext_lazy("No intranet is in the register.")))  # fmt: skip
    _add("bus", gettext_lazy("Service buses"), "count",
         _kind("sistem_penghubung_layanan", gettext_lazy("%(n)s service buses (SPLP) are in the register."), gettext_lazy("No service bus (SPLP) is in the register.")))  # fmt: skip
    _add("national_hosting", gettext_lazy("Use of the National Data Centre"), "flag", _hosting)
    _parts()
    _audited()
    _decided()
    for field in FIELDS:
        _add(f"national.{field}", lazy(_national_title, str)(field), "count", _national(field))
        _add(f"connected.{field}", lazy(_connected_title, str)(field), "count", _national_connected(field))
    ports.stamp(ROOM, marks)


def _decided() -> None:
    """Releases, and what was decided about gaps and twins."""
    _add("release_decree", gettext_lazy("The newest release has a decree"), "flag", _release_decree)
    _add("release_domains", gettext_lazy("Domains filled in the newest release"), "count", _release_domains)
    _add(
        "release_fresh", gettext_lazy("The newest release is younger than two years"), "flag", _release_fresh
    )
    _add("releases_decreed", gettext_lazy("Releases with a decree"), "count", _releases_decreed)
    _add("gaps_decided", gettext_lazy("Gaps that are decided"), "share", _gaps_decided)
    _add(
        "twins_decided",
        gettext_lazy("Groups of similar applications that are decided"),
        "share",
        _twins_decided,
    )


_SAID = ("services_mapped", "services_electronic", "processes_mapped", "processes_improved")
"""Shares that the elements themselves tell, without a relation."""


def _parts() -> None:
    """The shares of elements."""
    none = {
        "applications": gettext_lazy("No application is in the register."),
        "services": gettext_lazy("No service is in the register."),
        "processes": gettext_lazy("No business process is in the register."),
        "all": gettext_lazy("Nothing is in the register."),
    }
    for key, domain, title, told in (
        ("services_mapped", "services", gettext_lazy("Services mapped to the national reference (RAL)"), gettext_lazy("%(part)s of %(whole)s services are mapped to the national reference (RAL).")),
        ("services_electronic", "services", gettext_lazy("Electronic services"), gettext_lazy("%(part)s of %(whole)s services are electronic.")),
        ("services_with_process", "services", gettext_lazy("Services linked with a business process"), gettext_lazy("%(part)s of %(whole)s services are linked with a business process.")),
        ("services_with_application", "services", gettext_lazy("Services linked with an application"), gettext_lazy("%(part)s of %(whole)s services are linked with an application.")),
        ("processes_mapped", "processes", gettext_lazy("Business processes mapped to the national reference (RAB)"), gettext_lazy("%(part)s of %(whole)s business processes are mapped to the national reference (RAB).")),
        ("processes_improved", "processes", gettext_lazy("Business processes that are being improved"), gettext_lazy("%(part)s of %(whole)s business processes are marked as improved or new.")),
        ("processes_with_application", "processes", gettext_lazy("Business processes linked with an application"), gettext_lazy("%(part)s of %(whole)s business processes are linked with an application.")),
        ("applications_with_service", "applications", gettext_lazy("Applications linked with a service"), gettext_lazy("%(part)s of %(whole)s applications are linked with a service.")),
        ("applications_with_process", "applications", gettext_lazy("Applications linked with a business process"), gettext_lazy("%(part)s of %(whole)s applications are linked with a business process.")),
        ("applications_with_data", "applications", gettext_lazy("Applications linked with data"), gettext_lazy("%(part)s of %(whole)s applications are linked with data.")),
        ("applications_on_cloud", "applications", gettext_lazy("Applications on a cloud"), gettext_lazy("%(part)s of %(whole)s applications stand on a recorded cloud.")),
        ("applications_on_bus", "applications", gettext_lazy("Applications on the service bus"), gettext_lazy("%(part)s of %(whole)s applications are linked with the service bus (SPLP).")),
        ("goals_supported", "goals", gettext_lazy("Performance indicators with a business process"), gettext_lazy("%(part)s of %(whole)s performance indicators of the strategy map are supported by a business process.")),
    ):  # fmt: skip
        nothing = none.get(domain, gettext_lazy("The strategy map holds no performance indicator."))
        url = "domain=" + ("strategy" if domain == "goals" else domain)
        _add(
            key, title, "share", _part(_had(key), _total(domain), told, nothing, url, linked=key not in _SAID)
        )
    _add("mapped", gettext_lazy("Elements mapped to a national reference"), "share",
         _part(_had("mapped"), lambda known: known.total(), gettext_lazy("%(part)s of %(whole)s elements are mapped to a national reference."), none["all"], ""))  # fmt: skip


def _audited() -> None:
    titles = {
        "infrastructure": (gettext_lazy("Years with an audit of infrastructure"), gettext_lazy("Audits of infrastructure are recorded for %(years)s."), gettext_lazy("No audit of infrastructure of the last three years is in the register.")),
        "applications": (gettext_lazy("Years with an audit of applications"), gettext_lazy("Audits of applications are recorded for %(years)s."), gettext_lazy("No audit of applications of the last three years is in the register.")),
        "security": (gettext_lazy("Years with an audit of security"), gettext_lazy("Audits of security are recorded for %(years)s."), gettext_lazy("No audit of security of the last three years is in the register.")),
    }  # fmt: skip
    for about in AUDITED:
        title, told, nothing = titles[about]
        _add(f"audits.{about}", title, "count", _audits(about, told, nothing))


def _add(key: str, title: Any, unit: str, read: Callable[[Institution], Reading]) -> None:
    ports.register(f"{ROOM}.{key}", title, unit, ROOM, read)


_register()
