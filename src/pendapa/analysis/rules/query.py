"""A question whose names were understood: which domains, which relations, which fields are compared with what.

    checked(parse("aplikasi dengan basis_data = MySQL → server"), words)

Every test is either true or false of an element: what is not known fulfils no test, and ``!=`` and ``bukan`` are exactly the
contrary of their test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pendapa.analysis.rules import query_tree as tree
from pendapa.analysis.rules.query_grammar import Fault, near, parse
from pendapa.analysis.rules.query_tree import quoted
from pendapa.analysis.rules.query_values import OPS, Value, understood
from pendapa.analysis.rules.query_words import Field, Target, Vocabulary, folded
from pendapa.kernel.tables.messages import _, say
from pendapa.regulations.gaps import Rule

HOPS, TESTS, COLUMNS, LISTED = 4, 40, 12, 100
"""Relations to follow, conditions, shown columns, values of one list: no more than so many."""

__all__ = ["Fault", "Plan", "ask", "checked", "parse", "quoted"]


@dataclass(frozen=True)
class Compare:
    """A field of the element against values, each in the shape of the field's type; ``empty`` has none."""

    field: Field
    op: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Lacks:
    """The element has the gap of one of these rules."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Linked:
    """A relation leads to some element of the step."""

    step: Stop


@dataclass(frozen=True)
class Not:
    part: Check


@dataclass(frozen=True)
class All:
    parts: tuple[Check, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Check, ...]


Check = Compare | Lacks | Linked | Not | All | Either


@dataclass(frozen=True)
class Stop:
    """A step of the path. ``out`` are the types of the relations whose source is the step before, ``into`` those whose target
    it is; ``name`` is how the question calls the step."""

    target: Target
    name: str
    where: Check | None = None
    out: tuple[str, ...] = ()
    into: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A field of a step (by its place in the path) to be shown."""

    step: int
    field: Field


@dataclass(frozen=True)
class Plan:
    """What to do. ``paths``: the rows are whole paths, else the elements of the last step, each once. ``line`` is the
    question in one spelling."""

    line: str
    steps: tuple[Stop, ...]
    columns: tuple[Column, ...]
    paths: bool
    sort: Column | None = None
    down: bool = False

    @property
    def last(self) -> int:
        return len(self.steps) - 1


def ask(line: str, words: Vocabulary) -> Plan:
    """The plan of a question. Raises :class:`Fault`."""
    return checked(parse(line), words)


def checked(question: tree.Question, words: Vocabulary) -> Plan:
    """The plan of a parsed question. Raises :class:`Fault` at the first word that means nothing here."""
    return _Checker(words).plan(question)


class _Checker:
    def __init__(self, words: Vocabulary) -> None:
        self.words, self.tests = words, 0
        self.used: dict[int, list[Field]] = {}
        self.place = 0

    def plan(self, question: tree.Question) -> Plan:
        if len(question.steps) > HOPS + 1:
            name = question.steps[HOPS + 1].name
            raise Fault(
                say(_("A question follows at most %(most)s relations."), most=HOPS), name.at, name.size
            )
        steps: list[Stop] = []
        for place, step in enumerate(question.steps):
            self.place = place
            steps.append(self.stop(step, steps[-1] if steps else None))
        if len(question.show) > COLUMNS:
            one = question.show[COLUMNS]
            raise Fault(say(_("At most %(most)s columns are shown."), most=COLUMNS), one.at, one.size)
        shown = [self.column(one, steps) for one in question.show]
        columns = tuple(dict.fromkeys(shown)) or self.usual(steps)
        sort = self.column(question.sort, steps) if question.sort else None
        if sort and sort.field.type == "yearly" and question.sort:
            raise Fault(
                say(_("Values of several years give no order.")), question.sort.at, question.sort.size
            )
        last = len(steps) - 1
        ends = all(column.step == last for column in (*columns, *([sort] if sort else [])))
        paths = last > 0 and not (shown and ends)
        return Plan(tree.written(question), tuple(steps), columns, paths, sort, question.down)

    # -- steps

    def stop(self, step: tree.Step, before: Stop | None) -> Stop:
        target = self.target(step.name)
        if before is None:
            return Stop(target, step.name.text, self.check(step.where, target))
        out, into = self.ways(step, before.target, target)
        return Stop(target, step.name.text, self.check(step.where, target), out, into)

    def target(self, name: tree.Word) -> Target:
        found = self.words.steps.get(folded(name.text))
        if found is None:
            raise Fault(
                say(_("“%(name)s” is no domain and no kind of element."), name=name.text[:60]),
                name.at,
                name.size,
                nearest=near(folded(name.text), self.words.steps),
            )
        return found

    def ways(self, step: tree.Step, start: Target, end: Target) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Types followed from source to target, and the other way."""
        named = step.relation.text if step.relation else ""
        if step.arrow == "←":
            # Read from the later step: its outgoing relations are those that reach the one before.
            found = self.words.relations(end, start, named)
            out: tuple[str, ...] = ()
            into = found["out"]
            if named and folded(named) not in found["out"]:
                out = found["in"]
        else:
            found = self.words.relations(start, end, named)
            out, into = found["out"], found["in"]
        if step.relation and not out and not into:
            offered = [folded(label) for label, _key in self.words.relation_words(start, end)]
            offered += [key for _label, key in self.words.relation_words(start, end)]
            raise Fault(
                say(_("No relation “%(name)s” leads there."), name=named[:60]),
                step.relation.at,
                step.relation.size,
                tuple(dict.fromkeys(offered))[:12],
                near(folded(named), offered),
            )
        if not named and not self.words.joined(start, end):
            over = self.words.between(start, end)
            message = say(
                _("No relation leads from %(start)s to %(end)s."), start=_named(start), end=_named(end)
            )
            if over:
                message = say(
                    _("No relation leads from %(start)s to %(end)s; go over: %(over)s."),
                    start=_named(start),
                    end=_named(end),
                    over=", ".join(over),
                )
            raise Fault(message, step.name.at, step.name.size, nearest=tuple(over))
        return out, into

    # -- conditions

    def check(self, node: tree.Condition | None, target: Target) -> Check | None:
        return None if node is None else self.one(node, target)

    def one(self, node: tree.Condition, target: Target) -> Check:
        if isinstance(node, tree.Test):
            return self.compare(node, target)
        if isinstance(node, tree.Gap):
            return self.gap(node, target)
        if isinstance(node, tree.Link):
            return self.link(node, target)
        if isinstance(node, tree.Not):
            return Not(self.one(node.part, target))
        parts = tuple(self.one(part, target) for part in node.parts)
        return All(parts) if isinstance(node, tree.All) else Either(parts)

    def compare(self, node: tree.Test, target: Target) -> Check:
        self.count(node.name)
        field = self.field(node.name, target)
        self.used.setdefault(self.place, []).append(field)
        if node.op == "empty":
            return Compare(field, "empty")
        allowed = OPS[field.type] if field.source != "name" and field.source != "code" else OPS["word"]
        if node.op not in allowed:
            raise Fault(
                say(_("“%(field)s” cannot be compared by %(op)s."), field=field.key, op=node.op),
                node.name.at,
                node.name.size,
                tuple(allowed),
            )
        if len(node.values) > LISTED:
            one = node.values[LISTED]
            raise Fault(say(_("A list holds at most %(most)s values."), most=LISTED), one.at, one.size)
        found = Compare(
            field,
            "=" if node.op == "!=" else node.op,
            tuple(understood(field, node.op, value) for value in node.values),
        )
        return Not(found) if node.op == "!=" else found

    def gap(self, node: tree.Gap, target: Target) -> Lacks:
        self.count(tree.Word("", node.at, 4))
        here = [r for r in self.words.rules if not target.domain or target.domain in r.domains]
        if node.rule is None:
            return Lacks(tuple(here))
        rule = self.words.rule(node.rule.text)
        if rule is None:
            said, keys = folded(node.rule.text), [one.key for one in here]
            raise Fault(
                say(_("There is no gap “%(name)s”."), name=node.rule.text[:60]),
                node.rule.at,
                node.rule.size,
                tuple(keys[:12]),
                near(said, keys),
            )
        return Lacks((rule,))

    def link(self, node: tree.Link, target: Target) -> Check:
        name = node.step.name
        self.count(name)
        bare = not (node.step.relation or node.step.where or node.step.arrow)
        if bare and folded(name.text) not in self.words.steps:
            field = self.words.field(name.text, target)
            if field is not None:  # "tanpa operator" is said of fields as well
                self.used.setdefault(self.place, []).append(field)
                empty = Compare(field, "empty")
                return Not(empty) if node.there else empty
        place, self.place = self.place, -1  # what is asked of the other end is no column of this one
        linked = Linked(self.stop(replace(node.step, arrow=node.step.arrow or "→"), Stop(target, "")))
        self.place = place
        return linked if node.there else Not(linked)

    def count(self, at: tree.Word) -> None:
        self.tests += 1
        if self.tests > TESTS:
            raise Fault(
                say(_("A question has at most %(most)s conditions."), most=TESTS), at.at, max(at.size, 1)
            )

    # -- fields and columns

    def field(self, name: tree.Word, target: Target, text: str = "") -> Field:
        said = text or name.text
        found = self.words.field(said, target)
        if found is not None:
            return found
        keys = list(self.words.fields(target))
        raise Fault(
            say(
                _("%(step)s have no field “%(name)s”."),
                step=self.words.label(target).id,
                name=said[:60],
            ),
            name.at,
            name.size,
            nearest=near(folded(said), keys),
        )

    def column(self, name: tree.Word, steps: list[Stop]) -> Column:
        """``nama`` is of the last step; ``aplikasi.nama`` and ``1.nama`` say of which."""
        before, dot, after = name.text.partition(".")
        if not dot:
            last = len(steps) - 1
            return Column(last, self.field(name, steps[last].target))
        places = [n for n, step in enumerate(steps) if folded(step.name) == folded(before)]
        if before.isascii() and before.isdigit() and len(before) < 3 and 0 < int(before) <= len(steps):
            places = [int(before) - 1]
        if len(places) != 1:
            several = say(
                _("“%(name)s” stands there several times: write 1.nama, 2.nama …"), name=before[:60]
            )
            none = say(_("The question has no step “%(name)s”."), name=before[:60])
            known = [step.name for step in steps]
            raise Fault(several if places else none, name.at, name.size, tuple(known), near(before, known))
        return Column(places[0], self.field(name, steps[places[0]].target, after))

    def usual(self, steps: list[Stop]) -> tuple[Column, ...]:
        """What is shown where nothing was asked for: names and units, and what the conditions are about."""
        found: dict[Column, None] = {}
        alone = len(steps) == 1
        for place, step in enumerate(steps):
            fields = self.words.fields(step.target)
            keys = ["nama", "kode", "jenis", "opd", "kelengkapan"] if alone else ["nama", "opd"]
            if alone and fields.get("jenis") and fields["jenis"].source != "kind":
                keys.remove("jenis")
            for key in keys:
                if key in fields:
                    found[Column(place, fields[key])] = None
            for field in self.used.get(place, []):
                found[Column(place, field)] = None
        return tuple(found)[:COLUMNS]


def _named(target: Target) -> str:
    return target.kind or target.domain or "elemen"
