"""What the register of decrees says for the signals: whether a decree in force names a subject. Its text is not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Decree
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.signals import Subject

ROOM = "evaluation"


def _in_force(institution: Institution) -> list[tuple[str, str]]:
    """(how it is called, what it says it is about) of the decrees that are set and have not lapsed. One query."""
    today = timezone.localdate()

    def read() -> list[tuple[str, str]]:
        rows = Decree.objects.filter(institution=institution, deleted_at=None, set_on__lte=today)
        known = rows.order_by("-set_on", "-pk").values_list("kind", "number", "title", "scope", "valid_until")
        return [
            (f"{kind} {number}", f"{title}\n{scope}".casefold())
            for kind, number, title, scope, until in known
            if _holds(until, today)
        ]

    return ports.once("evaluation.decrees", institution, read)


def _holds(until: date | None, today: date) -> bool:
    return until is None or until >= today


def names(subject: Subject, about: str) -> bool:
    """Whether a decree whose title and scope are ``about`` (casefolded) names the subject."""

    def has(word: str) -> bool:
        return re.search(rf"\b{re.escape(word)}\b", about) is not None

    return any(map(has, subject.words)) and all(map(has, subject.also))


def _reader(subject: Subject) -> Callable[[Institution], Reading]:
    def read(institution: Institution) -> Reading:
        found = [called for called, about in _in_force(institution) if names(subject, about)]
        words = {"subject": subject.label.in_language(get_language() or "id")}
        if not found:
            told = _(
                "The register of decrees holds none in force that names %(subject)s in its title or scope."
            )
            return Reading(None, told % words, None, _url(institution))
        told = _("In force and naming %(subject)s: %(decrees)s.")
        return ports.count(len(found), told % (words | {"decrees": ", ".join(found[:3])}), _url(institution))

    return read


def _title(subject: Subject) -> str:
    return _("Decree in force on: %s") % subject.label.in_language(get_language() or "id")


def _url(institution: Institution) -> str:
    try:
        return reverse("evaluation:decrees", args=[institution.code])
    except NoReverseMatch:
        return ""


for _subject in packs.signals().subjects:
    ports.register(
        f"decree.{_subject.key}",
        lazy(_title, str)(_subject),
        "count",
        ROOM,
        _reader(_subject),
    )
