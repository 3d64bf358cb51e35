"""Which tests run again on PostgreSQL, and which run first."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytest_plugins = ["pytester"]

SUITE = """
    import pytest

    PEOPLE = ["operator", "other_operator", "head", "diskominfo", "sekda", "public"]

    @pytest.mark.database
    @pytest.mark.parametrize("page", ["list", "form"])
    @pytest.mark.parametrize("who", PEOPLE)
    def test_a_page_opens(who, page):
        pass

    @pytest.mark.database
    @pytest.mark.parametrize("word", ["a", "b", "c", "d", "e"])
    def test_a_word_is_found(word):
        pass

    @pytest.mark.database
    @pytest.mark.once
    def test_is_the_same_everywhere():
        pass

    def test_touches_nothing():
        pass

    @pytest.mark.database
    @pytest.mark.first
    def test_takes_minutes():
        pass
"""


@pytest.fixture
def chosen(pytester: pytest.Pytester) -> list[str]:
    """The tests of :data:`SUITE` that ``--database-only`` chooses, by name and parameters."""
    pytester.makeini(f"[pytest]\npythonpath = {ROOT}\nmarkers =\n  database: x\n  once: x\n  first: x\n")
    pytester.makepyfile(test_it=SUITE)
    options = ("--collect-only", "-q", "-p", "no:cacheprovider", "-p", "tools.testing.selection")
    answer = pytester.runpytest_subprocess(*options, "--database-only")
    return [line.partition("::")[2] for line in answer.outlines if "::" in line]


def test_a_test_of_all_people_runs_again_for_three_with_each_of_its_other_parameters(chosen):
    pages = [name for name in chosen if name.startswith("test_a_page_opens")]
    assert sorted(pages) == sorted(
        f"test_a_page_opens[{who}-{page}]"
        for who in ("operator", "head", "public")
        for page in ("list", "form")
    )


def test_other_parameters_all_run_again(chosen):
    words = [name for name in chosen if name.startswith("test_a_word_is_found")]
    assert words == [f"test_a_word_is_found[{word}]" for word in "abcde"]


def test_what_no_database_changes_does_not_run_again(chosen):
    assert chosen and not {"test_is_the_same_everywhere", "test_touches_nothing"} & set(chosen)


def test_what_takes_minutes_is_begun_first(chosen):
    assert chosen[0] == "test_takes_minutes"
