"""An exchange file through the page and the command, into a draft, and out of a release."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pendapa.architecture import actions as register
from pendapa.architecture import releasing
from pendapa.architecture.models import Element, ForeignId, Relation
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.review import actions as review
from pendapa.kernel.tables import actions, queries
from pendapa.kernel.tables.models import ImportBatch
from tests.architecture.archimate_schema import schema
from tests.architecture.scene import join, make
from tests.architecture.test_archimate_reading import MINIMAL, MODELS
from tests.architecture.test_archimate_round_trip import hand_in, only_same, out, totals
from tests.cast import Cast
from tools.testing.homes import Home


def upload(cast: Cast, content: bytes, name: str = "model.xml", who: str = "diskominfo") -> ImportBatch:
    file = SimpleUploadedFile(name, content, "application/xml")
    data = {"file": file, "kind": "auto", "unit": cast.unit.pk}
    assert cast.client(who).post("/di/uji/impor/baru/", data).status_code == 302
    return ImportBatch.objects.latest("pk")


def test_the_page_shows_a_model_sheet_by_sheet_and_saves_it(cast: Cast) -> None:
    batch = upload(cast, MINIMAL)
    client, base = cast.client("diskominfo"), f"/di/uji/impor/{batch.uid}/"
    shown = client.get(base).content.decode()
    assert "Menerbitkan izin usaha" in shown and "Relasi ArchiMate" in shown
    for number in range(len(batch.sheets)):
        assert client.get(f"{base}?sheet={number}").status_code == 200
    assert client.post(f"{base}simpan/").status_code == 302
    assert (Element.objects.count(), Relation.objects.count()) == (12, 12)
    uid = Element.objects.get(name="Menerbitkan izin usaha").uid
    assert client.get(f"/di/uji/arsitektur/{uid}/").status_code in (200, 302)


def test_the_page_tells_line_reason_and_what_to_do_about_a_file_that_is_not_sound(cast: Cast) -> None:
    broken = MINIMAL.replace(b'target="id-lay-izin"', b'target="id-tiada"', 1)
    batch = upload(cast, broken)
    assert batch.state == "unreadable"
    shown = cast.client("diskominfo").get(f"/en/di/uji/impor/{batch.uid}/").content.decode()
    assert "Line 27: It refers to id-tiada" in shown
    assert not batch.rows.exists()


def test_diagrams_and_relations_to_relations_are_told_not_dropped_in_silence(cast: Cast) -> None:
    more = (
        b'<relationship identifier="id-r13" source="id-opd-dpmptsp" target="id-r2" xsi:type="Association" />'
    )
    batch = hand_in(cast, MINIMAL.replace(b"</relationships>", more + b"</relationships>"), unit=cast.unit)
    told = [queries.say(one) for one in batch.sheets[0]["skipped"]]
    assert len(told) == 2
    assert totals(batch)["new"] == 24


def test_a_spreadsheet_is_never_taken_for_a_model(cast: Cast) -> None:
    table = b"Pengenal ArchiMate;Nama Aplikasi;OPD\nx;SIAP;Dinas Kesehatan\n"
    batch = actions.receive(cast.actor("diskominfo"), cast.institution, io.BytesIO(table), "aplikasi.csv")
    assert [facts["kind"] for facts in batch.sheets] == ["applications"]


def test_what_waits_in_a_draft_keeps_its_identifiers_when_it_is_agreed(cast: Cast) -> None:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    batch = hand_in(cast, MINIMAL, "operator")
    batch = actions.confirm(cast.actor("operator"), batch)
    assert not Element.objects.exists()
    draft = batch.change_set
    assert draft is not None
    review.submit(cast.actor("operator"), draft)
    draft.refresh_from_db()
    review.agree(cast.actor("head"), draft)
    assert (Element.objects.count(), Relation.objects.count()) == (12, 12)
    assert ForeignId.objects.filter(value="id-r7").exists()
    assert b'identifier="id-plateau-2027"' in out(cast)
    assert only_same(hand_in(cast, MINIMAL, "operator"))


def test_a_name_from_elsewhere_is_never_taken_from_what_lives_hidden(cast: Cast) -> None:
    actions.confirm(cast.actor("diskominfo"), hand_in(cast, MINIMAL, unit=cast.unit))
    Element.objects.update(classification="restricted")
    actions.confirm(cast.actor("other_operator"), hand_in(cast, MINIMAL, "other_operator"))
    assert Element.objects.filter(unit=cast.other_unit).count() == 12
    assert not Element.objects.filter(unit=cast.unit).exclude(version=1).exists()
    kept = ForeignId.objects.get(value="id-app-siap")
    assert Element.objects.get(uid=kept.target_uid).unit == cast.unit


def test_a_release_goes_out_as_it_was_frozen(cast: Cast) -> None:
    source, target = make(cast.unit, "SIAP lama"), make(cast.unit, "Layanan izin", "services")
    join(source, "application_service", target)
    hidden = make(cast.other_unit, "Rahasia", classification="restricted")
    release = releasing.create_release(cast.actor("diskominfo"), cast.institution, code="2026")
    register.change_element(cast.actor("diskominfo"), source, version=1, name="SIAP baru")
    make(cast.unit, "Sesudah rilis")
    file = out(cast, release=release).decode()
    assert "SIAP lama" in file and "SIAP baru" not in file and "Sesudah rilis" not in file
    assert file.count("<relationship ") == 1 and "Rahasia" in file
    schema().validate(file.encode())
    told = out(cast, "operator", release=release).decode()
    assert "SIAP lama" in told and str(hidden.uid) not in told


def test_a_release_of_another_institution_is_not_there(cast: Cast) -> None:
    make(cast.unit, "SIAP")
    release = releasing.create_release(cast.actor("diskominfo"), cast.institution, code="2026")
    release.institution = cast.other_institution
    with pytest.raises(NotFound):
        out(cast, release=release)


def test_the_command_takes_a_model_and_gives_it_back(make_home: object, tmp_path: Path) -> None:
    home: Home = make_home(PENDAPA_LANGUAGE="en")  # type: ignore[operator]
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    units = tmp_path / "opd.csv"
    units.write_text("Kode OPD;Nama OPD\n1.02;Dinas Kesehatan\n")
    home.json("import", units, "--institution", "UJI", "--yes")
    taken = home.json(
        "import", MODELS / "minimal.xml", "--institution", "UJI", "--unit", "Dinas Kesehatan", "--yes"
    )
    assert sum(one["new"] for one in taken["sheets"]) == 24
    target = tmp_path / "keluar.xml"
    home.run("export", "--institution", "UJI", "--format", "archimate", "-o", target)
    again = home.run("import", target, "--institution", "UJI", "--yes", "--format", "json")
    told = json.loads(again.stdout)
    assert {key: sum(one[key] for one in told["sheets"]) for key in ("new", "changed", "faulty")} == {
        "new": 0,
        "changed": 0,
        "faulty": 0,
    }
    bad = tmp_path / "salah.xml"
    bad.write_text("<!DOCTYPE model [<!ENTITY a 'b'>]>\n<model>&a;</model>")
    refused = home.run("import", bad, "--institution", "UJI", check=False)
    assert refused.returncode == 2
    assert "Line 1: A document type or entity is declared" in refused.stderr
