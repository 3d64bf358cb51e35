from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "pendapa.inbox"
    label = "inbox"

    def ready(self) -> None:
        from pendapa.inbox import registered  # noqa: F401  (registers the room's ports)
