from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "pendapa.analysis"
    label = "analysis"

    def ready(self) -> None:
        from pendapa.analysis import registered  # noqa: F401  (registers the room's ports)
