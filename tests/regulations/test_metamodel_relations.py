"""Relations of the metamodel: their attributes, the pairs that go together, and what a faulty pack says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.metamodel import Metamodel, load_metamodel

SHARED = Path(__file__).parents[3] / "shared"
METADATA = SHARED / "reference" / "architecture" / "metadata.yaml"
NAMES = {"nilai_iku_target", "nilai_iku_realisasi", "satuan_iku"}
OWN_KEYS = {"tipe": "tipe_media_penyimpanan", "unit_kerja_pengelola": "unit_pengelola"}


@pytest.fixture(scope="module")
def model() -> Metamodel:
    return packs.metamodel()


@pytest.fixture(scope="module")
def metadata() -> Any:
    if not METADATA.exists():
        pytest.skip("NOT TESTED: ../shared with the metadata of the six domains is not beside the checkout")
    return yaml.safe_load(METADATA.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("domain", "name"), [("infrastructure", "infrastruktur"), ("security", "keamanan")])
def test_every_kind_has_its_official_name_and_fields(
    model: Metamodel, metadata: Any, domain: str, name: str
) -> None:
    kinds = metadata["domains"][name]["kinds"]
    assert [(k.key, k.label.id) for k in model.domain(domain).kinds] == [
        (key, kind["label"]) for key, kind in kinds.items()
    ]
    for key, kind in kinds.items():
        columns = {column.key: column for column in model.domain(domain).columns_of(key)}
        assert all(columns[field].official for field in kind["fields"]), key
        more = [
            OWN_KEYS.get(field.partition(":")[0], field.partition(":")[0])
            for field in kind.get("wic_extra", [])
        ]
        assert set(more) <= set(columns), key


@pytest.mark.parametrize("domain", ["proses_bisnis", "layanan", "data", "aplikasi"])
def test_every_field_of_the_domains_without_kinds_is_there(
    model: Metamodel, metadata: Any, domain: str
) -> None:
    known = next(one for one in model.domains if one.name == domain)
    keys = {column.key for column in known.columns}
    spread = {"pohon_kinerja": "kinerja_strategic", "nilai_dan_sumber_dana": "nilai_spk"}
    fields = {spread.get(field["name"], field["name"]) for field in metadata["domains"][domain]["fields"]}
    assert fields <= keys


def test_the_strategy_map_and_the_outside_are_domains_beside_the_six(model: Metamodel) -> None:
    assert len(model.domains) == 6
    assert [d.key for d in model.all_domains[6:]] == ["strategy", "outside"]
    assert model.domain("strategy").prefix == "PS" and model.domain("outside").kinds[0].key == "outside"
    assert {c.key for c in model.strategy.columns if c.official} >= NAMES
    assert [c.key for c in model.outside.columns] == [
        "id",
        "nama",
        "uraian",
        "opd",
        "tipe_asal",
        "sifat_asal",
    ]


def test_a_retired_object_is_a_state_of_this_project(model: Metamodel) -> None:
    retire = model.domain("applications").column("status_arsitektur").match_value("Dihentikan")
    assert retire is not None and (retire.key, retire.source) == ("retire", "Pendapa")


def test_each_part_of_the_strategy_hangs_under_the_one_above_alone(model: Metamodel) -> None:
    kinds = [kind.key for kind in model.strategy.kinds]
    under = model.relation("strategy_parent")
    allowed = {
        (low, high) for low in kinds for high in kinds if under.allows(("strategy", low), ("strategy", high))
    }
    assert allowed == set(zip(kinds[1:], kinds, strict=False)) and under.tree


def test_what_the_project_added_is_not_called_verified(model: Metamodel) -> None:
    for key in ("strategy_parent", "application_flow", "foreign_relation"):
        relation = model.relation(key)
        assert not relation.verified and relation.source == "Pendapa"
        assert not any(column.official for column in relation.columns)


def test_a_relation_carries_attributes_of_its_own(model: Metamodel) -> None:
    access = model.relation("application_data").column("akses")
    assert [value.key for value in access.values] == ["read", "write", "read-write"]
    assert [c.key for c in model.relation("application_flow").columns] == ["data", "lewat", "sejak"]
    with pytest.raises(KeyError):
        access_of_service = model.relation("application_service").column("akses")
        assert access_of_service is None


def test_a_foreign_relation_joins_anything_and_is_not_offered(model: Metamodel) -> None:
    foreign = model.relation("foreign_relation")
    assert foreign.allows(("outside", "outside"), ("infrastructure", "server")) and not foreign.offered
    assert ("foreign_relation", False) in {
        (r.key, b) for r, b in model.relations_of("security", "audit_keamanan")
    }


PACK = """
id: small
title: {id: Kecil}
sources: {Pendapa: tests}
common:
  - {key: id, label: {id: ID}, type: code}
  - {key: nama, label: {id: Nama}, type: string}
domains:
  - {key: applications, name: aplikasi, label: {id: Aplikasi}, columns: []}
strategy: {key: strategy, name: peta, label: {id: Peta}, columns: [], kinds: [{key: visi, label: {id: Visi}}, {key: misi, label: {id: Misi}}]}
outside: {key: outside, name: luar, label: {id: Luar}, columns: []}
relations:
  - {key: one, from: applications, to: applications, forward: {id: ke}, backward: {id: dari}, cardinality: many_to_many}
"""


def _faults(tmp_path: Path, old: str, new: str) -> str:
    file = tmp_path / "small.yaml"
    assert old in PACK
    file.write_text(PACK.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError) as error:
        load_metamodel(file)
    return str(error.value)


def test_the_small_pack_is_sound(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(PACK, encoding="utf-8")
    assert load_metamodel(file).relation("one").offered


END = "cardinality: many_to_many"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (END, END + ", columns: [{key: x, label: {id: X}, type: unit}]", "cannot have a column of type unit"),
        (END, END + ", columns: [{key: x, label: {id: X}, type: enum}]", "a list of values is missing"),
        (
            END,
            END + ", pairs: [[applications, strategy.visi]]",
            "strategy.visi is not both an end and part of a pair",
        ),
        (END, END + ", pairs: [[applications]]", "must be a pair"),
        ("to: applications", "to: strategy.langit", "unknown kind 'langit'"),
        ("label: {id: Luar}", "label: {id: Luar}, common: [warna]", "no common column is named 'warna'"),
    ],
)
def test_a_faulty_relation_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in _faults(tmp_path, old, new)
