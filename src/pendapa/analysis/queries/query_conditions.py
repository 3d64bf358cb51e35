"""What a question asks, as conditions of the database on what the actor may see.

No step and no condition looks at anything that the actor may not see: elements come from ``visible``, relations from
``visible_relations``, and fields that hold personal data are no words of the question to whom they are hidden.
"""

from __future__ import annotations

from functools import cached_property, reduce
from operator import and_, or_

from django.db.models import Q, QuerySet
from django.db.models.lookups import In

from pendapa.analysis.queries.query_sql import Holds, Lower, contains
from pendapa.analysis.rules import query as rules
from pendapa.analysis.rules.query_grammar import Fault, near
from pendapa.analysis.rules.query_values import Value, ascii_lower
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries import visible, visible_relations
from pendapa.architecture.queries.conditions import lacks
from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.overlays import trees
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.names import NICKNAMES, Ambiguous, Found, UnitIndex
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation.queries import unit_index

NEVER = Q(pk__in=[])


class Compiler:
    """Plans of one actor in one institution → querysets. Units are read once, and only where a question names some."""

    def __init__(self, actor: Actor, institution: Institution) -> None:
        self.actor, self.institution = actor, institution

    # -- steps

    def elements(self, stop: rules.Stop) -> QuerySet[Element]:
        """The elements of one step, whatever it is linked with."""
        rows = visible(self.actor, self.institution).order_by()
        if stop.target.domain:
            rows = rows.filter(domain=stop.target.domain)
        if stop.target.kind:
            rows = rows.filter(kind=stop.target.kind)
        return rows.filter(self.condition(stop.where)) if stop.where else rows

    def edges(self) -> QuerySet[Relation]:
        return visible_relations(self.actor, self.institution).order_by()

    def bare(self) -> QuerySet[Relation]:
        """Relations for a condition both of whose ends are elements that the actor may see: what ``edges`` would look up
        again for each of them."""
        return Relation.objects.filter(institution=self.institution, deleted_at=None).order_by()

    def before(self, stop: rules.Stop, reached: QuerySet[Element]) -> Q:
        """The condition that an element is linked, as ``stop`` says, with one of ``reached`` after it."""
        found = []
        if stop.out:
            there = self.bare().filter(type__in=stop.out, target__in=reached.values("pk"))
            found.append(Q(pk__in=there.values("source")))
        if stop.into:
            there = self.bare().filter(type__in=stop.into, source__in=reached.values("pk"))
            found.append(Q(pk__in=there.values("target")))
        return reduce(or_, found, NEVER) if found else NEVER

    def after(self, stop: rules.Stop, reached: QuerySet[Element]) -> Q:
        """The condition that an element of ``stop`` is linked with one of ``reached`` before it."""
        turned = rules.Stop(stop.target, stop.name, None, stop.into, stop.out)
        return self.before(turned, reached)

    def chains(self, plan: rules.Plan, root: int) -> list[QuerySet[Element]]:
        """By step the elements from which the path goes on: for ``root`` both ways, for those before it to the first, for
        those after it to the last."""
        alone = [self.elements(stop) for stop in plan.steps]
        right, left = list(alone), list(alone)
        for place in range(plan.last - 1, root - 1, -1):
            right[place] = alone[place].filter(self.before(plan.steps[place + 1], right[place + 1]))
        for place in range(1, root + 1):
            left[place] = alone[place].filter(self.after(plan.steps[place], left[place - 1]))
        both = right[root]
        if root:
            both = both.filter(self.after(plan.steps[root], left[root - 1]))
        return [*left[:root], both, *right[root + 1 :]]

    def whole(self, plan: rules.Plan) -> list[QuerySet[Element]]:
        """By step, the elements through which a whole path goes."""
        return [self.chains(plan, place)[place] for place in range(plan.last + 1)]

    # -- conditions

    def condition(self, check: rules.Check) -> Q:
        if isinstance(check, rules.Not):
            return ~self.condition(check.part)
        if isinstance(check, rules.All):
            return reduce(and_, map(self.condition, check.parts))
        if isinstance(check, rules.Either):
            return reduce(or_, map(self.condition, check.parts))
        if isinstance(check, rules.Lacks):
            return reduce(or_, map(lacks, check.rules), NEVER)
        if isinstance(check, rules.Linked):
            return self.before(check.step, self.elements(check.step))
        return self.compare(check)

    def compare(self, check: rules.Compare) -> Q:
        source = check.field.source
        if source == "attribute":
            return self.attribute(check)
        if source == "unit":
            return self.unit(check)
        if check.op == "empty":
            return Q(**{f"{source}__isnull": True}) if source.startswith("valid_") else NEVER
        if source == "name":
            keys = [name_key(one.word.text) for one in check.values]
            if check.op == "~":
                return reduce(or_, (Q(name_key__contains=key) for key in keys))
            return Q(name_key__in=keys)
        texts = [text for one in check.values for text in one.texts]
        if source == "code":
            if check.op == "~":
                return Q(contains("code", texts[0]))
            return Q(In(Lower("code"), texts))
        if source in ("kind", "domain", "classification"):
            return Q(**{f"{source}__in": texts})
        given = [one.number if one.number is not None else one.date for one in check.values]
        lookups = {"=": "in", "in": "in", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
        lookup = lookups[check.op]
        return Q(**{f"{source}__{lookup}": given if lookup == "in" else given[0]})

    def attribute(self, check: rules.Compare) -> Q:
        key = check.field.key
        if check.op == "empty":
            return ~Q(Holds(key, "filled"))
        values = check.values
        if values[0].number is not None:
            return Q(Holds(key, check.op, [one.number for one in values], "number"))
        if values[0].date:
            return Q(Holds(key, check.op, [one.date for one in values], "date"))
        texts = [text for one in values for text in one.texts]
        if check.field.type == "unit_text" and check.op != "~":
            texts += [ascii_lower(name) for one in values for name in self.names(one)]
        if check.field.type == "reference" and check.field.column:
            return self.reference(check, texts)
        return Q(Holds(key, check.op, list(dict.fromkeys(texts))))

    def reference(self, check: rules.Compare, texts: list[str]) -> Q:
        """A national reference by its code, with those below it, or by its name."""
        key, column = check.field.key, check.field.column
        assert column is not None
        known = trees.references_now()
        for one in check.values:
            node = known.lookup(one.word.text, column.reference)
            if node is not None:
                texts.append(ascii_lower(node.code or node.key))
        same = Q(Holds(key, check.op, texts))
        return same if check.op == "~" else same | Q(Holds(key, "begins", [f"{text}." for text in texts]))

    # -- units

    @cached_property
    def index(self) -> UnitIndex:
        return unit_index(self.institution)

    @cached_property
    def units(self) -> dict[int, tuple[str, str, str]]:
        """Path, name and short name by key."""
        live = Unit.objects.filter(institution=self.institution, deleted_at=None).order_by("pk")
        return {
            pk: (path, name, short)
            for pk, path, name, short in live.values_list("pk", "path", "name", "short_name")
        }

    def unit(self, check: rules.Compare) -> Q:
        if check.op == "empty":
            return NEVER
        if check.op == "~":
            text = ascii_lower(check.values[0].word.text)
            fits = [
                pk for pk, (_p, *names) in self.units.items() if any(text in ascii_lower(n) for n in names)
            ]
            return Q(unit__in=fits)
        condition = NEVER
        for one in check.values:
            for pk in self.meant(one):
                condition |= Q(unit__path__startswith=self.units[pk][0])
        return condition

    def meant(self, value: Value) -> list[int]:
        """The units that a value names: by code, name, alias or short name, by what offices call each other, or by the
        beginning of the name. Raises :class:`Fault` where there is none."""
        text = value.word.text.strip()
        for said in dict.fromkeys((text, NICKNAMES.get(text.casefold(), text))):
            found = self.index.find(name=said)
            if isinstance(found, Found):
                return [found.id]
            if isinstance(found, Ambiguous):
                return list(found.ids)
        start = ascii_lower(text)
        begin = [
            pk for pk, (_path, name, _short) in self.units.items() if ascii_lower(name).startswith(start)
        ]
        if begin:
            return begin
        names = [name for _path, name, _short in self.units.values()]
        hints = [one.name for one in getattr(self.index.find(name=text), "suggestions", ())]
        raise Fault(
            say(_("No unit is called “%(name)s”."), name=text[:60]),
            value.word.at,
            value.word.size,
            nearest=tuple(hints[:3]) or near(text, names),
        )

    def names(self, value: Value) -> list[str]:
        """How a unit that a value names is written; nothing where it names none."""
        found = self.index.find(name=value.word.text.strip())
        if not isinstance(found, Found):
            return []
        return [name for name in self.units[found.id][1:] if name]
