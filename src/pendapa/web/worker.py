"""The process that runs jobs. Ends by itself when the server that started it is gone."""

from __future__ import annotations

import logging
import os
import threading

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from pendapa.kernel.jobs.actions import recover
    from pendapa.kernel.notices import clock

    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
    parent = int(os.environ.get("PENDAPA_PARENT", "0"))
    if parent:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    recover()
    clock.start()
    call_command("db_worker", "--interval", "0.5", "--no-startup-delay", "--no-reload", verbosity=0)


def _follow(parent: int) -> None:
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(2)
    os._exit(0)


if __name__ == "__main__":
    main()
