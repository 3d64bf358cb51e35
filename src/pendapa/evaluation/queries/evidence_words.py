"""What is wrong with a piece of evidence, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from pendapa.evaluation.models import Evidence
from pendapa.evaluation.rules.evidence import Problem
from pendapa.kernel.ui import formats
from pendapa.regulations import packs


def sources() -> list[tuple[str, str]]:
    """What a piece can be, in words."""
    return [("file", _("File")), ("link", _("Web link")), ("decree", _("Decree or policy")), ("record", _("Record of Pendapa"))]  # fmt: skip


def label(key: str) -> str:
    """A known reason for rejection in a few words, as the pack names it."""
    return packs.evidence().reasons[key].label.in_language(formats.language())


def nature(key: str) -> str:
    """A nature in words."""
    return str(dict(Evidence.NATURES).get(key, key))


def sentence(problem: Problem) -> str:
    """What is wrong and what to do."""
    facts = {name: _plain(value) for name, value in problem.facts.items()}
    told = {
        "too_old": _("It counted until %(until)s. Hand in a newer one."),
        "lapses": _("It counts until %(until)s: %(days)s days left. Have a newer one made in time."),
        "no_date": _("This kind of document ages: say which day stands on it."),
        "followed_late": _("It was set on %(dated)s; after the review it had time until %(until)s."),
        "gone": _(
            "The file is no longer in the storage. Hand it in again, or have it put back from a backup."
        ),
        "link_down": _("The link was tried: %(why)s"),
        "expired": _("It was in force until %(until)s. Hand in the one that holds now."),
        "replaced": _("It was replaced by %(name)s. Check whether that one is the evidence."),
        "no_such_page": _("Page %(page)s is named, the file has %(pages)s."),
        "missing_page": _("The file has %(pages)s pages: say on which one it stands."),
        "missing_lower": _("Level %(level)s also needs evidence of level %(levels)s."),
        "old_instrument": _("It names %(name)s, which was replaced."),
        "wrong_object": _("It is kept as “%(nature)s”; the instrument asks here for: %(wanted)s."),
    }[problem.key]
    return told % facts


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return formats.day(value, formats.language())
    if isinstance(value, list):
        return ", ".join(nature(one) if isinstance(one, str) else str(one) for one in value)
    return nature(value) if isinstance(value, str) and value in dict(Evidence.NATURES) else str(value)
