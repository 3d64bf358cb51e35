"""Words of the work on indicators: what a row, a hint, a rung says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.evaluation.models import Cycle
from pendapa.evaluation.queries import cycles
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.queries.work import Row, Table
from pendapa.evaluation.rules.answers import Hint
from pendapa.kernel.ui import formats

SHOWN_WORDS = 6


def step_of(cycle: Cycle) -> dict[str, Any]:
    """Where the round stands: name of the step, its place among how many, until when; empty where no pack tells it."""
    way = cycles.way(cycle)
    here = cycles.step(cycle)
    place = way.index(here) + 1 if here in way else 0
    return {
        "label": words(here.label), "place": place, "of": len(way),
        "due": _date(str(cycle.deadlines.get(here.key, ""))),
    }  # fmt: skip


def _date(text: str) -> Any:
    from django.utils.dateparse import parse_date

    try:
        return parse_date(text)
    except ValueError:
        return None


def basis(table: Table) -> str:
    """Of whose values the running index is made."""
    names = {
        "self": _("%(n)s self-assessed"),
        "internal": _("%(n)s internal"),
        "external": _("%(n)s external"),
    }
    parts = [names[stage] % {"n": table.basis[stage]} for stage in names if table.basis.get(stage)]
    return " + ".join(parts)


def ladder_of(row: Row, top: int) -> tuple[str, list[tuple[int, str]]]:
    """The ladder of a row, filled up to the last value, dashed where the signal suggests: what is read aloud, and its rungs."""
    here, signal = row.whole, row.signal.level if row.signal is not None else None
    if here is None:
        said = _("No level yet")
    else:
        said = _("Level %(level)s of %(levels)s") % {"level": here, "levels": top}
    if signal is not None:
        said += "; " + _("the signal suggests %(level)s") % {"level": signal}
    rungs = []
    for rung in range(1, top + 1):
        marks = ["on"] if here is not None and rung <= here else []
        marks += ["sig"] if rung == signal else []
        rungs.append((rung, " ".join(marks)))
    return said, rungs


def chip_of(row: Row) -> tuple[str, str]:
    """Tone and words of the evidence column; empty words where the actor may not know."""
    proof = row.proof
    if row.claim and row.readable:
        return "bad", _("Claim above the signal")
    if proof is None:
        return "", ""
    if not proof.count:
        return "line", _("No evidence yet")
    bad = proof.states.get("rejected", 0)
    revise = proof.states.get("revise", 0)
    if bad:
        return "bad", _counted(proof.count) + ", " + ngettext("%(n)s rejected", "%(n)s rejected", bad) % {
            "n": bad
        }
    if revise:
        return "warn", _counted(proof.count) + ", " + ngettext(
            "%(n)s to revise", "%(n)s to revise", revise
        ) % {"n": revise}
    if proof.warning:
        return ("bad" if proof.rejects else "warn"), proof.warning
    waiting = proof.states.get("waiting", 0)
    if waiting:
        n = proof.count
        if waiting == n:
            return "info", ngettext("%(n)s piece, not assessed", "%(n)s pieces, not assessed", n) % {"n": n}
        return "info", _counted(n) + ", " + _("%(n)s not assessed") % {"n": waiting}
    n = proof.count
    return "ok", ngettext("%(n)s piece accepted", "%(n)s pieces accepted", n) % {"n": n}


def _counted(n: int) -> str:
    return ngettext("%(n)s piece", "%(n)s pieces", n) % {"n": n}


def rung_state(row: Row, level: int) -> tuple[str, str]:
    """How far evidence stands for a level, and the tone of that; empty where nothing can be said."""
    if row.proof is None:
        return "", ""
    states = row.proof.levels.get(level, {})
    if n := states.get("accepted", 0):
        return ngettext("%(n)s piece accepted", "%(n)s pieces accepted", n) % {"n": n}, "ok"
    if n := states.get("waiting", 0):
        return ngettext("%(n)s piece, not assessed", "%(n)s pieces, not assessed", n) % {"n": n}, "muted"
    if states:
        return _("evidence not accepted"), "warn"
    wanted = (row.whole or 0) + 1
    if row.readable and 0 < level <= wanted:
        return _("needs evidence"), "muted"
    return "", ""


def finding(row: Row) -> str:
    """The page in one sentence."""
    known = {
        "self": _("self %(level)s"),
        "internal": _("internal %(level)s"),
        "external": _("external %(level)s"),
    }
    language = formats.language()

    def told(level: str) -> str:
        return level.replace(".", ",") if language == "id" else level

    parts = [known[stage] % {"level": told(level)} for stage, level in row.levels.items() if level]
    text = _("No value yet") if not parts else _("Values: %(values)s") % {"values": ", ".join(parts)}
    if row.signal is not None and row.signal.level is not None:
        text += "; " + _("the signal suggests %(level)s") % {"level": row.signal.level}
    if row.proof is not None:
        n = row.proof.count
        text += "; " + (_counted(n) if n else _("no evidence yet"))
    return text + "."


def hint(one: Hint) -> dict[str, str]:
    """A hint in words."""
    rows = ", ".join(str(row) for row in one.rows)
    levels = ", ".join(str(level) for level in one.levels)
    said = {
        "no_facts": _("No fact yet: name the document that proves the level."),
        "no_document": _("Fact %(rows)s names no document.") % {"rows": rows},
        "no_place": _("Fact %(rows)s has neither article nor page: assessors reject what they cannot find.") % {"rows": rows},
        "no_analysis": _("No analysis yet: say why the facts meet the criterion."),
        "no_level": _("No level is claimed yet: choose it beside, so that the text can be checked against its criterion."),
        "criterion": _("The analysis hardly takes up the criterion of level %(level)s. Its words: %(words)s.")
        % {"level": levels, "words": ", ".join(one.words[:SHOWN_WORDS])},
        "lower": _("Nothing is said of level %(levels)s, and no piece proves it: a higher level counts only with the lower ones.")
        % {"levels": levels},
    }  # fmt: skip
    return {"code": one.code, "text": said[one.code]}
