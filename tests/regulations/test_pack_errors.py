"""What a pack is refused for, with file, place and reason."""

import re

import pytest

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.instruments import load_instrument
from pendapa.regulations.metamodel import load_metamodel
from pendapa.regulations.references import load_references
from pendapa.regulations.results import load_results

SMALL = """
id: small
title: {id: Kecil, en: Small}
regulation: {name: None yet}
sources: [a test]
groups:
  regulation: {verified: false}
  structure: {verified: false}
  weights: {verified: false}
  names: {verified: false}
  scale: {verified: false}
  formula: {verified: false}
  rounding: {verified: false}
  predicates: {verified: false}
  criteria: {verified: false}
  evidence: {verified: false}
scale: {min: 1, max: 2, step: 1}
decimals: 2
predicates:
  - {name: Tinggi, min: 1.5, max: 2, max_included: true}
  - {name: Rendah, max: 1.5}
domains:
  - number: "1"
    name: {id: Satu}
    weight: 100
    aspects:
      - number: "1"
        name: {id: Aspek}
        weight: 100
        indicators:
          - {number: "1", name: {id: A}, weight: "200/3", levels: {1: a, 2: b}}
          - {number: "2", name: {id: B}, weight: "100/3", levels: {1: a, 2: b}}
"""


def refused(tmp_path, text, load=load_instrument):
    file = tmp_path / "pack.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load(file)
    assert caught.value.file == file
    return [f"{fault.path}: {fault.reason}" for fault in caught.value.faults]


def test_a_small_sound_pack_is_taken(tmp_path):
    (tmp_path / "pack.yaml").write_text(SMALL)
    assert load_instrument(tmp_path / "pack.yaml").indicator("2").weight.denominator == 3


@pytest.mark.parametrize(("old", "new", "path", "reason"), [
    ('"100/3"', "33.3", "aspect 1", "weights of its indicators add up to 2999/30, not 100"),
    ("        weight: 100", "        weight: 90", "domain 1", "weights of its aspects add up to 90, not 100"),
    ("    weight: 100\n    aspects", "    weight: 99\n    aspects", "whole instrument", "weights of its domains add up to 99, not 100"),
    ('{number: "2"', '{number: "1"', "indicator 1", "indicator 1 is there 2 times"),
    ('number: "2"', "number: 2.5", "domains[0].aspects[0].indicators[1].number", 'must be a number in quotes, such as "35.1", is 2.5'),
    ("decimals: 2", "decimals: 2\nextra: 1", "extra", "unknown key"),
    ("decimals: 2\n", "", "decimals", "is missing"),
    ('"100/3"', '"100/0"', "domains[0].aspects[0].indicators[1].weight", "must be a number"),
    ('"100/3"', '"1e999999999"', "domains[0].aspects[0].indicators[1].weight", "must be a number"),
    ("{name: Tinggi, min: 1.5", "{name: Tinggi, min: 1.6", "predicate Tinggi", "begins at 1.6, must begin at 1.5"),
    ("max: 2, max_included: true", "max: 2", "predicates", "must reach the end of the scale, 2, included"),
    ("levels: {1: a, 2: b}}\n          -", "levels: {1: a}}\n          -", "indicator 1", "describes the levels [1], must describe [1, 2]"),
    ("{name: Tinggi", "{name: 7", "predicates[0].name", "must be text, is 7"),
    ("weights: {verified: false}", "weights: {verified: maybe}", "groups.weights.verified", "must be true or false"),
    ("scale: {min: 1, max: 2", "scale: {min: 2, max: 2", "scale", "min must be below max"),
])  # fmt: skip
def test_a_faulty_instrument_is_refused_with_place_and_reason(tmp_path, old, new, path, reason):
    assert old in SMALL
    faults = refused(tmp_path, SMALL.replace(old, new, 1))
    assert any(fault.startswith(f"{path}: ") and reason in fault for fault in faults), faults


def test_all_faults_are_told_at_once(tmp_path):
    faults = refused(tmp_path, SMALL.replace("decimals: 2\n", "").replace("id: small", "id: small\nextra: 1"))
    assert len(faults) == 2


def test_a_key_written_twice_is_refused_with_its_line(tmp_path):
    faults = refused(tmp_path, SMALL.replace("decimals: 2", "decimals: 2\ndecimals: 3"))
    assert re.search(r"line \d+, column 1: key 'decimals' is written twice", faults[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: [", "expected"), ("", "must be a mapping, is empty"), ("- 1", "must be a mapping, is a list")],
)
def test_a_file_that_is_no_pack_is_refused(tmp_path, text, reason):
    assert reason in refused(tmp_path, text)[0]


def test_a_missing_file_and_binary_bytes_are_refused(tmp_path):
    with pytest.raises(PackError, match="cannot be read"):
        load_instrument(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackError, match="not UTF-8"):
        load_instrument(tmp_path / "bytes.yaml")


REFERENCES = (packs.FOLDER / "references.yaml").read_text(encoding="utf-8")
METAMODEL = (packs.FOLDER / "metamodel.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("parent: RAB.06, tree", "parent: RAB.66, tree", "unknown parent 'RAB.66'"),
    ("{code: RAB.06.02,", "{code: RAB.06.01,", "RAB.06.01 is there twice"),
    ("{code: RAB.06.02,", "{code: RAB.6.2,", "'RAB.6.2' is no code of RAB"),
    ("name: Ketenagakerjaan, level: 2", "name: Ketenagakerjaan, level: 3", "is not one below its parent"),
    ("codes: [RAB.06.01], exact", "codes: [RAB.77.01], exact", "unknown code 'RAB.77.01'"),
])  # fmt: skip
def test_faulty_references_are_refused(tmp_path, old, new, reason):
    assert old in REFERENCES
    faults = refused(tmp_path, REFERENCES.replace(old, new, 1), load_references)
    assert any(reason in fault for fault in faults), faults


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("from: services\n    to: processes", "from: services\n    to: proceses", "relation service_process: unknown domain 'proceses'"),
    ("from: infrastructure.server\n", "from: infrastructure.sever\n", "relation server_process: unknown kind 'sever' of infrastructure"),
    ("relation: application_cloud,", "relation: application_clouds,", "column komputasi_awan: unknown relation 'application_clouds'"),
    ("key: luaran, label: {id: Luaran, en: Product}", "key: fungsi, label: {id: Luaran, en: Product}", "domain applications: column fungsi: the column is there twice"),
    ("headers: [sts_aktif, Status Aplikasi]", "headers: [sts_aktif, JUDUL]", "header 'JUDUL' already means the column nama"),
    ("kinds: [perangkat_jaringan], official", "kinds: [perangkat], official", "unknown kind 'perangkat'"),
    ("key: application_data\n", "key: application_service\n", "relation application_service: the relation is there twice"),
    ("type: url", "type: link", "must be one of code, string"),
    ("relation: hosted_in, links_to", "relation: secured_by, backward: true, links_to", "the relation secured_by does not end here"),
])  # fmt: skip
def test_a_faulty_metamodel_is_refused(tmp_path, old, new, reason):
    assert old in METAMODEL
    faults = refused(tmp_path, METAMODEL.replace(old, new, 1), load_metamodel)
    assert any(reason in fault for fault in faults), faults


def test_results_out_of_order_are_refused(tmp_path):
    text = "id: r\ninstitutions:\n  - {key: a, name: A, kind: kota, results: [{year: 2021, index: 2}, {year: 2020, index: 1}]}\naverages: []\n"
    assert refused(tmp_path, text, load_results) == ["institutions[0].results: the years must rise"]


def test_a_broken_folder_is_told_by_check_all_without_raising(tmp_path):
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "bad.yaml").write_text("id: 1")
    (tmp_path / "metamodel.yaml").write_text(METAMODEL.replace("    reference: RAK", "    reference: RAZ", 1))
    (tmp_path / "references.yaml").write_text(REFERENCES)
    (tmp_path / "results.yaml").write_text(
        "id: r\ninstitutions:\n  - {key: a, name: A, kind: kota, results: [{year: 2021, index: 2, instrument: spbe-1999}]}\naverages: []\n"
    )
    told = {check.name: [fault.reason for fault in check.faults] for check in packs.check_all(tmp_path)}
    assert told["bad"] and not told["references"]
    assert told["metamodel"] == ["unknown reference tree 'RAZ'"]
    assert told["results"] == ["unknown instrument 'spbe-1999'"]
