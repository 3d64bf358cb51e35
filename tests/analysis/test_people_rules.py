"""Names out of texts, one person under several spellings, loads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules.people import ALONE, COVERED, NONE, Staffed, key, loads, names, spread, staffed


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ani", ["ani"]),
        ("Ani, Budi; Citra dan Dian", ["ani", "budi", "citra", "dian"]),
        ("Ani Lestari, S.Kom., M.T.", ["ani lestari"]),
        ("Dr. H. Budi Santoso, M.T., Ph.D", ["budi santoso"]),
        ("Ani, M.Rizki, S.Kom", ["ani", "m rizki"]),
        ("Wa Ode Siti 0812 3456 7890", ["wa ode siti"]),
        ("Budi (NIP 19801231 200501 1 001)", ["budi"]),
        ("Bidang Aplikasi dan Informatika", ["bidang aplikasi dan informatika"]),
        ("Ani\nBudi", ["ani", "budi"]),
        (["Ani", "Budi"], ["ani", "budi"]),
        ("-", []),
        ("Belum ada", []),
        ("", []),
        (None, []),
    ],
)
def test_the_people_of_a_field(text: object, people: list[str]) -> None:
    assert [key(name) for name in names(text)] == people


@pytest.mark.parametrize(
    "spelling", ["BUDI SANTOSO", "Pak Budi  Santoso", "budi santoso, s.kom", "Búdi Santoso ST"]
)
def test_one_person_under_several_spellings(spelling: str) -> None:
    assert key(spelling) == "budi santoso"


@pytest.mark.parametrize(
    ("operator", "substitute", "state"),
    [
        ("", "Budi", NONE),
        ("Ani", "", ALONE),
        ("Ani", "ANI, S.Kom", ALONE),
        ("Ani", "Budi", COVERED),
        ("Ani dan Budi", "", COVERED),
    ],
)
def test_the_state_of_a_thing(operator: str, substitute: str, state: str) -> None:
    assert staffed(operator, substitute, {}).state == state


_PEOPLE = st.lists(st.sampled_from("abcde"), unique=True, max_size=3).map(tuple)
_STAFF = st.lists(
    st.builds(
        lambda operators, substitutes: Staffed(
            operators, tuple(one for one in substitutes if one not in operators)
        ),
        _PEOPLE,
        _PEOPLE,
    ),
    max_size=12,
)


@given(_STAFF)
def test_loads_lose_no_thing_and_add_none(things: list[Staffed]) -> None:
    found = loads(things)
    assert sum(len(load.operates) for load in found.values()) == sum(len(one.operators) for one in things)
    assert sum(len(load.alone) for load in found.values()) == sum(one.state == ALONE for one in things)
    assert all(set(load.alone) <= set(load.operates) for load in found.values())
    told = [len(load.alone) for load in found.values()]
    assert told == sorted(told, reverse=True)


@given(_STAFF, st.randoms())
def test_a_substitute_never_makes_a_load_heavier(things: list[Staffed], chance: object) -> None:
    helped = [Staffed(one.operators, ("z",)) if one.state == ALONE else one for one in things]
    assert all(not load.alone for load in loads(helped).values())


@given(_STAFF)
def test_the_spread_counts_each_person_once(things: list[Staffed]) -> None:
    found = loads(things)
    assert sum(people for people, _things, _alone in spread(found)) == sum(
        bool(one.operates) for one in found.values()
    )


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for name in names(text):
        assert key(name) == key(name.upper()) or not name.isascii()
