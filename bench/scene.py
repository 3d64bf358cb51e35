"""The database of a bench run: made once, in the home of the run."""

from __future__ import annotations

from functools import cache


@cache
def database() -> None:
    """Starts Django and migrates the empty home; call it first in a bench that needs rows."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
