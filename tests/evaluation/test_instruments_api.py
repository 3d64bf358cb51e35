"""Instruments, editions and the crosswalk through the API, and through the command line."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pendapa.cli.app import app
from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import editions as actions
from pendapa.evaluation.models import Edition
from pendapa.kernel.access import actor
from pendapa.regulations import instrument_files, packs
from tests.cast import WHO, Cast, cast  # noqa: F401

API = "/api/v1/"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
NEW = {"indicators": {"11": {"levels": {"3": "Kriteria tahun 2027."}}}}


@pytest.fixture
def edited(cast: Cast) -> Edition:  # noqa: F811
    boss = cast.actor("diskominfo")
    assessments.open_assessment(boss, cast.institution, 2026, "spbe-2020")
    return actions.edit(boss, cast.institution, "spbe-2020", NEW, 1, note="tahun 2027")


def own():
    return deepcopy(packs.instrument_content("pemdi-2026")) | {"id": "pemdi-2027"}


def test_everybody_reads_the_shipped_crosswalk_with_its_flags(cast):  # noqa: F811
    answer = cast.client("public").get(API + "instruments/spbe-2020/crosswalk/pemdi-2026").json()
    assert len(answer["entries"]) == 47 and answer["verified"] is False and answer["note"]
    entry = next(one for one in answer["entries"] if one["number"] == "32")
    assert entry["targets"] == [] and entry["why"]["id"] and entry["why"]["en"] and entry["source"]
    assert cast.client("public").get(API + "instruments/spbe-2020/crosswalk/spbe-2018").status_code == 404


@pytest.mark.parametrize("who", WHO)
def test_only_who_works_there_reads_the_editions(cast, edited, who):  # noqa: F811
    for part in (
        "",
        "/spbe-2020",
        "/spbe-2020/editions",
        "/spbe-2020/editions/1",
        "/spbe-2020/crosswalk/pemdi-2026",
    ):
        status = cast.client(who).get(API + "institutions/uji/instruments" + part).status_code
        assert (status == 200) == (who in OFFICERS), part
        assert status in (200, 401, 403, 404)


def test_each_edition_reads_as_it_was_frozen_and_the_shipped_one_is_untouched(cast, edited):  # noqa: F811
    client = cast.client("operator")
    base = API + "institutions/uji/instruments/spbe-2020"

    def third(address):
        aspects = client.get(address).json()["aspects"]
        return next(one for one in aspects[1]["indicators"] if one["number"] == "11")["levels"]["3"]["id"]

    shipped = packs.instrument("spbe-2020").indicator("11").levels[2].criterion.id
    assert third(base) == third(base + "/editions/2") == "Kriteria tahun 2027."
    assert third(base + "/editions/1") == third(API + "instruments/spbe-2020") == shipped
    listed = client.get(base + "/editions").json()
    assert [(one["number"], one["in_force"], one["own_changes"], one["rounds"]) for one in listed] == [
        (2, True, True, []), (1, False, False, [2026]),
    ]  # fmt: skip
    assert client.get(base + "/editions/3").status_code == 404
    assert client.get(API + "institutions/uji/instruments/spbe-2030").status_code == 404


# ---- the command line


@pytest.fixture
def run(cast: Cast):  # noqa: F811
    def call(*words: str):
        return CliRunner().invoke(app, ["instruments", *words])

    return call


def test_the_command_lists_what_an_institution_uses(edited, run):
    found = json.loads(run("list", "--institution", "uji", "--format", "json").stdout)
    assert [(one["id"], one["edition"], one["own_changes"]) for one in found] == [
        ("spbe-2018", None, False), ("spbe-2020", 2, True), ("pemdi-2026", None, False),
    ]  # fmt: skip
    assert "unverified" in found[0] and found[0]["unverified"]


def test_what_export_writes_import_reads_elsewhere(cast, edited, run, tmp_path: Path):  # noqa: F811
    file = tmp_path / "spbe.yaml"
    assert run("export", "spbe-2020", "--institution", "uji", "-o", str(file)).exit_code == 0
    seen = run("import", str(file), "--institution", "lain", "--dry-run")
    assert seen.exit_code == 0 and not Edition.objects.filter(institution=cast.other_institution).exists()
    assert run("import", str(file), "--institution", "lain", "--note", "dari uji").exit_code == 0
    made = Edition.objects.get(institution=cast.other_institution)
    assert made.overlay == NEW and made.digest == edited.digest and made.note == "dari uji"


def test_a_file_with_faults_changes_nothing_and_says_every_place(cast, run, tmp_path: Path):  # noqa: F811
    content = own()
    content["aspects"][0]["weight"] = "11"
    file = tmp_path / "p.yaml"
    file.write_text(instrument_files.written(content))
    result = run("import", str(file), "--institution", "uji")
    assert result.exit_code != 0
    told = str(result.exception)
    assert "aspect 1" in told and "whole instrument" in told
    assert not Edition.objects.exists()
    missing = run("import", str(tmp_path / "none.yaml"), "--institution", "uji")
    assert "none.yaml" in str(missing.exception)


def test_an_unknown_instrument_cannot_be_written_out(cast, run):  # noqa: F811
    assert "spbe-2020" in str(run("export", "spbe-2030", "--institution", "uji").exception)


def test_the_system_brings_in_like_a_person(cast):  # noqa: F811
    made = actions.bring(actor.system(), cast.institution, own(), "x.yaml")
    assert made.instrument == "pemdi-2027"
