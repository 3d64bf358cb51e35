"""Which process runs a job, and whether it still lives.

A worker goes by the name of its machine, its process number and the moment at which that process began, so that a number
that was given out again is not taken for it.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

ELSEWHERE = timedelta(hours=6)
"""How long a job of another machine, into which nobody here can look, is taken to be running."""


def me() -> str:
    """The name of this process."""
    return _name(os.getpid())


def is_gone(worker: str, since: datetime | None) -> bool:
    """Whether the worker of that name, at its job ``since`` then, has ended."""
    host, _slash, rest = worker.rpartition("/")[0].rpartition("/")
    if not rest.isdecimal():
        return True
    if host == socket.gethostname()[:120]:
        return not _lives(int(rest)) or _name(int(rest)) != worker
    # An SQLite file is used by one machine; where its name is another now, the machine was made anew.
    return connection.vendor == "sqlite" or since is None or timezone.now() - since > ELSEWHERE


def _name(pid: int) -> str:
    return f"{socket.gethostname()[:120]}/{pid}/{(_stat(pid) or [''] * 20)[19]}"


def _lives(pid: int) -> bool:
    stat = _stat(pid)
    if stat:
        return stat[0] not in "ZX"  # ended, but its parent has not asked after it yet
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _stat(pid: int) -> list[str]:
    """What Linux tells of a process, from its state on; nothing on other systems and where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []
