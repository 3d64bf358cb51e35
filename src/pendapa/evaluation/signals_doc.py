"""Writes docs/signals.md from the pack and the registered measures: ``python -m pendapa.evaluation.signals_doc > docs/signals.md``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from pendapa.regulations import packs
from pendapa.regulations.instruments import Indicator, Instrument
from pendapa.regulations.schema import Text
from pendapa.regulations.signals import IndicatorSignal

TOLD = ("spbe-2020", "pemdi-2026")
"""The instruments whose indicators are all listed."""
HEAD = """# Signals

<!-- Written by `python -m pendapa.evaluation.signals_doc > docs/signals.md`; a test compares. -->

A signal (*sinyal*) is what the live records of Pendapa suggest for an indicator: a level, the sentence with the numbers behind it, a link
to the records, and what the next level asks. Each room registers *measures* (`kernel/measures/ports.py`); the pack
`regulations/packs/signals.yaml` says from which value on they speak for a level. Signals stand under *Penilaian › Sinyal*, beside each
indicator of a round, and under `/api/v1/institutions/{code}/signals`.

- **No threshold is verified.** No regulation sets one; they are this project's own reading of the criteria.
- **A signal advises, a person decides.** Nothing writes a level by itself. Where a claim is above its signal, the reviewer sees it.
- **Levels are a ladder.** A level is suggested when its thresholds and those of all levels below are reached.
- **What is not recorded is not known.** An empty register is never taken for a failure: then no level is suggested.
- **Only what every colleague may see is counted.** Restricted elements change no signal. Where an OPD reads only its own part of what
  is counted (requests for IT spending, actions and commitments of the roadmap), the signal is told to who reads the whole; the table of
  measures names the permission.

An application list of an OPD is *verified* when every application in it was agreed at the step of verification in the shape in which it
stands, or stands in that shape in a release with a decree. The register of decrees says only that a decree in force names a subject in its
title or scope; its text is not read, so such a signal ends at the level "the policy is set". Of roadmaps only the one that is set by decree and holds this year speaks, and of it nothing that is a draft or was given up.
"""


def document() -> str:
    """The whole page, in English. Measures must be registered (Django set up)."""
    from django.utils import translation

    with translation.override("en"):
        parts = [HEAD]
        for id in TOLD:
            parts.append("\n".join(_instrument(packs.instrument(id))))
        parts.append("\n".join(_measures()))
    return "\n".join(parts)


def _instrument(instrument: Instrument) -> Iterator[str]:
    pack = packs.signals()
    entries = {one.number: pack.of(instrument.id, one.number) for one in instrument.indicators}
    having = sum(bool(one and one.rungs) for one in entries.values())
    yield f"## {_plain(instrument.title)}\n"
    yield f"{having} of {len(entries)} indicators have a signal.\n"
    yield "| No. | Indicator | Signal, or why none |"
    yield "|---|---|---|"
    for one in instrument.indicators:
        yield _line(one, entries[one.number], _plain(pack.why_none(instrument.id, one.number)))
    yield ""


def _line(one: Indicator, entry: IndicatorSignal | None, none: str) -> str:
    name = _plain(one.name).removeprefix("Maturity of: ")
    name = name[:1].upper() + name[1:]
    if entry is None or not entry.rungs:
        return f"| {one.number} | {name} | None. {none} |"
    from pendapa.evaluation.queries.signals import threshold
    from pendapa.kernel.measures import ports

    known = ports.known()
    rungs = [
        f"**{rung.level}**: " + "; ".join(threshold(known[need.measure], need.least) for need in rung.needs)
        for rung in entry.rungs
    ]
    return f"| {one.number} | {name} | {'. '.join(rungs)}. *No higher:* {_plain(entry.beyond)} |"


def _measures() -> Iterator[str]:
    from pendapa.kernel.measures import ports

    asked = packs.signals().measures
    yield "## Measures\n"
    yield "A share goes from none to all, a count is a whole number, a flag holds or not.\n"
    yield "| Key | What it measures | Kind | Used | Told to |"
    yield "|---|---|---|---|---|"
    for key, one in sorted(ports.known().items()):
        told = f"`{one.needs}` for the whole institution" if one.needs else "all who read signals"
        yield f"| `{key}` | {one.title} | {one.unit} | {'yes' if key in asked else 'not yet'} | {told} |"
    yield ""


def _plain(text: Text) -> str:
    return (text.en or text.id).replace("|", "/")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pendapa.web.settings")
    django.setup()
    sys.stdout.write(document())
