"""One field of many elements: looked at first, changed as one, never half."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pendapa.architecture import bulk_edit
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.history.undoing import undo
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.refusing import Refused
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "/di/uji/arsitektur/ubah-banyak/"


@pytest.fixture
def three(cast: Cast) -> list[Element]:
    return [make(cast.unit, name, attributes={"basis": "web"}) for name in ("Antrean", "Bantuan", "Cuti")]


def versions(*rows: Element) -> dict:  # type: ignore[type-arg]
    return dict(Element.objects.filter(pk__in=[r.pk for r in rows]).values_list("uid", "version"))


def choose(
    cast: Cast, key: str, *raw: str, who: str = "diskominfo", domain: str = "applications"
) -> bulk_edit.Chosen:
    return bulk_edit.choose(cast.actor(who), cast.institution, domain, key, raw)


def change(cast: Cast, rows: list[Element], chosen: bulk_edit.Chosen, who: str = "diskominfo"):  # type: ignore[no-untyped-def]
    return bulk_edit.change_many(cast.actor(who), cast.institution, versions(*rows), chosen)


def test_many_elements_are_changed_as_one_set_that_can_be_taken_back(
    cast: Cast, three: list[Element]
) -> None:
    made = change(cast, three, choose(cast, "classification", "public"))
    assert made.change_set.counts["change"] == 3
    assert set(Element.objects.values_list("classification", flat=True)) == {"public"}
    undo(cast.actor("diskominfo"), made.change_set)
    assert set(Element.objects.values_list("classification", flat=True)) == {"internal"}


def test_each_kind_of_field_can_be_changed(cast: Cast, three: list[Element]) -> None:
    change(cast, three, choose(cast, "unit", str(cast.other_unit.uid)))
    change(cast, three, choose(cast, "valid_to", "2030-12-31"))
    change(cast, three, choose(cast, "a.basis", "mobile"))
    change(cast, three, choose(cast, "a.fungsi", "Melayani warga"))
    for row in Element.objects.all():
        assert row.unit == cast.other_unit and row.valid_to == date(2030, 12, 31)
        assert row.attributes == {"basis": ["mobile"], "fungsi": "Melayani warga"}
    change(cast, three, choose(cast, "a.fungsi", ""))
    assert all("fungsi" not in row.attributes for row in Element.objects.all())


def test_what_has_the_value_already_is_left_alone(cast: Cast, three: list[Element]) -> None:
    change(cast, three[:1], choose(cast, "a.basis", "mobile"))
    told = bulk_edit.plan(
        cast.actor("diskominfo"), cast.institution, versions(*three), choose(cast, "a.basis", "mobile")
    )
    assert [one.row.name for one in told.changed] == ["Bantuan", "Cuti"] and [r.name for r in told.same] == [
        "Antrean"
    ]
    before = ChangeSet.objects.count()
    assert change(cast, three[:1], choose(cast, "a.basis", "mobile")).change_set is None
    assert ChangeSet.objects.count() == before


def test_what_somebody_changed_meanwhile_stops_all_and_is_named(cast: Cast, three: list[Element]) -> None:
    read = versions(*three)
    change(cast, three[1:2], choose(cast, "a.fungsi", "Lain"))
    with pytest.raises(history.Conflict, match="Bantuan"):
        bulk_edit.change_many(
            cast.actor("diskominfo"), cast.institution, read, choose(cast, "classification", "public")
        )
    assert not Element.objects.filter(classification="public").exists()


def test_who_may_not_change_one_of_them_changes_none(cast: Cast, three: list[Element]) -> None:
    other = make(cast.other_unit, "Lain Dinas")
    secret = make(cast.other_unit, "Rahasia", classification="restricted")
    for stranger in (other, secret):
        with pytest.raises(NotFound):
            change(
                cast, [*three, stranger], choose(cast, "classification", "public", who="operator"), "operator"
            )
    for who in ("sekda", "assessor", "stranger", "foreigner", "public"):
        with pytest.raises(NotFound):
            change(cast, three, choose(cast, "classification", "public"), who)
    assert not Element.objects.filter(classification="public").exists()


def test_nobody_moves_elements_to_a_unit_that_is_not_the_own(cast: Cast, three: list[Element]) -> None:
    with pytest.raises(Refused):
        choose(cast, "unit", str(cast.other_unit.uid), who="operator")
    with pytest.raises(Refused):
        choose(cast, "unit", str(cast.foreign_unit.uid))


def test_what_would_end_before_it_begins_is_named_and_nothing_is_done(
    cast: Cast, three: list[Element]
) -> None:
    change(cast, three[:1], choose(cast, "valid_from", "2028-01-01"))
    late = choose(cast, "valid_to", "2027-01-01")
    told = bulk_edit.plan(cast.actor("diskominfo"), cast.institution, versions(*three), late)
    assert [one.row.name for one in told.faulty] == ["Antrean"] and len(told.changed) == 2 and not told.ready
    with pytest.raises(Refused, match="Antrean"):
        change(cast, three, late)
    assert not Element.objects.exclude(valid_to=None).exists()


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("name", "x"),
        ("a.entah", "x"),
        ("classification", "rahasia"),
        ("valid_to", "kapan"),
        ("unit", "x"),
        ("", ""),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, key: str, raw: str) -> None:
    with pytest.raises(Refused):
        choose(cast, key, raw)


def test_attributes_are_offered_only_where_all_are_of_one_domain(cast: Cast) -> None:
    keys = {key for key, _label in bulk_edit.fields(cast.actor("diskominfo"), cast.institution, "")}
    assert keys == {"unit", "classification", "valid_from", "valid_to"}


def test_the_number_of_questions_does_not_grow_with_the_rows(cast: Cast) -> None:
    rows = [make(cast.unit, f"Aplikasi {n}") for n in range(40)]
    chosen = choose(cast, "classification", "public")
    with CaptureQueriesContext(connection) as few:
        change(cast, rows[:2], chosen)
    with CaptureQueriesContext(connection) as many:
        change(cast, rows[2:], chosen)
    assert len(many) <= len(few) + 3


def test_over_two_thousand_it_is_a_job_that_does_the_same(cast: Cast, three: list[Element]) -> None:
    job = bulk_edit.start(
        cast.actor("diskominfo"),
        cast.institution,
        "applications",
        versions(*three),
        choose(cast, "a.basis", "mobile"),
    )
    jobs.run(job)
    job.refresh_from_db()
    assert job.state == "done" and job.result["changed"] == 3
    stale = bulk_edit.start(
        cast.actor("diskominfo"),
        cast.institution,
        "applications",
        dict.fromkeys(versions(*three), 1),
        choose(cast, "a.basis", "web"),
    )
    jobs.run(stale)
    stale.refresh_from_db()
    assert stale.state == "failed" and "Antrean" in stale.error


# ---- pages


def field(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def walk(client: Client, query: str, key: str, value: str) -> str:
    """From the list to the preview."""
    asked = client.get(f"{ADDRESS}?{query}").content.decode()
    rows, domain = field(asked, "rows")[0], field(asked, "domain")[0]
    client.post(ADDRESS, {"rows": rows, "domain": domain, "step": "field", "field": key})
    return client.post(
        ADDRESS, {"rows": rows, "domain": domain, "field": key, "value": value}
    ).content.decode()


def test_the_pages_lead_from_the_list_over_the_preview_to_the_change(
    cast: Cast, three: list[Element]
) -> None:
    client = cast.client("diskominfo")
    query = "&".join(f"uid={row.uid}" for row in three[:2])
    preview = walk(client, query, "classification", "public")
    assert "Antrean" in preview and "Bantuan" in preview and "Cuti" not in preview
    assert not Element.objects.filter(classification="public").exists()
    done = client.post(
        ADDRESS,
        {
            "rows": field(preview, "rows")[-1],
            "domain": "applications",
            "field": "classification",
            "value": "public",
            "confirm": "1",
        },
    )
    assert done.status_code == 302 and Element.objects.filter(classification="public").count() == 2


def test_all_of_a_filtered_list_are_those_that_the_actor_may_change(cast: Cast, three: list[Element]) -> None:
    make(cast.other_unit, "Lain Dinas")
    page = cast.client("operator").get(f"{ADDRESS}?all=1&domain=applications").content.decode()
    assert len(field(page, "rows")[0].split()) == 3
    page = cast.client("diskominfo").get(f"{ADDRESS}?all=1&q=bantuan").content.decode()
    assert len(field(page, "rows")[0].split()) == 1


def test_a_preview_tells_nothing_of_what_one_may_not_see(cast: Cast, three: list[Element]) -> None:
    secret = make(cast.other_unit, "Rahasia Besar", classification="restricted")
    rows = f"{three[0].uid}:1 {secret.uid}:1"
    page = cast.client("operator").post(
        ADDRESS, {"rows": rows, "domain": "applications", "field": "classification", "value": "public"}
    )
    assert (
        page.status_code == 200
        and "Rahasia Besar" not in page.content.decode()
        and str(secret.uid) not in field(page.content.decode(), "rows")[-1]
    )


def test_a_change_that_came_too_late_shows_the_preview_again(cast: Cast, three: list[Element]) -> None:
    rows = " ".join(f"{uid}:{version}" for uid, version in versions(*three).items())
    change(cast, three[:1], choose(cast, "a.fungsi", "Lain"))
    late = cast.client("diskominfo").post(
        ADDRESS,
        {
            "rows": rows,
            "domain": "applications",
            "field": "classification",
            "value": "public",
            "confirm": "1",
        },
    )
    assert late.status_code == 409 and "Antrean" in late.content.decode()


@pytest.mark.parametrize("who", ["sekda", "assessor", "stranger"])
def test_who_edits_nothing_finds_no_such_page(cast: Cast, who: str) -> None:
    assert cast.client(who).get(ADDRESS).status_code == 404


def test_odd_requests_end_in_words(cast: Cast) -> None:
    client = cast.client("diskominfo")
    assert client.get(f"{ADDRESS}?uid=x").status_code == 302
    for rows in ("", "x:y", "a" * 500):
        assert client.post(ADDRESS, {"rows": rows, "field": "unit"}).status_code == 302
