"""Local applications beside the national shared ones (*Aplikasi Umum*) of the eight fields of Perpres 95/2018 Pasal 63(3).

An application either *uses* the national one (it is that one, under its name or at its address), or it may *duplicate* it:
its purpose is one of the eight fields. Plain values in, plain values out; the catalogue comes from the pack.

What never duplicates: an application of the centre, one of class *Umum* that no local origin contradicts, and one of a
regional company (*BUMD*), which is not a *perangkat daerah*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pendapa.architecture.rules.twins_pairs import Reason
from pendapa.architecture.rules.twins_profile import BROAD, Application, address, normalise, profile_of

# Purposes that belong to a field beside the one of its own name.
ALSO = {"staff_performance": "personnel"}
# What a local application of a broad field must be about to be like the national one: development and its money.
_SUBJECTS = {
    "planning": re.compile(r"pembangunan|daerah|musrenbang|rkpd|rpjmd|renstra|renja|anggaran"),
    "budgeting": re.compile(r"anggaran|apbd|rka"),
    "monitoring": re.compile(r"pembangunan|realisasi|program|anggaran|apbd|fisik"),
}
# "rencana anggaran biaya" is the estimate of one work, RKAS the budget of a school, a network's complaint a help desk.
_NOT = {
    "budgeting": re.compile(r"rencana anggaran biaya|\brab\b|\brkas\b"),
    "complaints": re.compile(r"(?:pengaduan|aduan|keluhan|gangguan) (?:jaringan|internet|server|perangkat)"),
}
_COMPANIES = frozenset(
    {"pdam", "pd", "perumda", "perusda", "perseroda", "perusahaan", "pt", "bumd", "bpr", "bprs"}
)
_CENTRE, _LOCAL, _GENERAL = "pusat", "lokal", "umum"


@dataclass(frozen=True, slots=True)
class General:
    """A national application as the catalogue tells it: names and hosts in lower case."""

    code: str
    name: str
    fields: tuple[str, ...]
    names: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """An application and a national one: it `uses` it, or it may duplicate it in `fields`; `reasons` say why."""

    code: str
    uses: bool
    fields: tuple[str, ...]
    reasons: tuple[Reason, ...]


def national_of(application: Application, catalogue: Iterable[General]) -> tuple[str, ...]:
    """The codes of the national applications that this one duplicates."""
    return tuple(one.code for one in matches(application, catalogue) if not one.uses)


def matches(application: Application, catalogue: Iterable[General]) -> list[Match]:
    """The national applications that this one is, or else those that it may duplicate."""
    known = list(catalogue)
    used = [match for one in known if (match := _use(application, one))]
    if used or not _is_local(application):
        return used
    told = _fields(application)
    found = []
    for one in known:
        fields = tuple(field for field in one.fields if field in told)
        if fields:
            found.append(Match(one.code, False, fields, tuple(told[field] for field in fields)))
    return found


def uses(application: Application, catalogue: Iterable[General]) -> bool:
    """Whether it is a national application under its name or at its address."""
    return any(_use(application, one) for one in catalogue)


def _use(application: Application, one: General) -> Match | None:
    site = address(application.url)
    if any(site == host or site.startswith(f"{host}/") for host in one.hosts):
        return Match(one.code, True, one.fields, (Reason("url", {"shared": site}),))
    for said in (
        re.sub(r"\([^()]*\)", " ", application.name),
        *re.findall(r"\(([^()]*)\)", application.name),
    ):
        text = _bare(normalise(said))
        for name in one.names:
            plain = normalise(name)
            if text == plain or text.startswith(f"{plain} "):
                return Match(one.code, True, one.fields, (Reason("name", {"shared": name}),))
    return None


def _bare(text: str) -> str:
    """A name without the words before it that say only "a system"."""
    tokens = text.split()
    while len(tokens) > 1 and tokens[0] in {"aplikasi", "app", "web", "website", "portal", "software"}:
        tokens.pop(0)
    return " ".join(tokens)


def _is_local(application: Application) -> bool:
    origin, kelas = application.origin.strip().casefold(), application.kelas.strip().casefold()
    if origin == _CENTRE or (kelas == _GENERAL and origin != _LOCAL):
        return False
    return not set(normalise(application.unit_name).split()[:1]) & _COMPANIES


def _fields(application: Application) -> dict[str, Reason]:
    """The fields whose work it does, each with why."""
    profile = profile_of(application, frozenset())
    text = normalise(f"{application.name} {application.function}")
    told: dict[str, Reason] = {}
    for purpose, level in sorted(profile.purposes.items()):
        field = ALSO.get(purpose, purpose)
        if level < (1.0 if purpose in BROAD else 0.8):
            continue
        if field in _SUBJECTS and purpose in BROAD and not _SUBJECTS[field].search(text):
            continue
        if field in _NOT and _NOT[field].search(text):
            continue
        told.setdefault(field, Reason("purpose", {"class": purpose}))
    return told
