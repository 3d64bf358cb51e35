"""Verbs of clearance: begin, fill in, hand in, return, recommend, justify, decide. The only writers.

:class:`Refused` says in words why something cannot be done, by field; ``history.Conflict`` that somebody changed it meanwhile;
what is not granted is ``NotFound``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture.queries import visible as visible_elements
from pendapa.clearance import queries, wording
from pendapa.clearance.models import ClearanceFacts, ClearanceRequest, ClearanceStep
from pendapa.clearance.permissions import WRITE
from pendapa.clearance.rules import checks, flow, form
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.documents import queries as documents
from pendapa.kernel.documents.rules import numbered
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Revision
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.kernel.waiting import ports as waiting
from pendapa.regulations.clearance import Field

FIRST_YEAR, LAST_YEAR = 2015, 2100
COMMENT = 2_000
"""Words that may be said with a move, as many as a long answer has."""


class Incomplete(Refused):
    """It cannot be handed in yet. ``missing`` are the questions without an answer, ``risks`` whether a risk is missing."""

    def __init__(self, missing: Sequence[Field], risks: bool) -> None:
        self.missing, self.risks = list(missing), risks
        told = {one.key: wording.empty(one) for one in missing}
        if risks:
            told["risks"] = _("No row of the list of risks is complete.")
        super().__init__(told)


class Stale(history.Conflict):
    """Somebody else changed the same answers meanwhile; nothing was written. ``theirs`` maps the question to what stands now."""

    def __init__(self, row: ClearanceRequest, theirs: dict[str, Any]) -> None:
        self.row, self.theirs = row, theirs
        super().__init__([wording.label(queries.pack().field(key)) for key in theirs] or [row.title])


# ---- writing it


def begin(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    *,
    title: str,
    year: int,
    answers: Mapping[str, Any] | None = None,
) -> ClearanceRequest:
    """A new request of a unit for a budget year, with what is answered already. Raises :class:`Refused`."""
    actor.require(WRITE, institution, unit)
    question = queries.pack().field("judul")
    kept, faults = _answers(actor, institution, {}, {**(answers or {}), "judul": title})
    if "judul" not in faults and not kept.get("judul"):
        faults["judul"] = wording.empty(question)
    faults |= _year_faults(year)
    if faults:
        raise Refused(faults)
    now = timezone.now()
    with transaction.atomic():
        hold(institution)
        if not Unit.objects.filter(pk=unit.pk, institution=institution, deleted_at=None).exists():
            raise NotFound
        row = ClearanceRequest(
            institution=institution, unit=unit, year=year, title=kept["judul"], answers={key: value for key, value in kept.items() if value},
            author=actor.user, author_name=actor.name, created_at=now, moved_at=now,
        )  # fmt: skip
        row.moving = True
        history.write(actor, institution, "edit", history.Writes(add=[row]), unit=unit)
        _said(actor, row, "begin")
    return row


def save(
    actor: Actor,
    row: ClearanceRequest,
    version: int,
    answers: Mapping[str, Any],
    *,
    year: int | None = None,
) -> ClearanceRequest:
    """Set the answers that are named, as they were typed; the request was read at ``version``. Parts may stay empty.

    What others changed meanwhile stays, unless it is the same question: :class:`Stale`. Raises :class:`Refused` with a fault
    for each wrong answer; then nothing is written.
    """
    actor.require(WRITE, row.institution, row.unit)
    with transaction.atomic():
        now = _locked(actor, row, WRITE)
        _open_to_write(now)
        cleaned, faults = _answers(actor, now.institution, now.answers, answers)
        if "judul" in answers and not cleaned.get("judul"):
            faults.setdefault("judul", wording.empty(queries.pack().field("judul")))
        if year is not None:
            faults |= _year_faults(year)
        if faults:
            raise Refused(faults)
        before = _at(now, version)
        mine = form.changed(before, cleaned, answers)
        theirs = {
            key for key in form.changed(before, now.answers, mine) if now.answers.get(key) != cleaned.get(key)
        }
        if theirs:
            raise Stale(now, {key: now.answers.get(key, "") for key in sorted(theirs)})
        merged = now.answers | {key: cleaned.get(key) for key in mine}
        merged = {key: value for key, value in merged.items() if value}
        if merged == now.answers and year in (None, now.year):
            return now
        now.answers, now.title = merged, merged["judul"]
        now.year = now.year if year is None else year
        return _write(actor, now)


def save_risks(
    actor: Actor, row: ClearanceRequest, version: int, rows: Sequence[Mapping[str, Any]]
) -> ClearanceRequest:
    """Replace the list of risks; rows without any value fall away. Faults are keyed ``row.column``, rows from 0.

    Raises :class:`Refused`, and ``Conflict`` when somebody changed the list meanwhile.
    """
    actor.require(WRITE, row.institution, row.unit)
    pack = queries.pack()
    cleaned: list[form.Risk] = []
    faults: dict[str, str] = {}
    for index, given in enumerate(rows):
        one, wrong = form.risk(pack.risks.columns, given, pack.words)
        faults |= {f"{index}.{key}": wording.told(fault) for key, fault in wrong.items()}
        if one:
            cleaned.append(one)
    if len(cleaned) > pack.risks.most:
        faults[""] = _("There are more than %(most)s risks.") % {"most": pack.risks.most}
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        now = _locked(actor, row, WRITE)
        _open_to_write(now)
        if _at(now, version, "risks") != now.risks and now.risks != cleaned:
            raise history.Conflict([now.title])
        if cleaned == now.risks:
            return now
        now.risks = cleaned
        return _write(actor, now)


@transaction.atomic
def save_whole(
    actor: Actor,
    row: ClearanceRequest,
    version: int,
    answers: Mapping[str, Any],
    *,
    risks: Sequence[Mapping[str, Any]] | None = None,
    year: int | None = None,
) -> ClearanceRequest:
    """Answers, budget year and list of risks together, or nothing of it. Raises what :func:`save` and :func:`save_risks`
    raise."""
    hold(row.institution)
    if risks is not None:
        save_risks(actor, row, version, risks)
    return save(actor, row, version, answers, year=year)


# ---- on its way


def move(actor: Actor, row: ClearanceRequest, verb: str, version: int, comment: str = "") -> ClearanceRequest:
    """``hand_in``, ``submit``, ``return``, ``withdraw`` or ``reopen``. Raises :class:`Refused` (:class:`Incomplete` where
    something is missing), ``Conflict`` on a stale version, NotFound for who holds no office in it."""
    if verb not in ("hand_in", "submit", "return", "withdraw", "reopen"):
        raise NotFound
    words = _comment(comment, needed=verb == "return")
    if verb == "submit":
        _compare(actor, row)
    with transaction.atomic():
        now = _locked(actor, row, version=version)
        now.state = _after(actor, now, verb)
        if verb in ("hand_in", "submit"):
            _complete(now)
        if now.state == flow.SUBMITTED:
            now.submitter = actor.user
            _number(now)
            now.verdict = now.verdict_text = now.justification = ""  # they were about another text
            _keep(now, "submitted")
        _write(actor, now, reason=words)
        _said(actor, now, verb, words)
    return now


def recommend(actor: Actor, row: ClearanceRequest, version: int, verdict: str, text: str) -> ClearanceRequest:
    """What the secretariat recommends, and why. A check that blocks stops what lets the spending go ahead, unless the leader
    has written a justification. Raises :class:`Refused`, ``Conflict``."""
    words = _judgement(verdict, text)
    if verdict in flow.AHEAD:
        _compare(actor, row)
    with transaction.atomic():
        now = _locked(actor, row, version=version)
        now.state = _after(actor, now, "recommend")
        _stop(now, verdict, now.justification)
        now.verdict, now.verdict_text = verdict, words
        _write(actor, now, reason=words)
        _said(actor, now, "recommend", words, verdict)
    return now


def justify(actor: Actor, row: ClearanceRequest, version: int, text: str) -> ClearanceRequest:
    """Why the request goes ahead although a check blocks it, by the leader alone; an empty text takes it back."""
    words = _comment(text, field="justification")
    if not words:
        _compare(actor, row)
    with transaction.atomic():
        now = _locked(actor, row, version=version)
        if flow.LEADER not in queries.offices(actor, now):
            raise _closed(actor, now, "justify")
        if now.state not in flow.JUSTIFIABLE:
            raise Refused({"": _told(now)})
        if words == now.justification:
            return now
        if now.state == flow.RECOMMENDED and not words:
            _stop(now, now.verdict, "")
        now.justification = words
        _write(actor, now, reason=words)
        _said(actor, now, "justify", words)
    return now


def decide(
    actor: Actor,
    row: ClearanceRequest,
    version: int,
    verdict: str,
    text: str,
    *,
    justification: str = "",
) -> ClearanceRequest:
    """Decide, by somebody else than who asked; the letter gets its number and keeps how its head stands today.

    ``justification`` is taken from the leader alone. Raises :class:`Refused`, ``Conflict``.
    """
    words, why = _judgement(verdict, text), _comment(justification, field="justification")
    _compare(actor, row)
    with transaction.atomic():
        now = _locked(actor, row, version=version)
        now.state = _after(actor, now, "decide")
        if why and flow.LEADER in queries.offices(actor, now):
            now.justification = why
        _stop(now, verdict, now.justification)
        now.decision, now.decision_text = verdict, words
        _letter(now)
        _keep(now, "decided")
        _write(actor, now, reason=words)
        _said(actor, now, "decide", words, verdict)
        bus.emit("clearance.decided", institution_id=now.institution_id, uid=str(now.uid), decision=verdict)
    return now


def _after(actor: Actor, row: ClearanceRequest, verb: str) -> str:
    """The state after a verb; NotFound for who holds no office that ever does it."""
    held = queries.offices(actor, row)
    if not any(one.verb == verb and one.office in held for one in flow.MOVES):
        raise _closed(actor, row, verb)
    try:
        return flow.after(row.state, verb, held, headed=queries.headed(row.unit))
    except flow.Impossible:
        if verb == "submit" and row.is_open:
            raise Refused({"": _("This agency has a head: hand it to the head, who submits it.")}) from None
        raise Refused({"": _told(row)}) from None


def _closed(actor: Actor, row: ClearanceRequest, verb: str) -> Exception:
    """Why a verb is not the actor's: it would be, had somebody else asked; or it never is."""
    if queries.own(actor, row, verb):
        return Refused({"": wording.own(verb)})
    return NotFound()


def _compare(actor: Actor, row: ClearanceRequest) -> None:
    """Compare with the whole register before others have to wait for it: what is found is remembered."""
    if queries.offices(actor, row):
        queries.gather(row)


def _told(row: ClearanceRequest) -> str:
    return _("That cannot be done now: the request is “%(state)s”.") % {"state": row.get_state_display()}


def _complete(row: ClearanceRequest) -> None:
    pack = queries.pack()
    missing = form.missing(pack, row.answers)
    risks = not any(form.complete(pack.risks.columns, one) for one in row.risks)
    if missing or risks:
        raise Incomplete(missing, risks)


def _stop(row: ClearanceRequest, verdict: str, justification: str) -> None:
    """A check that blocks: told with its reason, and who may open the way."""
    if verdict not in flow.AHEAD or justification.strip():
        return
    stops = queries.national_warning(row)
    if flow.stopped(verdict, stops, justification):
        why = " ".join(one.reason(formats.language()) for one in stops)
        raise Refused(
            {
                "verdict": _(
                    "%(why)s It cannot go ahead unless the regional secretary writes a justification first."
                )
                % {"why": why}
            }
        )


def _number(row: ClearanceRequest) -> None:
    """The next number of this year; once given it stays."""
    if row.number:
        return
    year = timezone.localdate().year
    given = ClearanceRequest.objects.filter(institution=row.institution, number_year=year)
    row.number_year, row.number = year, (given.aggregate(last=Max("number"))["last"] or 0) + 1


def _letter(row: ClearanceRequest) -> None:
    """Number and head of the letter, as they hold today."""
    day = timezone.localdate()
    given = ClearanceRequest.objects.filter(institution=row.institution, letter_year=day.year)
    number = (given.aggregate(last=Max("letter_number"))["last"] or 0) + 1
    head = documents.letterhead(row.institution)
    row.letter_year, row.letter_number = day.year, number
    row.letter = {
        "number": numbered(head.number_pattern, str(number), day),
        "day": day.isoformat(),
        "official": dict(vars(head.official)),
    }


def _keep(row: ClearanceRequest, moment: str) -> None:
    known = checks.plain(queries.gather(row))
    ClearanceFacts.objects.create(request=row, moment=moment, facts=known, at=timezone.now())


# ---- helpers


def _locked(
    actor: Actor, row: ClearanceRequest, permission: str = "", version: int | None = None
) -> ClearanceRequest:
    """The request as it stands now, with everybody else waiting; NotFound where the actor may not read it any more."""
    hold(row.institution)
    now = queries.request(actor, row.institution, row.uid)
    if permission:
        actor.require(permission, now.institution, now.unit)
    if version is not None and now.version != version:
        raise history.Conflict([now.title])
    now.moving = True
    return now


def _open_to_write(row: ClearanceRequest) -> None:
    if not row.is_open:
        raise Refused({"": _told(row)})


def _write(actor: Actor, row: ClearanceRequest, reason: str = "") -> ClearanceRequest:
    row.moved_at = timezone.now()
    history.write(actor, row.institution, "edit", history.Writes(change=[row]), reason=reason, unit=row.unit)
    return row


def _said(actor: Actor, row: ClearanceRequest, verb: str, comment: str = "", verdict: str = "") -> None:
    ClearanceStep.objects.create(
        request=row, verb=verb, verdict=verdict, by=actor.user, by_name=actor.name,
        office=_office(actor, row), comment=comment, at=row.moved_at,
    )  # fmt: skip
    row.took_part = None
    if actor.user is not None:
        waiting.forget(actor.user.pk, row.institution_id)
    bus.emit("clearance.moved", institution_id=row.institution_id, uid=str(row.uid), verb=verb)


def _office(actor: Actor, row: ClearanceRequest) -> str:
    actor.here = actor.here or row.institution
    return actor.role_label


def _at(row: ClearanceRequest, version: int, field: str = "answers") -> Any:
    """A field as it stood in an earlier version; an unknown version is as old as can be."""
    if version == row.version:
        return getattr(row, field)
    kept = Revision.objects.filter(target_uid=row.uid, version=version).first()
    return (kept.snapshot.get(field) if kept else None) or ({} if field == "answers" else [])


def _answers(
    actor: Actor, institution: Institution, before: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Cleaned answers of what is given, and faults by question. Things that the actor may not see cannot be named; those that
    stood there already stay."""
    pack = queries.pack()
    known = {field.key: field for field in pack.fields}
    cleaned: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for key, value in given.items():
        if key not in known:
            faults[key] = _("The form has no question “%(key)s”.") % {"key": key[:60]}
            continue
        try:
            cleaned[key] = form.clean(known[key], value, pack.words)
        except form.Faulty as fault:
            faults[key] = wording.told(fault)
            continue
        if known[key].type == "elements":
            cleaned[key] = _elements(
                actor, institution, known[key], before.get(key) or [], cleaned[key], faults
            )
        elif known[key].type in ("unit", "units"):
            _check_units(institution, key, cleaned[key], faults)
    return cleaned, faults


def _elements(
    actor: Actor,
    institution: Institution,
    field: Field,
    before: Sequence[str],
    chosen: Iterable[str],
    faults: dict[str, str],
) -> list[str]:
    asked = list(dict.fromkeys([*chosen, *before]))
    found = visible_elements(actor, institution).filter(
        domain=field.domain, uid__in=[UUID(one) for one in asked]
    )
    seen = {str(uid) for uid in found.values_list("uid", flat=True)}
    wanted = [one for one in chosen if one in seen or one in before]
    if len(wanted) < len(list(chosen)):
        faults[field.key] = _("One of the chosen things does not exist (any more).")
    return [*wanted, *(one for one in before if one not in seen and one not in wanted)]


def _check_units(institution: Institution, key: str, value: Any, faults: dict[str, str]) -> None:
    asked = {UUID(one) for one in ([value] if isinstance(value, str) else value) if one}
    live = Unit.objects.filter(institution=institution, deleted_at=None, uid__in=asked)
    if asked and live.count() < len(asked):
        faults[key] = _("One of the chosen units does not exist (any more).")


def _comment(text: str, *, needed: bool = False, field: str = "comment") -> str:
    words = form.tidy(text)
    if needed and not words:
        raise Refused({field: _("Say why, so that it can be completed.")})
    if form.words(words) > COMMENT or len(words) > form.LONGEST:
        raise Refused({field: wording.told(form.Faulty("words", COMMENT, form.words(words)))})
    return words


def _judgement(verdict: str, text: str) -> str:
    if verdict not in flow.VERDICTS:
        raise Refused({"verdict": _("Choose one of the three.")})
    words = _comment(text, field="text")
    if not words:
        name = _("conditions") if verdict == flow.CONDITIONS else _("reasons")
        raise Refused({"text": _("Write the %(what)s.") % {"what": name}})
    return words


def _year_faults(year: int) -> dict[str, str]:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    return {
        "year": _("The budget year is a number of four digits, such as %(year)s.")
        % {"year": timezone.localdate().year}
    }
