"""Forms of baselines and reviews: they read what was typed; whether it is right the actions say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.refusing import Refused
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.actions.baselines import LONGEST_NAME, LONGEST_NUMBER
from pendapa.roadmap.actions.reviews import Values
from pendapa.roadmap.models import RoadmapReview


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "inp-date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


class _Told(forms.Form):
    def refuse(self, refused: Refused) -> None:
        """Put each fault where it belongs; the whole ones on top."""
        for name, words in refused.faults.items():
            self.add_error(name if name in self.fields else None, words)


class FreezeForm(_Told):
    """A new baseline."""

    name = forms.CharField(
        label=_("Name of the baseline"), max_length=LONGEST_NAME,
        help_text=_("Such as “Changed by decree 2028” or “After the mid-term review”."),
    )  # fmt: skip
    decree_number = forms.CharField(
        label=_("Number of the decree"), max_length=LONGEST_NUMBER, required=False
    )
    decree_on = _day(label=_("Day of the decree"), required=False)


class DecreeForm(_Told):
    """The decree of what was frozen before it."""

    decree_number = forms.CharField(label=_("Number of the decree"), max_length=LONGEST_NUMBER)
    decree_on = _day(label=_("Day of the decree"))


class ReviewForm(_Told):
    """A review; ``freeze`` is asked of a new one only."""

    kind = forms.ChoiceField(label=_("Kind of review"))
    held_on = _day(label=_("Held on"))
    findings = forms.CharField(
        label=_("What was found"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    decisions = forms.CharField(
        label=_("What was decided"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    freeze = forms.CharField(
        label=_("Freeze a new baseline with it, under the name"), max_length=LONGEST_NAME, required=False,
        help_text=_("Leave it empty where the plan did not change."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, row: RoadmapReview | None = None, prefix: str | None = None
    ) -> None:
        start = None
        if row is not None:
            start = {name: getattr(row, name) for name in ("kind", "held_on", "findings", "decisions")}
        super().__init__(data, initial=start, prefix=prefix)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = kinds()
        if row is not None:
            del self.fields["freeze"]

    def values(self) -> Values:
        """What was typed; the form is valid."""
        told = self.cleaned_data
        return Values(
            told["kind"], told["held_on"], told["findings"], told["decisions"], told.get("freeze", "")
        )


def kinds() -> list[tuple[str, str]]:
    """The kinds of review of the pack, in the language of the page."""
    language = formats.language()
    return [(one.key, one.label.in_language(language)) for one in packs.roadmap().reviews]
