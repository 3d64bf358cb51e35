"""The Django app of the shell."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, template tags, static files and the theme cookie."""

    name = "pendapa.kernel.ui"
    label = "ui"
