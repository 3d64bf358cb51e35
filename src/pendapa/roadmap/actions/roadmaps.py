"""Verbs of roadmap documents: begin one, set it by decree, show it to the public, end it. The only writers.

A decree freezes a baseline: who keeps baselines says so with :func:`on_decree`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.models import Initiative, Roadmap
from pendapa.roadmap.permissions import EDIT, SET
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import initiatives as initiative_rules
from pendapa.roadmap.rules import roadmaps as rules

Freeze = Callable[[Actor, Roadmap, str, str, date], object]
_hooks: list[Freeze] = []


def on_decree(freeze: Freeze) -> Freeze:
    """``freeze(actor, roadmap, name, decree_number, decree_on)`` is called in the transaction of the decree."""
    _hooks.append(freeze)
    return freeze


def create(
    actor: Actor,
    institution: Institution,
    *,
    title: str,
    first_year: int,
    last_year: int | None = None,
    note: str = "",
) -> Roadmap:
    """A draft of a roadmap; without ``last_year`` it runs the years of the regulation. Raises :class:`Refused`."""
    actor.require(EDIT, institution)
    last = rules.last_year(first_year, packs.roadmap().years) if last_year is None else last_year
    words, faults = _title(title)
    faults |= _years(first_year, last)
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        hold(institution)
        there = Roadmap.objects.filter(
            institution=institution, first_year=first_year, deleted_at=None
        ).first()
        if there is not None:
            raise Refused({"first_year": _("“%(name)s” begins in the same year already.") % {"name": there}})
        row = Roadmap(
            institution=institution, title=words, first_year=first_year, last_year=last,
            note=initiative_rules.tidy(note)[: initiative_rules.LONGEST_TEXT], created_at=timezone.now(),
        )  # fmt: skip
        history.write(actor, institution, "edit", history.Writes(add=[row]))
    return row


def change(actor: Actor, roadmap: Roadmap, version: int, *, title: str, note: str = "") -> Roadmap:
    """Another title or note. Raises NotFound, :class:`Refused`, Conflict."""
    words, faults = _title(title)
    if faults:
        raise Refused(faults)
    return _change(
        actor, roadmap, version, EDIT, title=words,
        note=initiative_rules.tidy(note)[: initiative_rules.LONGEST_TEXT],
    )  # fmt: skip


def set_by_decree(actor: Actor, roadmap: Roadmap, version: int, number: str, day: date) -> Roadmap:
    """Set it by decree of the head of the region: its drafts become planned, and a baseline is frozen with the decree.

    Raises NotFound, :class:`Refused` (nothing in it, no number, a day that has not come, the years of another one), Conflict.
    """
    actor.require(SET, roadmap.institution)
    with transaction.atomic():
        row = _locked(actor, roadmap, SET)
        _fresh(row, version)
        words = " ".join(initiative_rules.tidy(number).split())
        faults = _decree_faults(row, words, day)
        if faults:
            raise Refused(faults)
        drafts = list(
            Initiative.objects.filter(roadmap=row.pk, deleted_at=None, state="draft").select_related(
                "unit", "goal"
            )
        )
        for one in drafts:
            one.institution, one.state = row.institution, "planned"
        row.state, row.decree_number, row.decree_on = "set", words, day
        history.write(actor, row.institution, "edit", history.Writes(change=[row, *drafts]))
        # It stays in the record, so it is told in the language of the house, not in that of the page.
        with override(settings.LANGUAGE_CODE):
            told = {"number": words, "day": formats.day(day, formats.language())}
            name = _("Decree %(number)s of %(day)s") % told
        for freeze in _hooks:
            freeze(actor, row, name[:200], words, day)
        bus.emit("roadmap.set", institution_id=row.institution_id, uid=str(row.uid))
    return row


def publish(actor: Actor, roadmap: Roadmap, version: int, public: bool = True) -> Roadmap:
    """Show it to the public, or take it back. A draft is not shown. Raises NotFound, :class:`Refused`, Conflict."""
    if public and roadmap.state == "draft" and actor.may(SET, roadmap.institution):
        raise Refused({"": _("A draft is not shown to the public. Set the roadmap by decree first.")})
    return _change(actor, roadmap, version, SET, public=public)


def end(actor: Actor, roadmap: Roadmap, version: int) -> Roadmap:
    """End it: it takes no more initiatives, and another may hold in its years. Raises NotFound, :class:`Refused`, Conflict."""
    if roadmap.state == "draft" and actor.may(SET, roadmap.institution):
        raise Refused({"": _("Only a roadmap that was set by decree ends. A draft is deleted.")})
    return _change(actor, roadmap, version, SET, state="ended")


def delete(actor: Actor, roadmap: Roadmap, version: int) -> None:
    """Take an empty draft away; the history can bring it back. Raises NotFound, :class:`Refused`, Conflict."""
    with transaction.atomic():
        row = _locked(actor, roadmap, EDIT)
        _fresh(row, version)
        if row.state != "draft":
            raise Refused({"": _("A roadmap that was set by decree stays. End it instead.")})
        count = Initiative.objects.filter(roadmap=row.pk, deleted_at=None).count()
        if count:
            raise Refused({"": _("%(n)s initiatives are in it. Take them out first.") % {"n": count}})
        history.write(actor, row.institution, "edit", history.Writes(delete=[row]))


# ---- helpers


def _title(title: str) -> tuple[str, dict[str, str]]:
    words = " ".join(initiative_rules.tidy(title).split())
    if not words:
        return words, {"title": _("Give the roadmap a title.")}
    if len(words) > rules.LONGEST_TITLE:
        fault = _("The title has %(n)s characters; at most %(most)s are kept. Shorten it.")
        return words, {"title": fault % {"n": len(words), "most": rules.LONGEST_TITLE}}
    return words, {}


def _years(first: int, last: int) -> dict[str, str]:
    facts = {"low": rules.FIRST_YEAR, "high": rules.LAST_YEAR}
    if not rules.FIRST_YEAR <= first <= rules.LAST_YEAR:
        return {"first_year": _("Accepted: a year from %(low)s to %(high)s.") % facts}
    if not first <= last <= first + 19:
        return {"last_year": _("The last year lies before the first, or more than twenty years after it.")}
    return {}


def _decree_faults(row: Roadmap, number: str, day: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    if row.state != "draft":
        faults[""] = _("This roadmap was set by decree already: %(number)s.") % {"number": row.decree_number}
    if not number or len(number) > rules.LONGEST_NUMBER:
        faults["decree_number"] = _("Write the number of the decree, at most %(most)s characters.") % {
            "most": rules.LONGEST_NUMBER
        }
    if day > timezone.localdate():
        faults["decree_on"] = _("This day has not come yet. Set the roadmap once the decree is signed.")
    elif day.year < rules.FIRST_YEAR:
        faults["decree_on"] = _("Accepted: a day from %(year)s on.") % {"year": rules.FIRST_YEAR}
    if not Initiative.objects.filter(roadmap=row.pk, deleted_at=None).exclude(state="cancelled").exists():
        faults.setdefault("", _("There is no initiative in it yet. Put initiatives into the roadmap first."))
    others = Roadmap.objects.filter(institution=row.institution, deleted_at=None, state="set").exclude(
        pk=row.pk
    )
    near = {(one.first_year, one.last_year): one for one in others}
    found = rules.overlap(row.first_year, row.last_year, list(near))
    if found is not None:
        faults.setdefault("", _("“%(name)s” holds in the same years. End it first.") % {"name": near[found]})
    return faults


def _locked(actor: Actor, roadmap: Roadmap, permission: str) -> Roadmap:
    hold(roadmap.institution)
    row = reach.roadmaps(actor, roadmap.institution).filter(pk=roadmap.pk).first()
    if row is None or not actor.may(permission, roadmap.institution):
        raise NotFound
    row.institution = roadmap.institution
    return row


def _fresh(row: Roadmap, version: int) -> None:
    if row.version != version:
        raise history.Conflict([row.title])


def _change(actor: Actor, roadmap: Roadmap, version: int, permission: str, **fields: Any) -> Roadmap:
    with transaction.atomic():
        row = _locked(actor, roadmap, permission)
        _fresh(row, version)
        if all(getattr(row, name) == value for name, value in fields.items()):
            return row
        for name, value in fields.items():
            setattr(row, name, value)
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row
