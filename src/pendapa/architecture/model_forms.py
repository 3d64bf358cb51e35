"""Forms for what an institution lays over the metamodel: a field, a kind. They give entries of an overlay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.architecture.forms import Boxes, language
from pendapa.regulations.metamodel import Column, Domain, Value, normalise
from pendapa.regulations.overlay import RESERVED, Laid

LABEL_LIMIT = 120
TYPES = {
    "string": gettext_lazy("A line of text"),
    "text": gettext_lazy("Long text"),
    "number": gettext_lazy("Number"),
    "money": gettext_lazy("Amount in rupiah"),
    "year": gettext_lazy("Year"),
    "date": gettext_lazy("Date"),
    "url": gettext_lazy("Web address"),
    "enum": gettext_lazy("One of a list"),
    "enum_many": gettext_lazy("Several of a list"),
}
LISTS = ("enum", "enum_many")


def key_for(label: str, taken: Iterable[str]) -> str:
    """A key made from a label, that nothing bears yet: ``Status kontrak`` → ``status_kontrak``."""
    stem = normalise(label).replace(" ", "_")[:36].strip("_") or "atribut"
    if not stem[0].isalpha():
        stem = f"x_{stem}"[:36]
    known, key, number = {*taken, *RESERVED}, stem, 2
    while key in known:
        key, number = f"{stem}_{number}", number + 1
    return key


def _both(indonesian: str, english: str) -> dict[str, str]:
    return {"id": indonesian, "en": english} if english else {"id": indonesian}


class KindForm(forms.Form):
    """A kind of the institution's own."""

    label_id = forms.CharField(max_length=LABEL_LIMIT, label=gettext_lazy("Name (Indonesian)"))
    label_en = forms.CharField(max_length=LABEL_LIMIT, required=False, label=gettext_lazy("Name (English)"))

    def __init__(self, *args: Any, domain: Domain, model: Laid, **more: Any) -> None:
        super().__init__(*args, **more)
        self.domain = domain
        self._taken = {kind.key for kind in domain.kinds} | {
            place[1] for place in model.retired_kinds if place[0] == domain.key
        }

    def entry(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "key": key_for(data["label_id"], self._taken),
            "label": _both(data["label_id"], data["label_en"]),
        }


class ColumnForm(forms.Form):
    """A field: a new one, one of the institution's own, or what may change in one of the pack.

    ``column`` is the field as it stands; ``own`` says that the institution made it. ``key`` takes over values that
    elements hold already under a key the model does not know.
    """

    label_id = forms.CharField(max_length=LABEL_LIMIT, label=gettext_lazy("Name (Indonesian)"))
    label_en = forms.CharField(max_length=LABEL_LIMIT, required=False, label=gettext_lazy("Name (English)"))
    type = forms.ChoiceField(label=gettext_lazy("What is filled in"), choices=list(TYPES.items()))
    kinds = forms.MultipleChoiceField(
        required=False,
        widget=Boxes,
        label=gettext_lazy("For these kinds"),
        help_text=gettext_lazy("None ticked: for every kind."),
    )
    listed = forms.MultipleChoiceField(
        required=False,
        widget=Boxes,
        label=gettext_lazy("Values in use"),
        help_text=gettext_lazy("What is not ticked is no longer offered. Elements that hold it keep it."),
    )
    more = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Values to add"),
        help_text=gettext_lazy("One a line. Needed where one or several of a list are filled in."),
    )
    required = forms.BooleanField(required=False, label=gettext_lazy("Asked for: counts for completeness"))
    personal = forms.BooleanField(
        required=False, label=gettext_lazy("Holds personal data: shown only to who works here")
    )
    unit = forms.CharField(max_length=20, required=False, label=gettext_lazy("Unit of measure"))
    help_id = forms.CharField(max_length=300, required=False, label=gettext_lazy("Help (Indonesian)"))
    help_en = forms.CharField(max_length=300, required=False, label=gettext_lazy("Help (English)"))

    def __init__(
        self,
        *args: Any,
        domain: Domain,
        model: Laid,
        column: Column | None = None,
        own: bool = True,
        key: str = "",
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.domain, self.column, self.own, self._key = domain, column, own, key
        self._retired = {
            place[2]: value
            for place, value in model.retired_values.items()
            if column and place[:2] == (domain.key, column.key)
        }
        self._taken = {known.key for known in domain.columns} | {
            place[1] for place in model.retired_columns if place[0] == domain.key
        }
        kinds = [(kind.key, kind.label.in_language(language())) for kind in domain.kinds]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        self._offer_values()
        for name in self._closed(len(kinds)):
            del self.fields[name]

    def _offer_values(self) -> None:
        values: list[Value] = [*self.column.values] if self.column else []
        offered = [*values, *(value for value in self._retired.values())]
        self.fields["listed"].choices = [  # type: ignore[attr-defined]
            (value.key, value.label.in_language(language())) for value in offered
        ]
        self.fields["listed"].initial = [value.key for value in values]
        if not offered:
            del self.fields["listed"]

    def _closed(self, kinds: int) -> set[str]:
        """Fields of the form that may not change here."""
        closed = set() if kinds > 1 and self.own else {"kinds"}
        if self.column is not None:
            closed.add("personal")
        if not self.own:
            closed |= {"type"}
            assert self.column is not None
            if self.column.official:
                closed |= {"label_id", "label_en", "required", "unit"}
            if self.column.values_verified or not self.column.values:
                closed |= {"listed", "more"}
        return closed & self.fields.keys()

    @property
    def initial_values(self) -> dict[str, Any]:
        return initial_of(self.column) if self.column else {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lines = [" ".join(line.split()) for line in data.get("more", "").splitlines()]
        fresh = list(dict.fromkeys(line for line in lines if line))
        known = {
            normalise(text)
            for v in self._known()
            for text in (v.key, v.label.id, v.label.en, *v.also)
            if text
        }
        for line in fresh:
            if normalise(line) in known:
                self.add_error("more", _("“%(value)s” is on the list already.") % {"value": line})
            elif len(line) > LABEL_LIMIT:
                self.add_error("more", _("“%(value)s…” is too long for a value.") % {"value": line[:40]})
        kind = data.get("type") or (self.column.type if self.column else "")
        if kind in LISTS and not fresh and not data.get("listed") and "more" in self.fields:
            self.add_error("more", _("A list needs at least one value."))
        if kind not in LISTS and fresh and not (self.column and self.column.values):
            self.add_error(
                "more", _("Only lists have values: choose “one” or “several of a list”, or leave this empty.")
            )
        data["fresh"] = fresh
        self._check_names(data)
        return data

    def _check_names(self, data: Mapping[str, Any]) -> None:
        """A header of a spreadsheet must not mean two attributes."""
        for name in ("label_id", "label_en"):
            meant = self.domain.match_header(data.get(name) or "")
            if meant is not None and (self.column is None or meant.column.key != self.column.key):
                words = {"name": data[name], "other": meant.column.label.in_language(language())}
                self.add_error(
                    name, _("“%(name)s” is another name of the attribute “%(other)s” already.") % words
                )

    def _known(self) -> list[Value]:
        return [*(self.column.values if self.column else ()), *self._retired.values()]

    def entry(self) -> dict[str, Any]:
        """What :func:`pendapa.regulations.overlay.put` takes."""
        data = self.cleaned_data
        key = self.column.key if self.column else self._key or key_for(data["label_id"], self._taken)
        entry: dict[str, Any] = {"key": key}
        if "label_id" in self.fields:
            entry["label"] = _both(data["label_id"], data["label_en"])
        for name in ("type", "unit", "required", "personal"):
            if name in self.fields:
                entry[name] = data[name] or None
        if "required" in self.fields and not self.own:
            entry["required"] = data["required"]
        if "kinds" in self.fields:
            entry["kinds"] = data["kinds"] or None
        if "help_id" in self.fields:
            entry["help"] = _both(data["help_id"], data["help_en"]) if data["help_id"] else None
        values = self._values(data)
        if values:
            entry["values"] = values
        return self._only_changes(entry)

    def _values(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if "listed" in self.fields:
            listed, living = set(data["listed"]), {v.key for v in (self.column.values if self.column else ())}
            found += [{"key": key, "retired": True} for key in sorted(living - listed)]
            found += [{"key": key, "retired": False} for key in self._retired if key in listed]
        return [*found, *({"key": line, "label": {"id": line}} for line in data.get("fresh", ()))]

    def _only_changes(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Of a field of the pack only what differs from it is laid over."""
        if self.own or self.column is None:
            return entry
        before = initial_of(self.column)
        data = self.cleaned_data
        same = {
            "label": ("label_id", "label_en"),
            "help": ("help_id", "help_en"),
            "unit": ("unit",),
            "required": ("required",),
        }
        for word, names in same.items():
            if word in entry and all(data.get(name) == before[name] for name in names):
                del entry[word]
        return entry


def initial_of(column: Column) -> dict[str, Any]:
    """A field as the values of its form."""
    return {
        "label_id": column.label.id,
        "label_en": column.label.en,
        "type": column.type,
        "kinds": list(column.kinds),
        "listed": [value.key for value in column.values],
        "required": column.required,
        "personal": column.personal,
        "unit": column.unit,
        "help_id": column.help.id,
        "help_en": column.help.en,
    }
