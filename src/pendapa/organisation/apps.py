from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "pendapa.organisation"
    label = "organisation"

    def ready(self) -> None:
        from pendapa.organisation import registered  # noqa: F401  (registers the room's ports)
