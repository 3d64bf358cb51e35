"""Kinds of documents whose docx template an institution may replace, with the names that a template may use.

A room registers its own with :func:`register`; the letter is of this floor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.documents import shipped


@dataclass(frozen=True)
class Placeholder:
    """A name that a template may use: how it is written there, and what it stands for."""

    name: str
    told: Any
    written: str = ""

    @property
    def example(self) -> str:
        return self.written or f"{{{{ {self.name} }}}}"


@dataclass(frozen=True)
class Kind:
    """A kind of document. ``shipped`` gives the template that comes with Pendapa, ``sample`` data with every name filled,
    ``needed`` the names without which a template would lose what matters. ``probe`` fills a template as the work itself will,
    and raises whatever goes wrong; without one the sample is filled in."""

    key: str
    label: Any
    placeholders: tuple[Placeholder, ...]
    shipped: Callable[[], bytes]
    sample: Mapping[str, Any]
    needed: frozenset[str] = frozenset()
    probe: Callable[[bytes], object] | None = None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.placeholders)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Offer a kind of document."""
    _kinds[kind.key] = kind
    return kind


def kinds() -> list[Kind]:
    """All kinds, in the order of their keys."""
    return [_kinds[key] for key in sorted(_kinds)]


def find(key: str) -> Kind | None:
    """The kind of that key."""
    return _kinds.get(key)


def _lines(name: str, told: Any, inside: str = "baris", more: str = "") -> Placeholder:
    shown = more or f"{{{{ {inside} }}}}"
    return Placeholder(name, told, f"{{%p for {inside} in {name} %}} {shown} {{%p endfor %}}")


HEAD = (
    Placeholder("logo", _("The arms, where some were given")),
    _lines("kop", _("The lines of the letterhead")),
)

LETTER = register(
    Kind(
        key="letter",
        label=_("Letter"),
        placeholders=(
            *HEAD,
            Placeholder("nomor", _("Number of the letter")),
            Placeholder("sifat", _("Nature, such as ordinary or urgent")),
            Placeholder("lampiran", _("What is enclosed")),
            Placeholder("hal", _("Subject")),
            Placeholder("tempat", _("Place")),
            Placeholder("tanggal", _("Day in words")),
            _lines("penerima", _("The lines of the addressee")),
            _lines("isi", _("The paragraphs of the letter"), "paragraf"),
            Placeholder(
                "pemeriksaan",
                _("The table of checks: a row between two rows that begin and end the loop"),
                "{%tr for baris in pemeriksaan %} {{ baris.nomor }} {{ baris.hal }} {{ baris.hasil }} "
                "{{ baris.keterangan }} {%tr endfor %}",
            ),
            _lines("penutup", _("The paragraphs after the table"), "paragraf"),
            Placeholder("jabatan", _("Office of who signs, with “Plt.” where it is acting")),
            Placeholder("penanda_tangan", _("Name of who signs")),
            Placeholder("pangkat", _("Rank of who signs")),
            Placeholder("nip", _("Civil servant number of who signs")),
            _lines("tembusan", _("Who gets a copy")),
            _lines("catatan", _("Notes, such as what no source settles")),
        ),
        shipped=shipped.letter,
        sample={
            **dict.fromkeys(("nomor", "sifat", "lampiran", "hal", "tempat", "tanggal", "jabatan"), "Contoh"),
            **dict.fromkeys(("penanda_tangan", "pangkat", "nip"), "Contoh"),
            **{key: ["Contoh"] for key in ("kop", "penerima", "isi", "penutup", "tembusan", "catatan")},
            "pemeriksaan": [{"nomor": 1, "hal": "Contoh", "hasil": "Contoh", "keterangan": "Contoh"}],
        },
        # Without the notes a letter would hide what is not verified.
        needed=frozenset({"nomor", "hal", "tanggal", "isi", "pemeriksaan", "catatan"}),
    )
)
