"""The national shared applications: eight fields of the law, and honest about what no decree that was read settles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.national import load_national


def test_the_eight_fields_are_law_and_each_has_an_application_that_says_whence_it_is_known() -> None:
    pack = packs.national()
    assert [field.key for field in pack.fields] == [
        "planning", "budgeting", "procurement", "accountability", "monitoring", "records", "personnel", "complaints",
    ]  # fmt: skip
    assert all(field.verified and field.source for field in pack.fields)
    assert all(pack.of_field(field.key) for field in pack.fields)
    assert all(one.source and not one.verified for one in pack.applications)
    assert pack.of_field("records")[0].name == "SRIKANDI"


def test_an_unknown_field_and_an_unknown_source_are_told_with_their_place(tmp_path: Path) -> None:
    text = packs.national().file.read_text()
    broken = tmp_path / "national_applications.yaml"
    broken.write_text(
        text.replace("fields: [records]", "fields: [arsip]").replace("source: [ESR, MAS]", "source: [X]")
    )
    with pytest.raises(PackError) as error:
        load_national(broken)
    assert "srikandi: unknown field 'arsip'" in str(error.value)
    assert "esr: unknown source 'X'" in str(error.value)
