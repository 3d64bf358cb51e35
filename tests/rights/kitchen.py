"""A house with a kitchen: the same institution twice, without and with what another OPD keeps to itself.

What lies open is made once, so that it has the same uids, ids and versions in both; every word, code and name of the
secrets bears ``RAHASIA-DAPUR`` or ``zonkuwala``, every uid is kept in :attr:`Kitchen.uids`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from pendapa.architecture import actions, metamodel, releasing
from pendapa.architecture.models import Element, Relation, Release
from pendapa.architecture.rules.metamodel import CORE
from pendapa.clearance import actions as clearance
from pendapa.evaluation.models import Duty
from pendapa.kernel.access.actor import system
from pendapa.kernel.comments import actions as comments
from pendapa.kernel.comments.models import Comment
from pendapa.kernel.documents import actions as documents
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.review import actions as review
from pendapa.kernel.saved import actions as saved
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.kernel.tokens import actions as tokens
from pendapa.kernel.webhooks import actions as webhooks
from pendapa.kernel.webhooks.events import KNOWN
from pendapa.kernel.webhooks.models import Delivery
from pendapa.regulations.metamodel import RelationType
from tests.cast import Cast, make_cast
from tests.rights import planned
from tests.rights.assessed import Assessed, assess, keep

WORD = "RAHASIA-DAPUR"
RARE = "zonkuwala"
FROZEN = "00000000-0000-4000-8000-00000000aaaa"
KINDS = {
    "infrastructure": "server",
    "security": "audit_keamanan",
    "strategy": "sasaran_strategis",
    "outside": "",
}


@dataclass
class House:
    """What lies open, in both worlds: by domain ``mine`` of the operator's unit and ``theirs`` of the other."""

    cast: Cast
    mine: dict[str, Element] = field(default_factory=dict)
    theirs: dict[str, Element] = field(default_factory=dict)
    # Every way in which the two are linked: the type, and of both ends whose and of which domain.
    links: list[tuple[str, tuple[str, str], tuple[str, str]]] = field(default_factory=list)
    relation: Relation | None = None
    planned: dict[str, Any] = field(default_factory=dict)
    papers: dict[str, Any] = field(default_factory=dict)
    assessed: dict[str, Any] = field(default_factory=dict)

    @property
    def institution(self) -> Institution:
        return self.cast.institution


@dataclass
class Kitchen:
    """What the other OPD keeps to itself, by what it is."""

    elements: dict[str, Element] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    sets: list[ChangeSet] = field(default_factory=list)
    drafts: list[ChangeSet] = field(default_factory=list)
    batch: ImportBatch | None = None
    job: Job | None = None
    comment: Comment | None = None
    view: Any = None
    token: Any = None
    webhook: Any = None
    delivery: Any = None
    clearance: Any = None
    document: Any = None
    planned: dict[str, Any] = field(default_factory=dict)
    assessed: dict[str, Any] = field(default_factory=dict)
    uids: set[str] = field(default_factory=set)


def make_house() -> House:
    """Two OPD with an element of every domain each, linked in every way the metamodel knows, in both directions."""
    cast = make_cast()
    chief = User.objects.create_user("kepala.lain@uji.example", "Kepala Lain", "kata-sandi-uji")
    Assignment.objects.create(user=chief, institution=cast.institution, unit=cast.other_unit, role="head")
    cast.users["other_head"] = chief
    house, model = House(cast), metamodel.of(cast.institution)
    for domain in model.all_domains:
        house.mine[domain.key] = _element(
            cast.unit, domain.key, f"Milik kami {domain.key}", f"K-{domain.key}"
        )
        name = f"Milik tetangga {domain.key}"
        house.theirs[domain.key] = _element(cast.other_unit, domain.key, name, f"T-{domain.key}")
    for type in model.relations:
        for one in ({"mine": mine} for mine in house.mine.values()):
            for other in ({"theirs": theirs} for theirs in house.theirs.values()):
                for source, target in ((one, other), (other, one)):
                    _join(house, type, *source.items(), *target.items())
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    # What was read before knows nothing of the steps.
    cast.institution = Institution.objects.get(pk=cast.institution.pk)
    for unit in (cast.unit, cast.other_unit):
        unit.institution = cast.institution
    for one in (*house.mine.values(), *house.theirs.values()):
        one.institution = cast.institution
    operator = cast.actor("operator")
    actions.create_element(operator, cast.institution, "applications", cast.unit, name="Rancangan kami")
    comments.say(operator, cast.institution, "element", house.theirs["services"].uid, "Kami pakai ini.")
    house.planned = planned.plan(cast.institution, cast.unit, "Milik kami")
    house.papers = planned.run(cast.institution, "Bersama")
    house.assessed = assess(cast.institution, cast.unit, cast.users["operator"], "11", "Milik kami")
    theirs = Assessed(cast.institution, cast.other_unit, cast.users["other_operator"], dict(house.assessed))
    theirs.things["number"] = "12"
    duty = Duty(
        institution=cast.institution, cycle=theirs.things["cycle"], indicator="12", unit=cast.other_unit
    )
    theirs.add("duty", duty)
    return house


def _join(house: House, type: RelationType, source: tuple[str, Element], target: tuple[str, Element]) -> None:
    """Link two where the metamodel lets them; nobody stands above himself."""
    (left, one), (right, other) = source, target
    if type.allows((one.domain, one.kind), (other.domain, other.kind)) and (left == "mine" or not type.tree):
        house.relation = actions.link(system(), one, type.key, other).row
        house.links.append((type.key, (left, one.domain), (right, other.domain)))


def _element(unit: Unit, domain: str, name: str, code: str, **more: Any) -> Element:
    kind = more.pop("kind", KINDS.get(domain, ""))
    done = actions.create_element(
        system(), unit.institution, domain, unit, name=name, code=code, kind=kind, **more
    )
    return Element.objects.get(pk=done.row.pk)


@contextmanager
def world(house: House, *, kitchen: bool, evidence: bool = True) -> Iterator[Kitchen]:
    """The house with or without the kitchen, frozen as a release either way; afterwards it is as before.

    Without ``evidence`` what the other OPD answers in the assessment and drafts of its roadmap is left out: assessors read it.
    """
    made = Kitchen()
    cache.clear()
    with transaction.atomic():
        if kitchen:
            fill(house, made)
        if kitchen and evidence:
            _assess(house, made)
            made.planned = planned.plan(house.institution, house.cast.other_unit, f"{WORD} {RARE}")
        frozen = releasing.create_release(
            house.cast.actor("diskominfo"), house.institution, code="R-1", decree_number="1/2026"
        )
        day = timezone.now().replace(microsecond=0)
        Release.objects.filter(pk=frozen.pk).update(uid=FROZEN, created_at=day)
        if kitchen:
            close(house, made)
        yield made
        transaction.set_rollback(True)
    cache.clear()


def fill(house: House, made: Kitchen) -> None:
    """Restricted elements of every domain, linked with open ones; drafts, a proposal, a plan; and what hangs on them."""
    before = _last(house)
    for number, domain in enumerate(house.theirs):
        made.elements[domain] = _element(
            house.cast.other_unit,
            domain,
            f"{WORD} {RARE} {domain}",
            f"{WORD}-{number}",
            classification="restricted",
            attributes=_texts(house.institution, domain),
            reason=f"{WORD} alasan",
        )
    for type, source, target in house.links:
        made.relations.append(
            actions.link(system(), _end(house, made, source), type, _end(house, made, target)).row
        )
    _later(house, made)
    _proposals(house, made)
    _papers(house, made)
    made.sets = list(ChangeSet.objects.filter(pk__gt=before))


def _end(house: House, made: Kitchen, end: tuple[str, str]) -> Element:
    """Of two ends the open one stays in the operator's unit, the other is the secret of the same domain."""
    whose, domain = end
    return house.mine[domain] if whose == "mine" else made.elements[domain]


def _last(house: House) -> int:
    return ChangeSet.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _texts(institution: Institution, domain: str) -> dict[str, str]:
    """Every free text of a domain, with the words in it."""
    columns = metamodel.of(institution).domain(domain).columns
    keys = [c.key for c in columns if c.type in ("text", "string") and c.key not in CORE]
    return {key: f"{WORD} {RARE} isi {key}" for key in keys}


def _later(house: House, made: Kitchen) -> None:
    """What was changed, what is deleted, what was open when the release was frozen."""
    office = system()
    one = made.elements["applications"]
    actions.change_element(office, one, version=1, name=f"{WORD} {RARE} aplikasi", reason=f"{WORD} ganti")
    one.refresh_from_db()
    gone = _element(
        house.cast.other_unit,
        "services",
        f"{WORD} {RARE} dihapus",
        f"{WORD}-hapus",
        classification="restricted",
    )
    actions.link(office, house.mine["applications"], "application_service", gone)
    actions.delete_element(office, gone, with_relations=True, reason=f"{WORD} buang")
    made.elements["deleted"] = gone
    made.elements["withdrawn"] = _element(
        house.cast.other_unit, "data", f"{WORD} {RARE} ditarik", f"{WORD}-tarik", classification="public"
    )


def _proposals(house: House, made: Kitchen) -> None:
    """An agreed plan, a proposal handed in and an open draft of the other OPD."""
    cook, chief, office = (house.cast.actor(who) for who in ("other_operator", "other_head", "diskominfo"))

    def draft(name: str, **more: object) -> ChangeSet:
        unit = house.cast.other_unit
        done = actions.create_element(
            cook,
            house.institution,
            "applications",
            unit,
            name=f"{WORD} {RARE} {name}",
            code=f"{WORD}-{name}",
            **more,
        )
        found = done.draft
        assert found is not None
        return found

    plan = draft("rencana", classification="restricted")
    # An open element that is to become restricted, under a name that says why.
    actions.change_element(
        cook, house.theirs["data"], version=1, name=f"{WORD} {RARE} kelak", classification="restricted"
    )
    later = timezone.localdate() + timedelta(days=200)
    review.submit(cook, plan, comment=f"{WORD} alasan", effective_on=later)
    review.agree(chief, plan, comment=f"{WORD} setuju")
    review.agree(office, plan)
    handed = draft("usulan")
    actions.change_element(cook, house.theirs["services"], version=1, name=f"{WORD} {RARE} layanan")
    review.submit(cook, handed, comment=f"{WORD} alasan")
    open_one = draft("rancangan")
    actions.link(cook, house.theirs["applications"], "application_data", made.elements["data"])
    made.drafts = [plan, handed, open_one]


def _papers(house: House, made: Kitchen) -> None:
    """An import in preview, a comment with a call, a kept list, a key, a webhook with its messages, a job."""
    cook, office = house.cast.actor("other_operator"), house.cast.actor("diskominfo")
    sheet = f"Kode,Nama Aplikasi,OPD\n{WORD}-9,{WORD} {RARE} lembar,{house.cast.other_unit.name}\n"
    made.batch = imports.receive(
        cook, house.institution, io.BytesIO(sheet.encode()), f"{WORD}.csv", kind="applications"
    )
    chief = house.cast.users["other_head"]
    made.comment = comments.say(
        cook,
        house.institution,
        "element",
        made.elements["services"].uid,
        f"{WORD} {RARE}, tolong @Kepala Lain",
        [chief.pk],
    )
    asked = {"domain": "applications", "q": RARE}
    made.view = saved.save(cook, house.institution, "architecture:list", f"{WORD} daftar", asked)
    made.token = tokens.make(
        cook, house.institution, name=f"{WORD} kunci", permissions=["architecture.view"], days=30
    ).token
    url = f"https://1.1.1.1/{WORD}"
    made.webhook = webhooks.register(
        office, house.institution, name=f"{WORD} kait", url=url, listens=list(KNOWN)
    )
    made.delivery = Delivery.objects.create(
        webhook=made.webhook,
        message_id=f"{WORD}-1",
        event="element.changed",
        payload={"a": WORD},
        next_at=timezone.now(),
    )
    made.clearance = clearance.begin(
        cook, house.institution, house.cast.other_unit, title=f"{WORD} {RARE} permohonan", year=2027
    )
    made.document = documents.ask(
        cook,
        house.institution,
        kind="architecture",
        subject="R-1",
        title=f"{WORD} {RARE} dokumen",
        format="pdf",
    )
    made.job = Job.objects.create(institution=house.institution, user=cook.user, name="import.read")


def _assess(house: House, made: Kitchen) -> None:
    """The explanation, the pieces and the files on their way of the other OPD."""
    cook = house.cast.users["other_operator"]
    theirs = Assessed(house.institution, house.cast.other_unit, cook, dict(house.assessed) | {"number": "12"})
    keep(theirs, f"{WORD} {RARE}")
    made.assessed = theirs.things


def close(house: House, made: Kitchen) -> None:
    """What lay open when the release was frozen is restricted now; and all uids are told."""
    known = made.elements["withdrawn"]
    actions.change_element(system(), known, version=known.version, classification="restricted")
    things = [*made.elements.values(), *made.relations, *made.sets, *made.drafts]
    things += [
        made.batch,
        made.job,
        made.comment,
        made.view,
        made.token,
        made.webhook,
        made.clearance,
        made.document,
    ]
    if made.assessed:
        things += [made.assessed[name] for name in ("answer", "evidence", "use", "upload", "file")]
    things += made.planned.values()
    made.uids = {str(one.uid) for one in things if one is not None}
    for one in made.drafts:
        made.uids |= {str(uid) for uid in one.items.values_list("target_uid", flat=True)}
    # What the drafts are to do to open things is about things that everybody sees.
    made.uids -= {str(one.uid) for one in (*house.mine.values(), *house.theirs.values())}
