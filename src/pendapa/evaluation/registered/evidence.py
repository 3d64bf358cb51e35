"""What waits because of evidence, and where it goes when units change."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.evaluation.models import Decree, Evidence, EvidenceUse
from pendapa.evaluation.permissions import ANSWER, JUDGE
from pendapa.evaluation.queries import evidence as queries
from pendapa.evaluation.queries import reach
from pendapa.evaluation.queries.evidence_words import label
from pendapa.evaluation.rules import evidence as rules
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.waiting.ports import MOST, Waiting, offer
from pendapa.organisation import life
from pendapa.regulations import packs


def _own(actor: Actor, institution: Institution) -> Any:
    """Uses in rounds that are still open, of pieces of the actor's own units: the secretariat looks at its own, too."""
    scope = actor.scope(ANSWER, institution)
    rows = reach.uses(actor, institution).filter(evidence__deleted_at=None)
    mine = Q(evidence__unit=None) if scope.everything else scope.filter("evidence__unit__")
    return rows.filter(mine).exclude(cycle__step__in=queries.CLOSED).select_related("evidence", "cycle")


def _to_mend(actor: Actor, institution: Institution) -> list[Waiting]:
    """Pieces that the assessors gave back, and pieces that lapse soon."""
    if not actor.may(ANSWER, institution):
        return []
    found = [_given_back(institution, use) for use in _own(actor, institution).filter(state__in=["revise", "rejected"]).order_by("pk")[:MOST]]  # fmt: skip
    return found + _lapsing(actor, institution)


def _given_back(institution: Institution, use: EvidenceUse) -> Waiting:
    args = [institution.code, use.cycle.year, use.cycle.instrument, use.indicator]
    return Waiting(
        title=use.evidence.title,
        detail=_("Indicator %(number)s: %(state)s. %(reason)s")
        % {"number": use.indicator, "state": use.get_state_display(), "reason": use.reason},
        url=reverse("evaluation:evidence_add", args=args),
        since=use.judged_at,
        kind="evidence",
        action=_("Mend it"),
    )


def _lapsing(actor: Actor, institution: Institution) -> list[Waiting]:
    """By age: each piece once, however many indicators it serves."""
    pack, today = packs.evidence(), timezone.localdate()
    natures = {age.nature for age in pack.ages}
    edge = rules.months_after(today, -min(age.months for age in pack.ages)) + timedelta(
        days=pack.warn_days + 1
    )
    rows = _own(actor, institution).filter(evidence__nature__in=natures, evidence__dated__lte=edge)
    found: dict[int, Waiting] = {}
    for use in rows.order_by("evidence__dated", "pk")[:MOST]:
        piece: Evidence = use.evidence
        end = rules.last_day(piece.nature, piece.dated, pack) if piece.dated else None
        if end is None or (end - today).days > pack.warn_days or piece.pk in found:
            continue
        found[piece.pk] = Waiting(
            title=piece.title,
            detail=label("too_old") if end < today else label("lapses"),
            url=reverse("evaluation:evidence_one", args=[institution.code, piece.uid]),
            due=end,
            kind="evidence",
            action=_("Look at it"),
        )
    return list(found.values())


offer(
    "evidence",
    gettext_lazy("Evidence to be mended or made anew"),
    _to_mend,
    order=32,
    icon="file-description",
)


def _to_judge(actor: Actor, institution: Institution) -> list[Waiting]:
    """Where the internal assessors are at work: how many pieces nobody has judged yet."""
    if not actor.may(JUDGE, institution):
        return []
    rows = reach.uses(actor, institution).filter(
        state="waiting", cycle__step="internal", evidence__deleted_at=None
    )
    counts = Counter(rows.values_list("cycle__year", "cycle__instrument"))
    first = {
        (year, instrument): number
        for year, instrument, number in rows.order_by("-pk").values_list(
            "cycle__year", "cycle__instrument", "indicator"
        )
    }
    return [
        Waiting(
            title=f"{instrument} {year}",
            detail=_("%(n)s pieces of evidence are not assessed yet.") % {"n": n},
            url=reverse(
                "evaluation:evidence_add", args=[institution.code, year, instrument, first[year, instrument]]
            ),
            kind="evidence",
            action=_("Assess"),
        )
        for (year, instrument), n in sorted(counts.items(), reverse=True)
    ]


offer(
    "evidence_judge",
    gettext_lazy("Evidence to be assessed"),
    _to_judge,
    order=31,
    icon="rosette-discount-check",
)


@life.mover
def _move(actor: Actor, institution: Institution, moves: life.Moves) -> life.Moved:
    """Pieces and decrees follow what becomes of their unit."""
    done = life.Moved()
    rules_ = {unit.pk: rule for unit, rule in moves.items()}
    for model in (Decree, Evidence):
        live = model._default_manager.filter(institution=institution, unit__in=list(rules_), deleted_at=None)
        for row in live.select_related("unit").order_by("pk"):
            to = rules_[row.unit_id or 0].of(row.uid)
            if to is not None and to.pk != row.unit_id:
                row.institution, row.unit = institution, to
                done.writes.change.append(row)
    return done
