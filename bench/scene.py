"""What benches stand on: one empty home, one institution, many elements; made once a run."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pendapa.architecture.models import Element
    from pendapa.kernel.tenancy.models import Institution, Unit, User

WORDS = [
    "sistem",
    "informasi",
    "layanan",
    "data",
    "kesehatan",
    "pendidikan",
    "aset",
    "pegawai",
    "surat",
    "arsip",
    "kinerja",
    "anggaran",
    "laporan",
    "antrean",
    "izin",
    "pajak",
    "sekolah",
    "pasar",
    "jalan",
    "air",
    "sampah",
    "warga",
    "desa",
    "kecamatan",
    "bantuan",
    "sosial",
    "wisata",
    "ternak",
    "tani",
    "ikan",
    "hutan",
    "bencana",
]


@cache
def database() -> None:
    """Starts Django and migrates the empty home; call it first in a bench that needs rows."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@cache
def institution() -> tuple[Institution, list[Unit]]:
    """An institution with 40 OPD, written as the application writes."""
    database()
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history
    from pendapa.kernel.tenancy.actions import create_institution
    from pendapa.kernel.tenancy.models import Unit

    place = create_institution("bench", "Kabupaten Ukur", "kabupaten")
    units = [Unit(institution=place, code=f"{n:02d}", name=f"Dinas Nomor {n}") for n in range(40)]
    for unit in units:
        unit.derive()
    history.write(system(), place, "edit", history.Writes(add=list(units)))
    return place, units


@cache
def person() -> User:
    """Somebody of Diskominfo."""
    from pendapa.kernel.tenancy.models import Assignment, User

    place, _units = institution()
    user = User.objects.create_user("diskominfo@bench.example", "Diskominfo", "tidak-dipakai")
    Assignment.objects.create(user=user, institution=place, role="diskominfo")
    return user


def made(count: int, prefix: str, *, seed: int = 1) -> list[Element]:
    """``count`` applications as the import would make them, not saved."""
    from pendapa.architecture.models import Element

    place, units = institution()
    chance = random.Random(seed)
    rows = []
    for n in range(count):
        element = Element(
            institution=place,
            unit=units[n % len(units)],
            domain="applications",
            kind="applications",
            code=f"{prefix}-{n:06d}",
            name=f"Aplikasi {chance.choice(WORDS)} {chance.choice(WORDS)} {n}",
            attributes={
                "fungsi": " ".join(chance.choices(WORDS, k=12)),
                "basis": ["web"],
                "url": f"https://aplikasi{n}.contoh.example",
                "tahun_pembuatan": 2000 + n % 25,
                "status_aktif": "aktif",
                "basis_data": "MySQL",
                "bahasa_pemrograman": ["PHP"],
                "luaran": " ".join(chance.choices(WORDS, k=4)),
            },
        )
        element.derive()
        rows.append(element)
    return rows


def clear(*prefixes: str) -> None:
    """Take the elements whose codes begin so out again, with all that was written of them."""
    from django.db import connection

    elements = " OR ".join(f"code LIKE '{prefix}-%%'" for prefix in prefixes)
    mine = f"SELECT {{}} FROM architecture_element WHERE {elements}"
    with connection.cursor() as cursor:
        for sql in (
            f"DELETE FROM kernel_searchentry WHERE target_type = 'element' AND target IN ({mine.format('id')})",
            f"DELETE FROM kernel_revision WHERE target_uid IN ({mine.format('uid')})",
            f"DELETE FROM architecture_element WHERE {elements}",
        ):
            cursor.execute(sql.replace("%%", "%"))
