"""The form of an element, made from the columns of the metamodel; and the filters of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pendapa.architecture import coding, metamodel, references
from pendapa.architecture.models import Element
from pendapa.architecture.period_fields import PeriodsField
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import offered_units
from pendapa.architecture.rules.metamodel import RELATIONS, attribute_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.overlays import trees
from pendapa.kernel.review import actions as review
from pendapa.kernel.tables import periods
from pendapa.kernel.tables.columns import NAME_LIMIT
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.metamodel import Column, Metamodel

PREFIX = "a_"
KIND_COLUMN = "jenis"


def language() -> str:
    return get_language() or "id"


def form_columns(model: Metamodel, domain: str, kind: str) -> list[Column]:
    """The columns that a form asks for: not the relations, and not the kind of a domain that has several."""
    several = len(model.domain(domain).kinds) > 1
    return [
        column
        for column in attribute_columns(model, domain, kind)
        if column.type not in RELATIONS and not (several and column.key == KIND_COLUMN)
    ]


class Suggested(forms.TextInput):
    """A text field with a list to pick from; anything else may be typed."""

    def __init__(self, options: list[str], **more: Any) -> None:
        super().__init__(**more)
        self.options = options

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        identifier = f"list_{name}"
        field = super().render(name, value, {**(attrs or {}), "list": identifier}, renderer)
        options = format_html_join("", '<option value="{}">', ((option,) for option in self.options))
        return format_html('{}<datalist id="{}">{}</datalist>', field, identifier, options)


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes side by side, on as many lines as they need."""

    template_name = "architecture/boxes.html"


class ElementForm(forms.Form):
    """Name, unit, code, openness and the columns of one kind. Values outside a list stay as they were written."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit"), to_field_name="uid")
    name = forms.CharField(max_length=NAME_LIMIT)
    code = forms.CharField(max_length=60, required=False, label=gettext_lazy("Code"))
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Kind"))
    classification = forms.ChoiceField(label=gettext_lazy("Openness"), choices=Element.CLASSIFICATIONS)
    valid_from = forms.DateField(required=False, label=gettext_lazy("Valid from"))
    valid_to = forms.DateField(required=False, label=gettext_lazy("Valid until"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    ground = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        actor: Actor,
        institution: Institution,
        domain: str,
        kind: str,
        *args: Any,
        element: Element | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        model = metamodel.of(institution)
        self.domain, self.kind_key = model.domain(domain), kind
        self.columns = form_columns(model, domain, kind)
        self.element = element
        self._set_up(actor, institution)
        kept = element.attributes if element else {}
        for column in self.columns:
            self.fields[PREFIX + column.key] = field_for(column, kept.get(column.key))
        for offer in references.offers(element) if element else ():
            self._offer(offer)

    def _offer(self, offer: references.Offer) -> None:
        """Name the node that the words of the element speak of, beside the empty field: to be taken by who finds it right."""
        field = self.fields.get(PREFIX + offer.column.key)
        if field is not None:
            told = _("Suggested: %(node)s, because of %(why)s.") % {
                "node": offer.candidate.node.label,
                "why": references.why(offer.candidate.reasons),
            }
            field.help_text = format_html("{} {}", field.help_text, told) if field.help_text else told

    def _set_up(self, actor: Actor, institution: Institution) -> None:
        units = offered_units(actor, institution, EDIT)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["name"].label = self.domain.column("nama").label.in_language(language())
        if self.element is None:
            pattern = coding.pattern_of(institution, self.domain.key).text
            self.fields["code"].help_text = _(
                "Left empty, the next code by the pattern %(pattern)s is given."
            ) % {"pattern": pattern}
            del self.fields["version"], self.fields["ground"]
        kinds = [(k.key, k.label.in_language(language())) for k in self.domain.kinds]
        if len(kinds) > 1:
            self.fields["kind"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]
            self.fields["kind"].help_text = (
                _("Other kinds have other fields; what you have filled stays.") if self.element else ""
            )
        else:
            del self.fields["kind"]
        for name in ("valid_from", "valid_to"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or "")

    @property
    def values(self) -> dict[str, Any]:
        """What :func:`change_element` takes."""
        data = self.cleaned_data
        plain = {name: data[name] for name in ("unit", "name", "classification", "valid_from", "valid_to")}
        if "kind" in self.fields:
            plain["kind"] = data["kind"] or self.kind_key
        if self.element is None or data["code"].strip():
            plain["code"] = data["code"]
        return plain | {"attributes": {c.key: self._kept(c, data[PREFIX + c.key]) for c in self.columns}}

    def _kept(self, column: Column, value: Any) -> Any:
        """What nobody touched stays exactly as it was."""
        before = self.element.attributes.get(column.key) if self.element else None
        return before if before is not None and shown(column, before) == value else kept_value(column, value)

    # -- groups of fields, for the template ---------------------------------------------------------------------------

    def head(self) -> Iterator[BoundField]:
        names = ("name", "unit", "kind", "code", "classification", "valid_from", "valid_to")
        return (self[name] for name in names if name in self.fields)

    def official(self) -> list[tuple[Column, BoundField]]:
        return [(column, self[PREFIX + column.key]) for column in self.columns if column.official]

    def local(self) -> list[tuple[Column, BoundField]]:
        return [(column, self[PREFIX + column.key]) for column in self.columns if not column.official]

    def local_has_errors(self) -> bool:
        return any(bound.errors for _column, bound in self.local())


def initial_of(element: Element) -> dict[str, Any]:
    """An element as the values of its form."""
    values: dict[str, Any] = {
        "unit": element.unit.uid,
        "name": element.name,
        "code": element.code,
        "kind": element.kind,
        "classification": element.classification,
        "valid_from": element.valid_from,
        "valid_to": element.valid_to,
        "version": element.version,
        "ground": review.ground(element),
    }
    columns = form_columns(metamodel.of_row(element), element.domain, element.kind)
    return values | {
        PREFIX + column.key: shown(column, element.attributes.get(column.key)) for column in columns
    }


def shown(column: Column, value: Any) -> Any:
    """A kept value as a field of the form shows it."""
    if column.type == "enum_many":
        return value if isinstance(value, list) else [value] if value else []
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, Mapping):
        return periods.periods_text(value)
    return "" if value is None else value


def field_for(column: Column, kept: Any) -> forms.Field:
    """The field that asks for a column; ``kept`` is the value that stands there."""
    label, hint = column.label.in_language(language()), _hint(column)
    options: dict[str, Any] = {"required": False, "label": label, "help_text": hint}
    if column.type == "enum":
        return forms.ChoiceField(choices=[("", "—"), *_choices(column, [kept] if kept else [])], **options)
    if column.type == "enum_many":
        several = kept if isinstance(kept, list) else [kept] if kept else []
        return forms.MultipleChoiceField(choices=_choices(column, several), widget=Boxes, **options)
    if column.type in periods.KINDS:
        return PeriodsField(column.type, kept=kept if isinstance(kept, str) else None, **options)
    if column.type == "text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **options)
    if column.type == "unit_many" or isinstance(kept, list):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), **options)
    return forms.CharField(widget=_widget(column), **options)


def _widget(column: Column) -> forms.TextInput:
    if column.type == "reference":
        return Suggested(_references(column.reference))
    if column.values:
        return Suggested([value.key for value in column.values])
    modes = {"number": "decimal", "money": "decimal", "year": "numeric", "url": "url"}
    return forms.TextInput(attrs={"inputmode": modes[column.type]} if column.type in modes else {})


def _references(tree: str) -> list[str]:
    return [node.label for node in trees.references_now().tree(tree) if node.code]


def _choices(column: Column, kept: list[Any]) -> list[tuple[str, str]]:
    listed = [(value.key, value.label.in_language(language())) for value in column.values]
    keys = {key for key, _label in listed}
    return [
        *listed,
        *((str(v), _("%(value)s (as written)") % {"value": v}) for v in kept if str(v) not in keys),
    ]


def _hint(column: Column) -> SafeString | str:
    """What helps to fill the field: the pack's words, the unit of measure, the form of a date."""
    parts = [column.help.in_language(language())] if column.help.id else []
    if column.unit:
        parts.append(_("In %(unit)s.") % {"unit": column.unit})
    if column.type == "date":
        parts.append(_("As %(example)s.") % {"example": date(2026, 11, 28).isoformat()})
    if column.type == "unit_many":
        parts.append(_("One a line."))
    text = " ".join(parts)
    if column.personal:
        mark = format_html('<span class="tag">{}</span>', _("personal data"))
        return format_html("{} {}", mark, text) if text else mark
    return text if text else mark_safe("")


def kept_value(column: Column, value: Any) -> Any:
    """A field of the form as it is kept: codes of known references, several values as a list, the rest as written."""
    if column.type == "enum_many":
        return list(value)
    if column.type in periods.KINDS:
        return periods.KINDS[column.type].read(value)[0] if value else ""
    if column.type == "unit_many":
        return [line.strip() for line in re.split(r"[\n;]", value) if line.strip()]
    if column.type == "reference" and value.strip():
        node = trees.references_now().lookup(value, column.reference)
        return node.code if node and node.code else value
    return value


class ReleaseForm(forms.Form):
    """What a release is called and which decree sets it."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Short, given once, e.g. 2026")
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("e.g. Arsitektur SPBE 2026–2030"),
    )
    decree_number = forms.CharField(
        label=gettext_lazy("Number of the decree"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("e.g. Peraturan Bupati Nomor 12 Tahun 2026"),
    )
    decree_date = forms.DateField(
        label=gettext_lazy("Date of the decree"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
