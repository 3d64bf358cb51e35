"""``pendapa serve``: one command, and clear words where it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kernel.homes import migrated, python
from tools.testing.homes import Home, Server, free_port


def test_a_taken_port_is_refused_with_advice(home: Home) -> None:
    migrated(home)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = home.run("serve", "--port", taken.getsockname()[1], check=False)
    assert done.returncode == 2
    assert "--port" in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_cannot_be_is_refused(home: Home, port: str) -> None:
    done = home.run("serve", "--port", port, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_an_open_address_needs_the_names_of_the_server(home: Home) -> None:
    done = home.run("serve", "--host", "0.0.0.0", "--port", free_port(), check=False)
    assert done.returncode == 2
    assert "PENDAPA_HOSTS" in done.stderr


def test_demo_passwords_are_not_served_on_an_open_address(make_home: Callable[..., Home]) -> None:
    home = make_home(PENDAPA_HOSTS="pendapa.contoh.example")
    home.run("demo")
    done = home.run("serve", "--host", "0.0.0.0", "--port", free_port(), check=False)
    assert done.returncode == 2
    assert "demo" in done.stderr and "127.0.0.1" in done.stderr


def test_an_unknown_host_name_is_not_answered(server: Callable[..., Server]) -> None:
    running = server("migrate")
    asked = urllib.request.Request(running.url + "/", headers={"Host": "jahat.example"})
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(asked, timeout=10)
    assert told.value.code == 400


@pytest.mark.parametrize(
    "path, word", [("/masuk/", "Terlalu besar"), ("/en/masuk/", "too large"), ("/api/v1/x", "detail")]
)
def test_a_body_beyond_every_import_is_refused_before_it_is_kept(
    server: Callable[..., Server], path: str, word: str
) -> None:
    running = server("migrate")
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {102 * 1024**2}\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        with line.makefile("rb") as answer:
            text = answer.read().decode()
    assert text.startswith("HTTP/1.1 413") and word in text and "101 MB" in text


def test_who_sends_too_much_all_the_same_can_read_the_answer(server: Callable[..., Server]) -> None:
    running = server("migrate")
    asked = urllib.request.Request(running.url + "/masuk/", data=bytes(102 * 1024**2))
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(asked, timeout=60)
    assert told.value.code == 413 and "101 MB" in told.value.read().decode()


def test_it_ends_when_asked_and_takes_its_worker_along(home: Home) -> None:
    running = Server(migrated(home))
    try:
        workers = _children(running.process.pid)
        assert len(workers) == 1
        began = time.monotonic()
        running.process.terminate()
        running.process.wait(20)
        assert time.monotonic() - began < 15
        _gone(workers)
    finally:
        running.stop()


@pytest.mark.fault
def test_a_killed_server_leaves_no_worker_behind(home: Home) -> None:
    running = Server(migrated(home))
    try:
        workers = _children(running.process.pid)
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        _gone(workers)
    finally:
        running.stop()


@pytest.mark.fault
def test_a_killed_worker_is_started_again(home: Home) -> None:
    running = Server(migrated(home))
    try:
        [worker] = _children(running.process.pid)
        os.kill(worker, signal.SIGKILL)
        until = time.monotonic() + 15
        while time.monotonic() < until and _children(running.process.pid) in ([], [worker]):
            time.sleep(
                0.2
            )  # the system tells nobody that a grandchild was born: looked at until patience ends
        assert len(_children(running.process.pid)) == 1
    finally:
        running.stop()


def test_a_database_that_does_not_answer_is_told_without_a_traceback(tmp_path: Path) -> None:
    home = Home(tmp_path, f"postgres://nobody:x@127.0.0.1:{free_port()}/nothing")
    for command in ("serve", "institutions"):
        done = home.run(command, check=False)
        assert done.returncode == 2, done.stderr
        assert "DATABASE_URL" in done.stderr and "Traceback" not in done.stderr


def test_a_bad_address_of_the_database_is_told(tmp_path: Path) -> None:
    done = Home(tmp_path, "mysql://x/y").run("institutions", check=False)
    assert done.returncode != 0
    assert "postgres://" in done.stderr and "Traceback" not in done.stderr


def test_the_home_is_its_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    home.run("migrate")
    assert (home.path.stat().st_mode & 0o777, (home.path / "secret.key").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    assert python(home, "from django.conf import settings\nprint(len(settings.SECRET_KEY) > 40)") == "True"


def _children(pid: int) -> list[int]:
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in done.stdout.split()]


def _gone(pids: list[int], patience: float = 15) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if not any(_alive(pid) for pid in pids):
            return
        time.sleep(0.2)  # nor that one is gone
    pytest.fail(f"still running: {[pid for pid in pids if _alive(pid)]}")


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
