from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pendapa.portal"
    label = "portal"

    def ready(self) -> None:
        from pendapa.portal import registered  # noqa: F401  (registers the room's ports)
