"""Forms of rounds and findings: they read what was typed; whether it is right the actions say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Cycle, CycleEvent, Finding, SignedPaper
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import editions
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.kernel.access.actor import office
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs


def _date(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "inp-date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


def _long(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BeginForm(forms.Form):
    """A new round, perhaps from an earlier one."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    instrument = forms.ChoiceField(label=_("Instrument"))
    kind = forms.ChoiceField(label=_("Kind"))
    previous = forms.ChoiceField(
        label=_("Take over from"),
        required=False,
        help_text=_(
            "The team is taken over; under the same instrument also the target and which unit answers for which indicator."
        ),
    )

    def __init__(
        self, institution: Institution, earlier: list[Cycle], data: Any = None, **kwargs: Any
    ) -> None:
        last = earlier[0] if earlier else None
        usual = {
            "year": timezone.localdate().year,
            "instrument": last.instrument if last else "spbe-2020",
            "kind": "evaluation",
            "previous": str(last.uid) if last else "",
        }
        super().__init__(data, initial=usual, **kwargs)
        known = editions.known(institution)
        self.fields["instrument"].choices = [(key, short_title(one.title)) for key, one in known.items()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{words(one.label)} · {words(one.about)}") for one in packs.cycle().kinds
        ]
        names = [(str(one.uid), f"{one.year} · {short_title(editions.of(one).title)}") for one in earlier]
        self.fields["previous"].choices = [("", _("nothing: begin anew")), *names]  # type: ignore[attr-defined]


class DeadlinesForm(forms.Form):
    """Until when each step is to be done, and whether there is a visit."""

    def __init__(self, row: Cycle, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        steps = queries.way(row)
        for step in steps[:-1]:
            field = _date(label=words(step.label), required=False, initial=queries.deadline(row, step.key))
            self.fields[f"step_{step.key}"] = field
        if any(row.kind in step.kinds and step.optional for step in packs.cycle().steps):
            self.fields["visit"] = forms.BooleanField(
                label=_("There is a visit (the Ministry says where)"), required=False, initial=row.visit
            )

    def deadlines(self) -> dict[str, Any]:
        return {
            name.removeprefix("step_"): day
            for name, day in self.cleaned_data.items()
            if name.startswith("step_")
        }


class MemberForm(forms.Form):
    """A person for the team: somebody with a role here, or a name alone."""

    function = forms.ChoiceField(label=_("Function"))
    user = forms.ChoiceField(label=_("Person"), required=False)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=200, help_text=_("For somebody without an account.")
    )
    office = forms.CharField(label=_("Office"), required=False, max_length=300)
    field = forms.ChoiceField(
        label=_("Field"), required=False, help_text=_("Internal assessors come from one of these fields.")
    )

    def __init__(self, institution: Institution, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        pack = packs.cycle()
        seen: dict[str, str] = {}
        for held in queries.people(institution):
            seen.setdefault(str(held.user_id), f"{held.user.name} · {office(held)}")
        self.fields["function"].choices = [(one.key, words(one.label)) for one in pack.functions]  # type: ignore[attr-defined]
        self.fields["user"].choices = [("", _("nobody with an account")), *seen.items()]  # type: ignore[attr-defined]
        fields = [(one.key, words(one.label)) for one in pack.fields]
        self.fields["field"].choices = [("", _("not an assessor")), *fields]  # type: ignore[attr-defined]


class EventForm(forms.Form):
    """A meeting, an interview or a visit with its minutes and what was said of indicators."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CycleEvent.KINDS)
    held_on = _date(label=_("Held on"))
    place = forms.CharField(label=_("Place"), required=False, max_length=300)
    present = forms.CharField(label=_("Present"), required=False, widget=_long(2))
    minutes = forms.CharField(label=_("Minutes"), required=False, widget=_long(4))
    clarifications = forms.CharField(
        label=_("Clarifications"),
        required=False,
        widget=_long(3),
        help_text=_("One line for each indicator: its number, a colon, what was said. For example “11: …”."),
    )

    def said(self) -> dict[str, str]:
        """Lines by indicator; a line without a number goes on with the indicator before it."""
        found: dict[str, str] = {}
        last = ""
        for line in self.cleaned_data["clarifications"].splitlines():
            number, colon, text = line.partition(":")
            if colon and len(number.strip()) <= 10 and number.strip():
                last = number.strip()
                found[last] = "\n".join(part for part in (found.get(last, ""), text.strip()) if part)
            elif line.strip():
                found[last] = "\n".join(part for part in (found.get(last, ""), line.strip()) if part)
        return found

    @staticmethod
    def initial_of(event: CycleEvent) -> dict[str, Any]:
        lines = [f"{number}: {text}" for number, text in event.clarifications.items()]
        return {
            "kind": event.kind, "held_on": event.held_on, "place": event.place, "present": event.present,
            "minutes": event.minutes, "clarifications": "\n".join(lines),
        }  # fmt: skip


class PaperForm(forms.Form):
    """A signed PDF."""

    kind = forms.ChoiceField(label=_("What it is"), choices=SignedPaper.KINDS)
    file = forms.FileField(
        label=_("Signed PDF"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
        help_text=_("At most 20 MB. Signatures in it are checked here, without asking another server."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands on one page with the form of meetings, which has a kind too.
        super().__init__(*args, **{"auto_id": "paper_%s", **kwargs})


class BackForm(forms.Form):
    """To which step a round goes back, and why."""

    to = forms.ChoiceField(label=_("Back to"))
    reason = forms.CharField(label=_("Reason"), widget=_long(2), max_length=4000)

    def __init__(self, steps: list[tuple[str, str]], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["to"].choices = list(reversed(steps))  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    """A strength, a weakness or a recommendation."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Finding.KINDS)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    text = forms.CharField(label=_("What was found"), widget=_long(3))
    unit = forms.ChoiceField(
        label=_("Unit that follows it up"), required=False, help_text=_("For recommendations.")
    )
    due = _date(label=_("Until"), required=False)

    def __init__(self, row: Cycle, units: list[Unit], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        numbers = [
            (one.number, f"{one.number} · {words(one.short_name)}") for one in editions.of(row).indicators
        ]
        self.fields["indicator"].choices = [("", _("the assessment as a whole")), *numbers]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("nobody yet")), *((one.code, one.name) for one in units)]  # type: ignore[attr-defined]


class FollowForm(forms.Form):
    """How far a recommendation is."""

    state = forms.ChoiceField(label=_("State"), choices=Finding.STATES)
    follow_up = forms.CharField(label=_("What is done"), required=False, widget=_long(3))
