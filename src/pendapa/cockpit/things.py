"""The steps of the rules in words, each with the one page where it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from pendapa.architecture.rules import gaps as gap_rules
from pendapa.cockpit import doors
from pendapa.cockpit.queries.home import Home
from pendapa.cockpit.rules import home as rules
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats

IMPORTS = {
    "services": (gettext_lazy("Import the list of services"), gettext_lazy("A service that no application supports is found at once.")),
    "processes": (gettext_lazy("Import the business processes"), gettext_lazy("They say what the applications are for.")),
    "data": (gettext_lazy("Import the data and information"), gettext_lazy("Then it shows which application reads and writes what.")),
    "infrastructure": (gettext_lazy("Import the infrastructure"), gettext_lazy("Then it shows where the applications run.")),
    "security": (gettext_lazy("Import the security records"), gettext_lazy("Audits, fitness checks and controls, linked to what they protect.")),
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """One of the three things: what, why, where, and the words of its only button."""

    title: str
    text: str
    action: str
    url: str
    when: Any = None


Teller = Callable[[rules.Step, Home, Institution], Thing]
_tellers: dict[str, Teller] = {}


def tell(home: Home, institution: Institution) -> list[Thing]:
    """At most three things. A step whose page is not in the house is passed over for the next."""
    every = rules.first(home.facts, most=len(_tellers) + rules.MOST)
    told = (_tellers[step.key](step, home, institution) for step in every)
    return [thing for thing in told if thing.url][: rules.MOST]


def _says(key: str) -> Callable[[Teller], Teller]:
    def keep(function: Teller) -> Teller:
        _tellers[key] = function
        return function

    return keep


def _n(value: int) -> str:
    return formats.number(value, formats.language())


# ---- imports


@_says("repair_import")
def _repair(step: rules.Step, home: Home, here: Institution) -> Thing:
    waiting = home.facts.waiting
    assert waiting is not None and home.batch is not None
    title = ngettext(
        "Repair %(n)s faulty row in %(file)s", "Repair %(n)s faulty rows in %(file)s", step.count
    )
    ready = ngettext(
        "%(n)s other row is ready. Nothing is saved until you confirm.",
        "%(n)s other rows are ready. Nothing is saved until you confirm.",
        waiting.ready,
    )
    return Thing(
        title % {"n": _n(step.count), "file": home.batch.file_name},
        ready % {"n": _n(waiting.ready)},
        _("Repair rows"),
        doors.import_batch(here, step.about),
        home.batch.created_at,
    )


@_says("confirm_import")
def _confirm(step: rules.Step, home: Home, here: Institution) -> Thing:
    assert home.batch is not None
    text = ngettext(
        "%(n)s row is ready and without faults. Nothing is saved until you confirm.",
        "%(n)s rows are ready and without faults. Nothing is saved until you confirm.",
        step.count,
    )
    return Thing(
        _("Confirm the import of %(file)s") % {"file": home.batch.file_name},
        text % {"n": _n(step.count)},
        _("Look and confirm"),
        doors.import_batch(here, step.about),
        home.batch.created_at,
    )


@_says("import_units")
def _units(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Import the list of agencies (OPD)"),
        _("The spreadsheet as it is. Everything else finds its place in this tree."),
        _("Import the list"),
        doors.importing(here, "units"),
    )


@_says("import_applications")
def _applications(step: rules.Step, home: Home, here: Institution) -> Thing:
    text = _("Hand in the spreadsheet once; what is wrong in it shows at once and is repaired in the page.")
    if home.own:
        title = _("Import the applications of %(unit)s") % {"unit": home.own.name}
    else:
        title = _("Import the inventory of applications")
    return Thing(title, text, _("Import"), doors.importing(here, "applications"))


@_says("import_domain")
def _domain(step: rules.Step, home: Home, here: Institution) -> Thing:
    title, text = IMPORTS[step.about]
    return Thing(str(title), str(text), _("Import"), doors.importing(here, step.about))


# ---- the assessment


@_says("begin_assessment")
def _begin(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Begin the assessment of this year"),
        _("Level by level the index appears, exactly as the regulation computes it."),
        _("Begin"),
        doors.door("evaluation:list", here),
    )


@_says("enter_levels")
def _levels(step: rules.Step, home: Home, here: Institution) -> Thing:
    title = ngettext("Enter the level of %(n)s indicator", "Enter the levels of %(n)s indicators", step.count)
    return Thing(
        title % {"n": _n(step.count)},
        _between(home),
        _("Enter levels"),
        doors.assessment(here, home.index.current),
    )


@_says("read_levels")
def _missing_levels(step: rules.Step, home: Home, here: Institution) -> Thing:
    title = ngettext("%(n)s indicator has no level yet", "%(n)s indicators have no level yet", step.count)
    return Thing(
        title % {"n": _n(step.count)},
        _between(home),
        _("See which"),
        doors.assessment(here, home.index.current),
    )


def _between(home: Home) -> str:
    known = home.index.result
    assert known is not None
    language = formats.language()
    words = {
        name: formats.number(value, language, 2) for name, value in (("low", known.low), ("high", known.high))
    }
    return _("Until then the index is only known to lie between %(low)s and %(high)s.") % words


@_says("set_target")
def _target(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Set the target of the index"),
        _("Then the way there shows, and which indicators help most."),
        _("Set the target"),
        doors.assessment(here, home.index.current),
    )


@_says("publish")
def _publish(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Decide whether the index is published"),
        _("All levels are there. The public page shows it only when you say so."),
        _("Look and decide"),
        doors.assessment(here, home.index.current),
    )


@_says("towards_target")
def _towards(step: rules.Step, home: Home, here: Institution) -> Thing:
    towards = home.index.towards
    assert towards is not None and towards.missing is not None
    missing = formats.number(Decimal(towards.missing_display), formats.language(), 2)
    text = _("See which indicators add most to the index.")
    if towards.steps:
        steps = ngettext(
            "At least %(n)s step of one level; see which add most.",
            "At least %(n)s steps of one level; see which add most.",
            towards.steps,
        )
        text = steps % {"n": _n(towards.steps)}
    return Thing(
        _("%(missing)s is missing to the target") % {"missing": missing},
        text,
        _("See the way"),
        doors.assessment(here, home.index.current),
    )


@_says("read_assessment")
def _assessment(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Read how the index comes about"),
        _("Each indicator with its level, its weight and what it adds."),
        _("Open"),
        doors.assessment(here, home.index.current),
    )


# ---- the register


def _gap(step: rules.Step, home: Home, here: Institution, action: str) -> Thing:
    rule = gap_rules.BY_KEY[step.about]
    title = _("%(what)s: %(n)s") % {"what": words(rule.message), "n": _n(step.count)}
    url = doors.door("architecture:gaps", here, rule=rule.key, unit=home.unit_uid)
    return Thing(title, words(rule.advice), action, url)


@_says("close_gap")
def _close_gap(step: rules.Step, home: Home, here: Institution) -> Thing:
    return _gap(step, home, here, _("Close the gaps"))


@_says("read_gap")
def _read_gap(step: rules.Step, home: Home, here: Institution) -> Thing:
    return _gap(step, home, here, _("See the list"))


@_says("complete_domain")
def _complete(step: rules.Step, home: Home, here: Institution) -> Thing:
    label = next(one.label for one in home.domains if one.key == step.about)
    share = formats.percent(step.count, formats.language())
    return Thing(
        _("Complete the data: %(domain)s, %(share)s filled") % {"domain": label, "share": share},
        _("What the metamodel asks for and is still empty stands on each page."),
        _("See the list"),
        doors.door("architecture:list", here, domain=step.about, unit=home.unit_uid),
    )


@_says("agencies_without_data")
def _silent(step: rules.Step, home: Home, here: Institution) -> Thing:
    title = ngettext(
        "%(n)s agency has handed in nothing yet", "%(n)s agencies have handed in nothing yet", step.count
    )
    return Thing(
        title % {"n": _n(step.count)},
        _("They are named below. Ask their heads for the list of applications."),
        _("See which"),
        "#agencies",
    )


@_says("read_twins")
def _twins(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Look for applications of one kind in several agencies"),
        _("What exists twice can be shared; each pair comes with its reasons."),
        _("See the twins"),
        doors.door("architecture:twins", here),
    )


@_says("read_architecture")
def _architecture(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Look around in the architecture"),
        _("Services, applications, data and what links them, in one list."),
        _("Open the list"),
        doors.door("architecture:list", here),
    )


@_says("read_public")
def _public(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("See what the public sees"),
        _("Only what was published, and what is classified as public."),
        _("Public page"),
        doors.public(here),
    )


@_says("read_help")
def _help(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Read the work in three steps"),
        _("From the spreadsheets of the agencies to the index."),
        _("Help"),
        doors.anywhere("help"),
    )


@_says("read_organisation")
def _organisation(step: rules.Step, home: Home, here: Institution) -> Thing:
    return Thing(
        _("Look at the tree of agencies"),
        _("Who belongs where, with the names by which they are known."),
        _("Open the tree"),
        doors.door("organisation:tree", here),
    )


def words(text: Any) -> str:
    """A text of the gap catalogue in the language of the page."""
    return str(text.in_language(get_language() or "id"))
