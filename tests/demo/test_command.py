"""``pendapa demo`` and what ``serve`` says about it, as processes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pendapa.demo.accounts import ACCOUNTS, PASSWORD, demo_passwords_live, greeting
from pendapa.kernel.tenancy.models import Institution, User
from tools.testing.homes import Home, Server, free_port, spent_by_children

LINE = '{"institutions": ["contoh"]}\n'


@pytest.fixture(scope="module")
def demo_home(make_home: Callable[..., Home]) -> Home:
    """An empty home in which the demo was loaded once."""
    home = make_home()
    done = home.run("demo")
    assert done.stdout == LINE
    assert "Traceback" not in done.stderr
    return home


@pytest.mark.parametrize("form", [(), ("--format", "json"), ("--format", "table")])
def test_it_says_one_line_of_json_and_is_quick_again(demo_home: Home, form: tuple[str, ...]) -> None:
    began = spent_by_children()
    done = demo_home.run("demo", *form)
    assert done.stdout == LINE
    assert json.loads(done.stdout) == {"institutions": ["contoh"]}
    assert done.stderr
    assert spent_by_children() - began < 10  # of the processor: a busy machine is no fault of the command


def test_it_holds_at_least_sixty_elements(demo_home: Home) -> None:
    (only,) = demo_home.json("institutions")
    assert only["code"] == "contoh"
    assert only["units"] == 53
    assert only["elements"] == 214


def test_the_commands_find_gaps_and_twins(demo_home: Home) -> None:
    assert len(demo_home.json("gaps", "--institution", "contoh")) > 50
    assert len(demo_home.json("twins", "--institution", "contoh")) >= 8


def test_a_home_with_a_real_institution_is_refused(home: Home) -> None:
    home.run("institution", "create", "nyata", "Kabupaten Nyata")
    done = home.run("demo", check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Kabupaten Nyata" in done.stderr
    assert "PENDAPA_HOME" in done.stderr
    assert "Traceback" not in done.stderr
    assert [one["code"] for one in home.json("institutions")] == ["nyata"]


def test_serve_refuses_public_passwords_to_the_world(demo_home: Home) -> None:
    demo_home.env["PENDAPA_HOSTS"] = "contoh.example"
    try:
        done = demo_home.run("serve", "--host", "0.0.0.0", "--port", free_port(), check=False, timeout=60)
    finally:
        del demo_home.env["PENDAPA_HOSTS"]
    assert done.returncode == 2
    assert "passwords are public" in done.stderr
    assert "127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_tells_the_accounts(demo_home: Home, server: Callable[..., Server]) -> None:
    said = server(home=demo_home).said()
    assert PASSWORD in said
    for account in ACCOUNTS:
        assert account.username in said


def test_serve_on_an_empty_home_tells_what_to_do_next(db: None) -> None:
    told = "\n".join(greeting())
    assert "pendapa institution create" in told
    assert "pendapa createadmin" in told
    assert PASSWORD not in told


def test_serve_on_a_home_in_use_tells_nothing(db: None) -> None:
    Institution.objects.create(code="nyata", name="Kabupaten Nyata")
    assert greeting() == []


def test_passwords_are_live_while_a_demo_account_is(db: None) -> None:
    assert not demo_passwords_live()
    user = User.objects.create_user("sekda@contoh.example", "Sekretaris Daerah", PASSWORD, is_demo=True)
    assert demo_passwords_live()
    assert any("sekda@contoh.example" in line for line in greeting())
    assert not any("asesor@contoh.example" in line for line in greeting())
    user.is_active = False
    user.save()
    assert not demo_passwords_live()
