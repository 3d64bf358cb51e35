"""The page of an OPD: its elements, what they lack, what is to do, what changed."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from pendapa.architecture import actions
from pendapa.kernel.review import actions as review
from tests.cast import Cast


def page(cast: Cast, who: str, unit: object = None) -> tuple[int, str]:
    client: Client = cast.client(who)
    answer = client.get(reverse("architecture:unit", args=[cast.institution.code, (unit or cast.unit).uid]))  # type: ignore[attr-defined]
    return answer.status_code, answer.content.decode()


def add(cast: Cast, name: str, **more: object) -> None:
    actions.create_element(
        cast.actor("diskominfo"),
        cast.institution,
        "applications",
        more.pop("unit", cast.unit),
        name=name,
        **more,  # type: ignore[arg-type]
    )


def test_it_counts_what_belongs_to_the_opd_and_the_units_below(cast: Cast) -> None:
    add(cast, "SIMRS")
    add(cast, "SIMPUS", unit=cast.subunit)
    add(cast, "Adminduk", unit=cast.other_unit)
    status, text = page(cast, "operator")
    assert status == 200
    assert "2 objek dalam arsitektur" in text
    assert "Adminduk" not in text


def test_restricted_elements_of_another_opd_are_not_counted(cast: Cast) -> None:
    add(cast, "Rahasia", unit=cast.other_unit, classification="restricted")
    assert "0 objek" in page(cast, "operator", cast.other_unit)[1]
    assert "1 objek" in page(cast, "other_operator", cast.other_unit)[1]


def test_what_is_to_do_leads_to_where_it_is_done(cast: Cast) -> None:
    add(cast, "SIMRS")
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    draft = actions.create_element(
        cast.actor("operator"), cast.institution, "applications", cast.unit, name="SIMPUS"
    ).draft
    assert draft is not None
    review.submit(cast.actor("operator"), draft)
    _status, text = page(cast, "head")
    assert "Usulan yang sedang ditelaah" in text and "Tutup celah objek" in text
    # Another OPD learns of no proposal.
    assert "Usulan yang sedang ditelaah" not in page(cast, "other_operator")[1]


def test_a_unit_of_another_institution_is_not_there(cast: Cast) -> None:
    assert page(cast, "operator", cast.foreign_unit)[0] == 404
    assert page(cast, "stranger")[0] == 404
