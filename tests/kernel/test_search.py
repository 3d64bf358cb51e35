"""One search with the same answers on every database, and lists in the same order."""

from __future__ import annotations

import pytest

from pendapa.architecture.models import Element
from pendapa.kernel.search import index
from tests.cast import Cast
from tests.kernel.things import SYSTEM, element, write

NAMES = [
    "SIMPUS", "Simpus-2", "e-Rujukan Maternal & Neonatal", "Sistem Informasi (SI) Puskesmas", "Café Résumé", "Layanan 3in1",
    "a1b2", "12abc", "Kelurahan/Desa", "Ñandú", "dan", "Data_Center", "ＦＵＬＬ width", "İzmir", "zzz", "Ægir", "ab", "Ab", "_x", "~",
    "1e5 angka", "Straße", "Aplikasi's", "x" * 280, "C++", "layanan.go.id",
]  # fmt: skip


@pytest.fixture
def elements(cast: Cast) -> list[Element]:
    rows = [element(cast.unit, f"A{n:02}", name) for n, name in enumerate(NAMES)]
    write(SYSTEM, cast.unit, add=rows)
    return rows


def found(query: str) -> set[str]:
    return set(Element.objects.filter(pk__in=index.matching("element", query)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("simpus", {"SIMPUS", "Simpus-2"}),
        ("SIM", {"SIMPUS", "Simpus-2"}),
        ("puskesmas sistem", {"Sistem Informasi (SI) Puskesmas"}),
        ("rujukan neo", {"e-Rujukan Maternal & Neonatal"}),
        ("cafe RESUME", {"Café Résumé"}),
        ("café", {"Café Résumé"}),
        ("3in", {"Layanan 3in1"}),
        ("a1b", {"a1b2"}),
        ("12ab", {"12abc"}),
        ("desa", {"Kelurahan/Desa"}),
        ("nandu", {"Ñandú"}),
        ("dan", {"dan"}),
        ("center", {"Data_Center"}),
        ("full", {"ＦＵＬＬ width"}),
        ("izmir", {"İzmir"}),
        ("1e5", {"1e5 angka"}),
        ("straße", {"Straße"}),
        ("aplikasi s", {"Aplikasi's"}),
        ("go id", {"layanan.go.id"}),
        ("A03", {"Sistem Informasi (SI) Puskesmas"}),
        ("pus", {"Sistem Informasi (SI) Puskesmas"}),
        ("tidak ada", set()),
        ("", set()),
        ("  '\"*:()&|!<-> ", set()),
        ("simpus' OR 1=1", set()),
        ("NEAR(simpus)", set()),
        ("simpus*", {"SIMPUS", "Simpus-2"}),
        ("c", {"C++", "Café Résumé", "Data_Center"}),
    ],
)
def test_words_are_found_as_beginnings_whatever_their_case_and_accents(
    elements: list[Element], query: str, names: set[str]
) -> None:
    assert found(query) == names


def test_the_search_may_stand_inside_other_questions(elements: list[Element]) -> None:
    inner = Element.objects.filter(pk__in=index.matching("element", "simpus"), classification="internal")
    assert (
        Element.objects.filter(pk__in=inner.values("pk"))
        .exclude(pk__in=index.matching("element", "2"))
        .count()
        == 1
    )


def test_search_asks_for_one_type_of_thing_alone(elements: list[Element]) -> None:
    assert not index.matching("unit", "simpus").exists()


def test_names_are_listed_in_the_order_of_their_letters_on_every_database(elements: list[Element]) -> None:
    listed = list(Element.objects.order_by("name_key", "id").values_list("name_key", "id"))
    assert listed == sorted((row.name_key, row.pk) for row in elements)
    codes = list(Element.objects.order_by("code").values_list("code", flat=True))
    assert codes == sorted(codes)


def test_units_are_listed_in_the_order_of_their_letters_on_every_database(cast: Cast) -> None:
    from pendapa.kernel.tenancy.models import Unit

    names = ["badan", "Badan", "bagian", "Éa", "Kec. A", "Kec A", "zona"]
    units = []
    for number, name in enumerate(names):
        unit = Unit(institution=cast.institution, code=f"9.{number}", name=name)
        unit.derive()
        units.append(unit)
    write(SYSTEM, cast.unit, add=units)
    listed = list(Unit.objects.filter(code__startswith="9.").order_by("name").values_list("name", flat=True))
    assert listed == sorted(names)


def test_an_index_written_again_holds_a_thing_once(cast: Cast) -> None:
    for text in ("satu dua", "tiga"):
        index.write("uji", cast.institution.pk, [(7, text)], fresh=False)
    assert list(index.matching("uji", "tiga")) == [7]
    assert not index.matching("uji", "satu").exists()
    index.remove("uji", [7])
    assert not index.matching("uji", "tiga").exists()
