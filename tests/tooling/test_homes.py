"""Tests stay away from the user's home, and a started command or server is as a user's is."""

import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tools.testing.selection import on_postgresql


def test_the_test_run_has_a_home_of_its_own():
    assert Path(tempfile.gettempdir()).resolve() in Path(settings.HOME).resolve().parents


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for():
    from django.db import connection

    assert connection.vendor == ("postgresql" if on_postgresql() else "sqlite")


def test_a_command_finds_an_empty_home(home):
    assert home.json("institutions") == []
    assert (home.path / "pendapa.sqlite3").exists() != on_postgresql()


def test_two_homes_know_nothing_of_each_other(make_home):
    one, other = make_home(), make_home()
    one.run("institution", "create", "contoh", "Kabupaten Contoh")
    assert [found["code"] for found in one.json("institutions")] == ["contoh"]
    assert other.json("institutions") == []


def test_a_command_that_fails_fails_the_test_with_what_it_said(home):
    with pytest.raises(pytest.fail.Exception, match="→ 2"):
        home.run("no-such-command")


def test_a_server_answers_until_it_is_stopped(server):
    running = server()
    with urllib.request.urlopen(running.url + "/") as answer:
        assert answer.status == 200
    running.stop()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(running.url + "/", timeout=5)
