"""Forms of roadmap documents; the verbs check what is sent."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext_lazy as _

from pendapa.roadmap.rules import roadmaps as rules


class Told(forms.Form):
    """A form that takes the faults that a verb told, beside its fields; what has no field stands above."""

    use_required_attribute = False

    def told(self, faults: Mapping[str, str]) -> Told:
        self.full_clean()
        self._errors = ErrorDict()
        for key, text in faults.items():
            place = key if key in self.fields else "__all__"
            self._errors.setdefault(place, ErrorList()).append(text)
        return self


class RoadmapForm(Told):
    """A new roadmap: the last year comes from the regulation."""

    title = forms.CharField(
        label=_("Title"),
        max_length=rules.LONGEST_TITLE,
        error_messages={"required": _("Give the roadmap a title.")},
    )
    first_year = forms.IntegerField(
        label=_("First year"),
        min_value=rules.FIRST_YEAR,
        max_value=rules.LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "inp-date"}),
    )


class TitleForm(Told):
    """Another title or note."""

    title = forms.CharField(
        label=_("Title"),
        max_length=rules.LONGEST_TITLE,
        error_messages={"required": _("Give the roadmap a title.")},
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecreeForm(Told):
    """Number and day of the decree."""

    decree_number = forms.CharField(
        label=_("Number of the decree"),
        max_length=rules.LONGEST_NUMBER,
        error_messages={"required": _("Write the number of the decree.")},
    )
    decree_on = forms.DateField(
        label=_("Day of the decree"),
        widget=forms.DateInput(attrs={"type": "date", "class": "inp-date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        error_messages={
            "required": _("Write the day of the decree."),
            "invalid": _("That is no day. Write it as 31-12-2027."),
        },
    )
