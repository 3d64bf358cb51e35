"""A private PostgreSQL cluster: its own folder, a free port, gone when the one who asked for it is gone.

    python -m tools.postgres run -- COMMAND …     runs the command with DATABASE_URL set
    python -m tools.postgres serve                prints the address and stays until its input ends

The cluster is stopped and its folder removed by a small watcher that waits for the end of a pipe held by this
process, so that it happens after a signal too, even after one that cannot be caught.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.need import NEEDS, find_postgresql

USER = "pendapa"
# Speed instead of safety: nothing in here outlives the run.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}
# Another order of letters than SQLite's, so that a list which leans on the database's own order is found out.
LOCALE = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=id-ID"]


class ClusterError(RuntimeError):
    pass


@contextmanager
def private_cluster() -> Iterator[str]:
    """Yields the DATABASE_URL of a superuser of a fresh cluster."""
    programs = find_postgresql()
    if not programs:
        raise ClusterError(f"No {NEEDS['postgresql'].title}. Install it with: {NEEDS['postgresql'].command}")
    folder = Path(tempfile.mkdtemp(prefix="pendapa-postgres-"))
    with _watcher(programs, folder):
        _give(folder)
        password = secrets.token_urlsafe(16)
        _create(programs, folder, password)
        port = _start(programs, folder)
        yield f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"


def _owner() -> str | None:
    """The server refuses to run as root: then this other user owns the folder and runs the programs."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ClusterError(
        "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it."
    )


def _as_owner() -> list[str]:
    owner = _owner()
    return ["runuser", "-u", owner, "--"] if owner else []


def _give(path: Path) -> None:
    owner = _owner()
    if owner:
        shutil.chown(path, owner)


@contextmanager
def _watcher(programs: str, folder: Path) -> Iterator[None]:
    stop = (
        f'while read -r line; do :; done; cd /; [ -f "$0/data/postmaster.pid" ] && '
        f'{" ".join(_as_owner())} "{programs}/pg_ctl" -D "$0/data" -m immediate -w stop; rm -rf "$0"'
    )
    watcher = subprocess.Popen(
        ["sh", "-c", stop, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C in the terminal must not end the one who cleans up
    )  # fmt: skip
    assert watcher.stdin is not None
    try:
        yield
    finally:
        watcher.stdin.close()
        watcher.wait()


def _run(folder: Path, *command: str) -> None:
    log = folder / "commands.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [*_as_owner(), *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode:
        raise ClusterError(f"{Path(command[0]).name} failed:\n{log.read_text(errors='replace')[-4000:]}")


def _create(programs: str, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    _give(secret)
    initdb = [f"{programs}/initdb", "-D", str(folder / "data"), "-U", USER, "--auth=scram-sha-256"]
    _run(folder, *initdb, f"--pwfile={secret}", "--no-sync", *LOCALE)
    secret.unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(programs: str, folder: Path, tries: int = 5) -> int:
    for attempt in range(tries):
        port = _free_port()
        settings = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
        options = f"-p {port} -k {folder} {settings}"
        log = str(folder / "server.log")
        try:
            _run(
                folder,
                f"{programs}/pg_ctl",
                "-D",
                str(folder / "data"),
                "-l",
                log,
                "-o",
                options,
                "-w",
                "start",
            )
            return port
        except ClusterError:
            # Between finding a free port and taking it somebody else may have been quicker.
            if attempt == tries - 1:
                raise
    raise AssertionError("unreachable")


def run(command: list[str]) -> int:
    with private_cluster() as url:
        return _follow(command, os.environ | {"DATABASE_URL": url})


def _follow(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as child:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _frame: child.send_signal(received))
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the command has received it as well and ends by itself


def serve() -> int:
    with private_cluster() as url:
        print(url, flush=True)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(0))
        with suppress(KeyboardInterrupt):
            sys.stdin.read()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="A private PostgreSQL cluster for as long as it is needed.")
    parser.add_argument("verb", choices=["run", "serve"])
    parser.add_argument(
        "--optional", action="store_true", help="without PostgreSQL run the command without an address"
    )
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options, command = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1 :]
    if (options.verb == "run") != bool(command):
        parser.error("a command follows 'run --', and only there")
    if options.verb == "run" and options.optional and not find_postgresql():
        return _follow(command, {name: value for name, value in os.environ.items() if name != "DATABASE_URL"})
    try:
        return run(command) if options.verb == "run" else serve()
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
