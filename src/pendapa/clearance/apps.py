from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "pendapa.clearance"
    label = "clearance"

    def ready(self) -> None:
        from pendapa.clearance import registered  # noqa: F401  (registers the room's ports)
