"""The form of a decision about gaps: what it asks follows from the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.architecture.deciding import ACCEPT, CLOSE, OWNER_LIMIT, POSTPONE, REASON_LIMIT
from pendapa.kernel.tenancy.models import Unit

ASKED = {
    CLOSE: ("unit", "owner", "due", "reason"),
    POSTPONE: ("due", "reason", "unit", "owner"),
    ACCEPT: ("reason",),
}
NEEDED = {CLOSE: {"unit", "owner", "due"}, POSTPONE: {"due", "reason"}, ACCEPT: {"reason"}}
DUE = {CLOSE: _("Closed by"), POSTPONE: _("Looked at again on")}


class DecisionForm(forms.Form):
    """The fields of one kind of decision."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit that closes it"), to_field_name="uid")
    owner = forms.CharField(
        label=_("In charge"),
        max_length=OWNER_LIMIT,
        help_text=_("An office rather than a person, e.g. Head of the application section"),
    )
    due = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why"), max_length=REASON_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, decision: str, units: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in list(self.fields):
            if name not in ASKED[decision]:
                del self.fields[name]
            else:
                self.fields[name].required = name in NEEDED[decision]
        if "unit" in self.fields:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if "due" in self.fields:
            self.fields["due"].label = DUE[decision]
        self.order_fields(ASKED[decision])
