"""``pendapa remind``: the digests of a day, made now or only shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from pendapa.kernel.commands import Fault, Format, chosen, institution, ready, show

COLUMNS = ("institution", "name", "channels", "things", "late", "subject")


def remind(
    code: Annotated[
        str, typer.Option("--institution", help="Code of the institution; without it all of them")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show who would be told what; nothing is kept or sent")
    ] = False,
    day: Annotated[str, typer.Option("--day", help="The day, as 2026-11-22; today without it")] = "",
    form: Annotated[
        Format | None, typer.Option("--format", help="table or json (table on a terminal, json elsewhere)")
    ] = None,
) -> None:
    """Remind people of what is due: one digest a person and day, by the ways that each of them chose.

    The worker does this by itself every working day after the quiet hours. What was told on a rung of the ladder is not told again;
    on a day off nobody is reminded.
    """
    ready()
    on = _day(day, _today(), dry_run)
    from pendapa.kernel.notices import actions, sending
    from pendapa.kernel.tenancy.models import Institution

    made: list[dict[str, Any]] = []
    for one in [institution(code)] if code else Institution.objects.order_by("code"):
        made += [_told(digest) for digest in actions.remind(one, on, dry_run)]
        if not dry_run:
            sending.send_due(one)
    form = chosen(form)
    if form is Format.json:
        show(made, form)
    else:
        show([row | {"things": len(row["items"])} for row in made], form, COLUMNS)


FARTHEST = timedelta(days=366)
"""So far from today a digest may be looked at."""


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def _day(text: str, today: date, dry_run: bool) -> date:
    """What is told on a rung is not told again: a digest of a day to come would be the last that people hear of it."""
    if not text:
        return today
    from django.utils.translation import gettext

    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        told = gettext("--day: “%(given)s” is no day. Write it like 2026-11-22.")
        raise Fault(told % {"given": text[:20]}) from error
    if abs(day - today) > FARTHEST:
        told = gettext("--day: %(day)s is more than a year from today. Look at the year.")
        raise Fault(told % {"day": day})
    if day > today and not dry_run:
        told = gettext(
            "--day: %(day)s is still to come. Look at its digests with --dry-run; they are made when the day is there."
        )
        raise Fault(told % {"day": day})
    return day


def _told(digest: Any) -> dict[str, Any]:
    return {
        "institution": digest.institution.code,
        "person": digest.user.username,
        "name": digest.user.name,
        "day": digest.day.isoformat(),
        "channels": list(digest.channels),
        "send_after": digest.send_after.isoformat(),
        "subject": digest.subject,
        "late": sum(date.fromisoformat(item["due"]) < digest.day for item in digest.items),
        "items": [{key: item[key] for key in ("key", "title", "due", "rung", "why", "who")} for item in digest.items],
    }  # fmt: skip
