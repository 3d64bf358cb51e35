"""Homes and servers as a user has them: real processes with a home of their own and a database of their own."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tools.testing.selection import on_postgresql

PENDAPA = str(Path(sys.executable).with_name("pendapa"))
# Settings of the test run itself: a started process is to be as a user's is.
_OWN = {
    "PENDAPA_TESTING",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_SETTINGS_MODULE",
    "PENDAPA_HOME",
    "DATABASE_URL",
}


class Home:
    """An empty ``PENDAPA_HOME`` and the commands run in it."""

    def __init__(self, path: Path, database_url: str | None = None, **more: str) -> None:
        self.path = path
        self.env = {name: value for name, value in os.environ.items() if name not in _OWN}
        self.env |= {"PENDAPA_HOME": str(path), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **more}
        if database_url:
            self.env["DATABASE_URL"] = database_url

    def run(
        self, *arguments: object, check: bool = True, timeout: float = 300, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """``pendapa ARGUMENTS``; with ``check`` anything but exit 0 fails the test with what was said."""
        command = [PENDAPA, *map(str, arguments)]
        options.setdefault("stdin", None if "input" in options else subprocess.DEVNULL)
        if options["stdin"] is None:
            del options["stdin"]
        done = subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=timeout, check=False, **options
        )
        if check and done.returncode:
            pytest.fail(
                f"{' '.join(command)} → {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )
        return done

    def json(self, *arguments: object, **options: Any) -> Any:
        """What a command prints with ``--format json``."""
        return json.loads(self.run(*arguments, "--format", "json", **options).stdout)

    def start(self, *arguments: object, **options: Any) -> subprocess.Popen[str]:
        """The command as a process that goes on (to be killed, for instance)."""
        options = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "stdin": subprocess.DEVNULL,
        } | options
        return subprocess.Popen(
            [PENDAPA, *map(str, arguments)], env=self.env, text=True, start_new_session=True, **options
        )


class Server:
    """``pendapa serve`` on a free port."""

    def __init__(self, home: Home, arguments: Sequence[object] = (), patience: float = 60) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.path.with_name(f"{home.path.name}-serve-{self.port}.log")
        with self.log.open("w", encoding="utf-8") as output:
            self.process = home.start("serve", "--port", self.port, *arguments, stdout=output)
        try:
            self._wait(patience)
        except BaseException:
            self.kill()
            raise

    def _wait(self, patience: float) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.process.poll() is not None:
                pytest.fail(f"serve ended with {self.process.returncode}:\n{self.said()}")
            try:
                with urllib.request.urlopen(self.url + "/", timeout=10):
                    return
            except urllib.error.HTTPError as error:
                pytest.fail(f"/ answered {error.code}:\n{self.said()}")
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"serve did not answer within {patience} s:\n{self.said()}")

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-6000:]

    def stop(self, patience: float = 20) -> int:
        """Asks it to end as a service manager does; exit code."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
        self._end_group()
        return self.process.returncode

    def kill(self) -> None:
        """Kill −9 of all its processes at once."""
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def spent_by_children() -> float:
    """Seconds of the processor that ended child processes of this one took: unlike a clock, no busy machine changes them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def make_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Home]]:
    """Makes empty homes: ``make_home(PENDAPA_HOSTS="…")``. On PostgreSQL each has a new database."""
    databases: list[str] = []

    def make(**environment: str) -> Home:
        path = tmp_path_factory.mktemp("home") / "home"
        path.mkdir()
        url = None
        if on_postgresql():
            databases.append(f"home_{secrets.token_hex(6)}")
            _administer(f"CREATE DATABASE {databases[-1]}")
            url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + databases[-1]))
        return Home(path, url, **environment)

    yield make
    for name in databases:
        _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def home(make_home: Callable[..., Home]) -> Home:
    """One empty home for one test."""
    return make_home()


@pytest.fixture(scope="module")
def server(make_home: Callable[..., Home]) -> Iterator[Callable[..., Server]]:
    """Starts servers: ``server("demo")`` or ``server(("institution", "create", "X", "Name"), arguments=[…])``.

    Each has a home of its own in which the commands are run first; all are stopped at the end of the module.
    """
    running: list[Server] = []

    def start(
        *commands: str | Sequence[object],
        arguments: Sequence[object] = (),
        home: Home | None = None,
        **environment: str,
    ) -> Server:
        place = home or make_home(**environment)
        for command in commands:
            place.run(*([command] if isinstance(command, str) else command))
        running.append(Server(place, arguments))
        return running[-1]

    yield start
    for one in running:
        one.stop()
