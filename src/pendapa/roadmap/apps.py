from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "pendapa.roadmap"
    label = "roadmap"

    def ready(self) -> None:
        from pendapa.roadmap import registered  # noqa: F401  (registers the room's ports)
