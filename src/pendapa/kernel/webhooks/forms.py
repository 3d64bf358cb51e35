"""The form that registers a webhook. What it lets through the action checks again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.webhooks import addresses, events
from pendapa.kernel.webhooks.actions import NAME_LIMIT


class WebhookForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_LIMIT, help_text=_("Which program listens there.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=addresses.LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=_("Messages are sent there by POST. Only https:// and only public addresses."),
    )
    listens = forms.MultipleChoiceField(
        label=_("Tell it when"), widget=forms.CheckboxSelectMultiple, choices=list(events.KNOWN.items())
    )
