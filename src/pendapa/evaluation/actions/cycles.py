"""Verbs of a cycle: begin, set deadlines, pass a step, agree, send back; and who may set a level now. The only writers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import editions
from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, Member
from pendapa.evaluation.permissions import AGREE, ANSWER, EDIT, JUDGE, RUN
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import editions as known_editions
from pendapa.evaluation.queries import reach
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import steps as rules
from pendapa.kernel.access.actor import Actor, NotFound, office
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_WORDS = 4000


class AlreadyBegun(Refused):
    """The year has such a round already: ``cycle``."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        super().__init__({"year": _("This round is there already: %(name)s.") % {"name": cycle}})


def ensure(
    actor: Actor, institution: Institution, year: int, instrument: str, *, step: str = "self"
) -> Cycle:
    """The cycle of a year under an instrument, begun at ``step`` where there is none. Rights are the caller's to check.

    To be called with the institution held, inside a transaction. ``step`` is a key of the pack or the name of a sheet; a
    round that is not guided goes on to the step of the latest sheet.
    """
    pack = packs.cycle()
    key = rules.key_of(pack, step)
    there = Cycle.objects.filter(institution=institution, year=year, instrument=instrument, deleted_at=None)
    found = there.select_related("edition", "institution").first()
    if found is not None:
        order = [one.key for one in pack.steps]
        if not queries.is_guided(found) and order.index(queries.step(found).key) < order.index(key):
            found.step = key
            history.write(actor, institution, "edit", history.Writes(change=[found]))
        return found
    cycle = Cycle(
        institution=institution, year=year, instrument=instrument, step=key,
        edition=editions.frozen(actor, institution, instrument),
    )  # fmt: skip
    history.write(actor, institution, "edit", history.Writes(add=[cycle]))
    return cycle


def begin(
    actor: Actor,
    institution: Institution,
    year: int,
    instrument: str,
    kind: str,
    *,
    previous: Cycle | None = None,
    visit: bool = False,
) -> Cycle:
    """Begin a round at its first step, with an empty sheet of the self-assessment.

    From ``previous`` come the team and, under the same instrument, the units that answer (without their days) and the target.
    Raises :class:`Refused`, :class:`AlreadyBegun`.
    """
    actor.require(RUN, institution)
    _check_beginning(institution, year, instrument, kind)
    with transaction.atomic():
        hold(institution)  # two people who begin the same round at once get one
        there = Cycle.objects.filter(
            institution=institution, year=year, instrument=instrument, deleted_at=None
        )
        if (found := there.select_related("institution").first()) is not None:
            raise AlreadyBegun(found)
        first = packs.cycle().steps[0]
        cycle = Cycle(
            institution=institution, year=year, instrument=instrument, kind=kind, step=first.key, visit=visit,
            edition=editions.frozen(actor, institution, instrument), previous=previous,
            steps_done=[_entry(actor, institution, first.key, begun=True)],
        )  # fmt: skip
        sheet = Assessment(
            institution=institution, cycle=cycle, year=year, instrument=instrument, stage="self",
            target=_last_target(previous, instrument),
        )  # fmt: skip
        parts = [history.Writes(add=[cycle]), history.Writes(add=_copied(cycle, previous))]
        history.write(actor, institution, "edit", _with_keys(cycle, parts, sheet))
        bus.emit("evaluation.cycle_begun", institution_id=institution.pk, cycle_uid=str(cycle.uid))
    return cycle


def _with_keys(cycle: Cycle, parts: list[history.Writes], sheet: Assessment) -> Any:
    """What points to the cycle is written once the cycle has its key."""
    yield parts[0]
    for row in (sheet, *parts[1].add):
        row.cycle = cycle  # type: ignore[attr-defined]
    yield history.Writes(add=[sheet, *parts[1].add])


def _check_beginning(institution: Institution, year: int, instrument: str, kind: str) -> None:
    faults = {}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        faults["year"] = _("“%(given)s” is no year of an assessment. Accepted: %(low)s–%(high)s.") % {
            "given": str(year)[:20], "low": FIRST_YEAR, "high": LAST_YEAR,
        }  # fmt: skip
    if instrument not in (ids := known_editions.known(institution)):
        faults["instrument"] = _("“%(given)s” is no known instrument. Accepted: %(known)s.") % {
            "given": instrument[:40], "known": ", ".join(ids),
        }  # fmt: skip
    if packs.cycle().kind(kind) is None:
        known = ", ".join(one.key for one in packs.cycle().kinds)
        faults["kind"] = _("“%(given)s” is no kind of a round. Accepted: %(known)s.") % {
            "given": kind[:20], "known": known,
        }  # fmt: skip
    if faults:
        raise Refused(faults)


def _copied(cycle: Cycle, previous: Cycle | None) -> list[Recorded]:
    if previous is None:
        return []
    assert previous.institution_id == cycle.institution_id
    rows: list[Recorded] = [
        Member(
            institution=cycle.institution, cycle=cycle, user=one.user, name=one.name, office=one.office,
            function=one.function, field=one.field,
        )
        for one in queries.members_of(previous).select_related("user")
    ]  # fmt: skip
    if previous.instrument == cycle.instrument:
        rows += [
            Duty(
                institution=cycle.institution, cycle=cycle, indicator=one.indicator, unit=one.unit, lead=one.lead
            )
            for one in Duty.objects.filter(cycle=previous, deleted_at=None, unit__deleted_at=None).select_related("unit")
        ]  # fmt: skip
    return rows


def _last_target(previous: Cycle | None, instrument: str) -> str:
    if previous is None or previous.instrument != instrument:
        return ""
    found = Assessment.objects.filter(cycle=previous, deleted_at=None).exclude(target="").first()
    return found.target if found else ""


# ---- deadlines


def set_deadlines(
    actor: Actor, cycle: Cycle, deadlines: Mapping[str, date | None], version: int, *, visit: bool = False
) -> Cycle:
    """Say until when each step is to be done (None: not said) and whether there is a visit. Raises :class:`Refused`, Conflict."""
    actor.require(RUN, cycle.institution)
    with transaction.atomic():
        row = _locked(cycle, version)
        row.visit = visit
        steps = queries.way(row)
        known = {one.key: one for one in steps}
        faults = {key: _("This round has no such step.") for key in deadlines if key not in known}
        days = {key: day for key, day in deadlines.items() if day is not None}
        for key, earlier in rules.disordered(steps, days).items():
            faults[key] = _("This day lies before that of “%(earlier)s”.") % {
                "earlier": words(known[earlier].label)
            }
        for key, day in days.items():
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                faults[key] = _("“%(given)s” is no day of this round.") % {"given": day.isoformat()}
        if faults:
            raise Refused(faults)
        row.deadlines = {key: day.isoformat() for key, day in days.items()}
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row


# ---- steps


def pass_step(actor: Actor, cycle: Cycle, version: int, note: str = "") -> Cycle:
    """Go on to the next step. Raises :class:`Refused` with what is missing, NotFound for who does not pass it, Conflict.

    Where the coordinator does the step, :func:`agree` passes it.
    """
    with transaction.atomic():
        row = _locked(cycle, version)
        here = queries.step(row)
        if not queries.may_pass(actor, row):
            raise NotFound
        follows = rules.after(queries.way(row), here.key)
        if follows is None:
            raise Refused({"step": _("The round is closed already.")})
        _refuse_lacks(actor, row)
        entry = _entry(actor, row.institution, here.key, note)
        return _move(actor, row, follows.key, entry, valid="valid" if _validates(here.key) else "")


def agree(actor: Actor, cycle: Cycle, version: int, consent: bool, note: str = "") -> Cycle:
    """The coordinator agrees to the official record and says whether the result may be published.

    An approval in the application, not a certified electronic signature. Raises :class:`Refused`, Conflict.
    """
    actor.require(AGREE, cycle.institution)
    with transaction.atomic():
        row = _locked(cycle, version)
        here = queries.step(row)
        follows = rules.after(queries.way(row), here.key)
        if "consent" not in here.needs or follows is None:
            raise Refused(
                {"step": _("The round stands at “%(step)s”; there is nothing to agree to now.") % {"step": words(here.label)}}
            )  # fmt: skip
        row.consent, row.consent_text = consent, _short(note)
        _refuse_lacks(actor, row)
        entry = _entry(actor, row.institution, here.key, note) | {"consent": consent}
        return _move(actor, row, follows.key, entry)


def send_back(actor: Actor, cycle: Cycle, version: int, to: str, reason: str) -> Cycle:
    """Go back to an earlier step, with a reason. What the coordinator agreed to falls with it where it lies behind.

    Raises :class:`Refused`, NotFound, Conflict.
    """
    with transaction.atomic():
        row = _locked(cycle, version)
        if not queries.may_send_back(actor, row):
            raise NotFound
        here = queries.step(row)
        earlier = {one.key: one for one in rules.before(queries.way(row), here.key)}
        faults = {}
        if to not in earlier:
            faults["to"] = _("Choose an earlier step.")
        if not reason.strip():
            faults["reason"] = _("Say why it is sent back.")
        if faults:
            raise Refused(faults)
        order = [one.key for one in queries.way(row)]
        agreed = next((one.key for one in queries.way(row) if "consent" in one.needs), None)
        if agreed is not None and order.index(to) <= order.index(agreed) and row.consent is not None:
            if Assessment.objects.filter(cycle=row, is_public=True, deleted_at=None).exists():
                raise Refused({"to": _("The public can see a result of this round. Take it back first.")})
            row.consent, row.consent_text = None, ""
        entry = _entry(actor, row.institution, here.key, reason) | {"to": to, "back": True}
        reopened = any(_validates(key) for key in order[order.index(to) :])
        return _move(actor, row, to, entry, valid="ready" if reopened else "")


def _validates(key: str) -> bool:
    """The step in which the responsible officer validates: answers are handed in and the internal levels stand."""
    needs = packs.cycle().step(key).needs
    return "answers" in needs and "internal_levels" in needs


def _refuse_lacks(actor: Actor, row: Cycle) -> None:
    missing = rules.lacks(queries.step(row), queries.facts(actor, row))
    if missing:
        raise Refused({one.key: queries.lack_words(one) for one in missing})


def _move(actor: Actor, row: Cycle, to: str, entry: dict[str, Any], *, valid: str = "") -> Cycle:
    """Write the new step, the sheets that it opens, and what it does to the answers (``valid``: their new state)."""
    left, row.step, row.steps_done = row.step, to, [*row.steps_done, entry]
    writes = history.Writes(change=[row])
    there = set(queries.sheets(row))
    for stage in packs.cycle().step(to).sheets:
        if stage not in there:
            writes.add.append(
                Assessment(
                    institution=row.institution, cycle=row, year=row.year, instrument=row.instrument, stage=stage
                )
            )  # fmt: skip
    if valid:
        answers = Answer.objects.filter(cycle=row, deleted_at=None)
        for answer in answers.filter(state="ready" if valid == "valid" else "valid"):
            answer.state = valid
            writes.change.append(answer)
    history.write(actor, row.institution, "edit", writes, reason=entry["note"])
    bus.emit(
        "evaluation.step_changed", institution_id=row.institution_id, cycle_uid=str(row.uid), year=row.year,
        instrument=row.instrument, left=left, step=to,
    )  # fmt: skip
    return row


def _entry(
    actor: Actor, institution: Institution, step: str, note: str = "", *, begun: bool = False
) -> dict[str, Any]:
    held = actor.roles(institution)
    entry: dict[str, Any] = {
        "step": step, "at": timezone.now().isoformat(timespec="seconds"), "by": actor.name,
        "office": office(held[0]) if held else "", "note": _short(note),
    }  # fmt: skip
    return entry | {"begun": True} if begun else entry


def _short(text: str) -> str:
    return text.strip()[:MOST_WORDS]


def _locked(cycle: Cycle, version: int) -> Cycle:
    """The cycle as it is now, with its institution held. Raises Conflict where it is no longer at ``version``."""
    hold(cycle.institution)
    row = queries.fresh(cycle)
    if row.version != version:
        raise history.Conflict([str(row)])
    return row


# ---- who may set a level


def may_set(actor: Actor, cycle: Cycle, stage: str, indicator: str) -> bool:
    """May the actor set the level of an indicator in a sheet now? By right, and by the step at which the round stands."""
    own = reachable(actor, cycle, stage)
    if own is not None and indicator not in own:
        return False
    now = open_now(cycle, stage)
    return now is None or indicator in now


def reachable(actor: Actor, cycle: Cycle, stage: str) -> set[str] | None:
    """Indicators whose levels the actor may set in a sheet by right, whatever the step; None: every one.

    The own sheet belongs to the units that answer and to the secretariat, the internal one to the assessors, the external one
    to who enters it. Where sheets were opened on their own, the secretariat and the assessors fill in all of them.
    """
    institution, guided = cycle.institution, queries.is_guided(cycle)
    if not guided and actor.may(EDIT, institution):
        return None
    if stage == "self":
        return reach.indicators(actor, cycle, ANSWER)
    wanted = (JUDGE,) if stage == "internal" else (RUN, JUDGE)
    return None if guided and any(actor.may(one, institution) for one in wanted) else set()


def open_now(cycle: Cycle, stage: str) -> set[str] | None:
    """Indicators of a sheet that are open in the step at which the round stands; None: every one."""
    if not queries.is_guided(cycle):
        return None
    step = queries.step(cycle)
    if rules.may_be_set(step, stage, returned=False):
        return None
    return queries.returned(cycle) if rules.may_be_set(step, stage, returned=True) else set()


def takes_revisions(cycle: Cycle) -> bool:
    """Whether what is returned to a unit now could be revised by it."""
    return not queries.is_guided(cycle) or rules.may_be_set(queries.step(cycle), "self", returned=True)


def closed_words(cycle: Cycle, stage: str) -> str:
    """Why a sheet takes no levels now, and what can be done."""
    sheet = str(dict(Assessment.STAGES)[stage])
    return _("“%(sheet)s” is closed: the round stands at “%(step)s”. The secretariat can send it back.") % {
        "sheet": sheet, "step": words(queries.step(cycle).label),
    }  # fmt: skip
