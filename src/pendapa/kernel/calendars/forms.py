"""The form of a day in the holiday calendar. What it lets through the action checks again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.calendars.actions import LONGEST, Values
from pendapa.kernel.calendars.models import Holiday


class HolidayForm(forms.Form):
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    name = forms.CharField(
        label=_("What the day is"),
        max_length=LONGEST,
        help_text=_("Such as “Hari Jadi Kabupaten” or “Pengganti cuti bersama”."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Holiday.KINDS, initial="local")
    works = forms.BooleanField(
        label=_("The office works on this day"),
        required=False,
        help_text=_(
            "For a day that is off in the national calendar, or a weekend, on which it is worked all the same."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> Values:
        """The filled form for the action."""
        said: dict[str, Any] = self.cleaned_data
        return Values(said["day"], said["name"], said["kind"], said["works"])
