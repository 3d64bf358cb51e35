from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "pendapa.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from pendapa.evaluation import registered  # noqa: F401  (registers the room's ports)
