"""How a text calls people, whatever is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.comments import rules
from pendapa.kernel.comments.rules import Person

NAMES = st.text("ABCabc éİß.'-@ ", min_size=1, max_size=12).map(str.strip).filter(bool)
PEOPLE = st.lists(NAMES, max_size=5).map(lambda names: [Person(n, name) for n, name in enumerate(names, 1)])
TEXTS = st.text("@@ABCabc éİß.'-\n ", max_size=40)


@given(TEXTS, PEOPLE, st.lists(st.integers(1, 6), max_size=3))
def test_what_is_called_stands_in_the_text_or_was_picked(
    text: str, people: list[Person], picked: list[int]
) -> None:
    found = rules.call(text, people, picked)
    names = {one.pk: one.name for one in people}
    for pk in found.people:
        assert f"@{names[pk]}" in found.text
    assert set(picked) & names.keys() <= set(found.people)


@given(TEXTS, PEOPLE)
def test_the_words_outside_of_calls_stay(text: str, people: list[Person]) -> None:
    if not people or "@" not in text:
        assert rules.call(text, people).text == text
    # Each call is written out in place; before the first one nothing changes.
    assert rules.call(text, people).text.startswith(text[: text.find("@") + 1])


@given(TEXTS, st.lists(NAMES, max_size=4))
def test_the_pieces_of_a_text_are_the_text(text: str, names: list[str]) -> None:
    assert "".join(part for _called, part in rules.pieces(text, names)) == text


@given(st.text(max_size=60))
def test_a_cleaned_text_is_clean(text: str) -> None:
    once = rules.clean(text)
    assert rules.clean(once) == once and "\x00" not in once and "\r" not in once
