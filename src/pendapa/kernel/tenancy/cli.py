"""Commands about institutions and the first administrator."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from pendapa.kernel.commands import Fault, Format, chosen, ready, show

institution_app = typer.Typer(help="Institutions (instansi) of this installation.", no_args_is_help=True)


class Kind(StrEnum):
    """Kinds of institution."""

    kabupaten = "kabupaten"
    kota = "kota"
    provinsi = "provinsi"
    kementerian = "kementerian"
    lembaga = "lembaga"


@institution_app.command("create")
def create(
    code: Annotated[str, typer.Argument(help="Short code for addresses: letters, digits, hyphen")],
    name: Annotated[str, typer.Argument(help='Full name, e.g. "Kabupaten Contoh"')],
    kind: Annotated[Kind, typer.Option(help="Kind of institution")] = Kind.kabupaten,
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """Make an institution."""
    ready()
    from pendapa.kernel.tenancy import actions, queries

    try:
        made = actions.create_institution(code, name, kind.value)
    except actions.Refused as refused:
        raise Fault(str(refused)) from refused
    show([row for row in queries.institutions() if row["code"] == made.code], chosen(form))


def institutions(
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """List institutions with the number of their units and elements."""
    ready()
    from pendapa.kernel.tenancy import queries

    show(queries.institutions(), chosen(form), columns=("code", "name", "kind", "units", "elements"))


def create_admin(
    username: Annotated[str, typer.Argument(help="Office e-mail or NIP to sign in with")],
    name: Annotated[str, typer.Option(help="The person's name")] = "Administrator",
    password: Annotated[
        str, typer.Option(envvar="PENDAPA_ADMIN_PASSWORD", help="Asked for on a terminal when not given")
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="table or json")] = Format.table,
) -> None:
    """Make (or renew the password of) an administrator of the whole installation."""
    if not username.strip() or len(username) > 150 or any(c.isspace() for c in username.strip()):
        raise Fault(
            f"'{username[:60]}' cannot be a name to sign in with. Accepted: an e-mail address or NIP."
        )
    if not password and not sys.stdin.isatty():
        raise Fault("No password: give --password or PENDAPA_ADMIN_PASSWORD, or run this on a terminal.")
    ready()
    from pendapa.kernel.tenancy import actions

    password = password or typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        user = actions.create_admin(username, name, password)
    except actions.Refused as refused:
        raise Fault(str(refused)) from refused
    if form is Format.json:
        show({"username": user.username, "name": user.name}, form)
    else:
        typer.echo(f"Administrator {user.username} is ready.")
