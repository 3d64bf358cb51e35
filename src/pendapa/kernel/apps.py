"""The ground floor as one Django app: tenancy, access, history, jobs, events, files, tables, search."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "pendapa.kernel"
    label = "kernel"
    verbose_name = "Pendapa"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from pendapa.kernel import permissions  # noqa: F401
        from pendapa.kernel.calendars import registered as calendars  # noqa: F401  (holidays with the history)
        from pendapa.kernel.history import registered as history  # noqa: F401  (its place in the navigation)
        from pendapa.kernel.notices import registered as notices  # noqa: F401  (digests in the inbox, the clock's jobs)
        from pendapa.kernel.review import registered as review  # noqa: F401  (its place in the navigation)
        from pendapa.kernel.search.rebuild import after_migrations
        from pendapa.kernel.tables import registered as tables  # noqa: F401  (jobs and place of the import)
        from pendapa.kernel.tenancy import registered  # noqa: F401  (registers units with history)
        from pendapa.kernel.waiting import registered as waiting  # noqa: F401  (what waits on this floor)
        from pendapa.kernel.webhooks import registered as webhooks  # noqa: F401  (what they listen to)

        post_migrate.connect(after_migrations, sender=self, dispatch_uid="kernel.search.rebuild")
