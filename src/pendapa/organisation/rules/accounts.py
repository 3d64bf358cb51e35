"""A spreadsheet of people → a verdict for every row, with all that is wrong at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pendapa.kernel.tables import values
from pendapa.kernel.tables.cells import unit_remark
from pendapa.kernel.tables.columns import Column, Heading, Kind
from pendapa.kernel.tables.messages import Message, _, say
from pendapa.kernel.tables.names import Found, UnitIndex

ROW_LIMIT = 2_000
NAME_LIMIT, USERNAME_LIMIT = 200, 150
UNIT_ROLES = frozenset({"operator", "head"})

ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "operator": ("operator", "operator opd", "opd operator", "admin opd", "petugas", "petugas opd"),
    "head": ("head", "opd head", "kepala", "kepala opd", "kepala dinas", "kepala badan", "kepala perangkat daerah",
             "pimpinan opd", "kadis", "kaban", "camat", "direktur", "inspektur"),
    "diskominfo": ("diskominfo", "walidata", "kominfo", "sekretariat spbe", "spbe secretariat", "admin", "koordinator spbe"),
    "sekda": ("sekda", "sekretaris daerah", "regional secretary", "leader", "pimpinan", "bupati", "wali kota", "walikota",
              "gubernur"),
    "verifier": ("verifier", "verifikator", "bagian organisasi", "kepala bagian organisasi", "kabag organisasi", "biro organisasi",
                 "verifikator organisasi", "organisation bureau", "organization bureau"),
    "assessor": ("assessor", "asesor", "asesor internal", "internal assessor", "asesor eksternal", "external assessor"),
}  # fmt: skip
_ROLES = {word: role for role, words in ROLE_WORDS.items() for word in words}
_ACTING = re.compile(
    r"(?:plt|pjs|pj|plh|pelaksana tugas|pelaksana harian|penjabat|penjabat sementara|acting)\.?",
    re.IGNORECASE,
)
_ACTING_BEFORE = re.compile(r"(?:plt|pjs|pj|plh|acting)\b\.?\s*", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;\"']+@[^\s@<>,;\"']+\.[^\s@<>,;\"']+")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._+\-]{2,149}")


def _column(name: str, id_: str, en: str, *synonyms: str, type_: Any = "text") -> Column:
    return Column(name, {"id": id_, "en": en}, type=type_, synonyms=tuple(Heading(text) for text in synonyms))


KIND = Kind(
    key="accounts",
    label={"id": "Akun", "en": "Accounts"},
    columns=(
        _column("name", "Nama", "Name", "Nama Lengkap", "Nama Pegawai", "Nama Pengguna", "Nama Orang", "Full Name"),
        _column("username", "NIP atau surel", "NIP or e-mail", "NIP", "NIP/Surel", "NIP/Email", "Surel", "Email", "E-mail",
                "Surel Dinas", "Email Dinas", "Username", "User Name", "Nama Masuk", "Akun", "Sign-in name"),
        _column("role", "Peran", "Role", "Peran Pengguna", "Hak Akses", "Level Akses", "User Role"),
        _column("unit", "Perangkat daerah", "Unit", "OPD", "Nama OPD", "Kode OPD", "SKPD", "Unit Kerja", "Instansi", "Agency"),
        _column("acting", "Plt/Pj", "Acting", "Plt", "Pj", "Plt/Pj/Pjs", "Pelaksana Tugas", "Status Jabatan"),
        _column("valid_from", "Mulai", "From", "Mulai Berlaku", "Tanggal Mulai", "Berlaku Dari", "TMT", "Start", "Valid From"),
        _column("valid_to", "Sampai", "To", "Berakhir", "Tanggal Akhir", "Berlaku Sampai", "Sampai Dengan", "End", "Until",
                "Valid To"),
    ),
    name_column="name",
    code_column=None,
    unit_column="unit",
    sheet_names=("Akun", "Pengguna", "Orang", "Accounts", "People"),
    needs=("username", "role"),
)  # fmt: skip
FIELDS = tuple(column.name for column in KIND.columns)


@dataclass(frozen=True)
class Held:
    """What is known of an existing account: the roles it holds here now or from a later day, as (role, unit id)."""

    roles: frozenset[tuple[str, int | None]] = frozenset()


@dataclass(frozen=True)
class Wish:
    """What a faultless row asks for."""

    username: str
    name: str
    role: str
    unit: int | None
    acting: bool
    valid_from: date | None
    valid_to: date | None


class Fault(NamedTuple):
    """One thing that is wrong: which field, its value as written, why and what would be accepted."""

    field: str
    value: str
    message: Message


@dataclass
class Checked:
    """One row: its number, its cells as written, its verdict ``new | adds | same | faulty``, faults, and the wish."""

    row: int
    cells: Mapping[str, str]
    verdict: str = "new"
    faults: list[Fault] = field(default_factory=list)
    wish: Wish | None = None

    def fault(self, name: str, message: Message) -> None:
        self.faults.append(Fault(name, self.cells.get(name, ""), message))


@dataclass(frozen=True)
class Ground:
    """What rows are checked against. ``may_give(role, unit)`` is asked only for units that are found."""

    units: UnitIndex
    known: Mapping[str, Held]
    may_give: Callable[[str, int | None], bool]
    role_labels: Mapping[str, str]
    today: date


def normal(text: str) -> str:
    """Lower case, words with single spaces, without punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def role_of(text: str) -> str | None:
    """The role that a word means, in Indonesian or English; "Plt. Kepala OPD" is a head."""
    return _ROLES.get(normal(text)) or _ROLES.get(normal(_ACTING_BEFORE.sub("", text, count=1)))


def _by_label(text: str, labels: Mapping[str, str]) -> str | None:
    """The role whose label a cell repeats, as the message about an unknown role tells it."""
    word = normal(_ACTING_BEFORE.sub("", text, count=1))
    return next((role for role, label in labels.items() if word and normal(label) == word), None)


def username_of(text: str) -> str:
    """A sign-in name as it is kept: lower case, a NIP without its spaces."""
    text = text.strip()
    bare = re.sub(r"[\s.]", "", text)
    return bare if _is_digits(bare) and len(bare) >= 8 else text.lower()


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def username_fault(username: str) -> Message | None:
    """Why a text cannot be a sign-in name, or ``None``."""
    if not username:
        return say(_("The sign-in name is empty. Accepted: the NIP or the office e-mail."))
    if len(username) > USERNAME_LIMIT:
        return say(
            _("The sign-in name has %(length)s characters; at most %(limit)s are taken."),
            length=len(username),
            limit=USERNAME_LIMIT,
        )
    if _is_digits(username):
        if len(username) != 18:
            return say(
                _("A NIP has 18 digits; %(value)s has %(length)s."), value=username, length=len(username)
            )
        return None
    if not _EMAIL.fullmatch(username) and not _PLAIN.fullmatch(username):
        return say(
            _("%(value)s cannot be a sign-in name. Accepted: the NIP (18 digits) or the office e-mail."),
            value=username[:80],
        )
    return None


def acting_of(text: str) -> bool | None:
    """Whether a cell says Plt, Pj or Pjs, or just yes; ``None`` when it says neither yes nor no."""
    text = text.strip()
    if not text:
        return False
    if _ACTING.fullmatch(text):
        return True
    if normal(text) in ("definitif", "permanent"):
        return False
    value, _remark = values.boolean(text)
    return value if isinstance(value, bool) else None


def check(rows: Sequence[Mapping[str, Any]], ground: Ground) -> list[Checked]:
    """A verdict for each row; nothing is stopped by the first fault."""
    checked = [_check_row(row, ground) for row in rows]
    _twice(checked)
    for one in checked:
        one.verdict = _verdict(one, ground)
    return checked


def _check_row(row: Mapping[str, Any], ground: Ground) -> Checked:
    cells = {name: str(row.get(name) or "") for name in FIELDS}
    one = Checked(int(row["row"]), cells)
    name = " ".join(cells["name"].split())
    if not name:
        one.fault("name", say(_("The name is empty.")))
    elif len(name) > NAME_LIMIT:
        one.fault(
            "name",
            say(
                _("The name has %(length)s characters; at most %(limit)s are taken."),
                length=len(name),
                limit=NAME_LIMIT,
            ),
        )
    username = _username(one, bool(row.get("rounded")))
    role = role_of(cells["role"]) or _by_label(cells["role"], ground.role_labels)
    if role is None:
        accepted = ", ".join(ground.role_labels.values())
        one.fault(
            "role",
            say(
                _("No role is called %(value)s. Accepted: %(accepted)s."),
                value=cells["role"] or "–",
                accepted=accepted,
            ),
        )
    unit = _unit(one, role, ground)
    acting = acting_of(cells["acting"])
    if acting is None:
        one.fault(
            "acting",
            say(
                _("%(value)s is neither yes nor no. Accepted: ya, tidak, Plt, Pj, Pjs."),
                value=cells["acting"],
            ),
        )
    acting = bool(acting) or bool(_ACTING_BEFORE.match(cells["role"]))
    start, end = _day(one, "valid_from"), _day(one, "valid_to")
    if start and end and end < start:
        one.fault("valid_to", say(_("The last day lies before the first.")))
    elif end and end < ground.today:
        one.fault("valid_to", say(_("The last day is over already.")))
    if not one.faults and role is not None:
        one.wish = Wish(username, name, role, unit, acting, start, end)
    return one


def _username(one: Checked, rounded: bool) -> str:
    username = username_of(one.cells["username"])
    if rounded and len(username) > 15:
        one.fault(
            "username",
            say(
                _(
                    "The spreadsheet holds this NIP as a number and has rounded its last digits. Format the column as text and type the NIP again."
                )
            ),
        )
        return username
    message = username_fault(username)
    if message:
        one.fault("username", message)
    return username


def _unit(one: Checked, role: str | None, ground: Ground) -> int | None:
    """The unit of a role that has one; a role in the whole institution needs none and takes none."""
    if role is None or role not in UNIT_ROLES:
        if role is not None and not ground.may_give(role, None):
            one.fault("role", say(_("You cannot give this role: it reaches further than what you manage.")))
        if role is not None:
            return None
    text = one.cells["unit"].strip()
    if not text:
        if role is not None:
            one.fault("unit", say(_("This role belongs to a unit; the unit is empty.")))
        return None
    result = ground.units.find(name=text)
    if not isinstance(result, Found):
        one.fault("unit", unit_remark(text, result).message)
        return None
    if role is not None and not ground.may_give(role, result.id):
        one.fault("unit", say(_("You do not manage the people of %(unit)s."), unit=result.name))
    return int(result.id)


def _day(one: Checked, name: str) -> date | None:
    text = one.cells[name].strip()
    if not text:
        return None
    value, _remark = values.date(text)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        one.fault(
            name,
            say(
                _("%(value)s is not a date. Accepted: 2026-01-31, 31/01/2026, 31 Januari 2026."),
                value=text[:60],
            ),
        )
        return None


def _twice(checked: Iterable[Checked]) -> None:
    """The same role of the same person in two rows, and one sign-in name under two names."""
    roles: dict[tuple[str, str, int | None], int] = {}
    names: dict[str, dict[str, int]] = defaultdict(dict)
    for one in checked:
        wish = one.wish
        if wish is None:
            continue
        first = roles.setdefault((wish.username, wish.role, wish.unit), one.row)
        if first != one.row:
            one.fault(
                "username",
                say(_("The same person with the same role stands in row %(row)s already."), row=first),
            )
        others = names[wish.username]
        others.setdefault(normal(wish.name), one.row)
        if len(others) > 1 and normal(wish.name) != next(iter(others)):
            row = next(iter(others.values()))
            one.fault(
                "name", say(_("Row %(row)s gives this sign-in name to somebody of another name."), row=row)
            )


def _verdict(one: Checked, ground: Ground) -> str:
    if one.faults or one.wish is None:
        one.wish = None
        return "faulty"
    held = ground.known.get(one.wish.username)
    if held is None:
        return "new"
    return "same" if (one.wish.role, one.wish.unit) in held.roles else "adds"
