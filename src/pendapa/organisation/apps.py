from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OrganisationConfig(AppConfig):
    name = "pendapa.organisation"
    label = "organisation"

    def ready(self) -> None:
        from pendapa.organisation import registered  # noqa: F401  (registers the room's ports)

        # A room whose things hang on units has a module `life` that registers how they move along.
        autodiscover_modules("life")
