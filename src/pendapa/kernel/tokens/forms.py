"""The form that makes a key. What it lets through the action checks again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.tokens import scopes
from pendapa.kernel.tokens.actions import NAME_LIMIT

DAYS = (7, 30, 90, 180, 366)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_LIMIT, help_text=_("Which program will use it, and where it runs.")
    )
    permissions = forms.MultipleChoiceField(
        label=_("What the key may do"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("Holds for"), coerce=int, initial=90)

    def __init__(self, actor: Actor, institution: Institution, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = scopes.offered(actor, institution)
        self.fields["permissions"].choices = [(one.permission, one.label) for one in offered]  # type: ignore[attr-defined]
        self.fields["permissions"].initial = [one.permission for one in offered if one.usual]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("%(n)d day", "%(n)d days", days) % {"n": days}) for days in DAYS
        ]
