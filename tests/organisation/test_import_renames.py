"""A list of OPD that would rename half of them is stopped and asked about; one that renames a few is not."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables import actions as tables
from pendapa.kernel.tables import questions
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Unit
from pendapa.organisation.rules.life import suspicious
from tests.cast import Cast, cast, make_unit
from tests.kernel.sheets import csv_of, write_to
from tools.testing.homes import Home

__all__ = ["cast"]
HEADER = ["Kode OPD", "Nama OPD"]
NAMES = [
    "Pendidikan",
    "Sosial",
    "Perhubungan",
    "Pertanian",
    "Perikanan",
    "Pariwisata",
    "Perdagangan",
    "Pangan",
]
LIST = [[f"3.{n:02d}", f"Dinas {name}"] for n, name in enumerate(NAMES, start=1)]


def slipped() -> list[list[str]]:
    """The same list, its codes one row further down."""
    codes = [code for code, _name in LIST]
    return [[code, name] for code, (_old, name) in zip(["3.99", *codes[:-1]], LIST, strict=True)]


def received(cast: Cast, rows: Sequence[Sequence[str]]) -> ImportBatch:
    return tables.receive(
        cast.actor("diskominfo"), cast.institution, io.BytesIO(csv_of(HEADER, *rows)), "opd.csv"
    )


@pytest.fixture
def listed(cast: Cast) -> Cast:
    for code, name in LIST:
        make_unit(cast.institution, code, name)
    return cast


def names(cast: Cast) -> dict[str, str]:
    return dict(
        Unit.objects.filter(institution=cast.institution, deleted_at=None).values_list("code", "name")
    )


def test_a_slipped_column_of_codes_stops_at_confirmation(listed: Cast) -> None:
    batch, before = received(listed, slipped()), names(listed)
    actor = listed.actor("diskominfo")
    with pytest.raises(tables.Refused, match="7"):
        tables.confirm(actor, batch)
    with pytest.raises(tables.Refused):
        tables.confirm_by_size(actor, batch, skip_errors=True, answers=["other"])
    assert names(listed) == before
    asked = questions.questions(actor, batch)
    assert len(asked) == 1 and "3.01: Dinas Pendidikan → Dinas Sosial" in asked[0].details
    tables.confirm(actor, batch, answers=["renames"])
    assert names(listed)["3.01"] == "Dinas Sosial"


def test_the_page_asks_and_only_a_ticked_box_saves(listed: Cast) -> None:
    batch, before = received(listed, slipped()), names(listed)
    client = listed.client("diskominfo")
    url = reverse("imports:preview", args=["uji", batch.uid])
    page = client.get(url).content.decode()
    assert 'name="jawab" value="renames"' in page and "3.01: Dinas Pendidikan → Dinas Sosial" in page
    send = reverse("imports:confirm", args=["uji", batch.uid])
    client.post(send)
    assert names(listed) == before
    client.post(send, {"jawab": "renames"})
    assert names(listed)["3.07"] == "Dinas Pangan"


def test_a_few_new_names_are_nobodys_slip(listed: Cast) -> None:
    rows = [[code, f"{name} Baru" if n < 4 else name] for n, (code, name) in enumerate(LIST)]
    batch = received(listed, rows)
    assert not questions.questions(listed.actor("diskominfo"), batch)
    tables.confirm(listed.actor("diskominfo"), batch)
    assert names(listed)["3.01"] == "Dinas Pendidikan Baru"


@given(st.integers(0, 400), st.integers(0, 400))
def test_over_a_third_and_at_least_five(renamed: int, more: int) -> None:
    assert suspicious(renamed, renamed + more) == (renamed >= 5 and renamed / (renamed + more) > 1 / 3)


def test_the_command_wants_a_flag_and_names_old_and_new(
    make_home: Callable[..., Home], tmp_path: Path
) -> None:
    home = make_home(PENDAPA_LANGUAGE="en")
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    home.json(
        "import", write_to(tmp_path / "opd.csv", csv_of(HEADER, *LIST)), "--institution", "UJI", "--yes"
    )
    wrong = write_to(tmp_path / "geser.csv", csv_of(HEADER, *slipped()))
    told = home.run("import", wrong, "--institution", "UJI", "--yes", check=False)
    assert told.returncode == 1
    assert "3.01: Dinas Pendidikan → Dinas Sosial" in told.stderr and "--allow-renames" in told.stderr
    done = home.json("import", wrong, "--institution", "UJI", "--yes", "--allow-renames")
    assert done["changed"] == 7 and done["batch"]
