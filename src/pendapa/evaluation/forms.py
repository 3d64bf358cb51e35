"""Forms of this room: they read what was typed; whether it is right the actions say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries.assessments import short_title
from pendapa.regulations import packs


def _instruments() -> list[tuple[str, str]]:
    """By their regulations, the newest last."""
    return [(one.id, short_title(one.title)) for one in packs.instruments()]


def _instruments_or_none() -> list[tuple[str, Any]]:
    return [("", _("not said")), *_instruments()]


class OpenForm(forms.Form):
    """A new assessment."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    instrument = forms.ChoiceField(label=_("Instrument"), choices=_instruments)
    stage = forms.ChoiceField(label=_("Stage"), choices=Assessment.STAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"year": timezone.localdate().year, "instrument": "spbe-2020", "stage": "self"}
        )
        super().__init__(*args, **kwargs)


class PublishedForm(forms.Form):
    """An index known as a published figure."""

    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("Leave it empty when the source gives none: it is then shown as “earlier”."),
    )
    index = forms.CharField(
        label=_("Index"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    instrument = forms.ChoiceField(label=_("Instrument"), choices=_instruments_or_none, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=2000, help_text=_("Where it was published: decree, report, address.")
    )
    verified = forms.BooleanField(label=_("I have read it in the source itself"), required=False)
    is_public = forms.BooleanField(label=_("Show it to the public"), required=False, initial=True)
