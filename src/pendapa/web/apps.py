"""The assembly floor as a Django app: it only has pages of its own (start, privacy, errors)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "pendapa.web"
    label = "web"
