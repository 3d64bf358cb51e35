"""The pack of clearance: sound as shipped, and every fault of another one told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.regulations import packs
from pendapa.regulations.clearance import load_clearance
from pendapa.regulations.errors import PackError

SHIPPED = (packs.FOLDER / "clearance.yaml").read_text(encoding="utf-8")


def test_the_form_is_that_of_the_region_with_its_required_questions() -> None:
    pack = packs.clearance()
    required = {step.key: sum(field.required for field in step.fields) for step in pack.steps}
    assert required == {"identitas": 8, "kebutuhan": 5, "arsitektur": 2, "perencanaan": 12}
    assert pack.words == 2000
    assert len(pack.field("bidang_umum").options) == 9


def test_what_no_source_settles_says_so() -> None:
    pack = packs.clearance()
    assert not pack.basis.verified
    assert pack.rule.verified
    assert not pack.step("arsitektur").verified  # type: ignore[union-attr]


def test_the_fields_of_general_applications_are_those_of_the_national_pack() -> None:
    options = {option.key for option in packs.clearance().field("bidang_umum").options} - {"bukan"}
    assert options == {field.key for field in packs.national().fields}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    effect: blocks", "    effect: hints", "must be one of blocks, warns"),
        ("type: money", "type: gold", "must be one of"),
        ("{names}.", "{secret}.", "unknown placeholder 'secret'"),
        ("{names}.", "{names.", "brace"),
        ("key: twin\n", "key: process\n", "is there twice"),
        ("type: elements, domain: services", "type: elements", "name their domain"),
        ("words: 2000", "words: 0", "at least 1"),
        ("words: 2000", "", "is missing"),
        ("most: 50", "most: 50\n  extra: 1", "unknown key"),
    ],
)
def test_a_faulty_pack_is_refused_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SHIPPED
    file = tmp_path / "clearance.yaml"
    file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as error:
        load_clearance(file)
    assert told in str(error.value)
