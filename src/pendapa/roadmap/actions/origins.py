"""Verbs by which initiatives are born: of gaps, of a decided request, of the drafts of a plan. All through the verbs of
initiatives, so that the same rights and faults hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture.queries.gaps import findings, words
from pendapa.clearance.rules import flow
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.actions import initiatives
from pendapa.roadmap.models import Initiative, Roadmap
from pendapa.roadmap.permissions import EDIT
from pendapa.roadmap.queries import origins as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.rules import origins as origin_rules

MOST = 200
"""So many gaps or drafts are taken at once at most."""


@dataclass(frozen=True)
class Made:
    """The drafts that were made, and how many of what was asked had become an initiative before."""

    initiatives: list[Initiative]
    before: int


# ------------------------------------------------------------------------------------------------------------------ gaps


def from_gaps(
    actor: Actor, institution: Institution, uids: Sequence[UUID | str], *, gathered: bool = False
) -> Made:
    """A draft for each open gap, or (``gathered``) one for all gaps of a rule and owner; none for those that became one before.

    All or none. Raises NotFound where a gap is absent, closed, not to be seen, or of a unit for which the actor writes no
    drafts, and :class:`Refused` where nothing or too much is ticked.
    """
    wanted = list(dict.fromkeys(str(uid) for uid in uids))
    if not wanted:
        raise Refused({"gaps": _("Tick at least one gap.")})
    if len(wanted) > MOST:
        raise Refused(
            {"gaps": _("At most %(most)s gaps at once; %(n)s are ticked.") % {"most": MOST, "n": len(wanted)}}
        )
    with transaction.atomic():
        hold(institution)  # two people who turn the same gap get one initiative
        found = findings(actor, institution, wanted)
        if len(found) < len(wanted):
            raise NotFound
        known = queries.with_initiatives(actor, institution, found)
        fresh = [one for one in known if one.initiative is None]
        if any(not one.may for one in fresh):
            raise NotFound
        groups: dict[tuple[str, ...], list[queries.OpenGap]] = defaultdict(list)
        for one in fresh:
            owner = str(one.owner.uid) if one.owner else ""
            groups[(one.gap.key, owner) if gathered else (one.gap.uid,)].append(one)
        parts = [
            some[n : n + rules.MOST_ROWS]
            for some in groups.values()
            for n in range(0, len(some), rules.MOST_ROWS)
        ]
        rows = [initiatives.create(actor, institution, _of_gaps(some)) for some in parts]
    return Made(rows, len(known) - len(fresh))


def _of_gaps(some: Sequence[queries.OpenGap]) -> rules.Values:
    """Title, content, owner, elements and day of what closes these gaps of one rule."""
    first, language = some[0], get_language() or "id"
    rule = first.gap.rule
    message = words(rule.message, language) if rule else first.gap.key
    if len(some) == 1:
        title = _("%(gap)s: %(element)s") % {"gap": message, "element": first.gap.name}
    else:
        title = _("%(gap)s: %(n)s elements of %(unit)s") % {
            "gap": message, "n": len(some), "unit": first.owner.name if first.owner else "–",
        }  # fmt: skip
    reasons = [one.gap.decided.reason for one in some if one.gap.decided and one.gap.decided.reason]
    days = [one.gap.decided.due for one in some if one.gap.decided and one.gap.decided.due]
    texts = [words(rule.about, language), words(rule.advice, language)] if rule else []
    return rules.Values(
        title=origin_rules.shortened(title, rules.LONGEST_TITLE),
        content=origin_rules.CONTENT.get(first.gap.domain, ""),
        description="\n".join([*texts, *dict.fromkeys(reasons)])[: rules.LONGEST_TEXT],
        unit=first.owner.uid if first.owner else None,
        ends_on=max(days) if days else None,
        year=max(days).year if days else timezone.localdate().year,
        elements=tuple((UUID(one.gap.element), "change") for one in some),
        origin="gap",
        origin_uid=UUID(first.gap.uid),
    )


# -------------------------------------------------------------------------------------------------------------- requests


def from_request(actor: Actor, institution: Institution, uid: UUID | str) -> Made:
    """A draft of a request that was decided to go ahead; its conditions stand in the note. Once only.

    Raises NotFound for a request that is absent, not to be read, not decided so, or of a unit for which the actor writes none.
    """
    with transaction.atomic():
        hold(institution)
        found = queries.request(actor, institution, uid)
        if found is None:
            raise NotFound
        if found.initiative is not None:
            return Made([], 1)
        if not found.may:
            raise NotFound
        row = initiatives.create(actor, institution, _of_request(found))
    return Made([row], 0)


def _of_request(found: queries.Request) -> rules.Values:
    row, answers = found.row, found.row.answers
    told = [_("Recommendation %(number)s.") % {"number": row.reference}]
    if row.decision == flow.CONDITIONS and row.decision_text:
        told.append(_("Conditions: %(text)s") % {"text": row.decision_text})
    ceiling, code = _money(answers.get("pagu")), str(answers.get("kode_program") or "").strip()
    code = code if rules.is_code(code) else ""
    budgets = (rules.BudgetRow(row.year, code, planned=ceiling),) if ceiling is not None or code else ()
    return rules.Values(
        title=origin_rules.shortened(row.title, rules.LONGEST_TITLE),
        content="applications",
        description=str(answers.get("maksud_tujuan") or "")[: rules.LONGEST_TEXT],
        output=str(answers.get("ruang_lingkup") or "")[: rules.LONGEST_TEXT],
        unit=row.unit.uid,
        year=row.year,
        cost=ceiling,
        note="\n".join(told)[: rules.LONGEST_TEXT],
        budgets=budgets,
        origin="clearance",
        origin_uid=row.uid,
    )


def _money(value: object) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


# ----------------------------------------------------------------------------------------------------------------- plans


@dataclass(frozen=True)
class Taken:
    """A draft of a plan as it goes into a roadmap: read at ``version``, with its days (None: its whole year)."""

    uid: UUID
    version: int
    starts_on: date | None = None
    ends_on: date | None = None


def take_drafts(actor: Actor, roadmap: Roadmap, drafts: Sequence[Taken]) -> int:
    """Put drafts of plans into a roadmap, as planned work with their days. All or none; returns how many.

    Raises NotFound, :class:`Refused` (by uid: days in the wrong order or outside the years of the roadmap), Conflict.
    """
    institution = roadmap.institution
    if not actor.scope(EDIT, institution).everything:
        raise NotFound
    if not drafts:
        raise Refused({"drafts": _("Tick at least one draft.")})
    if len(drafts) > MOST:
        raise Refused(
            {
                "drafts": _("At most %(most)s drafts at once; %(n)s are ticked.")
                % {"most": MOST, "n": len(drafts)}
            }
        )
    asked = {one.uid: one for one in drafts}
    with transaction.atomic():
        hold(institution)
        now = reach.roadmaps(actor, institution).filter(pk=roadmap.pk).first()
        if now is None:
            raise NotFound
        rows = list(queries.plan_drafts(actor, institution).filter(uid__in=asked))
        if len(rows) < len(asked):
            gone = Initiative.objects.filter(institution=institution, uid__in=asked, deleted_at=None)
            taken = [one.title for one in gone if one.roadmap_id or one.state != "draft"]
            raise history.Conflict(taken) if taken else NotFound
        faults = {}
        for row in rows:
            one, (first, last) = asked[row.uid], origin_rules.whole_year(row.year)
            row.institution, row.version, row.state = institution, one.version, "planned"
            row.starts_on, row.ends_on = one.starts_on or first, one.ends_on or last
            row.year = row.starts_on.year
            if fault := _fault(now, row):
                faults[str(row.uid)] = fault
        if faults:
            raise Refused(faults)
        history.write(actor, institution, "edit", history.Writes(change=list(rows)))
        return initiatives.put_in(actor, now, rows)


def _fault(roadmap: Roadmap, row: Initiative) -> str:
    starts_on, ends_on = row.starts_on, row.ends_on
    left = row.unit.valid_to if row.unit else None
    if left is not None and left < timezone.localdate():
        return _("Its owner no longer exists. Give it to another agency first.")
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return _("The end lies before the start.")
    if starts_on.year not in roadmap.years or ends_on.year not in roadmap.years:
        return _("The days lie outside the years of the roadmap (%(first)s–%(last)s).") % {
            "first": roadmap.first_year, "last": roadmap.last_year,
        }  # fmt: skip
    return ""
