"""Forms of the page of reminders. What they let through the actions check again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.notices import rules
from pendapa.kernel.notices.choices import Choices
from pendapa.kernel.notices.rules import Step

WEEKDAYS = [
    (1, gettext_lazy("Monday")),
    (2, gettext_lazy("Tuesday")),
    (3, gettext_lazy("Wednesday")),
    (4, gettext_lazy("Thursday")),
    (5, gettext_lazy("Friday")),
    (6, gettext_lazy("Saturday")),
    (7, gettext_lazy("Sunday")),
]
WHOM = [
    (rules.PERSON, gettext_lazy("who is to do it")),
    (rules.HEAD, gettext_lazy("the head of the OPD")),
    (rules.LEADER, gettext_lazy("the regional secretary")),
]
SIDES = [("before", gettext_lazy("before it is due")), ("after", gettext_lazy("after it was due"))]
EMPTY = 2
"""So many empty rungs stand below the ladder, to be filled in."""


class ReachForm(forms.Form):
    email = forms.BooleanField(label=gettext_lazy("By e-mail"), required=False)
    whatsapp = forms.BooleanField(label=gettext_lazy("By WhatsApp"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("WhatsApp number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy(
            "Such as 0812 3456 7890. Kept only while you want WhatsApp; nobody else sees it."
        ),
    )


class ChoicesForm(forms.Form):
    """Quiet hours, days of work and ways; the ladder is read beside it (:func:`read_ladder`)."""

    HOURS = [(hour, f"{hour:02}.00") for hour in range(24)]

    quiet_from = forms.TypedChoiceField(label=gettext_lazy("Quiet from"), coerce=int, choices=HOURS)
    quiet_until = forms.TypedChoiceField(label=gettext_lazy("Quiet until"), coerce=int, choices=HOURS)
    workdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of work"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    email = forms.BooleanField(label=gettext_lazy("Digests go out by e-mail"), required=False)
    whatsapp = forms.BooleanField(label=gettext_lazy("Digests go out by WhatsApp"), required=False)
    mark = forms.CharField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Row:
    """A rung as the form shows it; an empty ``amount`` is no rung."""

    amount: str = ""
    side: str = "before"
    to: str = rules.PERSON


def rows_of(steps: Iterable[Step]) -> list[Row]:
    """The ladder as rows of the form, with some empty ones below."""
    rows = [
        Row(str(abs(step.days)), "before" if step.days < 0 else "after", step.to) for step in sorted(steps)
    ]
    return rows + [Row()] * min(EMPTY, max(0, rules.MOST - len(rows)))


def read_ladder(data: QueryDict) -> tuple[list[Row], tuple[Step, ...], str]:
    """The rows as they were typed, the ladder they make, and what is wrong with them (nothing: empty)."""
    rows = [
        Row(*row)
        for row in zip(data.getlist("amount"), data.getlist("side"), data.getlist("to"), strict=False)
    ][: rules.MOST * 2]
    steps, fault = [], ""
    for row in rows:
        amount = row.amount.strip()
        if not amount:
            continue
        if not (amount.isascii() and amount.isdecimal() and len(amount) < 5):
            fault = _("“%(text)s” is no number of working days.") % {"text": amount[:20]}
        elif row.to not in dict(WHOM) or row.side not in dict(SIDES):
            fault = _("Choose before or after, and who is told.")
        else:
            steps.append(Step(-int(amount) if row.side == "before" else int(amount), row.to))
    return rows, tuple(steps), fault


def initial(chosen: Choices) -> dict[str, Any]:
    """The choices as the form starts with them."""
    return {
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "workdays": sorted(chosen.workdays),
        "email": chosen.email,
        "whatsapp": chosen.whatsapp,
        "mark": chosen.mark,
    }
