"""What a new version of the model does to what stands in the register, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.architecture.model_forms import LISTS, TYPES
from pendapa.architecture.queries.models import Effect
from pendapa.architecture.views.common import address, language
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.overlay_changes import Difference


def in_words(institution: Institution, effect: Effect, after: Metamodel) -> dict[str, Any]:
    """Title, tone, what becomes of the elements, and some of them with their pages."""
    one = effect.difference
    return {
        "title": _title(one, after),
        "tone": {"removed": "warn", "type": "warn", "added": "ok"}.get(one.how, "info"),
        "domain": after.domain(one.domain).label.in_language(language()),
        "count": effect.count,
        "fate": _fate(one, effect.count),
        "examples": [
            {"name": row["name"], "code": row["code"], "url": address(institution, "detail", row["uid"])}
            for row in effect.examples
        ],
        "rest": effect.count - len(effect.examples),
    }


def _title(one: Difference, after: Metamodel) -> str:
    words = {"label": one.label.in_language(language()), "before": one.before, "after": one.after}
    if one.what == "value":
        column = after.domain(one.domain).column(one.column).label.in_language(language())
        told = {
            "added": _("New value “%(label)s” in the list of %(column)s"),
            "removed": _("Value “%(label)s” of %(column)s goes out of use"),
            "label": _("Value “%(before)s” of %(column)s is called “%(after)s”"),
        }
        return told[one.how] % (words | {"column": column})
    if one.what == "kind":
        told = {
            "added": _("New kind “%(label)s”"),
            "removed": _("Kind “%(label)s” goes out of use"),
            "label": _("Kind “%(before)s” is called “%(after)s”"),
        }
        return told[one.how] % words
    told = {
        "added": _("New attribute “%(label)s”"),
        "removed": _("Attribute “%(label)s” goes out of use"),
        "label": _("Attribute “%(before)s” is called “%(after)s”"),
        "required": _("Attribute “%(label)s” is asked for"),
        "optional": _("Attribute “%(label)s” is no longer asked for"),
        "kinds": _("Attribute “%(label)s” is for other kinds than before"),
        "help": _("Other help for attribute “%(label)s”"),
        "type": _("Attribute “%(label)s” changes from “%(before)s” to “%(after)s”"),
    }
    words |= {"before": _type(one.before), "after": _type(one.after)} if one.how == "type" else {}
    return told[one.how] % words


def _type(key: str) -> str:
    return str(TYPES.get(key, key))


def _fate(one: Difference, count: int) -> str:
    """What becomes of the elements it touches."""
    words = {"count": count}
    if one.how == "added":
        if not count:
            return _("No element holds anything under it yet.")
        return (
            ngettext(
                "%(count)d element holds it already, as it was written; it is part of the model then.",
                "%(count)d elements hold it already, as it was written; it is part of the model then.",
                count,
            )
            % words
        )
    if one.how == "required":
        return (
            ngettext(
                "%(count)d element has nothing there; its completeness goes down.",
                "%(count)d elements have nothing there; their completeness goes down.",
                count,
            )
            % words
        )
    if not count:
        return _("No element is touched.")
    if one.how == "removed":
        return _removed(one) % words
    if one.how == "type":
        free = one.before in LISTS and one.after not in LISTS
        kept = _("What is written there stays as free text: %(count)d elements.")
        unchecked = _("What is written there stays as it is and is not checked: %(count)d elements.")
        return (kept if free else unchecked) % words
    if one.how == "optional":
        return (
            _("Values stay; completeness no longer counts the field: %(count)d elements hold something.")
            % words
        )
    return _("Values stay as they are: %(count)d elements hold something there.") % words


def _removed(one: Difference) -> str:
    if one.what == "value":
        return _(
            "%(count)d elements hold it. They keep it as written, marked as an old value; it is not offered any more, and "
            "can come back."
        )
    if one.what == "kind":
        return _(
            "%(count)d elements are of this kind. They keep it, marked as an old one, with the fields that all kinds have; "
            "no new ones can be added."
        )
    return _(
        "%(count)d elements hold something there. It stays with them, shown as an old value; nobody is asked for it any "
        "more, completeness does not count it, and it comes back with the attribute."
    )
