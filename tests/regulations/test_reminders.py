"""The pack of reminders: what it says, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.reminders import load_reminders


def test_the_shipped_ladder_goes_from_the_person_over_the_head_to_the_leader_and_says_it_is_nobodys_rule() -> (
    None
):
    pack = packs.reminders()
    assert [(one.days, one.to) for one in pack.ladder] == [
        (-7, "person"), (-1, "person"), (1, "person"), (3, "head"), (7, "leader"),
    ]  # fmt: skip
    assert (pack.quiet_from, pack.quiet_until, pack.workdays, pack.unassigned) == (
        18,
        7,
        (1, 2, 3, 4, 5),
        -30,
    )
    assert not pack.provenance.verified


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days: 3, to: head", "days: 9, to: head", "must be called 'after_9'"),
        ("{key: after_1, days: 1, to: person", "{key: before_1, days: -1, to: person", "is there twice"),
        ("to: leader", "to: bupati", "ladder"),
        ("quiet: {from: 18", "quiet: {from: 25", "hour from 0 to 23"),
        ("workdays: [1, 2, 3, 4, 5]", "workdays: [0]", "ISO weekdays"),
        ("unassigned: -30", "unassigned: soon", "unassigned"),
    ],
)
def test_a_bad_pack_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = packs.reminders().file.read_text(encoding="utf-8")
    assert old in text
    bad = tmp_path / "reminders.yaml"
    bad.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_reminders(bad)
    assert any(said in str(fault) for fault in caught.value.faults)
