"""From the gap catalogue and from a decided request one goes on to the page that makes initiatives of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import onward
from pendapa.kernel.ui.onward import Step
from pendapa.roadmap.queries import origins as queries
from pendapa.roadmap.rules.origins import WORDS


def _of_gaps(
    actor: Actor, institution: Institution, owner: Unit | None, words: Mapping[str, str]
) -> list[Step]:
    """To the page of gaps, narrowed as the catalogue is."""
    if not queries.reachable(actor, institution):
        return []
    asked = {WORDS[name]: word for name, word in words.items() if name in WORDS}
    return [Step(_("Make initiatives of these"), _address("from_gaps", institution, asked))]


def _of_request(
    actor: Actor, institution: Institution, owner: Unit | None, words: Mapping[str, str]
) -> list[Step]:
    """To the page of requests, at this one."""
    if not queries.reachable(actor, institution).covers(owner):
        return []
    url = _address("from_requests", institution, {"permohonan": words["uid"]})
    return [Step(_("Make an initiative of it"), url)]


def _gaps_became(actor: Actor, institution: Institution, uids: Collection[str]) -> dict[str, Step]:
    return _steps(institution, queries.gaps_became(actor, institution, uids))


def _requests_became(actor: Actor, institution: Institution, uids: Collection[str]) -> dict[str, Step]:
    return _steps(institution, queries.requests_became(actor, institution, uids))


def _steps(institution: Institution, found: Mapping[str, tuple[str, str]]) -> dict[str, Step]:
    return {
        uid: Step(title, reverse("roadmap:initiative", args=[institution.code, initiative]))
        for uid, (initiative, title) in found.items()
    }


def _address(name: str, institution: Institution, asked: Mapping[str, str]) -> str:
    url = reverse(f"roadmap:{name}", args=[institution.code])
    return f"{url}?{urlencode(asked)}" if asked else url


onward.offer("gap", _of_gaps, _gaps_became)
onward.offer("request", _of_request, _requests_became)
