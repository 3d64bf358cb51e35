"""What lies over the metamodel: added, changed, out of use; what is refused, with place and reason; never half."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.overlay import fitting, lay, lay_what_fits, put
from pendapa.regulations.overlay_changes import differences

PACK = packs.metamodel()
CONTRACT = {
    "key": "status_kontrak",
    "label": {"id": "Status kontrak", "en": "Contract"},
    "type": "enum",
    "values": [{"key": "aktif"}, {"key": "habis"}],
}


def own(**more: Any) -> dict[str, Any]:
    return put({}, "applications", "columns", CONTRACT | more)


def told(content: Any) -> str:
    with pytest.raises(PackError) as error:
        lay(PACK, content)
    return str(error.value)


def test_an_empty_overlay_is_the_pack() -> None:
    laid = lay(PACK, {})
    assert laid.domains == PACK.domains and laid.relations == PACK.relations
    assert differences(PACK, laid) == ()


def test_an_added_field_is_the_institutions_own_and_not_official() -> None:
    laid = lay(PACK, own())
    column = laid.domain("applications").column("status_kontrak")
    assert (column.official, column.verified, column.source) == (False, False, "institution")
    assert column.match_value("AKTIF").key == "aktif"
    assert laid.own == {("applications", "status_kontrak")}
    assert laid.domain("services") is PACK.domain("services")


def test_its_header_is_recognised_in_a_sheet() -> None:
    assert (
        lay(PACK, own()).domain("applications").match_header("Status Kontrak").column.key == "status_kontrak"
    )


def test_a_field_out_of_use_keeps_its_definition_and_comes_back() -> None:
    content = put(own(), "applications", "columns", {"key": "status_kontrak", "retired": True})
    laid = lay(PACK, content)
    with pytest.raises(KeyError):
        laid.domain("applications").column("status_kontrak")
    assert laid.retired_columns["applications", "status_kontrak"].label.en == "Contract"
    back = put(content, "applications", "columns", {"key": "status_kontrak", "retired": False})
    assert back == own()


def test_a_local_field_of_the_pack_can_be_hidden_and_renamed() -> None:
    hidden = lay(PACK, put({}, "applications", "columns", {"key": "kelas", "retired": True}))
    assert ("applications", "kelas") in hidden.retired_columns
    renamed = lay(PACK, put({}, "applications", "columns", {"key": "kelas", "label": {"id": "Golongan"}}))
    column = renamed.domain("applications").column("kelas")
    assert column.label.id == "Golongan"
    domain = renamed.domain("applications")
    assert {
        domain.match_header(words).column.key
        for words in ("Golongan", PACK.domain("applications").column("kelas").label.id)
    } == {"kelas"}


@pytest.mark.parametrize("change", [{"retired": True}, {"label": {"id": "Lain"}}, {"required": True}])
@pytest.mark.parametrize("key", ["uraian", "nama", "raa"])
def test_an_official_field_is_neither_renamed_nor_taken_out_of_use(key: str, change: dict[str, Any]) -> None:
    assert "official" in told(put({}, "applications", "columns", {"key": key} | change))


def test_an_official_field_may_get_another_help_and_values_that_no_regulation_sets() -> None:
    content = put(
        {}, "applications", "columns", {"key": "basis", "help": {"id": "Pilih"}, "values": [{"key": "kios"}]}
    )
    column = lay(PACK, content).domain("applications").column("basis")
    assert (
        column.help.id == "Pilih"
        and column.values[-1].key == "kios"
        and column.values[-1].source == "institution"
    )


def test_a_value_out_of_use_is_not_offered_and_keeps_its_label() -> None:
    first = PACK.domain("applications").column("kelas").values[0]
    content = put(
        {}, "applications", "columns", {"key": "kelas", "values": [{"key": first.key, "retired": True}]}
    )
    laid = lay(PACK, content)
    assert laid.domain("applications").column("kelas").match_value(first.key) is None
    assert laid.retired_values["applications", "kelas", first.key].label == first.label


def test_a_list_never_runs_empty() -> None:
    values = [
        {"key": value.key, "retired": True} for value in PACK.domain("applications").column("kelas").values
    ]
    assert "list of values" in told(put({}, "applications", "columns", {"key": "kelas", "values": values}))


def test_a_kind_of_its_own_stands_in_the_list_of_kinds_and_may_have_fields() -> None:
    content = put({}, "infrastructure", "kinds", {"key": "drone", "label": {"id": "Pesawat nirawak"}})
    content = put(
        content,
        "infrastructure",
        "columns",
        {"key": "daya", "label": {"id": "Daya jelajah"}, "type": "number", "kinds": ["drone"]},
    )
    domain = lay(PACK, content).domain("infrastructure")
    assert domain.kind("drone").label.id == "Pesawat nirawak"
    assert domain.column("jenis").match_value("Pesawat nirawak").key == "drone"
    assert "daya" in {c.key for c in domain.columns_of("drone")} - {
        c.key for c in domain.columns_of("server")
    }
    gone = lay(PACK, put(content, "infrastructure", "kinds", {"key": "drone", "retired": True}))
    assert ("infrastructure", "drone") in gone.retired_kinds and (
        "infrastructure",
        "daya",
    ) in gone.retired_columns


def test_a_kind_of_the_pack_stays() -> None:
    assert "pack" in told(
        put({}, "infrastructure", "kinds", {"key": "server", "label": {"id": "Server"}, "retired": True})
    )


def test_a_domain_with_a_field_that_tells_kinds_apart_takes_no_kinds() -> None:
    assert "jenis" in told(put({}, "data", "kinds", {"key": "citra", "label": {"id": "Citra"}}))


def test_a_relation_can_be_added_and_one_of_the_pack_stays() -> None:
    relation = {
        "key": "diaudit_oleh", "from": ["applications"], "to": ["security"], "cardinality": "many_to_many",
        "forward": {"id": "diaudit oleh"}, "backward": {"id": "mengaudit"},
    }  # fmt: skip
    assert (
        lay(PACK, {"relations": [relation]})
        .relation("diaudit_oleh")
        .allows(("applications", ""), ("security", ""))
    )
    assert "pack" in told({"relations": [relation | {"key": "application_data"}]})
    assert "unknown" in told({"relations": [relation | {"to": ["langit"]}]})


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("content", "word"),
    [
        ([], "mapping"),
        ({"x": 1}, "unknown key"),
        ({"domains": {}}, "list"),
        ({"domains": [7]}, "mapping"),
        ({"domains": [{"key": "langit"}]}, "langit"),
        ({"domains": [{"key": "applications"}, {"key": "applications"}]}, "twice"),
        ({"domains": [{"key": "applications", "columns": [CONTRACT, CONTRACT]}]}, "twice"),
        (own(key="Status"), "small letters"),
        (own(key="kode-x"), "small letters"),
        (own(key="jenis"), "of its own"),
        (own(official=True), "only the pack"),
        (own(values_verified=True), "only the pack"),
        (own(type="enum", values=None), "list of values"),
        (own(type="gambar"), "must be one of"),
        (own(kinds=["langit"]), "unknown kind"),
        (own(label={"id": "Uraian/Deskripsi"}), "already means"),
        (put({}, "applications", "columns", {"key": "kelas", "type": "number"}), "type"),
        (put({}, "applications", "columns", {"key": "fungsi", "values": [{"key": "x"}]}), "no list"),
    ],
)
def test_what_does_not_fit_is_refused_with_place_and_reason(content: Any, word: str) -> None:
    assert word in told(content)


@pytest.mark.hostile
def test_what_a_newer_pack_no_longer_takes_is_left_out_and_told() -> None:
    content = put(own(), "applications", "columns", {"key": "kelas", "type": "number"})
    content = put(content, "langit", "columns", CONTRACT)
    laid, faults = lay_what_fits(PACK, content)
    assert laid.domain("applications").column("status_kontrak")
    assert laid.domain("applications").column("kelas").type == "enum"
    assert {fault.path for fault in faults} == {"applications columns kelas", "langit columns status_kontrak"}
    assert fitting(PACK, content)[0] == own()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "key",
                    "domains",
                    "columns",
                    "kinds",
                    "values",
                    "label",
                    "id",
                    "type",
                    "retired",
                    "relations",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@pytest.mark.hostile
@given(anything)
def test_nothing_breaks_it(content: Any) -> None:
    laid, _faults = lay_what_fits(PACK, content)
    assert {c.key for c in PACK.domain("applications").columns if c.official} <= {
        c.key for c in laid.domain("applications").columns
    }


keys = st.sampled_from(["status_kontrak", "kelas", "kategori", "fungsi"])


@given(st.lists(st.tuples(keys, st.booleans()), max_size=8))
def test_the_last_word_about_a_field_holds(steps: list[tuple[str, bool]]) -> None:
    content = own()
    last = {}
    for key, retired in steps:
        if key != "fungsi":
            content, last[key] = (
                put(content, "applications", "columns", {"key": key, "retired": retired}),
                retired,
            )
    laid = lay(PACK, content)
    known = {column.key for column in laid.domain("applications").columns}
    assert {key for key, retired in last.items() if retired} == {place[1] for place in laid.retired_columns}
    assert not known & {place[1] for place in laid.retired_columns}


def test_differences_name_what_would_change() -> None:
    content = put(own(), "applications", "columns", {"key": "kelas", "retired": True})
    content = put(content, "applications", "columns", {"key": "kategori", "required": True})
    found = {(one.what, one.how, one.key) for one in differences(PACK, lay(PACK, content))}
    assert found == {
        ("column", "added", "status_kontrak"),
        ("column", "removed", "kelas"),
        ("column", "required", "kategori"),
    }
