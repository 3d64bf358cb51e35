"""A table that speaks of other initiatives than those that stand here under the same codes: nothing of ours is overwritten."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.utils import translation

from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables.messages import Unreadable
from pendapa.roadmap import exporting
from pendapa.roadmap.models import Initiative
from tests.cast import Cast, cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.initiatives_scene import an_initiative
from tests.roadmap.test_import_printed import book, read, saved, told

pytestmark = pytest.mark.django_db
OWN, OTHER = "Dinas Kesehatan", "Dinas Kependudukan dan Pencatatan Sipil"
HEAD = ["Kode", "Nama Rencana", "SKPD"]


def exported(cast: Cast, path: Path, anew: bool) -> Path:  # noqa: F811
    """The roadmap of the other institution as JSON, perhaps laid out anew."""
    out = io.BytesIO()
    exporting.export(system("uji"), cast.other_institution, "json", out)
    text = json.dumps(json.loads(out.getvalue())) if anew else out.getvalue().decode()
    file = path / "peta.json"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("anew", [False, True])
def test_a_document_of_another_institution_is_refused_whole_with_whose_it_is(cast, tmp_path, anew):  # noqa: F811
    an_initiative(cast.institution, "Milik kita", cast.unit, code="PR-2027-001")
    an_initiative(cast.other_institution, "Milik mereka", cast.foreign_unit, code="PR-2027-001")
    file = exported(cast, tmp_path, anew)
    with pytest.raises(Unreadable) as refused:
        read(cast, file)
    assert "Kota Lain" in str(refused.value.reason) and "Kabupaten Uji" in str(refused.value.reason)
    assert numbers(imports.read_file(system("uji"), cast.other_institution, file, kind="auto"))["same"] == 1


def test_a_code_with_another_title_and_another_owner_is_a_fault_that_names_what_bears_it(cast, tmp_path):  # noqa: F811
    an_initiative(cast.institution, "Milik kita", cast.unit, code="PR-2027-001")
    with translation.override("en"):
        batch = read(cast, book(tmp_path, [HEAD, ["PR-2027-001", "Milik lain", OTHER]]))
        text = told(batch, "errors")
    assert numbers(batch)["faulty"] == 1
    assert text.startswith("2 Kode: ") and "Milik kita" in text and "empty" in text, text


@pytest.mark.parametrize(("title", "unit"), [("Milik  KITA", OTHER), ("Nama baru", OWN), ("Nama baru", "")])
def test_another_title_or_another_owner_alone_is_a_change(cast, tmp_path, title, unit):  # noqa: F811
    an_initiative(cast.institution, "Milik kita", cast.unit, code="PR-2027-001")
    batch = read(cast, book(tmp_path, [HEAD, ["PR-2027-001", title, unit]]))
    assert numbers(batch)["changed"] == 1, told(batch, "errors")
    saved(batch)
    assert Initiative.objects.get().unit == (cast.other_unit if unit == OTHER else cast.unit)
