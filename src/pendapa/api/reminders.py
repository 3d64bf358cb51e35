"""Reminders by the API: what would be told on a day, and reminding of one thing by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.kernel.access.actor import Actor, institution_for
from pendapa.kernel.access.rest import IDEMPOTENCY, AbsentOut, ProblemOut, answer, refused
from pendapa.kernel.notices import actions
from pendapa.kernel.notices.actions import Digest

router = Router(tags=["reminders"])
ALL = "/institutions/{code}/reminders"
FAR = timedelta(days=366)


class ThingOut(Schema):
    """``rung``: of the ladder, such as ``before_7``, ``after_3``; ``why``: empty, or why it comes to this person (``nobody``,
    ``left``, ``no_head``), then ``who`` was to do it. ``key`` names it where one reminds by hand; ``url`` is its page."""

    key: str
    title: str
    detail: str
    url: str
    due: date
    rung: str
    why: str
    who: str


class DigestOut(Schema):
    """``person`` is the user name; ``channels``: page, email, whatsapp. Other than in Pendapa it goes out from ``send_after`` on."""

    person: str
    name: str
    day: date
    channels: list[str]
    send_after: str
    subject: str
    late: int
    items: list[ThingOut]


class Reminders(Schema):
    """``next`` is the ``after`` of the next page, empty on the last."""

    items: list[DigestOut]
    next: str


class RemindIn(Schema):
    """``key`` of a thing that is due, ``action:`` or ``milestone:`` and its uid."""

    key: str = Field(min_length=1, max_length=80)


class RemindedOut(Schema):
    """The names of those who were reminded."""

    reminded: list[str]


@router.get(
    ALL,
    response={200: Reminders, 404: AbsentOut, 422: ProblemOut},
    summary="What people will be reminded of",
)
def reminders(
    request: HttpRequest,
    code: str,
    day: date | None = None,
    after: str = Query("", max_length=150),
    limit: int = Query(50, ge=1, le=200),
) -> HttpResponse:
    """The digests of a day (today), as `pendapa remind --dry-run` shows them: your own; those of all, as far as you may read what
    they tell, where you set the ladder. Nothing is sent. None on a day off, and none for whom the digest of the day was made."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    today = timezone.localdate()
    if day is not None and abs(day - today) > FAR:
        raise refused(_("Choose a day at most a year from today."), "day")
    made = [one for one in actions.foresee(actor, institution, day or today) if one.user.username > after]
    shown = made[:limit]
    following = shown[-1].user.username if len(made) > limit else ""
    return answer({"items": [_told(one) for one in shown], "next": following})


@router.post(
    ALL,
    response={200: RemindedOut, 404: AbsentOut, 409: ProblemOut, 422: ProblemOut},
    summary="Remind of one thing by hand",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def remind(request: HttpRequest, code: str, body: RemindIn) -> HttpResponse:
    """Whoever is to do it, else the head. The right is asked for the thing, as its room set it (`roadmap.remind`); 409 where they
    were reminded of it today already, or nobody but you is there to be told."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    done = actions.remind_many(actor, institution_for(actor, code), [body.key])
    if not done.names:
        told = _("They were reminded of this today already, or there is nobody to remind.")
        raise refused(told, "key", status=409)
    return answer({"reminded": list(done.names)})


def _told(one: Digest) -> dict[str, Any]:
    fields = ("key", "title", "detail", "url", "due", "rung", "why", "who")
    return {
        "person": one.user.username,
        "name": one.user.name,
        "day": one.day,
        "channels": list(one.channels),
        "send_after": one.send_after.isoformat(),
        "subject": one.subject,
        "late": sum(date.fromisoformat(item["due"]) < one.day for item in one.items),
        "items": [{name: item[name] for name in fields} for item in one.items],
    }
