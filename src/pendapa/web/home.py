"""Where an installation lives: its home folder, its secret, its database address. No Django here.

``PENDAPA_HOME`` holds everything a small server needs: ``pendapa.sqlite3``, ``files/``, ``secret.key``.
``DATABASE_URL`` (``postgres://user:password@host:port/name`` or ``sqlite:////path``) moves the database.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadDatabaseUrl(ValueError):
    """``DATABASE_URL`` cannot be used; the message says what is accepted."""


class BadHome(OSError):
    """``PENDAPA_HOME`` cannot be used; the message says why and what to do."""


def home() -> Path:
    """Folder of this installation; made (readable by its owner alone) when it is not there yet."""
    path = Path(os.environ.get("PENDAPA_HOME") or Path.home() / ".pendapa").expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadHome(
            f"PENDAPA_HOME={path} cannot be used: {error.strerror}. Name a folder that this user may write in."
        ) from error
    return path


def secret_key(folder: Path) -> str:
    """The signing key, made on first use and kept in ``secret.key`` (mode 600)."""
    given = os.environ.get("PENDAPA_SECRET_KEY")
    if given:
        return given
    file = folder / "secret.key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        key = secrets.token_urlsafe(50)
        handle.write(key)
    return key


def database(folder: Path, url: str | None = None) -> dict[str, Any]:
    """Django's database settings from ``DATABASE_URL``, or SQLite in the home folder."""
    url = url or os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'pendapa.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "OPTIONS": {
                # One writer at a time, taken at BEGIN: no deadlock between a reader that turns writer and another.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;"
                "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise BadDatabaseUrl(
        f"DATABASE_URL starts with '{parts.scheme}://'. Accepted: postgres://user:password@host:port/name "
        "or sqlite:////absolute/path.sqlite3."
    )
