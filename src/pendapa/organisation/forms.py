"""Forms of the room's pages. What they let through the actions check again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.organisation.actions.units import CODE_LIMIT, KIND_LIMIT, NAME_LIMIT, SHORT_LIMIT
from pendapa.organisation.queries import TreeRow
from pendapa.organisation.rules import accounts

INDENT = "\u2003"


def day(label: Any, help_text: Any = "") -> forms.DateField:
    """A day, picked or typed; may stay empty."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget)


class UnitChoice(forms.TypedChoiceField):
    """One of the units given, in the order of the tree; the value is a `Unit` or ``None``."""

    def offer(self, rows: Iterable[TreeRow], nothing: Any) -> None:
        units = {str(row.unit.uid): row for row in rows}
        self._units = {uid: row.unit for uid, row in units.items()}
        self.choices = [
            ("", nothing),
            *((uid, f"{INDENT * row.depth}{row.unit.name}") for uid, row in units.items()),
        ]
        self.empty_value = None
        self.coerce = lambda uid: self._units[uid]


class UnitForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_LIMIT, help_text=_("In full, as the regulation writes it.")
    )
    short_name = forms.CharField(
        label=_("Short name"),
        max_length=SHORT_LIMIT,
        required=False,
        help_text=_("As people say it: Dinkes, Diskominfo."),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LIMIT,
        required=False,
        help_text=_("The official one, e.g. 1.02; without it one is given."),
    )
    kind = forms.CharField(
        label=_("Kind"),
        max_length=KIND_LIMIT,
        required=False,
        help_text=_("Such as dinas, badan, kecamatan, bagian, UPT."),
    )
    parent = UnitChoice(label=_("Stands below"), required=False)
    valid_from = day(_("First day"))
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("For example the number of the Perda.")
    )

    def __init__(self, *args: Any, units: Iterable[TreeRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", units, _("Nothing: it is an OPD"))


class _VersionForm(forms.Form):
    """Carries the version that the person saw, so that an older page cannot overwrite a newer one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RenameForm(_VersionForm):
    name = forms.CharField(label=_("New name"), max_length=NAME_LIMIT)
    short_name = forms.CharField(label=_("Short name"), max_length=SHORT_LIMIT, required=False)
    since = day(
        _("Holds since"), _("Empty: since today. The old name stays as an alias until the day before.")
    )
    decree = forms.CharField(
        label=_("Decree"),
        required=False,
        max_length=200,
        help_text=_("For example Perda Nomor 3 Tahun 2026."),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("For example the number of the Perda.")
    )


class MoveForm(_VersionForm):
    parent = UnitChoice(label=_("Stands below"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def __init__(self, *args: Any, units: Iterable[TreeRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", units, _("Nothing: it is an OPD"))


class CloseForm(_VersionForm):
    last_day = day(_("Last day"), _("Empty: today."))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


class AliasForm(forms.Form):
    name = forms.CharField(
        label=_("Other name"),
        max_length=NAME_LIMIT,
        help_text=_("A spelling, abbreviation or earlier name that stands in files."),
    )
    valid_from = day(_("First day"))
    valid_to = day(_("Last day"))


class RoleForm(forms.Form):
    """What a role needs: which, where, from when to when, acting or not. ``wide`` offers those of the whole institution."""

    role = forms.ChoiceField(label=_("Role"))
    unit = UnitChoice(
        label=_("Unit"), required=False, help_text=_("Of an operator or a head; other roles hold everywhere.")
    )
    valid_from = day(_("First day"))
    valid_to = day(_("Last day"))
    acting = forms.BooleanField(label=_("Acting (Plt., Pj., Pjs.)"), required=False)

    def __init__(self, *args: Any, units: Iterable[TreeRow], wide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [one for one in Assignment.ROLES if wide or one[0] in Assignment.UNIT_ROLES]
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = roles
        self.fields["unit"].required = not wide
        offer(self, "unit", units, _("None") if wide else _("Choose a unit"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("role") in Assignment.UNIT_ROLES and "unit" in cleaned and cleaned["unit"] is None:
            self.add_error("unit", _("This role belongs to a unit. Choose the unit."))
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error(
                "valid_to", _("The last day lies before the first. Swap them, or leave one empty.")
            )
        return cleaned


class InviteForm(RoleForm):
    name = forms.CharField(label=_("Name of the person"), max_length=accounts.NAME_LIMIT)
    username = forms.CharField(
        label=_("NIP or office e-mail"),
        max_length=accounts.USERNAME_LIMIT,
        help_text=_("With it the person signs in."),
    )
    field_order = ["name", "username", "role", "unit", "valid_from", "valid_to", "acting"]

    def clean_username(self) -> str:
        username = accounts.username_of(self.cleaned_data["username"])
        fault = accounts.username_fault(username)
        if fault:
            raise forms.ValidationError(fault.render(lambda text: str(_(text))))
        return username


class EndForm(forms.Form):
    last_day = day(_("Last day"), _("Empty: the role ends at once."))


class AccountsForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("xlsx, ods or csv, at most 2,000 people."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Fill in at least one row."),
        },
    )


def offer(form: forms.Form, name: str, units: Iterable[TreeRow], nothing: Any) -> None:
    """Fill the choices of a unit field."""
    field = form.fields[name]
    assert isinstance(field, UnitChoice)
    field.offer(units, nothing)


def first_unit(rows: Iterable[TreeRow]) -> Unit | None:
    """The only unit there is to choose, or ``None``."""
    found = [row.unit for row in rows]
    return found[0] if len(found) == 1 else None


# ---- the life of an OPD


class LifeForm(forms.Form):
    """What every institutional change needs: since when, by which decree, why."""

    on = day(_("Holds since"), _("Empty: since today. What ends has its last day on the day before."))
    decree = forms.CharField(
        label=_("Decree"),
        required=False,
        max_length=200,
        help_text=_("For example Perda Nomor 3 Tahun 2026."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


class MergeForm(LifeForm):
    """Into which unit one or several go: one that is there, or a new one."""

    target = UnitChoice(label=_("Goes into"), required=False, help_text=_("Its code and its people stay."))
    name = forms.CharField(label=_("Name of the new unit"), required=False, max_length=NAME_LIMIT)
    code = forms.CharField(
        label=_("Code of the new unit"),
        required=False,
        max_length=CODE_LIMIT,
        help_text=_("A code that no unit has had; without one it is given one."),
    )
    others = forms.MultipleChoiceField(
        label=_("These go along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["target", "name", "code", "others", "on", "decree", "reason"]

    def __init__(self, *args: Any, units: Sequence[TreeRow], source: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = [row for row in units if not row.unit.path.startswith(source.path)]
        offer(self, "target", rest, _("A new unit, named below"))
        same = [row.unit for row in rest if row.unit.parent_id == source.parent_id]
        self.units = {str(unit.uid): unit for unit in same}
        others = self.fields["others"]
        assert isinstance(others, forms.MultipleChoiceField)
        others.choices = [(uid, unit.name) for uid, unit in self.units.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("target") is None and not cleaned.get("name") and "target" not in self.errors:
            self.add_error("target", _("Choose the unit, or name a new one below."))
        return cleaned


PARTS = 4


class SplitForm(LifeForm):
    """Into which units one is split; which things go where is asked on the next page."""

    closes = forms.TypedChoiceField(
        label=_("The unit itself"),
        choices=[("1", _("ends; everything goes to the parts")), ("0", _("goes on with what stays"))],
        coerce=lambda value: value == "1",
        initial="1",
    )

    def __init__(self, *args: Any, units: Sequence[TreeRow], source: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = [row for row in units if not row.unit.path.startswith(source.path)]
        order = ["closes"]
        for n in range(1, PARTS + 1):
            names = {"unit": f"unit{n}", "name": f"name{n}", "code": f"code{n}"}
            self.fields[names["unit"]] = UnitChoice(label=_("An existing unit"), required=False)
            offer(self, names["unit"], rest, _("A new one"))
            self.fields[names["name"]] = forms.CharField(
                label=_("Name of the new unit"), required=False, max_length=NAME_LIMIT
            )
            self.fields[names["code"]] = forms.CharField(
                label=_("Code of the new unit"), required=False, max_length=CODE_LIMIT
            )
            order += names.values()
        self.order_fields([*order, "on", "decree", "reason"])

    def groups(self) -> list[dict[str, Any]]:
        """The fields of each part, for the page."""
        return [
            {"number": n, "unit": self[f"unit{n}"], "name": self[f"name{n}"], "code": self[f"code{n}"]}
            for n in range(1, PARTS + 1)
        ]

    def parts(self) -> list[tuple[int, Unit | None, str, str]]:
        """The parts that were named: number, unit, name and code of a new one."""
        told = self.cleaned_data
        rows = [
            (n, told.get(f"unit{n}"), told.get(f"name{n}", ""), told.get(f"code{n}", ""))
            for n in range(1, PARTS + 1)
        ]
        return [row for row in rows if row[1] is not None or row[2]]


class HandoverForm(forms.Form):
    """Who takes an office over, from when, until when, for the time being or not."""

    to = forms.ChoiceField(label=_("To"), required=False)
    name = forms.CharField(label=_("Name of the new person"), required=False, max_length=accounts.NAME_LIMIT)
    username = forms.CharField(
        label=_("NIP or office e-mail"), required=False, max_length=accounts.USERNAME_LIMIT
    )
    on = day(_("First day"), _("Empty: today. The role before ends the day before."))
    until = day(_("Last day"), _("Of an acting holder: three months at most are usual."))
    acting = forms.BooleanField(label=_("Acting (Plt., Plh., Pj., Pjs.)"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("For example the number of the letter.")
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [("", _("A new person, named below")), *((str(pk), name) for pk, name in people)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("to") and not (cleaned.get("name") and cleaned.get("username")):
            self.add_error("to", _("Choose a person, or give name and NIP of a new one below."))
        start, end = cleaned.get("on"), cleaned.get("until")
        if start and end and end < start:
            self.add_error("until", _("The last day lies before the first. Swap them, or leave one empty."))
        return cleaned
