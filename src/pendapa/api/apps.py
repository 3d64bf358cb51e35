"""The assembly of the API as a Django app: for its page and its words."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "pendapa.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from pendapa.api import announcing, scopes  # noqa: F401  (what webhooks are told, what keys may do)
