"""Codes by the institution's pattern: unique, never given twice, the same by form and by import."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.architecture import actions, coding
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.tenancy.models import Institution
from tests.architecture.scene import make
from tests.cast import Cast
from tests.kernel.sheets import csv_of, saved

pytestmark = pytest.mark.django_db


def patterns(cast: Cast, **told: str) -> None:
    coding.set_patterns(system(), cast.institution, told)


def process(cast: Cast, name: str, rab: str = "", **more: str) -> str:
    return make(cast.unit, name, "processes", attributes={"rab": rab}, **more).code


def test_codes_follow_the_pattern_and_count_on_their_own_for_each_node(cast: Cast) -> None:
    patterns(cast, processes="GSK-DAB {ref}.{n:2}")
    got = [process(cast, "A", "RAB.04.01"), process(cast, "B", "RAB.06.01"), process(cast, "C", "rab 4.1")]
    assert got == ["GSK-DAB 04.01.01", "GSK-DAB 06.01.01", "GSK-DAB 04.01.02"]


def test_without_a_reference_the_standard_pattern_counts_and_nothing_is_invented(cast: Cast) -> None:
    patterns(cast, processes="GSK-DAB {ref}.{n:2}")
    assert [process(cast, "A"), process(cast, "B", "Rumpun Tak Ada")] == ["DAB-001", "DAB-002"]


def test_the_code_of_the_unit_may_stand_in_it(cast: Cast) -> None:
    patterns(cast, applications="{unit}/APL-{n:3}")
    assert [make(u, "A").code for u in (cast.unit, cast.other_unit, cast.unit)] == [
        "1.02/APL-001",
        "2.12/APL-001",
        "1.02/APL-002",
    ]


def test_a_code_is_never_given_twice(cast: Cast) -> None:
    deleted = make(cast.unit, "Terhapus")
    actions.delete_element(system(), deleted)
    renamed = make(cast.unit, "Berganti")
    assert (deleted.code, renamed.code) == ("DAA-001", "DAA-002")
    actions.change_element(system(), renamed, version=1, code="LAMA-9")
    assert make(cast.unit, "Baru").code == "DAA-003"


def test_a_code_given_up_under_a_pattern_with_a_reference_is_not_given_again_there(cast: Cast) -> None:
    patterns(cast, processes="P {ref}.{n}")
    element = make(cast.unit, "A", "processes", attributes={"rab": "RAB.04.01"})
    actions.change_element(system(), element, version=1, code="X")
    assert process(cast, "B", "RAB.04.01") == "P 04.01.2" and process(cast, "C", "RAB.06.01") == "P 06.01.1"


def test_codes_that_exist_never_change_and_a_new_pattern_begins_its_own_count(cast: Cast) -> None:
    before = make(cast.unit, "A")
    patterns(cast, applications="APL.{n:4}")
    assert make(cast.unit, "B").code == "APL.0001"
    assert Element.objects.get(pk=before.pk).code == "DAA-001"
    patterns(cast, applications="")
    assert make(cast.unit, "C").code == "DAA-002"


def test_a_code_of_another_kind_that_stands_in_the_way_is_passed_over(cast: Cast) -> None:
    make(cast.unit, "Panjang", code="DAA-99999999999")
    make(cast.unit, "Tangan", code="DAA-3")
    assert [make(cast.unit, name).code for name in "AB"] == ["DAA-004", "DAA-005"]


def test_many_codes_of_many_series_are_read_in_few_queries(cast: Cast) -> None:
    patterns(cast, processes="{ref}-{n}")
    codes = coding.Codes(Institution.objects.get(pk=cast.institution.pk))
    refs = ["RAB.04.01", "RAB.06.01", "RAB.02.01", "RAB.02.02", "RAB.02.03", "RAB.03.01"]
    with CaptureQueriesContext(connection) as asked:
        given = [codes.code("processes", {"rab": refs[number % 6]}, cast.unit) for number in range(600)]
    assert len(set(given)) == 600 and len(asked) <= 5


def test_an_import_gives_codes_as_the_form_does(cast: Cast) -> None:
    patterns(cast, processes="P {ref}.{n:2}")
    header, unit = ["Kode Proses Bisnis", "Nama Proses Bisnis", "OPD", "RAB"], "Dinas Kesehatan"
    lines = [["", "A", unit, "RAB.04.01"], ["", "B", unit, "Kesehatan"], ["", "C", unit, ""]]
    saved(cast, csv_of(header, *lines), kind="processes")
    codes = dict(Element.objects.values_list("name", "code"))
    assert codes == {"A": "P 04.01.01", "B": "P 04.01.02", "C": "DAB-001"}


@pytest.mark.parametrize(("text", "said"), [
    ("DAA", "{n:3}"), ("{x}", "{ref}"), ("{n", "1"), ("{ref}{n}", "{n}"), ("{n:99}", "1"), ("{n}{n}", "{n}"),
])  # fmt: skip
def test_a_pattern_that_cannot_be_used_is_refused_in_words_and_none_is_set(
    cast: Cast, text: str, said: str
) -> None:
    with pytest.raises(coding.Refused) as refused:
        patterns(cast, processes="P-{n}", applications=text)
    assert refused.value.field == "applications" and said in str(refused.value)
    assert "codes" not in Institution.objects.get(pk=cast.institution.pk).settings


def test_only_the_secretariat_sets_patterns(cast: Cast) -> None:
    for who in ("operator", "head", "sekda", "assessor", "stranger", "foreigner", "public"):
        with pytest.raises(NotFound):
            coding.set_patterns(cast.actor(who), cast.institution, {"applications": "X-{n}"})
    coding.set_patterns(cast.actor("diskominfo"), cast.institution, {"applications": "X-{n}"})
    assert make(cast.unit, "A").code == "X-1"


def test_a_kept_pattern_that_cannot_be_read_any_more_gives_way_to_the_standard(cast: Cast) -> None:
    Institution.objects.filter(pk=cast.institution.pk).update(settings={"codes": {"applications": "{?}"}})
    cast.unit.institution.refresh_from_db()
    assert make(cast.unit, "A").code == "DAA-001"


def test_what_the_settings_hold_beside_stays(cast: Cast) -> None:
    Institution.objects.filter(pk=cast.institution.pk).update(settings={"other_names": ["Uji"]})
    patterns(cast, applications="X-{n}")
    patterns(cast, processes="Y-{n}")
    kept = Institution.objects.get(pk=cast.institution.pk).settings
    assert kept == {"other_names": ["Uji"], "codes": {"applications": "X-{n}", "processes": "Y-{n}"}}
