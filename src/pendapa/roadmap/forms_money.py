"""The form of a line of the budget; amounts are read as people write them, the verbs check what is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.roadmap.actions.money import LONGEST, Line
from pendapa.roadmap.forms_roadmaps import Told
from pendapa.roadmap.models import Programme
from pendapa.roadmap.models.money import SOURCES
from pendapa.roadmap.rules import dirt
from pendapa.roadmap.rules import initiatives as rules

WHY = {
    "no_money": gettext_lazy("This is not an amount. Write it as 850.000.000."),
    "negative": gettext_lazy("An amount is nought or more."),
    "two_amounts": gettext_lazy("Here stand two amounts. Write one."),
    "two_ways": gettext_lazy("This can be read in two ways. Write it out in rupiah."),
    "too_much": gettext_lazy("This amount is larger than any budget: look at its noughts."),
}


class AmountField(forms.CharField):
    """Rupiah as people write them ("Rp 850.000.000", "1,2 M"); a Decimal, None where it is empty."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=60, **more)
        self.widget.attrs |= {"inputmode": "decimal", "class": "inp-num"}

    def clean(self, value: Any) -> Decimal | None:
        found = dirt.rupiah(str(super().clean(value) or ""))
        if found.value is None and found.key:
            raise forms.ValidationError(WHY[found.key])
        return found.value

    def prepare_value(self, value: Any) -> Any:
        """An amount that is kept is shown with points between thousands."""
        if not isinstance(value, Decimal):
            return value
        text = f"{value:,.2f}".removesuffix(".00")
        return text.replace(",", "_").replace(".", ",").replace("_", ".")


class ProgrammeForm(Told):
    """A line of the budget."""

    year = forms.IntegerField(
        label=gettext_lazy("Budget year"),
        min_value=rules.FIRST_YEAR,
        max_value=rules.LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "inp-date"}),
        error_messages={"required": gettext_lazy("Give a year of four digits, such as 2027.")},
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Agency"), queryset=Unit.objects.none(), to_field_name="uid", required=False,
        empty_label=gettext_lazy("No single agency"),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Code of the budget"), max_length=LONGEST["code"],
        help_text=gettext_lazy("SIPD code of the programme, kegiatan or sub kegiatan, such as 2.16.03.2.02.0014."),
        error_messages={"required": gettext_lazy("Give the code of the budget, such as 2.16.03.")},
        widget=forms.TextInput(attrs={"list": "codes", "class": "mono", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST["name"],
        error_messages={"required": gettext_lazy("Give the name of the programme, as the DPA has it.")},
    )  # fmt: skip
    nomenclature = forms.CharField(
        label=gettext_lazy("Version of the codes"), max_length=LONGEST["nomenclature"], required=False,
        help_text=gettext_lazy("The decree of the ministry that gave the codes; they change with it."),
    )  # fmt: skip
    source = forms.ChoiceField(label=gettext_lazy("Source of the money"), choices=SOURCES)
    ceiling = AmountField(label=gettext_lazy("Ceiling (Rp)"), help_text=gettext_lazy("Empty: not known yet."))
    spent = AmountField(label=gettext_lazy("Spent (Rp)"), help_text=gettext_lazy("Empty: not known yet."))

    def __init__(self, *args: Any, institution: Institution, **more: Any) -> None:
        super().__init__(*args, **more)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = Unit.objects.filter(institution=institution, deleted_at=None).order_by("name")

    def line(self) -> Line:
        """What was typed, as the verbs take it."""
        told = self.cleaned_data
        texts = {name: rules.tidy(told[name]) for name in LONGEST}
        code = dirt.programme(texts["code"])
        return Line(
            year=told["year"], unit=told["unit"], source=told["source"], ceiling=told["ceiling"], spent=told["spent"],
            **texts | {"code": code.code or texts["code"]},
        )  # fmt: skip


def initial_of(row: Programme) -> dict[str, Any]:
    """A line as its form begins."""
    names = ("year", "code", "name", "nomenclature", "source", "ceiling", "spent")
    return {name: getattr(row, name) for name in names} | {"unit": row.unit.uid if row.unit else None}


def seen_codes() -> list[tuple[str, str]]:
    """Codes that were seen in public budgets, with their names: to choose from, not to be trusted unseen."""
    return [
        (one.code, _("%(name)s (seen in %(year)s)") % {"name": one.name, "year": one.seen})
        for one in packs.roadmap().programmes
    ]
