"""Forms of the action plan: they read what was typed; whether it is right the verbs say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.roadmap.models import Action, Initiative
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.rules.action_plan import Values, texts


def _date(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "inp-date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, label=label, required=False, **more)


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ActionForm(forms.Form):
    """One action, new or changed; ``values()`` is what the verbs take."""

    use_required_attribute = False

    title = forms.CharField(label=_("What is to be done"), max_length=2000)
    description = forms.CharField(label=_("Description"), required=False, widget=_long(4))
    unit = forms.TypedChoiceField(label=_("Agency"), required=False, coerce=int, empty_value=None)
    person = forms.TypedChoiceField(
        label=_("Person in charge"), required=False, coerce=int, empty_value=None,
        help_text=_("People with a role in the owner, in a partner, or in the secretariat."),
    )  # fmt: skip
    person_name = forms.CharField(
        label=_("Or a name, for somebody without an account"), required=False, max_length=400,
        help_text=_("Who has no account is reminded by nobody."),
    )  # fmt: skip
    starts_on = _date(_("Begins"))
    due = _date(_("Due"))
    repeats = forms.ChoiceField(
        label=_("Repeats"), required=False, choices=Action.REPEATS,
        help_text=_("When one is finished, the next is made."),
    )  # fmt: skip
    repeats_until = _date(_("Repeats until"), help_text=_("Left empty: until the initiative ends."))
    checklist = forms.CharField(
        label=_("Checklist"), required=False, widget=_long(4), help_text=_("One item a line.")
    )
    evidence_asked = forms.CharField(
        label=_("Evidence asked for"), required=False, widget=_long(2),
        help_text=_("It must be there before the action is finished, or its lack be explained."),
    )  # fmt: skip

    def __init__(
        self, actor: Actor, initiative: Initiative, data: Any = None, *, row: Action | None = None
    ) -> None:
        super().__init__(data, initial=_initial(actor, initiative, row))
        units = queries.units(actor, initiative)
        chosen = [(str(one.pk), one.name) for one in units]
        if row is not None and row.unit is not None and row.unit_id not in {one.pk for one in units}:
            chosen.insert(0, (str(row.unit_id), row.unit.name))
        people = [(str(one.pk), f"{one.name} · {one.office}") for one in queries.people(initiative)]
        known = {pk for pk, _name in people}
        if row is not None and row.person_id is not None and str(row.person_id) not in known:
            people.insert(0, (str(row.person_id), row.person_name))
        none = ("", "—")
        self.fields["unit"].choices = [none, *chosen]  # type: ignore[attr-defined]
        self.fields["person"].choices = [none, *people]  # type: ignore[attr-defined]

    def values(self) -> Values:
        """What was typed, as the verbs take it."""
        given = dict(self.cleaned_data)
        given["checklist"] = tuple(given["checklist"].splitlines())
        return Values(**given)


def _initial(actor: Actor, initiative: Initiative, row: Action | None) -> dict[str, Any]:
    if row is None:
        units = queries.units(actor, initiative)
        own = initiative.unit_id if initiative.unit_id in {one.pk for one in units} else None
        return {"unit": own or (units[0].pk if units and initiative.unit_id else None)}
    names = (
        "title",
        "description",
        "person_name",
        "starts_on",
        "due",
        "repeats",
        "repeats_until",
        "evidence_asked",
    )
    found = {name: getattr(row, name) for name in names}
    if row.person_id is not None:
        found["person_name"] = ""
    return found | {
        "unit": row.unit_id,
        "person": row.person_id,
        "checklist": "\n".join(texts(row.checklist)),
    }


class EvidenceForm(forms.Form):
    """A file or a link that proves an action."""

    use_required_attribute = False

    title = forms.CharField(label=_("Name of the evidence"), required=False, max_length=1000)
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF, docx, xlsx, a picture and the like."),
    )
    link = forms.CharField(label=_("Or a link"), required=False, max_length=4000)


class FinishForm(forms.Form):
    """What came of it, and why the evidence asked for is missing."""

    use_required_attribute = False

    result = forms.CharField(label=_("What came of it"), required=False, widget=_long(3))
    reason = forms.CharField(label=_("Why there is no evidence"), required=False, widget=_long(2))


class CancelForm(forms.Form):
    """Why it will not be done."""

    use_required_attribute = False

    reason = forms.CharField(label=_("Why it will not be done"), widget=_long(2))
