"""Code run inside a home, as the application itself would run it there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.testing.homes import Home

ROOT = Path(__file__).resolve().parents[2]
START = "import django; django.setup()\n"


def environment(home: Home) -> dict[str, str]:
    path = ":".join([str(ROOT), *filter(None, [home.env.get("PYTHONPATH", "")])])
    return home.env | {"DJANGO_SETTINGS_MODULE": "pendapa.web.settings", "PYTHONPATH": path}


def python(home: Home, script: str, **names: Any) -> str:
    """What ``script`` prints; ``names`` are there as variables."""
    given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    done = subprocess.run(
        [sys.executable, "-c", START + given + script],
        env=environment(home), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


_migrated: list[bytes] = []


def migrated(home: Home) -> Home:
    """The home with all its tables. On SQLite they are made once a run and copied, which saves seconds a test."""
    if "DATABASE_URL" in home.env:
        home.run("migrate")
        return home
    database = home.path / "pendapa.sqlite3"
    if _migrated:
        database.write_bytes(_migrated[0])
    else:
        home.run("migrate")
        python(
            home,
            "from django.db import connection\nconnection.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')",
        )
        _migrated.append(database.read_bytes())
    return home


CAST = """
from tests.cast import make_cast
cast = make_cast()
"""
# A signed-in browser without a browser: prints the session's cookie.
SESSION = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from pendapa.kernel.tenancy.models import User
user = User.objects.get(username=f"{who}@uji.example")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""


def session(home: Home, who: str) -> str:
    return python(home, SESSION, who=who)
