from django.apps import AppConfig


class ArchitectureConfig(AppConfig):
    name = "pendapa.architecture"
    label = "architecture"

    def ready(self) -> None:
        from pendapa.architecture import registered  # noqa: F401  (registers the room's ports)
