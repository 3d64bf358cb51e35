"""Forms of commitments: they read what was typed; whether it is right the actions say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.models import Commitment, Initiative
from pendapa.roadmap.rules import commitments as rules

SPARE, FEWEST = 2, 4
"""Rows of milestones that stay empty, and that are there at least."""


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "inp-date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CommitmentForm(forms.Form):
    """A commitment with its milestones in rows ``m0_…``; rows without any word fall away."""

    unit = forms.ChoiceField(label=_("Agency"))
    title = forms.CharField(label=_("Title"), max_length=rules.LONGEST_TITLE)
    problem = forms.CharField(
        label=_("The problem"), widget=_long(3), required=False,
        help_text=_("What hinders people or the work today, so that others understand why this is worth it."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What the agency commits to"), widget=_long(5),
        help_text=_("What will be different at the end, so that anybody can check it."),
    )  # fmt: skip
    starts_on = _day(label=_("From"))
    ends_on = _day(label=_("Until"))
    evidence_asked = forms.CharField(
        label=_("What will prove it"), widget=_long(2), required=False,
        help_text=_("Documents, pages or figures by which somebody else sees that it is done."),
    )  # fmt: skip
    initiative = forms.ChoiceField(label=_("Belongs to the initiative"), required=False)
    public = forms.BooleanField(
        label=_("Show it to the public once the head has committed to it"), required=False,
        help_text=_("The public then sees text, milestones, links to evidence and how far it came; files stay inside."),
    )  # fmt: skip

    def __init__(
        self,
        units: Sequence[Unit],
        offered: Sequence[Initiative],
        data: Any = None,
        *,
        rows: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.offered = {str(one.uid): one for one in offered}
        self.units = {str(one.uid): one for one in units}
        choices = {
            "unit": [(uid, one.name) for uid, one in self.units.items()],
            "initiative": [("", _("none")), *((uid, one.title) for uid, one in self.offered.items())],
        }
        for name, known in choices.items():
            self.fields[name].choices = known  # type: ignore[attr-defined]
        self.count = min(self._count(rows), rules.MOST_MILESTONES)
        for n in range(self.count):
            self.fields[f"m{n}_text"] = forms.CharField(
                label=_("Milestone"), required=False, widget=forms.TextInput(attrs={"class": "inp"})
            )
            self.fields[f"m{n}_due"] = _day(label=_("Until"), required=False)
            self.fields[f"m{n}_due"].widget.attrs["class"] = "inp inp-date"
            self.fields[f"m{n}_uid"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=36
            )

    def _count(self, rows: int) -> int:
        """As many rows as were sent, or as there are with some to spare."""
        if self.is_bound:
            return max(whole(self.data.get("rows", ""), 2) or FEWEST, 1)
        return max(rows + SPARE, FEWEST)

    @property
    def milestones(self) -> list[tuple[Any, Any, Any]]:
        """The rows as they are drawn: text, day, uid."""
        return [(self[f"m{n}_text"], self[f"m{n}_due"], self[f"m{n}_uid"]) for n in range(self.count)]

    def _filled(self) -> list[int]:
        told = self.cleaned_data
        return [n for n in range(self.count) if told.get(f"m{n}_text", "").strip() or told.get(f"m{n}_due")]

    def values(self) -> rules.Values:
        """What was typed."""
        told = self.cleaned_data
        steps = tuple(
            rules.Step(told[f"m{n}_text"], told[f"m{n}_due"], told[f"m{n}_uid"]) for n in self._filled()
        )
        return rules.Values(
            told["title"], told["text"], told["starts_on"], told["ends_on"], told["problem"], told["evidence_asked"],
            steps, told["public"],
        )  # fmt: skip

    @property
    def initiative_chosen(self) -> Initiative | None:
        return self.offered.get(self.cleaned_data.get("initiative", ""))

    @property
    def unit_chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]

    def refused(self, error: Refused) -> None:
        """Put what was refused beside its fields."""
        rows = self._filled()
        for name, fault in error.faults.items():
            place = whole(name.removeprefix("milestone-"), 2) if name.startswith("milestone-") else None
            if place is not None and place < len(rows):
                self.add_error(f"m{rows[place]}_text", fault)
            else:
                self.add_error(name if name in self.fields else None, fault)


def initial(row: Commitment, steps: Sequence[Any]) -> dict[str, Any]:
    """What stands in the form of a commitment that is there."""
    told: dict[str, Any] = {
        "unit": str(row.unit.uid), "title": row.title, "problem": row.problem, "text": row.text,
        "starts_on": row.starts_on, "ends_on": row.ends_on, "evidence_asked": row.evidence_asked,
        "initiative": str(row.initiative.uid) if row.initiative else "", "public": row.public,
    }  # fmt: skip
    for n, one in enumerate(steps):
        told |= {f"m{n}_text": one.text, f"m{n}_due": one.due, f"m{n}_uid": str(one.uid)}
    return told


class ReportForm(forms.Form):
    """What became of a milestone."""

    done_on = _day(label=_("Reached on"), required=False, help_text=_("Empty: not reached yet."))
    link = forms.CharField(label=_("Link to evidence"), required=False, max_length=1000)
    file = forms.FileField(label=_("File as evidence"), required=False, max_length=255)
    drop_file = forms.BooleanField(label=_("Take the file off"), required=False)
    note = forms.CharField(label=_("Note"), widget=_long(2), required=False)


class AssessForm(forms.Form):
    """How far a commitment came."""

    completion = forms.ChoiceField(label=_("How far it came"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("On what this rests"), widget=_long(4), required=False)

    def __init__(self, choices: Sequence[tuple[str, str]], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["completion"].choices = list(choices)  # type: ignore[attr-defined]
