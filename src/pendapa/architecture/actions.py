"""Verbs of the register: create, change, delete, restore; :mod:`.relating` joins. The only writers beside the import.

Each checks the right, writes one change set and tells ``architecture.changed``. :class:`Refused` says in words for people
why something cannot be done; a stale version is ``history.Conflict``; what is not granted is ``NotFound``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture import metamodel, queries
from pendapa.architecture.coding import Codes
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.outcomes import Outcome, done, reviewed, unique
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.relating import change_relation as change_relation
from pendapa.architecture.relating import end_label as end_label
from pendapa.architecture.relating import link as link
from pendapa.architecture.relating import unlink as unlink
from pendapa.architecture.rules.metamodel import CORE, only_kind
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Revision
from pendapa.kernel.overlays import trees
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables import periods
from pendapa.kernel.tables.columns import NAME_LIMIT, TEXT_LIMIT
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.metamodel import Column, Domain

CODE_LIMIT = 60


class Linked(Refused):
    """Others point at it: ``names`` says which (those the actor may see), ``hidden`` how many more."""

    def __init__(self, element: Element, names: list[str], hidden: int) -> None:
        self.names, self.hidden = names, hidden
        told = ", ".join(names[:12])
        if hidden or len(names) > 12:
            told += (", " if told else "") + _("and %(count)d more") % {
                "count": hidden + max(len(names) - 12, 0)
            }
        super().__init__(_("“%(name)s” is linked with: %(others)s.") % {"name": element.name, "others": told})


# ------------------------------------------------------------------------------------------------------------ elements


@reviewed
def create_element(
    actor: Actor,
    institution: Institution,
    domain: str,
    unit: Unit,
    *,
    name: str,
    code: str = "",
    kind: str = "",
    classification: str = "internal",
    attributes: Mapping[str, Any] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> Outcome:
    """A new element; without ``code`` it gets the next by the institution's pattern (``DAA-001``)."""
    actor.require(EDIT, institution, unit)
    known = _domain(institution, domain)
    element = Element(institution=institution, domain=domain, unit=unit, classification=classification)
    element.name, element.kind = _name(name), _kind(institution, known, kind)
    element.valid_from, element.valid_to = valid_from, valid_to
    element.attributes, warnings = _attributes(known, {}, attributes or {})
    with unique(_("The code %(code)s is taken.") % {"code": code}, "code"), transaction.atomic():
        hold(institution)  # two who create at once must not get one code
        _check(element, institution)
        element.code = (
            _code(institution, domain, code)
            if code.strip()
            else Codes(institution).code(domain, element.attributes, unit)
        )
        element.derive()
        change_set = history.write(
            actor, institution, "edit", history.Writes(add=[element]), reason=reason, unit=unit
        )
    return done(element, change_set, warnings)


@reviewed
def change_element(
    actor: Actor, element: Element, *, version: int, reason: str = "", **changes: Any
) -> Outcome:
    """Change an element read at ``version``: ``unit``, ``name``, ``code``, ``kind``, ``classification``, ``valid_from``,
    ``valid_to``, and ``attributes``, of which those named are replaced and those given empty are taken away.

    Raises ``history.Conflict`` when somebody changed it meanwhile. Nothing is written where nothing differs.
    """
    institution = element.institution
    actor.require(EDIT, institution, element.unit)
    with transaction.atomic():
        hold(institution)
        row = Element.objects.select_related("unit").get(pk=element.pk)
        if row.version != version or row.deleted_at:
            raise history.Conflict([row.name])
        actor.require(EDIT, institution, row.unit)
        before = history.snapshot(row)
        warnings = _take(row, institution, changes)
        actor.require(EDIT, institution, row.unit)
        _check(row, institution)
        row.derive()
        if history.snapshot(row) == before:
            return Outcome(row, None, warnings)
        with unique(_("The code %(code)s is taken.") % {"code": row.code}, "code"):
            writes = history.Writes(change=[row])
            change_set = history.write(actor, institution, "edit", writes, reason=reason, unit=row.unit)
    return done(row, change_set, warnings)


def _take(row: Element, institution: Institution, changes: dict[str, Any]) -> list[str]:
    """Put the changes into the row; the doubts about them."""
    known = _domain(institution, row.domain)
    unknown = changes.keys() - {
        "unit",
        "name",
        "code",
        "kind",
        "classification",
        "valid_from",
        "valid_to",
        "attributes",
    }
    if unknown:
        raise TypeError(f"no such field of an element: {', '.join(sorted(unknown))}")
    for plain in ("unit", "classification", "valid_from", "valid_to"):
        if plain in changes:
            setattr(row, plain, changes[plain])
    if "name" in changes:
        row.name = _name(changes["name"])
    if "kind" in changes:
        row.kind = _kind(institution, known, changes["kind"])
    if "code" in changes and changes["code"].strip() != row.code:
        row.code = _code(institution, row.domain, changes["code"], row.pk)
    row.attributes, warnings = _attributes(known, row.attributes, changes.get("attributes", {}))
    return warnings


def linked_with(element: Element) -> list[Relation]:
    """Live relations of an element, whoever may see their other ends."""
    live = Relation.objects.filter(Q(source=element) | Q(target=element), deleted_at=None)
    return list(live.select_related("source__unit", "target__unit").order_by("type", "pk"))


@reviewed
def delete_element(
    actor: Actor,
    element: Element,
    *,
    version: int | None = None,
    with_relations: bool = False,
    reason: str = "",
) -> Outcome:
    """Take an element out of the register. :class:`Linked` names what points at it, unless those links go along."""
    institution = element.institution
    actor.require(EDIT, institution, element.unit)
    with transaction.atomic():
        hold(institution)
        row = Element.objects.select_related("unit").get(pk=element.pk)
        if row.deleted_at or (version is not None and row.version != version):
            raise history.Conflict([row.name])
        actor.require(EDIT, institution, row.unit)
        relations = linked_with(row)
        if relations and not with_relations:
            raise _linked(actor, row, relations)
        writes = [history.Writes(delete=list(relations)), history.Writes(delete=[row])]
        change_set = history.write(actor, institution, "edit", writes, reason=reason, unit=row.unit)
    return done(row, change_set)


def _linked(actor: Actor, element: Element, relations: list[Relation]) -> Linked:
    others = {r.target_id if r.source_id == element.pk else r.source_id for r in relations}
    seen = queries.visible(actor, element.institution).filter(pk__in=others).order_by("name_key", "id")
    names = list(seen.values_list("name", flat=True))
    return Linked(element, names, len(others) - len(names))


@reviewed
def restore_element(actor: Actor, institution: Institution, uid: str, *, reason: str = "") -> Outcome:
    """Bring a deleted element back, with the relations that went along with it, as far as their other ends live."""
    if not queries.is_uid(uid):
        raise NotFound
    with transaction.atomic():
        hold(institution)
        gone = Element.objects.filter(institution=institution, uid=uid).exclude(deleted_at=None)
        found = gone.select_related("unit").first()
        if found is None or not actor.may(EDIT, institution, found.unit):
            raise NotFound
        if found.unit.deleted_at:
            raise Refused(
                _("Its unit, %(unit)s, is gone as well. Bring that back first.") % {"unit": found.unit.name}
            )
        relations = _gone_along(found)
        writes = [history.Writes(restore=[found]), history.Writes(restore=list(relations))]
        taken = _("The code %(code)s has been given to something else meanwhile.") % {"code": found.code}
        with unique(taken):
            change_set = history.write(actor, institution, "edit", writes, reason=reason, unit=found.unit)
    return done(found, change_set)


def _gone_along(element: Element) -> list[Relation]:
    deletion = Revision.objects.filter(target_uid=element.uid, version=element.version, verb="delete").first()
    if deletion is None:
        return []
    same = Revision.objects.filter(change_set=deletion.change_set_id, target_type="relation", verb="delete")
    gone = Relation.objects.filter(uid__in=same.values_list("target_uid", flat=True)).exclude(deleted_at=None)
    ends = gone.select_related("source", "target")
    return [
        r for r in ends if all(end.pk == element.pk or not end.deleted_at for end in (r.source, r.target))
    ]


# ------------------------------------------------------------------------------------------------------------- helpers


def _domain(institution: Institution, key: str) -> Domain:
    known = {domain.key: domain for domain in metamodel.of(institution).all_domains}
    if key not in known:
        raise Refused(
            _("There is no domain “%(domain)s”. Accepted: %(known)s.")
            % {"domain": key, "known": ", ".join(known)}
        )
    return known[key]


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(_("The name is empty."), "name")
    if len(name) > NAME_LIMIT:
        raise Refused(_("The name is longer than %(limit)d characters.") % {"limit": NAME_LIMIT}, "name")
    return name


def _kind(institution: Institution, domain: Domain, kind: str) -> str:
    if not kind:
        return only_kind(metamodel.of(institution), domain.key)
    if kind not in {known.key for known in domain.kinds}:
        accepted = ", ".join(known.key for known in domain.kinds)
        raise Refused(
            _("“%(kind)s” is not a kind of this domain. Accepted: %(accepted)s.")
            % {"kind": kind, "accepted": accepted},
            "kind",
        )
    return kind


def _code(institution: Institution, domain: str, code: str, own: int | None = None) -> str:
    code = " ".join(code.replace("\x00", "").split())
    if not code:
        raise Refused(_("The code is empty."), "code")
    if len(code) > CODE_LIMIT:
        raise Refused(_("The code is longer than %(limit)d characters.") % {"limit": CODE_LIMIT}, "code")
    # Also what was deleted keeps its code, so that an old reference never means something new.
    same = Element.objects.filter(institution=institution, domain=domain, code=code)
    if set(same.values_list("pk", flat=True)) - {own}:
        raise Refused(
            _("The code %(code)s is taken, or was once given to something else.") % {"code": code}, "code"
        )
    return code


def _check(element: Element, institution: Institution) -> None:
    if not Unit.objects.filter(pk=element.unit_id, institution=institution, deleted_at=None).exists():
        raise NotFound
    if element.classification not in dict(Element.CLASSIFICATIONS):
        raise Refused(
            _("“%(value)s” is not a degree of openness.") % {"value": element.classification},
            "classification",
        )
    if element.valid_from and element.valid_to and element.valid_to < element.valid_from:
        raise Refused(_("It would end before it begins."), "valid_to")


def _attributes(
    domain: Domain, before: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The attributes after ``given`` is laid over them, as written, and what is doubtful in it."""
    columns = {column.key: column for column in domain.columns if column.key not in CORE}
    merged, warnings = dict(before), []
    for key, value in given.items():
        if key not in columns:
            raise Refused(_("This domain has no field “%(field)s”.") % {"field": key}, key)
        value = _by_period(columns[key], value) if columns[key].type in periods.KINDS else _clean(key, value)
        if not value:
            merged.pop(key, None)
        elif value != before.get(key):
            merged[key] = value
            warnings += _doubts(columns[key], value)
    return merged, warnings


def _clean(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        raise Refused(_("A text, a number or a list of them is expected."), key)
    if isinstance(value, list | tuple):
        return [cleaned for one in value if (cleaned := _clean(key, one))]
    text = "" if value is None else str(value).replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > TEXT_LIMIT:
        raise Refused(_("The text is longer than %(limit)d characters.") % {"limit": TEXT_LIMIT}, key)
    return text


def _by_period(column: Column, value: Any) -> Any:
    """A value for each year or quarter, from a mapping or the text of a cell; a text that is not understood stays as written,
    a mapping is refused."""
    kind = periods.KINDS[column.type]
    if not isinstance(value, Mapping):
        text = _clean(column.key, "; ".join(map(str, value)) if isinstance(value, list | tuple) else value)
        return kind.read(text)[0] if text else ""
    found = {str(period): _clean(column.key, one) for period, one in value.items()}
    text = periods.periods_text({period: one for period, one in found.items() if one})
    kept, remark = kind.read(text) if text else ({}, None)
    if remark is not None and not isinstance(kept, Mapping):
        raise Refused(
            f"{column.label.in_language(get_language() or 'id')}: {remark.message.render(_)}", column.key
        )
    return kept


def _doubts(column: Column, value: Any) -> list[str]:
    """What is kept as written although it is not on the list, not a known code, or not a number of a period."""
    language = get_language() or "id"
    if column.type in periods.KINDS:
        text = value if isinstance(value, str) else periods.periods_text(value)
        remark = periods.KINDS[column.type].read(text)[1]
        return [f"{column.label.in_language(language)}: {remark.message.render(_)}"] if remark else []
    label, found = column.label.in_language(language), []
    for one in value if isinstance(value, list) else [value]:
        if column.type in ("enum", "enum_many") and column.match_value(one) is None:
            accepted = ", ".join(v.label.in_language(language) for v in column.values[:12])
            words = {"label": label, "value": one[:80], "accepted": accepted}
            found.append(
                _("%(label)s: “%(value)s” is not on the list (%(accepted)s); it was kept as written.") % words
            )
        if column.type == "reference" and trees.references_now().lookup(one, column.reference) is None:
            words = {"label": label, "value": one[:80], "tree": column.reference}
            found.append(
                _("%(label)s: “%(value)s” is not known in %(tree)s; it was kept as written.") % words
            )
    return found
