"""The landscape in words, as sheets, and as a drawing to take along."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pendapa.analysis.queries.landscape import Drawn, Landscape
from pendapa.analysis.queries.matrix import Thing as Named
from pendapa.analysis.rules import landscape as rules
from pendapa.analysis.rules.landscape_svg import Picture, Rectangle
from pendapa.kernel.tables.writing import Sheet
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Metamodel


def measures() -> dict[str, str]:
    """The measures by their key."""
    return {
        "completeness": _("Completeness"),
        "age": _("Age of applications"),
        "cost": _("Cost a year"),
        "contract": _("Contract value (SPK)"),
        "risk": _("Highest risk"),
        "satisfaction": _("Satisfaction (SKM)"),
        "gaps": _("Gaps"),
    }


def risks() -> tuple[str, ...]:
    return (_("low"), _("medium"), _("high"), _("very high"))


def legend(measure: str) -> list[tuple[int, str]]:
    """The tones that a measure uses, each in words."""
    steps = rules.STEPS[measure]
    if measure == "risk":
        return [(step, word) for (_least, step), word in zip(steps, risks(), strict=True)]
    if measure == "satisfaction":
        words = (_("not good (D)"), _("less good (C)"), _("good (B)"), _("very good (A)"))
        since = _("from %(n)s")
        return [
            (step, f"{word}, {since % {'n': _plain(least)}}")
            for (least, step), word in zip(steps, words, strict=True)
        ]
    found = []
    for number, (least, step) in enumerate(steps):
        above = steps[number + 1][0] if number + 1 < len(steps) else None
        found.append((step, _between(measure, least, above)))
    return found


def _between(measure: str, least: Fraction, above: Fraction | None) -> str:
    if measure == "gaps" and above == least + 1:
        return _plain(least)
    if above is None:
        return _("%(n)s and more") % {"n": _written(measure, least)}
    if not least and measure != "gaps":
        return _("below %(n)s") % {"n": _written(measure, above)}
    if measure == "gaps":
        return f"{_plain(least)}–{_plain(above - 1)}"
    return _("%(from)s to below %(to)s") % {"from": _written(measure, least), "to": _written(measure, above)}


def figure(measure: str, value: Fraction | None) -> str:
    """The value of a box: “78 %”, “6 years”, “Rp 1,2 M”, “high”; not known is said in words."""
    if value is None:
        return _("not known")
    if measure == "risk":
        return risks()[int(value) - 1]
    return _written(measure, value)


def _written(measure: str, value: Fraction) -> str:
    language = formats.language()
    if measure == "completeness":
        return formats.percent(value, language)
    if measure == "age":
        text = formats.number(value, language, 0 if value.denominator == 1 else 1)
        return ngettext("%(n)s year", "%(n)s years", int(value)) % {"n": text}
    if measure in ("cost", "contract"):
        return formats.rupiah(value, language, short=True)
    return _plain(value)


def _plain(value: Fraction) -> str:
    places = 0 if value.denominator == 1 else 2
    return formats.number(value, formats.language(), places)


def known(measure: str, drawn: Drawn) -> str:
    """How much of a box the value speaks for, where that is not all of it."""
    reading = drawn.reading
    if not reading.asked or reading.known == reading.asked or not reading.known:
        return ""
    words = {"known": reading.known, "asked": reading.asked}
    return _("known of %(known)s of %(asked)s") % words


def counts(model: Metamodel, drawn: Drawn) -> str:
    """“3 business processes · 5 applications”."""
    language = get_language() or "id"
    told = []
    for domain in model.all_domains:
        if count := drawn.counts.get(domain.key, 0):
            word = (domain.label if count == 1 else domain.plural).in_language(language)
            told.append(f"{formats.number(count, formats.language())} {formats.in_sentence(word)}")
    return " · ".join(told)


def own_value(measure: str, thing: rules.Thing, found: Landscape) -> str:
    """The measure of one element; empty where the measure does not ask it."""
    if thing.domain not in rules.OF.get(measure, (thing.domain,)):
        return ""
    return figure(measure, rules.read(measure, [thing], found.today).value)


def sheets(model: Metamodel, found: Landscape, named: dict[int, Named]) -> list[Sheet]:
    """Boxes with their values, and their elements one by one."""
    label = measures()[found.measure]
    domains = [domain for domain in model.domains if any(domain.key in one.counts for one in found.each())]
    language = get_language() or "id"
    headers = [
        _("Code"),
        _("Level"),
        _("Capability"),
        label,
        _("Value"),
        _("Known of"),
        _("Asked of"),
        _("Tone (1–5)"),
    ]
    headers += [_("Verified in a source")]
    headers += [domain.plural.in_language(language) for domain in domains]

    def boxes() -> Iterator[list[Any]]:
        for one in found.each():
            node, reading = one.box.node, one.reading
            text = figure(found.measure, reading.value) if one.box.things else _("none yet")
            number = "" if reading.value is None else round(float(reading.value), 2)
            yield [
                node.code or "", node.level, node.name, text, number, reading.known, reading.asked, one.step or "", _("yes") if node.verified else _("no"),
                *(one.counts.get(domain.key, 0) for domain in domains),
            ]  # fmt: skip

    def elements() -> Iterator[list[Any]]:
        labels = {domain.key: domain.label.in_language(language) for domain in model.all_domains}
        for one in found.each():
            if not one.inside:
                for pk in sorted(one.box.things):
                    thing = named[pk]
                    value = own_value(found.measure, found.by_id[pk], found)
                    yield [
                        one.box.node.code or "", one.box.node.name, labels[thing.domain], thing.code, thing.name, thing.unit, value,
                    ]  # fmt: skip

    more = [_("Code of the capability"), _("Capability"), _("Domain"), _("Code"), _("Name"), _("Unit"), label]
    return [
        Sheet(_("Landscape"), headers, boxes(), {2: 44.0, 3: 18.0}),
        Sheet(_("Elements"), more, elements(), {1: 40.0, 4: 44.0, 5: 34.0}),
    ]


def picture(model: Metamodel, found: Landscape, title: str, told: str) -> Picture:
    """The landscape as a drawing of the shape of A3."""

    def rectangle(one: Drawn) -> Rectangle:
        empty = not one.box.things
        return Rectangle(
            name=one.box.node.name,
            code=one.box.node.code or "",
            figure=_("none yet") if empty else figure(found.measure, one.reading.value),
            note="" if empty else counts(model, one),
            tone=one.step,
            empty=empty,
            inside=tuple(rectangle(inner) for inner in one.inside),
        )

    return Picture(
        title=title,
        told=told,
        legend=(*legend(found.measure), (0, _("not known")), (-1, _("none yet"))),
        boxes=tuple(rectangle(one) for one in found.boxes),
    )
