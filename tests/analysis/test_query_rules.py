"""The language of questions: what is read, how it is written, where it is wrong, what may stand at the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules.query import Fault, Plan, ask, parse
from pendapa.analysis.rules.query_completion import complete
from pendapa.analysis.rules.query_grammar import LONGEST
from pendapa.analysis.rules.query_tree import (
    KEYWORDS,
    All,
    Condition,
    Either,
    Gap,
    Link,
    Not,
    Question,
    Step,
    Test,
    Word,
    written,
)
from pendapa.analysis.rules.query_words import vocabulary
from pendapa.architecture.rules.gaps import RULES
from pendapa.regulations import packs

WORDS = vocabulary(packs.metamodel(), tuple(RULES), True)
OPEN = vocabulary(packs.metamodel(), tuple(RULES), False)
EXAMPLE = 'aplikasi where basis_data = "MySQL" and opd = Dinkes → infrastruktur'


def fault(line: str) -> Fault:
    with pytest.raises(Fault) as found:
        ask(line, WORDS)
    return found.value


def marked(line: str) -> str:
    """The characters that the fault marks."""
    found = fault(line)
    return line[found.at : found.at + found.size]


# -- writing and reading

plain = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
keyword = st.sampled_from([word for words in KEYWORDS.values() for word in words])
word = st.builds(
    Word, plain | keyword | st.sampled_from(["aplikasi", "a-b", "2026-01-31", "x.y", '"', "->", "a'b"])
)
compare = st.builds(
    lambda n, op, v: Test(n, op, (v,)), word, st.sampled_from(["=", "!=", "~", ">", ">=", "<", "<="]), word
)
among = st.builds(lambda n, v: Test(n, "in", tuple(v)), word, st.lists(word, min_size=1, max_size=3))
empty = st.builds(lambda n: Test(n, "empty"), word)
leaf = compare | among | empty | st.builds(Gap, st.none() | word)


def flat(kind: type, parts: list[Condition]) -> Condition:
    """A conjunction holds no conjunction, as the reader makes them."""
    inner = [one for part in parts for one in (part.parts if isinstance(part, kind) else [part])]  # type: ignore[union-attr]
    found: Condition = kind(tuple(inner))
    return found


def steps(conditions: st.SearchStrategy[Condition], arrows: list[str]) -> st.SearchStrategy[Step]:
    return st.builds(Step, word, st.none() | conditions, st.none() | word, st.sampled_from(arrows))


condition = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: flat(All, parts), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: flat(Either, parts), st.lists(inner, min_size=2, max_size=3)),
        st.builds(Link, st.booleans(), steps(inner, ["→", "←", ""])),
    ),
    max_leaves=6,
)
question = st.builds(
    lambda first, hops, show, sort, down: Question((first, *hops), tuple(show), sort, bool(sort) and down),
    st.builds(Step, word, st.none() | condition),
    st.lists(steps(condition, ["→", "←"]), max_size=3),
    st.lists(word, max_size=3),
    st.none() | word,
    st.booleans(),
)


@given(question)
def test_what_is_written_reads_as_the_same_question(asked: Question) -> None:
    line = written(asked)
    if len(line) <= LONGEST:
        assert parse(line) == asked


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                *EXAMPLE.split(),
                *[
                    "(",
                    ")",
                    ",",
                    "=",
                    "~",
                    "->",
                    "<-",
                    '"',
                    "'",
                    "tanpa",
                    "celah",
                    "dalam",
                    "kosong",
                    "bukan",
                    "urut",
                    "1.nama",
                ],
            ]
        ),
        max_size=30,
    ).map(" ".join)
)
def test_any_text_is_answered_or_told_what_is_wrong(line: str) -> None:
    try:
        found = ask(line, WORDS)
    except Fault as told:
        assert 0 <= told.at <= len(line) and str(told.message)
    else:
        assert isinstance(found, Plan)


@given(st.text(max_size=120) | st.integers(0, len(EXAMPLE)).map(lambda n: EXAMPLE[:n]), st.integers(-5, 200))
def test_suggestions_never_fail_and_stay_within_the_line(line: str, at: int) -> None:
    found = complete(line, at, WORDS, lambda: ["Dinas Kesehatan"])
    assert 0 <= found.start <= found.end <= len(line)


@pytest.mark.parametrize(
    "line",
    [
        "aplikasi dengan " + "(" * 700 + "nama = x" + ")" * 700,
        "aplikasi dengan " + "bukan " * 300 + "nama = x",
    ],
)
def test_deep_nesting_is_read_or_refused(line: str) -> None:
    try:
        ask(line, WORDS)
    except Fault as told:
        assert "deep" in str(told.message)


def test_indonesian_and_english_words_mean_the_same() -> None:
    english = "applications where basis_data = MySQL and not code in (a, b) or owner is empty -> server show name sort by name desc"
    indonesian = "applications dengan basis_data = MySQL dan bukan code dalam (a, b) atau owner kosong → server tampilkan name urut name turun"
    assert parse(english) == parse(indonesian)


# -- what names mean


def test_the_example_of_the_guide_filters_and_follows() -> None:
    plan = ask(EXAMPLE, WORDS)
    assert [stop.target.domain for stop in plan.steps] == ["applications", "infrastructure"]
    assert "application_server" in plan.steps[1].out and plan.paths
    assert [column.field.key for column in plan.columns] == ["nama", "opd", "basis_data", "nama", "opd"]


def test_a_relation_reads_as_its_label_says() -> None:
    sends = ask('aplikasi → "mengirim data ke" aplikasi', WORDS).steps[1]
    receives = ask('aplikasi → "menerima data dari" aplikasi', WORDS).steps[1]
    assert (sends.out, sends.into) == (("application_flow",), ())
    assert (receives.out, receives.into) == ((), ("application_flow",))
    back = ask('aplikasi ← "mengirim data ke" aplikasi', WORDS).steps[1]
    assert (back.out, back.into) == ((), ("application_flow",))


def test_rows_are_elements_where_only_the_last_step_is_shown() -> None:
    assert not ask("layanan → aplikasi tampilkan nama", WORDS).paths
    assert ask("layanan → aplikasi tampilkan nama, layanan.nama", WORDS).paths
    assert ask("layanan → aplikasi tampilkan nama urut 1.nama", WORDS).paths


@pytest.mark.parametrize(
    ("line", "place", "near"),
    [
        ("aplkasi", "aplkasi", "aplikasi"),
        ("aplikasi dengan basis_dat = x", "basis_dat", "basis_data"),
        ("aplikasi denga nama = x", "denga", "dengan"),
        ("data dengan jenis = tabuler", "tabuler", "tabular"),
        (
            "aplikasi dengan celah(application_without_dta)",
            "application_without_dta",
            "application_without_data",
        ),
        ("proses → keamanan", "keamanan", "aplikasi"),
        ("layanan → aplikasi tampilkan lyanan.nama", "lyanan.nama", ""),
        ("aplikasi dengan nama = Sistem Informasi", "Informasi", ""),
        ("aplikasi dengan tahun_pembuatan > dulu", "dulu", ""),
        ('aplikasi dengan nama = "x', '"x', ""),
        ("aplikasi dengan nama > 3", "nama", ""),
        ("aplikasi → aplikasi tampilkan aplikasi.nama", "aplikasi.nama", ""),
        ("aplikasi" + " → elemen" * 5, "elemen", ""),
    ],
)
def test_a_fault_marks_its_place_and_tells_the_nearest_word(line: str, place: str, near: str) -> None:
    assert marked(line) == place
    assert not near or near in fault(line).nearest


def test_personal_data_is_no_word_to_whom_it_is_hidden() -> None:
    assert ask("aplikasi dengan operator = Budi", WORDS)
    with pytest.raises(Fault) as told:
        ask("aplikasi dengan operator = Budi", OPEN)
    with pytest.raises(Fault) as unknown:
        ask("aplikasi dengan operatox = Budi", OPEN)
    assert told.value.message.msgid == unknown.value.message.msgid
    assert "operator" not in unknown.value.nearest
    offered = complete("aplikasi dengan op", 18, OPEN).found
    assert "opd" in [one.text for one in offered] and "operator" not in [one.text for one in offered]
    for line in ("aplikasi tampilkan operator", "aplikasi urut operator", "aplikasi dengan tanpa operator"):
        with pytest.raises(Fault):
            ask(line, OPEN)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("apl", "aplikasi"),
        ("aplikasi ", "dengan"),
        ("aplikasi dengan basis_d", "basis_data"),
        ("aplikasi dengan basis_data = m", "MySQL"),
        ('aplikasi dengan opd = "Dinas K', '"Dinas Kesehatan"'),
        ("aplikasi → ser", "server"),
        ("aplikasi → berj", "berjalan_di"),
        ("aplikasi dengan celah(application_without_o", "application_without_operator"),
        ("aplikasi → server tampilkan 1.na", "1.nama"),
    ],
)
def test_suggestions_fit_the_place(line: str, offered: str) -> None:
    assert offered in [
        one.text for one in complete(line, len(line), WORDS, lambda: ["Dinas Kesehatan"]).found
    ]
