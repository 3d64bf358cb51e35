"""What the register knows of a proposed application, whoever asks: the checks' facts. :mod:`.results` cuts them to a reader.

The comparison with other applications is remembered until something of the institution changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pendapa.architecture.models import Element
from pendapa.architecture.queries import visible, visible_relations
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.architecture.rules import twins
from pendapa.architecture.rules.twins_profile import normalise
from pendapa.clearance import ports
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.queries.requests import pack
from pendapa.clearance.rules import form
from pendapa.clearance.rules.checks import Evidence, Facts
from pendapa.kernel.access.actor import system
from pendapa.kernel.tenancy.models import Institution, Unit, institution_names
from pendapa.kernel.ui import formats
from pendapa.regulations import packs

MOST_TWINS = 20
LINKS = {
    "proses_bisnis": "processes",
    "layanan": "services",
    "data": "data",
    "infrastruktur": "infrastructure",
}
"""Questions that name elements, and the domain of those."""
_TYPES = ("application_process", "application_service", "application_data")


def gather(row: ClearanceRequest) -> Facts:
    """Everything that the checks look at, from the whole register. For readers it is cut by :func:`checks.seen_by`."""
    answers, form_pack = row.answers, pack()
    linked = _linked(row.institution, answers)
    proposed = _proposed(row, linked)
    choice = form_pack.field("bidang_umum").option(str(answers.get("bidang_umum", "")))
    hosting = form_pack.field("hosting").option(str(answers.get("hosting", "")))
    personal = form_pack.field("data_pribadi").option(str(answers.get("data_pribadi", "")))
    ceiling = answers.get("pagu", "")
    lines = ports.roadmap(row.institution, row.unit, row.year, row.title)
    columns = form_pack.risks.columns
    return Facts(
        year=row.year,
        field=choice.key if choice else "",
        field_name=f"Aplikasi Umum {choice.label.id}" if choice else "",
        comparable=bool(row.title and answers.get("fungsi")),
        national=tuple(_national(row, choice.key if choice else "", proposed)),
        twins=tuple(_twins(row.institution, proposed)),
        roadmap=None if lines is None else tuple(Evidence(name=one.name, url=one.url) for one in lines),
        processes=tuple(map(_evidence, linked["processes"])),
        services=tuple(map(_evidence, linked["services"])),
        data=tuple(map(_evidence, linked["data"])),
        infrastructure=tuple(map(_evidence, linked["infrastructure"])),
        owners=tuple(_owners(row.institution, answers, linked["data"])),
        hosting=hosting.label.id if hosting else "",
        risks=sum(1 for risk in row.risks if form.complete(columns, risk)),
        personal=personal.key if personal else "",
        impact=bool(answers.get("dampak_data_pribadi")),
        code=str(answers.get("kode_program", "")),
        ceiling=int(ceiling) if ceiling else None,
        ceiling_name=formats.rupiah(int(ceiling)) if ceiling else "",
    )


def _linked(institution: Institution, answers: dict[str, Any]) -> dict[str, list[Element]]:
    """Live elements that the request names, by domain, in the order of their names. One query."""
    wanted = {uid: domain for key, domain in LINKS.items() for uid in answers.get(key) or ()}
    found: dict[str, list[Element]] = {domain: [] for domain in LINKS.values()}
    if wanted:
        rows = Element.objects.filter(institution=institution, deleted_at=None, uid__in=list(wanted))
        for one in rows.select_related("unit").order_by("name_key", "id"):
            if wanted.get(str(one.uid)) == one.domain:
                found[one.domain].append(one)
    return found


def _evidence(one: Element) -> Evidence:
    return Evidence(name=one.name, uid=str(one.uid), code=one.code, unit=one.unit.name, domain=one.domain)


def _owners(institution: Institution, answers: dict[str, Any], data: Iterable[Element]) -> Iterable[Evidence]:
    if uid := answers.get("pemilik_data"):
        named = Unit.objects.filter(institution=institution, uid=uid).values_list("name", flat=True).first()
        if named:
            yield Evidence(name=named)
    for one in data:
        for producer in _texts(one.attributes.get("produsen")):
            yield Evidence(name=producer, uid=str(one.uid))


def _texts(value: Any) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [str(one) for one in rows if one]


def _joined(value: Any) -> str:
    return "\n".join(_texts(value))


# ---- what does the same


def _proposed(row: ClearanceRequest, linked: dict[str, list[Element]]) -> twins.Application:
    """The proposed application as the rule of twins takes one."""

    def named(domain: str) -> frozenset[str]:
        return frozenset(f"{one.name} ({one.code})" for one in linked[domain])

    return twins.Application(
        id="proposed",
        code="",
        name=row.title,
        unit=str(row.unit_id),
        unit_name=row.unit.name,
        function=str(row.answers.get("fungsi", "")),
        processes=named("processes"),
        services=named("services"),
        data=named("data"),
    )


def _national(row: ClearanceRequest, field: str, proposed: twins.Application) -> Iterable[Evidence]:
    """National applications named for the field, those whose name the title holds, and those of a field that the title
    tells although another answer was given."""
    known = packs.national()
    keys = {one.key for one in known.fields}
    told = {field} & keys
    corpus = twins.Corpus([], institution_names(row.institution))
    if not told:
        purposes = corpus.profile(proposed).purposes
        told = {key for key, level in purposes.items() if level == 1.0} & keys
    words = f" {normalise(row.title)} "
    for one in known.applications:
        by_name = any(f" {normalise(name)} " in words for name in one.names)
        shared = [known.field(key) for key in one.fields if key in told]
        if not by_name and not shared:
            continue
        detail = ", ".join(f.label.id for f in shared) if shared else ""
        yield Evidence(
            name=one.name, code=one.code, unit=one.owner, detail=detail or one.long.id, verified=one.verified
        )


def _twins(institution: Institution, proposed: twins.Application) -> list[Evidence]:
    """Applications of the whole register that look like the proposed one, surest first; remembered."""
    if not proposed.name:
        return []
    told = (proposed.name, proposed.function, proposed.unit_name)
    named = (*sorted(proposed.processes), "", *sorted(proposed.services), "", *sorted(proposed.data))
    key = key_of("clearance twins", system(), institution, *told, *named)
    return remembered(key, lambda: _compared(institution, proposed))


def _compared(institution: Institution, proposed: twins.Application) -> list[Evidence]:
    rows = _applications(institution)
    units = Unit.objects.filter(institution=institution, deleted_at=None).order_by("pk")
    places = [*units.values_list("name", flat=True), *institution_names(institution)]
    corpus = twins.Corpus([one for one, _uid in rows], places)
    found = []
    for one, uid in rows:
        score, reasons = twins.likeness(proposed, one, corpus)
        if score >= twins.THRESHOLD:
            told = tuple((reason.key, dict(reason.params)) for reason in reasons)
            found.append(
                Evidence(
                    name=one.name, uid=uid, code=one.code, unit=one.unit_name, domain="applications",
                    score=round(score, 2), reasons=told,
                )
            )  # fmt: skip
    found.sort(key=lambda one: (-one.score, one.name, one.uid))
    return found[:MOST_TWINS]


def _applications(institution: Institution) -> list[tuple[twins.Application, str]]:
    """Every live application as the rule takes it, with its uid. Two queries."""
    everybody = system()
    links: dict[tuple[int, str], set[str]] = defaultdict(set)
    joined = visible_relations(everybody, institution).filter(type__in=_TYPES)
    for kind, source, name, code in joined.values_list("type", "source_id", "target__name", "target__code"):
        links[source, kind].add(f"{name} ({code})")
    rows = visible(everybody, institution).filter(domain="applications").order_by("name_key", "id")
    told = []
    for pk, uid, code, name, attributes, unit, unit_name in rows.values_list(
        "pk", "uid", "code", "name", "attributes", "unit_id", "unit__name"
    ):
        process, service, data = (frozenset(links[pk, kind]) for kind in _TYPES)
        application = twins.Application(
            id=str(pk), code=code, name=name, unit=str(unit), unit_name=unit_name,
            function=_joined(attributes.get("fungsi")) or _joined(attributes.get("uraian")),
            kelas=_joined(attributes.get("kelas")), url=_joined(attributes.get("url")),
            processes=process, services=service, data=data,
        )  # fmt: skip
        told.append((application, str(uid)))
    return told
