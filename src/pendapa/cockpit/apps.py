from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "pendapa.cockpit"
    label = "cockpit"

    def ready(self) -> None:
        from pendapa.cockpit import registered  # noqa: F401  (registers the room's ports)
