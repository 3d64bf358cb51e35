"""``pendapa release create|list|compare`` and ``pendapa history``: what was set, and what was changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pendapa.architecture.cli import Code, Form
from pendapa.kernel.commands import Fault, Format, chosen, complain, institution, ready, show

if TYPE_CHECKING:
    from pendapa.architecture.rules.moments import Moment

release_app = typer.Typer(help="Releases of the architecture: freeze, list, compare.", no_args_is_help=True)
RELEASE = ("code", "name", "decree_number", "decree_date", "created_at", "counts", "sound")
ENTRY = ("verb", "type", "code", "name", "domain", "unit", "differences")
WRITE = ("at", "author", "verb", "field", "before", "after")


@release_app.command("create")
def create(
    code: Code,
    release: Annotated[str, typer.Option("--code", help="Code of the release, e.g. 2026")],
    name: Annotated[str, typer.Option("--name", help="Its name")] = "",
    decree: Annotated[str, typer.Option("--decree", help="Number of the decree that sets it")] = "",
    decree_date: Annotated[
        datetime | None, typer.Option("--decree-date", formats=["%Y-%m-%d"], help="Date of the decree")
    ] = None,
    form: Form = None,
) -> None:
    """Freeze the architecture as it stands."""
    ready()
    from pendapa.architecture import releasing
    from pendapa.kernel.access.actor import system

    try:
        made = releasing.create_release(
            system("pendapa release"),
            institution(code),
            code=release,
            name=name,
            decree_number=decree,
            decree_date=decree_date.date() if decree_date else None,
        )
    except releasing.Refused as refused:
        raise Fault(str(refused)) from refused
    show(_release(made), chosen(form), RELEASE)


@release_app.command("list")
def listed(code: Code, form: Form = None) -> None:
    """All releases, newest first; ``sound`` says whether an annex is still as it was frozen."""
    ready()
    from pendapa.architecture.queries import moments
    from pendapa.kernel.access.actor import system

    found = moments.releases(system(), institution(code))
    show([_release(one) for one in found], chosen(form), RELEASE)


def _release(found: Any) -> dict[str, Any]:
    from pendapa.architecture import releasing

    plain = {name: getattr(found, name) for name in RELEASE if name != "sound"}
    counts = ", ".join(f"{key} {n}" for key, n in found.counts.items())
    return plain | {
        "created_at": found.created_at.isoformat(timespec="seconds"),
        "decree_date": found.decree_date.isoformat() if found.decree_date else None,
        "counts": found.counts or counts,
        "sound": releasing.digest(found) == found.digest,
    }


@release_app.command("compare")
def compare(
    code: Code,
    before: Annotated[str, typer.Argument(help="A release, a day (2025-01-31), rencana-2027, or sekarang")],
    after: Annotated[str, typer.Argument(help="The same, the later one")] = "sekarang",
    form: Form = None,
) -> None:
    """What was added, removed and changed, field by field, by name."""
    ready()
    from pendapa.architecture.queries import comparing
    from pendapa.kernel.access.actor import NotFound, system

    place = institution(code)
    was, now = _moment(before), _moment(after)
    try:
        found = comparing.compare(system(), place, was, now, size=None)
    except NotFound as error:
        raise Fault(_unknown(place, was, now)) from error
    form = chosen(form)
    entries = [_entry(entry) for entry in found.entries]
    if form is Format.json:
        words = {"before": was.key or "sekarang", "after": now.key or "sekarang", "counts": found.counts}
        show(words | {"entries": entries}, form)
        return
    show([entry | {"differences": _lines(entry["differences"])} for entry in entries], form, ENTRY)
    complain(", ".join(f"{verb}: {sum(n.values())}" for verb, n in found.counts.items()))


def _moment(text: str) -> Moment:
    from django.utils.translation import gettext as _

    from pendapa.architecture.rules.moments import moment

    found = moment(text)
    if found is None:
        raise Fault(
            _(
                "“%(text)s” is no state of the architecture. Accepted: the code of a release, a day such as 2025-01-31, rencana-2027, sekarang."
            )
            % {"text": text[:60]}
        )
    return found


def _unknown(place: Any, *asked: Moment) -> str:
    from django.utils.translation import gettext as _

    known = ", ".join(place.releases.values_list("code", flat=True)[:20]) or _("none yet")
    codes = ", ".join(one.code for one in asked if one.kind == "release")
    return _("There is no release “%(code)s” (there are: %(known)s).") % {"code": codes, "known": known}


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "verb": entry.verb,
        "type": entry.type,
        "code": entry.code,
        "name": entry.name,
        "domain": entry.domain,
        "unit": entry.unit,
        "differences": [
            {"field": d.field, "label": d.label, "before": d.before, "after": d.after}
            for d in entry.differences
        ],
    }


def _lines(differences: list[dict[str, str]]) -> str:
    return "\n".join(f"{d['label']}: {d['before'] or '–'} → {d['after'] or '–'}" for d in differences)


def history(
    element: Annotated[str, typer.Argument(help="Code of an element, e.g. DAA-001", metavar="CODE")],
    code: Code,
    domain: Annotated[str, typer.Option("--domain", help="Needed where two domains use the code")] = "",
    form: Form = None,
) -> None:
    """Who changed an element, when, from what to what."""
    ready()
    from django.utils.translation import gettext as _

    from pendapa.architecture import metamodel
    from pendapa.architecture.models import Element
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import queries

    place = institution(code)
    domains = [one.key for one in metamodel.of(place).all_domains]
    if domain and domain not in domains:
        words = {"domain": domain[:40], "known": ", ".join(domains)}
        raise Fault(_("There is no domain “%(domain)s” (there are: %(known)s).") % words)
    found = Element.objects.filter(institution=place, code__iexact=element).order_by("deleted_at", "-pk")
    found = found.filter(domain=domain) if domain else found
    rows = list(found[:2])
    if not rows:
        raise Fault(_("There is no element with the code “%(code)s”.") % {"code": element[:60]})
    if len({row.domain for row in rows}) > 1:
        raise Fault(
            _("Several domains use the code “%(code)s”: add --domain %(domains)s.")
            % {"code": element[:60], "domains": " | ".join(sorted(row.domain for row in rows))}
        )
    entries = queries.of_target(system(), place, rows[0].uid, limit=1000)
    form = chosen(form)
    told = [_write(entry) for entry in entries]
    if form is Format.json:
        show(told, form)
        return
    show([{**line, **change} for line in told for change in line["changes"] or [{}]], form, WRITE)


def _write(entry: Any) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(timespec="seconds"),
        "author": entry.author,
        "verb": entry.verb,
        "kind": entry.kind,
        "version": entry.version,
        "change_set": str(entry.set_uid),
        "changes": [{"field": d.label, "before": d.before, "after": d.after} for d in entry.differences],
    }
