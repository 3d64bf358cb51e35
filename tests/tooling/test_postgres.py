"""The private cluster answers, and nothing of it is left, however its owner goes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tools.postgres import private_cluster
from tools.testing.missing import require

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def aside(tmp_path, monkeypatch):
    """A folder for temporary files whose content can be counted; readable by the cluster's owner."""
    require("postgresql")
    folder = Path("/tmp") / f"pendapa-{os.getpid()}"
    folder.mkdir(mode=0o755)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    folder.rmdir()


def is_gone(url, folder, patience=20):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if not list(folder.iterdir()) and not answers(url):
            return True
        time.sleep(0.1)
    return False


def answers(url):
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def serve():
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.postgres", "serve"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return process, process.stdout.readline().strip()


@pytest.mark.slow
def test_it_answers_and_leaves_nothing(aside):
    with private_cluster() as url:
        assert answers(url)
        assert urlsplit(url).hostname == "127.0.0.1"
        with psycopg.connect(url) as connection:
            version = connection.execute("show server_version_num").fetchone()
        assert int(version[0]) >= 150000
    assert is_gone(url, aside, patience=1)


@pytest.mark.slow
def test_it_lets_nobody_in_without_the_password():
    with private_cluster() as url:
        parts = urlsplit(url)
        assert not answers(f"postgresql://{parts.username}@127.0.0.1:{parts.port}/postgres")


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_after_a_signal(aside, number):
    process, url = serve()
    assert answers(url)
    process.send_signal(number)
    process.communicate(timeout=20)
    assert is_gone(url, aside)


@pytest.mark.slow
def test_a_command_gets_its_address_and_gives_its_exit_code(aside):
    inside = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).execute('select 1'); raise SystemExit(7)"
    command = [sys.executable, "-m", "tools.postgres", "run", "--", sys.executable, "-c", inside]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 7
