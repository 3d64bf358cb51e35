"""What is wrong with an answer, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.clearance.rules import form
from pendapa.kernel.ui import formats
from pendapa.regulations.clearance import Field


def label(field: Field) -> str:
    """The words of a question in the language of the page."""
    return field.label.in_language(formats.language())


def empty(field: Field) -> str:
    """That a question has no answer."""
    return _("%(label)s is empty.") % {"label": label(field)}


def told(fault: form.Faulty) -> str:
    """What is wrong with an answer, and what would be taken."""
    if fault.why == "words":
        over = fault.got - fault.most
        return ngettext(
            "%(got)s words; at most %(most)s. Shorten it by %(over)s word. Nothing of it is lost.",
            "%(got)s words; at most %(most)s. Shorten it by %(over)s words. Nothing of it is lost.",
            over,
        ) % {"got": fault.got, "most": fault.most, "over": over}
    if fault.why == "long":
        return _("%(got)s characters; at most %(most)s.") % {"got": fault.got, "most": fault.most}
    if fault.why == "money":
        return _("Write whole rupiah in digits, such as 1.250.000.000.")
    if fault.why == "one":
        return _("One answer is expected here, not a list.")
    if fault.why == "many":
        return _("More than %(most)s things are chosen.") % {"most": fault.most}
    if fault.why == "option":
        return _("Choose one of the list.")
    return _("One of the chosen things does not exist (any more).")


def own(verb: str) -> str:
    """Why who asked for a request does not do ``verb`` with it."""
    if verb == "decide":
        return _("Who asked for it does not decide on it. Somebody else has to.")
    return _("Who asked for it does not judge it. Somebody else has to.")
