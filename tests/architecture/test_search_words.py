"""The search of the register: labels, names of units, forms and slips, and never a word that one may not know."""

from __future__ import annotations

import pytest

from pendapa.architecture import searching
from pendapa.architecture.models import Element
from pendapa.architecture.queries import Filters, elements
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.search import rebuild
from pendapa.kernel.search.models import SearchEntry, SearchWord
from pendapa.organisation.models import UnitAlias
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def found(cast: Cast, query: str, who: str = "operator") -> list[str]:
    page = elements(cast.actor(who), cast.institution, Filters(query=query))
    return [row["name"] for row in page.rows]


def mended(cast: Cast, who: str, typed: str) -> str | None:
    return searching.corrected(cast.actor(who), cast.institution, Filters(query=typed))


def alias(cast: Cast, name: str) -> UnitAlias:
    row = UnitAlias(institution=cast.institution, unit=cast.unit, name=name)
    row.derive()
    history.write(system(), cast.institution, "edit", history.Writes(add=[row]))
    return row


@pytest.fixture
def register(cast: Cast) -> list[Element]:
    return [
        make(cast.unit, "SIMPUS", attributes={"fungsi": "Melayani pasien puskesmas", "basis": "web"}),
        make(cast.unit, "e-Rujukan"),
        make(cast.other_unit, "Antrean Kependudukan", attributes={"basis": "mobile"}),
        make(cast.other_unit, "Brankas Sandi Negara", classification="restricted"),
    ]


def test_the_label_of_a_value_is_found_in_both_languages(cast: Cast, register: list[Element]) -> None:
    from pendapa.regulations import packs

    column = next(c for c in packs.metamodel().domain("applications").columns if c.key == "basis")
    value = column.match_value(register[0].attributes["basis"])
    assert value is not None
    for label in (value.label.id, value.label.en):
        assert "SIMPUS" in found(cast, label)


def test_a_word_of_the_unit_s_name_may_stand_beside_one_of_the_element(
    cast: Cast, register: list[Element]
) -> None:
    assert found(cast, "simpus kesehatan") == ["SIMPUS"]
    assert found(cast, "antrean dinas kependudukan") == ["Antrean Kependudukan"]
    assert found(cast, "simpus kependudukan") == []


def test_another_name_of_the_unit_is_found_from_the_moment_it_is_kept(
    cast: Cast, register: list[Element]
) -> None:
    assert found(cast, "dinkes") == []
    row = alias(cast, "Dinkes")
    assert found(cast, "dinkes rujukan") == ["e-Rujukan"]
    row.refresh_from_db()
    history.write(system(), cast.institution, "edit", history.Writes(delete=[row]))
    assert found(cast, "dinkes") == []


def test_a_renamed_unit_is_found_by_its_new_name(cast: Cast, register: list[Element]) -> None:
    unit = type(cast.unit).objects.get(pk=cast.unit.pk)
    unit.name = "Dinas Kebugaran"
    unit.derive()
    history.write(system(), cast.institution, "edit", history.Writes(change=[unit]))
    assert found(cast, "kebugaran") == ["e-Rujukan", "SIMPUS"]


def test_forms_of_a_word_are_one(cast: Cast, register: list[Element]) -> None:
    assert found(cast, "pelayanan") == ["SIMPUS"]
    assert "Antrean Kependudukan" in found(cast, "penduduk")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sinpus", "simpus"),
        ("pukesmas", "puskesmas"),
        ("rujukn", "rujukan"),
        ("antrean kependudkan", "antrean kependudukan"),
    ],
)
def test_a_slip_is_mended(cast: Cast, register: list[Element], typed: str, meant: str) -> None:
    assert found(cast, typed) == []
    assert mended(cast, "operator", typed) == meant


def test_a_word_that_only_a_hidden_element_holds_is_never_told(cast: Cast, register: list[Element]) -> None:
    for who, told in (("operator", None), ("other_operator", "brankas"), ("diskominfo", "brankas")):
        assert mended(cast, who, "brangkas") == told
    # Typed rightly it is not there either, and answers as what was never written.
    assert found(cast, "brankas") == found(cast, "qwertzu") == []
    page = cast.client("operator").get("/di/uji/arsitektur/", {"q": "brangkas"}).content.decode()
    other = cast.client("operator").get("/di/uji/arsitektur/", {"q": "qwertzui"}).content.decode()
    assert page.replace("brangkas", "").count("<li") == other.replace("qwertzui", "").count("<li")
    assert "brankas" not in page


def test_a_visible_neighbour_is_offered_even_when_the_typed_word_is_hidden(
    cast: Cast, register: list[Element]
) -> None:
    make(cast.unit, "Brangkas Obat")
    assert found(cast, "brankas") == []
    assert mended(cast, "operator", "brankas") == "brangkas"


def test_an_old_index_is_made_anew_once(cast: Cast, register: list[Element]) -> None:
    before = found(cast, "pelayanan kesehatan")
    SearchEntry.objects.update(text="usang")
    SearchWord.objects.all().delete()
    rebuild.after_migrations(None)  # type: ignore[arg-type]
    assert found(cast, "pelayanan kesehatan") == before == ["SIMPUS"]
    SearchEntry.objects.update(text="usang")
    rebuild.after_migrations(None)  # type: ignore[arg-type]
    assert found(cast, "usang")


def test_what_is_deleted_stays_out_of_an_index_made_anew(cast: Cast, register: list[Element]) -> None:
    row = Element.objects.get(pk=register[0].pk)
    history.write(system(), cast.institution, "edit", history.Writes(delete=[row]))
    rebuild.rebuild(cast.institution.pk)
    assert not SearchEntry.objects.filter(target_type="element", target=row.pk).exists()
