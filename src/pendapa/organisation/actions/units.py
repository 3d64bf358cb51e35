"""What happens to a unit: it comes, gets another name or place, is closed; it has aliases."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.actions import Writes
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation import queries
from pendapa.organisation.models import Succession, UnitAlias
from pendapa.organisation.permissions import MANAGE
from pendapa.organisation.rules import tree

NAME_LIMIT, SHORT_LIMIT, CODE_LIMIT, KIND_LIMIT = 300, 120, 60, 40


@transaction.atomic
def create_unit(
    actor: Actor,
    institution: Institution,
    *,
    name: str,
    code: str = "",
    parent: Unit | None = None,
    short_name: str = "",
    kind: str = "",
    valid_from: date | None = None,
    reason: str = "",
) -> Unit:
    """A new unit below ``parent`` (none: an OPD). Without a code it is given one. Raises :class:`Refused`."""
    begin(actor, institution, parent)
    name, code = clean_name(name), clean_text(code, CODE_LIMIT, _("The code"))
    check_parent(parent)
    taken = with_code(institution, code) if code else None
    if taken:
        raise Refused(
            _("The code “%(code)s” belongs to %(name)s. Give another one, or leave it empty.")
            % {"code": code, "name": taken.name}
        )
    unit = Unit(
        institution=institution,
        parent=parent,
        code=code or next_code(institution),
        name=name,
        short_name=clean_text(short_name, SHORT_LIMIT, _("The short name")),
        kind=clean_text(kind, KIND_LIMIT, _("The kind")),
        valid_from=valid_from,
    )
    unit.derive()
    _check_sisters(unit)
    history.write(actor, institution, "edit", Writes(add=[unit]), reason=reason, unit=parent)
    return _done("unit.created", institution, unit)


@transaction.atomic
def rename_unit(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    *,
    name: str,
    short_name: str | None = None,
    since: date | None = None,
    decree: str = "",
    reason: str = "",
    version: int | None = None,
) -> Unit:
    """Another name since a day (today); the old one stays as an alias with its time, so that it is still found.

    ``version`` is the one that the person saw. Raises :class:`Refused`, :class:`~history.Conflict`.
    """
    begin(actor, institution, unit)
    since = since or timezone.localdate()
    unit = fresh(institution, unit, version)
    old_name, old_key = unit.name, unit.name_key
    unit.name = clean_name(name)
    if short_name is not None:
        unit.short_name = clean_text(short_name, SHORT_LIMIT, _("The short name"))
    unit.derive()
    _check_sisters(unit)
    writes = Writes(change=[unit])
    if unit.name_key != old_key:
        keep_old_name(writes, institution, unit, old_name, old_key, since)
        writes.add.append(
            Succession(
                institution=institution,
                kind="rename",
                source=unit,
                target=unit,
                on=since,
                decree=clean_text(decree, 200, _("The decree")),
                note=old_name[:300],
            )
        )
    told = "; ".join(text for text in (decree.strip(), reason.strip()) if text)
    history.write(actor, institution, "edit", writes, reason=told, unit=unit)
    return _done("unit.renamed", institution, unit)


def keep_old_name(
    writes: Writes, institution: Institution, unit: Unit, old_name: str, old_key: str, since: date
) -> None:
    before = since - timedelta(days=1)
    if unit.valid_from and before < unit.valid_from:
        raise Refused(
            _("The new name cannot hold since %(since)s: the unit itself exists only since %(first)s.")
            % {"since": since.isoformat(), "first": unit.valid_from.isoformat()}
        )
    same = UnitAlias.objects.filter(unit=unit, key=old_key, deleted_at=None).first()
    if same:
        same.institution, same.valid_to = institution, before
        writes.change.append(same)
        return
    earlier = (
        UnitAlias.objects.filter(unit=unit, deleted_at=None, valid_to__lt=before)
        .order_by("-valid_to")
        .first()
    )
    start = earlier.valid_to + timedelta(days=1) if earlier and earlier.valid_to else unit.valid_from
    alias = UnitAlias(institution=institution, unit=unit, name=old_name, valid_from=start, valid_to=before)
    alias.derive()
    writes.add.append(alias)


@transaction.atomic
def move_unit(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    parent: Unit | None,
    *,
    reason: str = "",
    version: int | None = None,
) -> Unit:
    """Another place in the tree; what stands below comes along. Raises :class:`Refused` for a cycle."""
    begin(actor, institution, unit, parent)
    unit = fresh(institution, unit, version)
    parent = fresh(institution, parent, None) if parent else None
    if parent and tree.is_below(parent.path, unit.path):
        if parent.pk == unit.pk:
            raise Refused(_("A unit cannot stand below itself. Choose another unit, or none."))
        raise Refused(
            _(
                "%(parent)s stands below %(unit)s, so it cannot stand above it as well. Move %(parent)s elsewhere first."
            )
            % {"parent": parent.name, "unit": unit.name}
        )
    check_parent(parent)
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    unit.parent = parent
    _check_sisters(unit)
    history.write(actor, institution, "edit", Writes(change=[unit]), reason=reason, unit=unit)
    return _done("unit.moved", institution, unit)


@transaction.atomic
def close_unit(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    *,
    last_day: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Unit:
    """The unit ends after ``last_day`` (today). What it holds stays; units below must be moved or closed before."""
    begin(actor, institution, unit)
    last_day = last_day or timezone.localdate()
    unit = fresh(institution, unit, version)
    if unit.valid_from and last_day < unit.valid_from:
        raise Refused(
            _("The last day lies before the first (%(first)s). Choose a later one.")
            % {"first": unit.valid_from.isoformat()}
        )
    open_below = Unit.objects.filter(
        queries.not_over(last_day + timedelta(days=1)), parent=unit, deleted_at=None
    ).order_by("name")
    names = list(open_below.values_list("name", flat=True)[:4])
    if names:
        raise Refused(
            _("Units below it are still open: %(names)s. Move or close them first.")
            % {"names": ", ".join(names[:3]) + (" …" if len(names) > 3 else "")}
        )
    unit.valid_to = last_day
    history.write(actor, institution, "edit", Writes(change=[unit]), reason=reason, unit=unit)
    return _done("unit.closed", institution, unit)


@transaction.atomic
def reopen_unit(actor: Actor, institution: Institution, unit: Unit, *, reason: str = "") -> Unit:
    """Take back a closing."""
    begin(actor, institution, unit)
    unit = fresh(institution, unit, None)
    if unit.valid_to is None:
        return unit
    parent = fresh(institution, unit.parent, None) if unit.parent else None
    check_parent(parent)
    unit.valid_to = None
    history.write(actor, institution, "edit", Writes(change=[unit]), reason=reason, unit=unit)
    return _done("unit.reopened", institution, unit)


@transaction.atomic
def add_alias(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    *,
    name: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> UnitAlias:
    """Another name by which the unit is found. Raises :class:`Refused` when it already leads somewhere."""
    begin(actor, institution, unit)
    unit = fresh(institution, unit, None)
    alias = UnitAlias(
        institution=institution, unit=unit, name=clean_name(name), valid_from=valid_from, valid_to=valid_to
    )
    alias.derive()
    if valid_from and valid_to and valid_to < valid_from:
        raise Refused(_("The last day lies before the first. Swap them, or leave one empty."))
    _check_leads_nowhere(alias)
    history.write(actor, institution, "edit", Writes(add=[alias]), reason=reason, unit=unit)
    bus.emit("unit.alias_added", institution_id=institution.pk, unit_id=unit.pk)
    return alias


def _check_leads_nowhere(alias: UnitAlias) -> None:
    units = Unit.objects.filter(queries.not_over(), institution=alias.institution, deleted_at=None)
    taken = units.filter(name_key=alias.key).first()
    if taken is None:
        other = (
            UnitAlias.objects.filter(
                queries.not_over(prefix="unit__"),
                institution=alias.institution,
                key=alias.key,
                deleted_at=None,
            )
            .filter(unit__deleted_at=None)
            .select_related("unit")
            .first()
        )
        taken = other.unit if other else None
    if taken is not None:
        raise Refused(
            _("“%(alias)s” already leads to %(unit)s. One name leads to one unit.")
            % {"alias": alias.name, "unit": taken.name}
        )


@transaction.atomic
def remove_alias(actor: Actor, institution: Institution, alias: UnitAlias, *, reason: str = "") -> None:
    """The unit is no longer found by this name."""
    begin(actor, institution, alias.unit)
    if alias.institution_id != institution.pk or alias.deleted_at:
        raise NotFound
    alias.institution = institution
    history.write(actor, institution, "edit", Writes(delete=[alias]), reason=reason, unit=alias.unit)
    bus.emit("unit.alias_removed", institution_id=institution.pk, unit_id=alias.unit_id)


# ---- shared


def begin(actor: Actor, institution: Institution, *units: Unit | None) -> None:
    """The right to each unit (to the whole without one), and the tree held still until this is done."""
    hold(institution)
    for unit in units or (None,):
        if unit is not None and unit.institution_id != institution.pk:
            raise NotFound
        actor.require(MANAGE, institution, unit)


def fresh(institution: Institution, unit: Unit, version: int | None) -> Unit:
    """The unit as it is now; :class:`Conflict` when the person saw an older one."""
    found = Unit.objects.select_related("parent").filter(pk=unit.pk, deleted_at=None).first()
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise history.Conflict([found.name])
    found.institution = institution
    return found


def clean_name(name: str) -> str:
    name = clean_text(name, NAME_LIMIT, _("The name"))
    if not any(letter.isalnum() for letter in name):
        raise Refused(_("The name is empty. Give the full name of the unit."))
    return name


def clean_text(text: str, limit: int, what: str) -> str:
    text = " ".join(text.split())
    if len(text) > limit:
        raise Refused(
            _("%(what)s has %(length)s characters; at most %(limit)s are taken.")
            % {"what": what, "length": len(text), "limit": limit}
        )
    return text


def check_parent(parent: Unit | None) -> None:
    if parent is not None and queries.is_closed(parent):
        raise Refused(
            _("%(unit)s is closed; nothing can stand below it. Choose an open unit.") % {"unit": parent.name}
        )


def _check_sisters(unit: Unit) -> None:
    sisters = Unit.objects.filter(
        queries.not_over(),
        institution=unit.institution,
        parent=unit.parent,
        name_key=unit.name_key,
        deleted_at=None,
    )
    twin = sisters.exclude(pk=unit.pk).first()
    if twin is not None:
        raise Refused(
            _("In this place there is already a unit of that name: %(name)s (%(code)s).")
            % {"name": twin.name, "code": twin.code}
        )


def with_code(institution: Institution, code: str) -> Unit | None:
    return Unit.objects.filter(institution=institution, code__iexact=code, deleted_at=None).first()


def next_code(institution: Institution, more: int = 0) -> str:
    """A free ``OPD-…``; ``more`` units are about to be written as well."""
    number = Unit.objects.filter(institution=institution).count() + 1 + more
    while with_code(institution, f"OPD-{number:03d}"):
        number += 1
    return f"OPD-{number:03d}"


def _done(event: str, institution: Institution, unit: Unit) -> Unit:
    bus.emit(event, institution_id=institution.pk, unit_id=unit.pk)
    return unit
