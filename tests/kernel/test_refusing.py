"""What a verb refuses is told in one way by all rooms."""

from __future__ import annotations

import pytest
from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.refusing import Refused, blame


def test_a_refusal_names_every_field_and_is_a_text_with_all_of_them() -> None:
    told = Refused({"title": "Too long.", "": "Not now."})
    assert told.faults == {"title": "Too long.", "": "Not now."}
    assert (told.field, str(told)) == ("title", "Too long.\nNot now.")


@pytest.mark.parametrize("words", ["Choose a day.", _("Choose a day.")])
def test_one_sentence_on_one_field_says_the_same_as_a_mapping_of_one(words: str) -> None:
    told = Refused(words, "day")
    assert (told.faults, told.field, str(told)) == ({"day": "Choose a day."}, "day", "Choose a day.")
    assert Refused(words).faults == {"": "Choose a day."}


def test_what_was_handed_over_can_change_without_changing_the_refusal() -> None:
    faults = {"title": "Too long."}
    told = Refused(faults)
    faults.clear()
    assert told.faults == {"title": "Too long."} and Refused({}).field == ""


class Asked(forms.Form):
    title = forms.CharField()
    v_day = forms.CharField()


def test_every_fault_stands_beside_its_field_and_what_has_none_above_them() -> None:
    form = Asked({"title": "Rencana", "v_day": "kelak"})
    assert form.is_valid()
    blame(form, Refused({"title": "Too long.", "day": "No day.", "unit": "Not yours.", "": "Not now."}), "v_")
    assert form.errors == {
        "title": ["Too long."],
        "v_day": ["No day."],
        "__all__": ["Not yours.", "Not now."],
    }


def test_a_field_that_is_named_only_with_a_prefix_is_not_found_without_it() -> None:
    form = Asked({"title": "Rencana", "v_day": "kelak"})
    form.is_valid()
    blame(form, Refused("No day.", "day"))
    assert form.errors == {"__all__": ["No day."]}
