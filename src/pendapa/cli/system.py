"""Commands about the installation itself: serve, migrate, doctor, backup, restore."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from pendapa.kernel.commands import Fault, Format, bring_up_to_date, complain, ready, show, stop

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Port to listen on")] = 8000,
) -> None:
    """Serve pages, API and event stream, and run the job worker, until interrupted."""
    if host not in LOOPBACK:
        hosts = os.environ.get("PENDAPA_HOSTS", "")
        if not hosts:
            raise Fault(
                f"Listening on {host} needs PENDAPA_HOSTS: the names by which people reach this server, "
                "separated by commas, e.g. PENDAPA_HOSTS=pendapa.contohkab.go.id"
            )
    ready()
    from pendapa.demo.accounts import demo_passwords_live
    from pendapa.web import server

    if host not in LOOPBACK and demo_passwords_live():
        raise Fault(
            f"This home holds demo accounts whose passwords are public; it is not served on {host}. "
            "Use another PENDAPA_HOME for real data, or listen on 127.0.0.1."
        )
    _free(host, port)
    _greet(host, port)
    server.run(host, port)


def _free(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Fault(
                f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port (or PORT=8001 make run)."
            ) from error


def _greet(host: str, port: int) -> None:
    from pendapa.demo.accounts import greeting

    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Pendapa: http://{shown}:{port}/   (Ctrl+C stops it)")
    for line in greeting():
        typer.echo(line)


Form = Annotated[Format, typer.Option("--format", help="table or json")]


def _tell(form: Format, facts: dict[str, Any], sentence: str) -> None:
    """The facts as JSON, or one sentence for people."""
    if form is Format.json:
        show(facts, form)
    else:
        typer.echo(sentence)


def migrate(form: Form = Format.table) -> None:
    """Bring the database up to date."""
    ready(migrate=False)
    count = bring_up_to_date()
    sentence = f"{count} migrations applied." if count else "The database is up to date."
    _tell(form, {"applied": count}, sentence)


def doctor(form: Form = Format.table) -> None:
    """Check database, storage, packs, jobs and migrations, and say what to do. Exit 1 when something is wrong."""
    ready(migrate=False)
    from pendapa.web.health import examine

    _make_if_empty()
    findings = examine()
    show(findings, form, columns=("check", "ok", "finding", "advice"))
    wrong = [f["check"] for f in findings if not f["ok"]]
    if wrong:
        complain("Not well: " + ", ".join(wrong))
        stop(1)


def _make_if_empty() -> None:
    """A home without any table is new, not ill. Whatever else is wrong stays as it is, to be found."""
    from django.db import DatabaseError, connection

    try:
        new = not connection.introspection.table_names()
    except DatabaseError:
        return
    if new:
        bring_up_to_date()


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the backup, e.g. pendapa.zip")],
    form: Form = Format.table,
) -> None:
    """Write database and files into one archive."""
    ready()
    from pendapa.kernel.backup import actions

    try:
        facts = actions.backup(file)
    except actions.Refused as refused:
        raise Fault(str(refused)) from refused
    _tell(form, {"file": str(file), **facts}, f"{file}: {facts['rows']} rows, {facts['files']} files.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by pendapa backup")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what this home holds")] = False,
    form: Form = Format.table,
) -> None:
    """Put a backup back. Refuses a home that already holds something, unless --replace."""
    ready()
    from pendapa.kernel.backup import actions

    try:
        facts = actions.restore(file, replace=replace)
    except actions.Refused as refused:
        raise Fault(str(refused)) from refused
    _tell(form, dict(facts), f"Restored {facts['rows']} rows, {facts['files']} files.")
