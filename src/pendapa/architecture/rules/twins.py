"""Twins ("kembaran"): applications of one kind in several offices, with the agreeing fields as reasons.

Perpres 95/2018 Pasal 63(3) asks leaders to prevent or stop local applications that do the work of a general one; the
first step is to see which applications of different offices do one job. Plain values in, plain values out.

Shapes: `Application` → `Corpus` (how rare a word is here) → `pair_score(a, b, corpus)` → `find(applications)`, which is
`Memory.made(applications).groups()`; a `Memory` is kept where there are many, and brought up to date by what changed.
"""

from __future__ import annotations

from collections.abc import Iterable

from pendapa.architecture.rules import twins_words as words
from pendapa.architecture.rules.twins_groups import Twins
from pendapa.architecture.rules.twins_memory import THRESHOLD, Memory, Pair, pair_of
from pendapa.architecture.rules.twins_pairs import Reason, likeness, pair_score
from pendapa.architecture.rules.twins_profile import Application, Corpus

__all__ = [
    "THRESHOLD",
    "Application",
    "Corpus",
    "Memory",
    "Pair",
    "Reason",
    "Twins",
    "find",
    "likeness",
    "message",
    "pair_of",
    "pair_score",
]


def find(
    applications: Iterable[Application],
    threshold: float = THRESHOLD,
    unit_names: Iterable[str] = (),
    apart: Iterable[Pair] = (),
) -> list[Twins]:
    """The groups of twins, surest first. `unit_names`: the whole OPD list, which tells more names of places; `apart`: pairs
    that were decided to be no twins, by their ids."""
    return Memory.made(applications, unit_names, threshold).groups(apart)


# -------------------------------------------------------------------------------------------------------- messages

_PURPOSE = {purpose.key: purpose for purpose in words.PURPOSES}
_MESSAGES = {
    "name": ("Nama hampir sama: {shared}", "Nearly the same name: {shared}"),
    "purpose": ("Fungsi umum yang sama: {label}", "The same general purpose: {label}"),
    "function": ("Uraian fungsi memakai kata yang sama: {shared}", "The functions share words: {shared}"),
    "url": ("Alamat yang sama: {shared}", "The same address: {shared}"),
    "process": (
        "Mendukung proses bisnis yang sama: {shared}",
        "They support the same business process: {shared}",
    ),
    "service": ("Mendukung layanan yang sama: {shared}", "They support the same service: {shared}"),
    "data": ("Memakai data yang sama: {shared}", "They use the same data: {shared}"),
    "reference": ("Kode referensi RAA yang sama: {shared}", "The same RAA reference code: {shared}"),
}


def message(reason: Reason, language: str = "id") -> str:
    """A reason as a sentence, in Indonesian or (any other language) English."""
    place = 0 if language.startswith("id") else 1
    params = dict(reason.params)
    if reason.key == "purpose":
        purpose = _PURPOSE[params["class"]]
        params["label"] = (purpose.label_id, purpose.label_en)[place]
    return _MESSAGES[reason.key][place].format(**params)
