"""Forms of evidence and decrees, for drawing and for reading what was typed; the verbs check it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Cycle, Decree, Evidence
from pendapa.evaluation.permissions import ANSWER
from pendapa.evaluation.queries import decrees, editions
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit

DAY = forms.DateInput(attrs={"type": "date", "class": "inp-date"}, format="%Y-%m-%d")


def own_units(actor: Actor, institution: Institution) -> list[Unit]:
    """Units for which the actor writes evidence."""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    return list(live.filter(actor.scope(ANSWER, institution).filter("")).order_by("name", "id"))


class Drawn(forms.Form):
    """A form whose faults are told by the page and its verb, not by the browser."""

    use_required_attribute = False


class OfUnit(Drawn):
    """With the choice of a unit, and of none for who writes for the whole institution."""

    def __init__(self, actor: Actor, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(one.uid): one for one in own_units(actor, institution)}
        whole = [("", _("The institution as a whole"))] if actor.may(ANSWER, institution, None) else []
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*whole, *((uid, one.name) for uid, one in self._units.items())]
        if not whole and len(self._units) == 1:
            field.initial = next(iter(self._units))
        field.required = not whole

    @property
    def chosen_unit(self) -> Unit | None:
        return self._units.get(self.cleaned_data.get("unit", ""))


class PieceForm(OfUnit):
    """What is said of a piece, whatever it is."""

    title = forms.CharField(
        label=_("Name"),
        max_length=300,
        required=False,
        help_text=_("As people look for it, such as: Perbup 41/2025 Arsitektur SPBE"),
    )
    nature = forms.ChoiceField(
        label=_("Kind of document"),
        choices=Evidence.NATURES,
        initial="other",
        help_text=_("Reviews and audits age; policies follow their review."),
    )
    dated = forms.DateField(label=_("Day on the document"), required=False, widget=DAY)
    unit = forms.ChoiceField(label=_("Belongs to"), required=False)


class FileForm(PieceForm):
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    upload = forms.CharField(required=False, widget=forms.HiddenInput)


class LinkForm(PieceForm):
    url = forms.CharField(
        label=_("Web link"),
        max_length=1000,
        help_text=_("Opens for everybody who judges it; it is tried at once."),
    )


class DecreeForm(PieceForm):
    decree = forms.ChoiceField(label=_("Decree of the register"))

    def __init__(self, actor: Actor, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, institution, *args, **kwargs)
        self._decrees = {
            str(one.uid): one for one in decrees.visible(actor, institution).order_by("-pk")[:500]
        }
        field = self.fields["decree"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "—"),
            *((uid, f"{one} · {one.title}"[:140]) for uid, one in self._decrees.items()),
        ]
        self.fields["nature"].initial = "policy"

    @property
    def chosen_decree(self) -> Decree | None:
        return self._decrees.get(self.cleaned_data.get("decree", ""))


class RecordForm(PieceForm):
    record = forms.CharField(label=_("Record"), widget=forms.HiddenInput)


FORMS: dict[str, type[PieceForm]] = {
    "file": FileForm,
    "link": LinkForm,
    "decree": DecreeForm,
    "record": RecordForm,
}


class UseForm(Drawn):
    """What a piece proves of an indicator."""

    level = forms.TypedChoiceField(label=_("Proves level"), coerce=int, required=False, initial=0)
    page = forms.CharField(
        label=_("Page or article"),
        max_length=60,
        required=False,
        help_text=_("Such as: Pasal 4, hlm. 3"),
    )
    item = forms.CharField(label=_("Evidence item"), max_length=20, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, cycle: Cycle, number: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = editions.of(cycle).indicator(number)
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        levels = [level.number for level in one.levels if level.number > 0]
        field.choices = [("0", _("The indicator as a whole")), *((str(n), str(n)) for n in levels)]
        self.fields["item"].help_text = _("A code of the instrument, such as I%(number)s-L2-01") % {
            "number": number
        }

    @property
    def given(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        return {
            "level": int(data["level"] or 0),
            "page": data["page"],
            "item": data["item"],
            "note": data["note"],
        }


class RegisterForm(OfUnit):
    """One decree or policy."""

    kind = forms.CharField(label=_("Kind"), max_length=40, help_text=_("Such as: Perbup, Kepbup, SE, SOP"))
    number = forms.CharField(label=_("Number"), max_length=80, help_text=_("Such as: 41 Tahun 2025"))
    title = forms.CharField(label=_("About"), max_length=400)
    scope = forms.CharField(
        label=_("What it regulates"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    set_on = forms.DateField(label=_("Set on"), required=False, widget=DAY)
    valid_until = forms.DateField(
        label=_("In force until"),
        required=False,
        widget=DAY,
        help_text=_("Empty: until it is revoked."),
    )
    reviewed_on = forms.DateField(label=_("Last reviewed on"), required=False, widget=DAY)
    unit = forms.ChoiceField(label=_("Looked after by"), required=False)
    replaces = forms.ChoiceField(label=_("Replaces"), required=False)
    file = forms.FileField(
        label=_("File"), required=False, allow_empty_file=True,
        help_text=_("The decree itself as PDF or scan. A new file takes the place of the one before."),
    )  # fmt: skip

    def __init__(self, actor: Actor, institution: Institution, *args: Any, **kwargs: Any) -> None:
        me = kwargs.pop("me", None)
        super().__init__(actor, institution, *args, **kwargs)
        known = decrees.visible(actor, institution).order_by("-pk")[:500]
        rows = [one for one in known if me is None or one.pk != me.pk]
        self._decrees = {str(one.uid): one for one in rows}
        field = self.fields["replaces"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((uid, str(one)) for uid, one in self._decrees.items())]

    @property
    def given(self) -> dict[str, Any]:
        """What the verb takes."""
        data = dict(self.cleaned_data)
        file = data.pop("file", None)
        return data | {
            "unit": self.chosen_unit,
            "replaces": self._decrees.get(data.get("replaces") or ""),
            "file": (file, file.name, file.size) if file else None,
        }


def register_initial(row: Decree) -> dict[str, Any]:
    """A decree as its form begins."""
    return {
        name: getattr(row, name)
        for name in ("kind", "number", "title", "scope", "set_on", "valid_until", "reviewed_on")
    } | {
        "unit": str(row.unit.uid) if row.unit else "",
        "replaces": str(row.replaces.uid) if row.replaces else "",
    }
