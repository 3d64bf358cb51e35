"""The roadmap as data: seven contents, reviews within its years, completion values, codes that say they are not settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.roadmap import load_roadmap

SHIPPED = packs.FOLDER / "roadmap.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "roadmap.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_a_roadmap_runs_five_years_and_holds_seven_contents_as_the_regulation_says() -> None:
    pack = packs.roadmap()
    assert pack.years == 5 and len(pack.contents) == 7 and pack.verified
    assert [one.key for one in pack.reviews if one.year is None] == ["needed"]
    assert all(one.label.id and one.label.en for one in (*pack.contents, *pack.reviews, *pack.completions))


def test_no_evidence_is_a_completion_of_its_own() -> None:
    keys = [one.key for one in packs.roadmap().completions]
    assert keys == ["no_evidence", "not_started", "limited", "substantial", "complete"]


def test_a_commitment_is_assessed_four_months_after_its_period_as_the_source_says() -> None:
    found = packs.roadmap().assessing
    assert (found.months, found.verified) == (4, True)
    assert "opengovpartnership.org" in found.provenance.source


def test_codes_of_programmes_are_never_told_as_settled() -> None:
    pack = packs.roadmap()
    assert pack.programmes and not any(one.verified for one in pack.programmes)
    assert pack.programme("2.16.03.2.02.0035") is not None and pack.programme("9.99") is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("year: 3,", "year: 9,", "outside the 5 years"),
        ("key: management,", "key: governance,", "'governance' is there twice"),
        ("years: 5", "years: 0", "a year at least"),
        ('code: "2.16.03.2.01"', 'code: "2.16.03"', "'2.16.03' is there twice"),
        ("months: 4,", "months: 61,", "between the end of the period and five years"),
        ("completions:", "completion:", "unknown key"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused_with_the_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(PackError) as refused:
        load_roadmap(changed(tmp_path, old, new))
    assert told in str(refused.value)
