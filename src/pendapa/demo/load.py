"""Loads "Kabupaten Contoh": its spreadsheets through the same import that people use, then people and assessments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from pendapa.architecture import actions as architecture
from pendapa.architecture import releasing
from pendapa.architecture.models import Element
from pendapa.demo import facts, gaps
from pendapa.demo.accounts import ACCOUNTS, CODE, PASSWORD
from pendapa.demo.roadmap import Teller, story
from pendapa.evaluation.actions import assessments as evaluation
from pendapa.kernel import refusing
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.review import actions as review
from pendapa.kernel.review import queries as proposals
from pendapa.kernel.tables import actions as tables
from pendapa.kernel.tables.periods import quarter_key
from pendapa.kernel.tenancy.actions import create_institution
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.organisation import actions as organisation


class Refused(refusing.Refused):
    """The demo does not go into this home. Nothing was changed. What a verb refuses while the demo is loaded is not this, but a
    fault of the demo."""


def load() -> list[str]:
    """Make the demo where it is not yet; the codes of its institutions. All or nothing; the second call changes nothing."""
    _refuse_real()
    if Institution.objects.filter(code=CODE).exists():
        return [CODE]
    with override("id"), transaction.atomic():
        institution = create_institution(CODE, "Kabupaten Contoh", "kabupaten", is_demo=True)
        users = _people()
        _assign(institution, users)
        walidata = actors.of(users["diskominfo@contoh.example"])
        _assess(walidata, institution)
        for name in facts.FILES:
            _import(walidata, institution, name)
            if name == facts.FILES[0]:
                _aliases(walidata, institution)
                _assign(institution, users, units=True)
        _classify(walidata, institution)
        _quarters(walidata, institution)
        gaps.close(walidata, institution)
        _release(walidata, institution)
        operator = actors.of(users[facts.WAITING_FOR])
        head = actors.of(users["kepala.dinkes@contoh.example"])
        _edit(operator, institution)
        _pass(operator, institution, head, walidata)
        _plan(operator, institution)
        _pass(operator, institution, head, walidata, date(timezone.localdate().year + 1, 7, 1))
        Teller(institution, users).tell()
        gaps.tell(walidata, institution)
        _propose(operator, institution)
        _leave_waiting(operator, institution)
    return [CODE]


def _refuse_real() -> None:
    real = list(Institution.objects.filter(is_demo=False).order_by("code").values_list("name", flat=True)[:3])
    if real:
        raise Refused(
            f"This home holds {', '.join(real)}: the demo has accounts with a public password and lives in a home of its "
            "own. Use another one: PENDAPA_HOME=/path/to/demo pendapa demo"
        )


def _people() -> dict[str, User]:
    """One hash serves all: the password is no secret, and making a hash is slow on purpose."""
    password = make_password(PASSWORD)
    users = {}
    for account in ACCOUNTS:
        told = {
            "name": account.name,
            "password": password,
            "is_demo": True,
            "is_platform_admin": not account.role,
        }
        users[account.username] = User.objects.create(
            username=account.username, email=account.username, **told
        )
    return users


def _assign(institution: Institution, users: dict[str, User], *, units: bool = False) -> None:
    """Roles over the institution, or with ``units`` those in a unit."""
    by_code = {unit.code: unit for unit in Unit.objects.filter(institution=institution)} if units else {}
    Assignment.objects.bulk_create(
        Assignment(user=users[a.username], institution=institution, role=a.role, unit=by_code.get(a.unit))
        for a in ACCOUNTS
        if a.role and bool(a.unit) is units
    )


def _import(actor: Actor, institution: Institution, name: str) -> None:
    batch = tables.read_file(actor, institution, facts.DATA / name, kind="auto")
    tables.confirm(actor, batch, skip_errors=True)


def _aliases(actor: Actor, institution: Institution) -> None:
    units = {unit.code: unit for unit in Unit.objects.filter(institution=institution)}
    for code, name in facts.ALIASES:
        organisation.add_alias(actor, institution, units[code], name=name, reason=facts.REASON)


def _classify(actor: Actor, institution: Institution) -> None:
    """What the public may see, and what only the unit and the secretariat may, as one change set."""
    changed = []
    for element in Element.objects.filter(institution=institution).select_related("unit").order_by("pk"):
        wanted = (
            "public" if element.domain in facts.PUBLIC_DOMAINS or element.code in facts.PUBLIC else "internal"
        )
        wanted = "restricted" if element.code in facts.RESTRICTED else wanted
        if wanted != element.classification:
            element.classification = wanted
            changed.append(element)
    history.write(actor, institution, "edit", history.Writes(change=list(changed)), reason=facts.REASON)


def _quarters(actor: Actor, institution: Institution) -> None:
    """This year's quarters of the IKU, so that whoever looks at the demo sees the one that it is: the sheet knows only years."""
    today, changed = timezone.localdate(), []
    now = (today.month + 2) // 3
    told = story()["quarters"]
    for element in Element.objects.filter(institution=institution, code__in=told).select_related("unit"):
        years = element.attributes["target_tahunan"]
        aim = Decimal(years.get(str(today.year)) or years[max(years)])
        for name, last in (("target", 4), ("result", now)):
            values = {
                quarter_key(today.year, number): str(aim + Decimal(away))
                for number, away in enumerate(told[element.code][name][:last], 1)
                if away is not None
            }
            key = {"target": "target_triwulan", "result": "realisasi_triwulan"}[name]
            element.attributes = {**element.attributes, key: values}
        changed.append(element)
    history.write(actor, institution, "edit", history.Writes(change=list(changed)), reason=facts.REASON)


def _edit(actor: Actor, institution: Institution) -> None:
    """What an operator does by hand: an attribute is changed, a service linked."""
    code, attributes, relation, other = facts.EDITED
    live = Element.objects.filter(institution=institution).select_related("institution", "unit")
    element = live.get(code=code)
    architecture.change_element(
        actor, element, version=element.version, attributes=attributes, reason=facts.REASON
    )
    architecture.link(actor, live.get(code=code), relation, live.get(code=other), reason=facts.REASON)


def _release(actor: Actor, institution: Institution) -> None:
    """The architecture as an (invented) regulation set it, before the operator's changes."""
    code, name, decree, day = facts.RELEASE
    releasing.create_release(actor, institution, code=code, name=name, decree_number=decree, decree_date=day)


def _pass(
    operator: Actor, institution: Institution, head: Actor, walidata: Actor, day: date | None = None
) -> None:
    """The operator's draft on its way through all steps."""
    draft = proposals.open_set(operator, institution)
    assert draft is not None
    review.submit(operator, draft, comment=facts.REASON, effective_on=day)
    review.agree(head, draft)
    review.agree(walidata, draft)


def _plan(actor: Actor, institution: Institution) -> None:
    """What shall be there from next year on."""
    unit = Unit.objects.get(institution=institution, code="1.02")
    name, attributes = facts.PLANNED
    architecture.create_element(
        actor, institution, "applications", unit, name=name, attributes=attributes, reason=facts.REASON
    )


def _propose(actor: Actor, institution: Institution) -> None:
    """A proposal that waits for the head."""
    code, attributes = facts.PROPOSED
    element = Element.objects.select_related("institution", "unit").get(institution=institution, code=code)
    architecture.change_element(actor, element, version=element.version, attributes=attributes)
    draft = proposals.open_set(actor, institution)
    assert draft is not None
    review.submit(actor, draft, comment=facts.PROPOSED_WHY)


def _assess(actor: Actor, institution: Institution) -> None:
    """Three years as the ministry found them, published, and this year's self-assessment with levels still missing."""
    for year, (stage, told) in facts.ASSESSMENTS.items():
        levels = {str(n): level for n, level in enumerate(told.replace(" ", ""), start=1) if level != "."}
        row = evaluation.open_assessment(actor, institution, year, facts.INSTRUMENT, stage)
        row = evaluation.set_levels(actor, row, levels, row.version, reason=facts.REASON)
        row = evaluation.set_target(actor, row, facts.TARGET, row.version) if stage == "self" else row
        if stage == "external":
            evaluation.publish(actor, row, row.version)


def _leave_waiting(actor: Actor, institution: Institution) -> None:
    """An import with faulty rows, to be repaired by whoever looks at the demo."""
    with (facts.DATA / facts.WAITING).open("rb") as source:
        tables.receive(actor, institution, source, facts.WAITING)
