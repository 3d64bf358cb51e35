"""What this room registers with the ground floor: history, navigation, what waits, what goes along when units change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pendapa.clearance import measures as measures  # (what it tells the evaluation)
from pendapa.clearance import queries
from pendapa.clearance.models import ClearanceFile, ClearanceRequest
from pendapa.clearance.permissions import DECIDE, RECOMMEND, SUBMIT, VIEW, WRITE
from pendapa.clearance.rules import flow
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats, navigation
from pendapa.kernel.waiting.ports import MOST, Waiting, offer
from pendapa.organisation import life

# ---- history


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, ClearanceRequest)
    return {"unit": row.unit.name}


def _names_of_file(row: Recorded) -> dict[str, str]:
    assert isinstance(row, ClearanceFile)
    return {"request": row.request.title}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    found = ClearanceRequest.objects.filter(queries.seen(actor, institution), institution=institution)
    return set(found.filter(uid__in=uids).values_list("uid", flat=True))


def _visible_files(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    readable = queries.visible(actor, institution)
    found = ClearanceFile.objects.filter(institution=institution, uid__in=uids, request__in=readable)
    return set(found.values_list("uid", flat=True))


LABELS = {
    "year": _("Budget year"),
    "title": _("Title"),
    "risks": _("Risks"),
    "state": _("State"),
    "number": _("Number of the request"),
    "number_year": _("Year of the number"),
    "verdict": _("Recommendation"),
    "verdict_text": _("Reasons of the recommendation"),
    "justification": _("Justification"),
    "decision": _("Decision"),
    "decision_text": _("Reasons of the decision"),
    "letter_number": _("Number of the letter"),
    "letter_year": _("Year of the letter"),
    "letter": _("Letter"),
}


CHOICES = {
    "state": dict(ClearanceRequest.STATES),
    "verdict": dict(ClearanceRequest.VERDICTS),
    "decision": dict(ClearanceRequest.DECISIONS),
}


def _words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """Questions go by their words; what is chosen by its label; things by how many they are."""
    part, _dot, key = field.partition(".")
    if part == "answers" and key:
        try:
            question = queries.pack().field(key)
        except KeyError:
            return key, str(value or "")
        label = question.label.in_language(formats.language())
        if question.type in ("elements", "units"):
            count = len(value) if isinstance(value, list) else 0
            return label, gettext("%(n)s chosen") % {"n": count} if count else ""
        option = question.option(str(value or ""))
        return label, option.label.in_language(formats.language()) if option else str(value or "")
    if part == "risks":
        rows = value if isinstance(value, list) else []
        told = "; ".join(str(one.get("uraian_kejadian", "")) for one in rows if isinstance(one, dict))
        return str(LABELS["risks"]), told
    if part == "letter":
        return f"{LABELS['letter']} {key}".strip(), "" if value in (None, {}) else str(value)
    if field in CHOICES:
        choices = CHOICES[field]
        return str(LABELS[field]), str(choices.get(value, value or ""))
    return (str(LABELS[field]), "" if value is None else str(value)) if field in LABELS else None


history.register(
    ClearanceRequest,
    names=_names,
    visible=_visible,
    title=_("Request for clearance"),
    words=_words,
    page="clearance:detail",
)
history.register(
    ClearanceFile, names=_names_of_file, visible=_visible_files, title=_("File of a request for clearance")
)


def _only_while_written(rows: Sequence[Recorded]) -> None:
    """What is on its way, or decided, is changed by the verbs of this room alone, not by taking a change set back; but it may
    follow its unit back."""
    for row in rows:
        if getattr(row, "moving", False) or _may_go_back(row):
            continue
        raise undoing.Refused(
            gettext("“%(name)s” is on its way: return or withdraw it on its own page instead.")
            % {"name": row}
        )


def _may_go_back(row: Recorded) -> bool:
    if isinstance(row, ClearanceFile):
        return row.request.state in flow.OPEN
    assert isinstance(row, ClearanceRequest)
    last = Revision.objects.filter(target_uid=row.uid).order_by("-version").first()
    before = last.snapshot if last else {}
    now = history.plain_values(row)
    if {name for name in now if now[name] != before.get(name)} == {"unit"}:
        return True
    return row.state in flow.OPEN and before.get("state") in flow.OPEN


history.registered(ClearanceRequest.recorded_type).after.append(_only_while_written)
history.registered(ClearanceFile.recorded_type).after.append(_only_while_written)


@history.units_of(ClearanceFile.recorded_type)
def _units(revisions: QuerySet[Revision]) -> set[int | None]:
    """Files belong to the unit of their request."""
    files = ClearanceFile.objects.filter(uid__in=revisions.values_list("target_uid", flat=True))
    return set(files.values_list("request__unit", flat=True))


# ---- navigation

navigation.add(
    "clearance",
    _("ICT clearance"),
    "file-certificate",
    "clearance:list",
    35,
    permission=VIEW,
    short=_("Clearance"),
)


# ---- what waits


def _wait(actor: Actor, institution: Institution) -> QuerySet[ClearanceRequest]:
    """Requests on which this person does the next step, oldest first."""
    if actor.user is None:
        return ClearanceRequest.objects.none()
    mine = Q(pk__in=[])
    head, secretariat = actor.scope(SUBMIT, institution), actor.scope(RECOMMEND, institution)
    decider, writer = actor.scope(DECIDE, institution), actor.scope(WRITE, institution)
    if head:
        mine |= Q(state=flow.AT_HEAD) & head.filter()
    asked = queries.asked_by(actor.user.pk)
    if secretariat:
        mine |= Q(state=flow.SUBMITTED) & secretariat.filter() & ~asked
    if decider:
        mine |= Q(state=flow.RECOMMENDED) & decider.filter() & ~asked
    if writer:
        mine |= Q(state=flow.RETURNED) & writer.filter()
    return queries.visible(actor, institution).filter(mine).select_related("unit").order_by("moved_at", "pk")


ASKED = {
    flow.AT_HEAD: (_("Read it and submit it to the secretariat"), _("Read and submit")),
    flow.SUBMITTED: (_("Look at the checks and recommend"), _("Recommend")),
    flow.RECOMMENDED: (_("Decide on the recommendation"), _("Decide")),
    flow.RETURNED: (_("Came back to be completed"), _("Complete it")),
}


def _waiting(actor: Actor, institution: Institution) -> list[Waiting]:
    return [
        Waiting(
            title=one.title,
            detail=f"{one.unit.name}. {ASKED[one.state][0]}",
            url=reverse("clearance:detail", args=[institution.code, one.uid]),
            since=one.moved_at,
            kind="clearance",
            action=str(ASKED[one.state][1]),
        )
        for one in _wait(actor, institution)[:MOST]
    ]


def _count(actor: Actor, institution: Institution) -> int:
    return _wait(actor, institution).count()


offer(
    "clearance", _("Clearance of new IT spending"), _waiting, count=_count, order=25, icon="file-certificate"
)


# ---- units that are merged or split


@life.mover
def _move(actor: Actor, institution: Institution, moves: life.Moves) -> life.Moved:
    """Requests follow what becomes of their unit."""
    done = life.Moved()
    rules = {unit.pk: rule for unit, rule in moves.items()}
    live = ClearanceRequest.objects.filter(institution=institution, unit__in=list(rules), deleted_at=None)
    for row in live.select_related("unit").order_by("pk"):
        to = rules[row.unit_id].of(row.uid)
        if to is not None and to.pk != row.unit_id:
            row.institution, row.unit, row.moving = institution, to, True
            done.writes.change.append(row)
    return done
