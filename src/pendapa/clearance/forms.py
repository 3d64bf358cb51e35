"""The form of a request as its pack tells it: one Django form a step, for drawing; the verbs check what is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _

from pendapa.architecture.queries import is_uid, visible
from pendapa.clearance import queries
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.regulations.clearance import Field, Step

SEVERAL = ("elements", "units")
OFFERED = 12
"""Things offered where nothing is looked for."""
Choices = list[tuple[str, str]]


class Drawn(forms.Form):
    """A form that is drawn from answers, with faults that a verb told."""

    use_required_attribute = False

    def told(self, faults: Mapping[str, str]) -> Drawn:
        """The same with what is wrong beside its fields; what has no field stands above."""
        self._errors = ErrorDict()
        for key, text in faults.items():
            place = key if key in self.fields else "__all__"
            self._errors.setdefault(place, ErrorList()).append(text)
        return self


def step_form(
    actor: Actor,
    institution: Institution,
    step: Step,
    answers: Mapping[str, Any],
    faults: Mapping[str, str] | None = None,
    found: Mapping[str, str] | None = None,
    unit: Unit | None = None,
) -> Drawn:
    """One step with its answers. ``found`` maps a question to what is looked for in it; where nothing is, what belongs to
    ``unit`` is offered."""
    drawn = Drawn(initial=dict(answers), prefix=None)
    for field in step.fields:
        words = (found or {}).get(field.key, "")
        drawn.fields[field.key] = control(actor, institution, field, answers.get(field.key), words, unit)
    return drawn.told(faults or {})


def control(
    actor: Actor,
    institution: Institution,
    field: Field,
    answer: Any,
    words: str = "",
    unit: Unit | None = None,
) -> forms.Field:
    """The control of one question."""
    language = formats.language()
    hint = field.hint.in_language(language)
    named: dict[str, Any] = {"label": field.label.in_language(language), "required": field.required}
    if field.type == "text":
        limit = _("At most %(n)s words.") % {"n": formats.number(queries.pack().words, language)}
        area = forms.Textarea(attrs={"rows": 5})
        return forms.CharField(widget=area, help_text=f"{hint} {limit}".strip(), **named)
    if field.type in ("choice", "level"):
        told = [("", "—")] + [(one.key, one.label.in_language(language)) for one in field.options]
        if field.type == "level":
            told = [("", "—")] + [(str(n), f"{n} · {one.key}") for n, one in enumerate(field.options, 1)]
        return forms.ChoiceField(choices=told, help_text=hint, **named)
    if field.type == "unit":
        units = Unit.objects.filter(institution=institution, deleted_at=None).order_by("name", "id")
        chosen = [("", "—")] + [(str(uid), name) for uid, name in units.values_list("uid", "name")]
        return forms.ChoiceField(choices=chosen, help_text=hint, **named)
    if field.type in SEVERAL:
        chosen = several(actor, institution, field, answer or [], words, unit)
        return forms.MultipleChoiceField(
            choices=chosen, widget=forms.CheckboxSelectMultiple, help_text=hint, **named
        )
    inputmode = {"money": "numeric", "code": "decimal"}.get(field.type, "text")
    line = forms.TextInput(attrs={"inputmode": inputmode, "autocomplete": "off"})
    return forms.CharField(widget=line, help_text=hint, **named)


def several(
    actor: Actor, institution: Institution, field: Field, chosen: Iterable[str], words: str, unit: Unit | None
) -> Choices:
    """What is chosen, then what is found by ``words``; without them what belongs to ``unit``."""
    rows = _told(field, _things(actor, institution, field).filter(uid__in=_known(list(chosen))))
    near = None if words else unit
    more = offered(actor, institution, field, [uid for uid, _name in rows], words, near)
    return [*rows, *more]


def offered(
    actor: Actor,
    institution: Institution,
    field: Field,
    chosen: Iterable[str],
    words: str,
    unit: Unit | None = None,
) -> Choices:
    """What is found by ``words`` and not chosen yet, in ``unit`` alone where one is given."""
    known = set(chosen)
    found = _things(actor, institution, field)
    name = "name" if field.type == "units" else "name_key"
    for word in words.lower().split()[:8]:
        found = found.filter(**{f"{name}__icontains": word})
    if unit is not None:
        found = found.filter(
            **{"path__startswith" if field.type == "units" else "unit__path__startswith": unit.path}
        )
    rows = _told(field, found[: OFFERED + len(known)])
    return [one for one in rows if one[0] not in known][:OFFERED]


def _things(actor: Actor, institution: Institution, field: Field) -> QuerySet[Any]:
    """Units, or elements of the domain that the actor may see, by name."""
    if field.type == "units":
        return Unit.objects.filter(institution=institution, deleted_at=None).order_by("name", "id")
    found = visible(actor, institution).filter(domain=field.domain)
    return found.select_related("unit").order_by("name_key", "id")


def _told(field: Field, rows: Iterable[Any]) -> Choices:
    if field.type == "units":
        return [(str(one.uid), one.name) for one in rows]
    return [(str(one.uid), f"{one.name} · {one.code} · {one.unit.name}") for one in rows]


def _known(uids: list[str]) -> list[str]:
    """Those that have the shape of a uid: what was typed may be anything."""
    return [one for one in uids if is_uid(one)]


def sent(step: Step, data: QueryDict) -> dict[str, Any]:
    """The answers of a step as the page sent them."""
    return {
        field.key: data.getlist(field.key) if field.type in SEVERAL else data.get(field.key, "")
        for field in step.fields
    }


# ---- the list of risks


def risk_form(index: int, row: Mapping[str, Any], faults: Mapping[str, str]) -> Drawn:
    """One row of the list of risks; its names begin with ``r<index>-``."""
    pack, language = queries.pack(), formats.language()
    drawn = Drawn(initial=dict(row), prefix=f"r{index}", auto_id=f"r{index}_%s")
    for column in pack.risks.columns:
        label = column.label.in_language(language)
        if column.options:
            told = [("", "—")] + [
                (
                    str(n) if column.type == "level" else one.key,
                    f"{n} · {one.key}" if column.type == "level" else one.key,
                )
                for n, one in enumerate(column.options, 1)
            ]
            control: forms.Field = forms.ChoiceField(choices=told, label=label, required=column.required)
        else:
            widget = forms.Textarea(attrs={"rows": 2}) if column.type == "text" else forms.TextInput()
            control = forms.CharField(widget=widget, label=label, required=column.required)
        drawn.fields[column.key] = control
    own = {key.partition(".")[2]: text for key, text in faults.items() if key.partition(".")[0] == str(index)}
    return drawn.told(own)


def sent_risks(data: QueryDict) -> list[dict[str, str]]:
    """The rows as the page sent them, in their order; those that are ticked to go fall away."""
    columns = [column.key for column in queries.pack().risks.columns]
    rows = []
    for index in range(queries.pack().risks.most + 1):
        row = {key: data.get(f"r{index}-{key}", "") for key in columns}
        if data.get(f"r{index}-hapus"):
            row = dict.fromkeys(columns, "")
        rows.append(row)
    while rows and not any(rows[-1].values()):
        rows.pop()
    return rows
