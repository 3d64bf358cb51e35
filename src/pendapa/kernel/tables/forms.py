"""What a person tells when handing in a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables import queries
from pendapa.kernel.tables.ports import importers
from pendapa.kernel.tenancy.models import Institution, Unit

AUTO = "auto"
MIXED = "elements"
"""The table whose rows name their domain: recognised by itself, not offered as a template."""


class UploadForm(forms.Form):
    """A spreadsheet, what it holds, and whose the rows are that name no unit."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_(
            "xlsx, ods or csv, just as it is: titles above the table, merged headers and total rows may stay. Also an "
            "ArchiMate model (.xml, Open Exchange format)."
        ),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Nothing was saved. Choose the file that holds the table."),
        },
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.ods,.csv,.txt,.zip,.json,.xml,text/csv,application/vnd.ms-excel"}
        ),
    )
    kind = forms.ChoiceField(label=_("What it holds"))
    unit = forms.ModelChoiceField(
        label=_("Unit of rows that name none"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Each row names its unit"),
    )

    def __init__(self, *args: Any, actor: Actor, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(AUTO, _("Recognise it by the column headers")), *kind_choices(actor, institution)]
        kinds, units = self.fields["kind"], self.fields["unit"]
        assert isinstance(kinds, forms.ChoiceField) and isinstance(units, forms.ModelChoiceField)
        kinds.choices = offered
        units.queryset = queries.units(actor, institution)


def kind_choices(actor: Actor, institution: Institution) -> list[tuple[str, str]]:
    """The tables that the actor may import, with their names in the language of now."""
    language = (get_language() or "id").partition("-")[0]
    return [
        (room.kind.key, room.kind.label.get(language, room.kind.key))
        for room in importers()
        if room.kind.key != MIXED and actor.may(room.permission, institution)
    ]
