"""What the matrix asks about: the cast, and for every kind of address a thing of the own unit, of another unit, of another
institution. A new parameter of an address gets its line in ``VALUES``."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from pendapa.architecture import actions
from pendapa.architecture.models import Element, Relation, TwinDecision
from pendapa.clearance import actions as clearance
from pendapa.clearance import attaching
from pendapa.clearance.models import ClearanceFile, ClearanceRequest
from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.calendars.models import Feed, Holiday
from pendapa.kernel.comments.models import Comment
from pendapa.kernel.documents import actions as documents
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.notices import choices
from pendapa.kernel.notices.models import Notice
from pendapa.kernel.saved.models import SavedView
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.tokens.models import ApiToken
from pendapa.kernel.webhooks.models import Delivery, Webhook
from tests.cast import Cast, make_cast
from tests.rights import planned
from tests.rights.assessed import assess, run

PLACES = ("own", "other", "foreign")
NUMBERS = {"own": "11", "other": "12", "foreign": "11"}
"""The indicator for which the unit of a place has a duty."""
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
"""Days of work, as today is one below: what a page asks must not hang on the day on which it is counted."""


@dataclass
class World:
    """``things[place][parameter]`` for the address of a thing at that place."""

    cast: Cast
    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)


def make_world() -> World:
    cast = make_cast()
    world = World(cast)
    sites = {
        "own": (cast.institution, cast.unit, "operator"),
        "other": (cast.institution, cast.other_unit, "other_operator"),
        "foreign": (cast.other_institution, cast.foreign_unit, "foreigner"),
    }
    for institution in (cast.institution, cast.other_institution):
        institution.settings[choices.KEY] = {"workdays": list(EVERY_DAY)}
        institution.save(update_fields=["settings"])
        today = Holiday(institution=institution, day=timezone.localdate(), name="Hari uji", works=True)
        history.write(system(), institution, "edit", history.Writes(add=[today]))
    for place, (institution, unit, owner) in sites.items():
        world.things[place] = _things(cast, institution, unit, owner, place)
    for room in ("evaluation", "roadmap"):
        shared = world.things["own"][room]
        world.things["other"][room] = shared | world.things["other"][room]
    return world


def _things(cast: Cast, institution: Institution, unit: Unit, owner: str, place: str) -> dict[str, Any]:
    actor = cast.actor(owner)
    hidden = _element(institution, unit, f"{place}-1", "restricted")
    shown = _element(institution, unit, f"{place}-2", "internal")
    written = history.write(actor, institution, "edit", history.Writes(add=[hidden, shown]), unit=unit)
    relation = Relation(
        institution=institution,
        type="application_service",
        source=hidden,
        target=_service(institution, unit, place),
    )
    history.write(actor, institution, "edit", history.Writes(add=[relation.target, relation]), unit=unit)
    sheet = f"Nama Aplikasi,OPD\nAplikasi {place},{unit.name}\nTanpa unit,Dinas Tak Ada\n".encode()
    batch = imports.receive(actor, institution, io.BytesIO(sheet), "daftar.csv", kind="applications")
    job = Job.objects.create(institution=institution, user=actor.user, name="import.read")
    draft = _draft(actor, institution, unit, place)
    people = cast.users[owner]
    assessed = assess(institution, unit, people, NUMBERS[place], place)
    plans = planned.plan(institution, unit, place)
    if place != "other":  # what belongs to the institution as a whole is there once
        assessed |= run(institution, people, place)
        plans |= planned.run(institution, place)
    remark = Comment.objects.create(
        institution=institution,
        target_type="element",
        target_uid=hidden.uid,
        author=people,
        author_name=people.name,
        text=f"Catatan {place}",
        created_at=timezone.now(),
    )
    listed = SavedView.objects.create(
        institution=institution, owner=people, place="architecture:list", name=f"Daftar {place}"
    )
    key = ApiToken.objects.create(
        institution=institution,
        user=people,
        name="kunci",
        prefix="pdp_uji",
        digest=f"{place:0<64}",
        expires_at=timezone.now() + timedelta(days=30),
    )
    hook = Webhook.objects.create(
        institution=institution, name="pemantau", url="https://contoh.example/", secret="whsec_dWpp"
    )
    message = Delivery.objects.create(
        webhook=hook, message_id=f"msg_{place}", event="test", payload={}, next_at=timezone.now()
    )
    feed = Feed.objects.create(
        institution=institution, user=people, digest=f"{place:0<64}", created_at=timezone.now()
    )
    notice = Notice.objects.create(
        institution=institution,
        user=people,
        channel="page",
        day=timezone.localdate(),
        subject="Pengingat",
        created_at=timezone.now(),
        send_after=timezone.now(),
    )
    asked, paper = _clearance(actor, institution, unit, place)
    judged = TwinDecision(institution=institution, first=hidden, national="umum-uji", decision="keep")
    history.write(system(), institution, "edit", history.Writes(add=[judged]), unit=unit)
    return {
        "clearance": asked,
        "clearance_file": paper,
        "document": documents.ask(
            actor, institution, kind="architecture", subject="2026", title=f"Dokumen {place}", format="pdf"
        ),
        "twin_decision": judged,
        "feed": feed,
        "notice": notice,
        "draft": draft,
        "proposed": draft.items.get().target_uid,
        "comment": remark,
        "saved": listed,
        "token": key,
        "webhook": hook,
        "delivery": message,
        "institution": institution,
        "unit": unit,
        "restricted": hidden,
        "internal": shown,
        "relation": relation,
        "change_set": written,
        "evaluation": assessed,
        "roadmap": plans,
        "assessment": assessed["assessment"],
        "batch": batch,
        "job": job,
        "user": cast.users[owner],
    }


def _clearance(
    actor: Actor, institution: Institution, unit: Unit, place: str
) -> tuple[ClearanceRequest, ClearanceFile]:
    """A request that is being written, with a file."""
    row = clearance.begin(actor, institution, unit, title=f"Aplikasi baru {place}", year=2027)
    content = b"%PDF-1.4\n%%EOF\n"
    file = attaching.attach(actor, row, "kak", "KAK.pdf", len(content), io.BytesIO(content))
    row.refresh_from_db()
    return row, file


def _draft(actor: Actor, institution: Institution, unit: Unit, place: str) -> ChangeSet:
    """A proposal of the owner that nobody has been given to read."""
    institution.settings = {"review": {"steps": ["approve", "verify"]}}
    institution.save(update_fields=["settings"])
    made = actions.create_element(actor, institution, "applications", unit, name=f"Usulan {place}")
    assert made.draft is not None
    return made.draft


def _element(institution: Institution, unit: Unit, code: str, classification: str) -> Element:
    element = Element(
        institution=institution,
        unit=unit,
        domain="applications",
        kind="applications",
        code=code,
        name=f"Rahasia {code}",
    )
    element.classification = classification
    element.derive()
    return element


def _service(institution: Institution, unit: Unit, place: str) -> Element:
    element = Element(
        institution=institution,
        unit=unit,
        domain="services",
        kind="services",
        code=f"L-{place}",
        name=f"Layanan {place}",
    )
    element.derive()
    return element
