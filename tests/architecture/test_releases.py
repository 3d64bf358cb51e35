"""A release freezes the register; any two states of it can be compared, by name and as far as one may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from pendapa.architecture import actions, queries, releasing
from pendapa.architecture.models import Element, Release, ReleaseItem
from pendapa.architecture.queries import comparing, moments
from pendapa.architecture.rules.compare import compare
from pendapa.architecture.rules.moments import NOW, Moment, moment
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.models import Revision
from pendapa.kernel.review import actions as review
from tests.cast import Cast


def add(cast: Cast, name: str, who: str = "diskominfo", **more: Any) -> Element:
    unit = more.pop("unit", cast.unit)
    domain = more.pop("domain", "applications")
    done = actions.create_element(cast.actor(who), cast.institution, domain, unit, name=name, **more)
    return Element.objects.get(pk=done.row.pk)


def freeze(cast: Cast, code: str) -> Release:
    return releasing.create_release(
        cast.actor("diskominfo"), cast.institution, code=code, decree_number="12 Tahun 2026"
    )


def names(cast: Cast, before: Moment, after: Moment, who: str = "diskominfo") -> dict[str, list[str]]:
    found = comparing.compare(cast.actor(who), cast.institution, before, after)
    told: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for entry in found.entries:
        told[entry.verb].append(entry.name)
    assert found.total == sum(len(v) for v in told.values())
    return told


def release_moment(code: str) -> Moment:
    return Moment("release", code=code)


def days_back(cast: Cast, days: int) -> date:
    """Let everything written so far have been written ``days`` ago; the day it was."""
    then = timezone.now() - timedelta(days=days)
    Revision.objects.filter(recorded_from__gt=then).update(recorded_from=then)
    return timezone.localtime(then).date()


def test_a_release_holds_what_there_was_when_it_was_frozen(cast: Cast) -> None:
    one = add(cast, "SIMRS")
    service = add(cast, "Pendaftaran", domain="services")
    actions.link(cast.actor("diskominfo"), one, "application_service", service)
    found = freeze(cast, "2026")
    assert found.counts == {"applications": 1, "services": 1, "relations": 1}
    actions.change_element(cast.actor("diskominfo"), one, version=1, name="SIMRS Baru")
    records = moments.records(cast.actor("diskominfo"), cast.institution, release_moment("2026"))
    assert {record.name for record in records} == {"SIMRS", "Pendaftaran"}
    assert ReleaseItem.objects.filter(release=found).count() == 3
    assert releasing.digest(found) == found.digest


def test_an_annex_that_somebody_tampered_with_shows(cast: Cast) -> None:
    add(cast, "SIMRS")
    found = freeze(cast, "2026")
    Revision.objects.filter(pk=found.items.get().revision_id).update(digest="0" * 64)
    assert releasing.digest(found) != found.digest


def test_two_releases_differ_by_what_came_went_and_changed_field_by_field(cast: Cast) -> None:
    stays, goes = add(cast, "Tetap"), add(cast, "Hilang")
    freeze(cast, "2025")
    add(cast, "Datang")
    actions.delete_element(cast.actor("diskominfo"), goes)
    actions.change_element(cast.actor("diskominfo"), stays, version=1, attributes={"fungsi": "Mencatat"})
    freeze(cast, "2026")
    found = comparing.compare(
        cast.actor("diskominfo"), cast.institution, release_moment("2025"), release_moment("2026")
    )
    assert [(e.verb, e.name) for e in found.entries] == [
        ("added", "Datang"),
        ("removed", "Hilang"),
        ("changed", "Tetap"),
    ]
    (changed,) = found.entries[2].differences
    assert (changed.label, changed.before, changed.after) == ("Fungsi Aplikasi", "", "Mencatat")
    assert found.counts == {"added": {"element": 1}, "removed": {"element": 1}, "changed": {"element": 1}}


def test_what_was_changed_and_changed_back_is_no_difference(cast: Cast) -> None:
    one = add(cast, "SIMRS")
    freeze(cast, "2025")
    actions.change_element(cast.actor("diskominfo"), one, version=1, name="Lain")
    actions.change_element(cast.actor("diskominfo"), one, version=2, name="SIMRS")
    assert names(cast, release_moment("2025"), NOW) == {"added": [], "removed": [], "changed": []}


def test_as_it_was_known_on_a_day_is_what_was_written_by_its_end(cast: Cast) -> None:
    one = add(cast, "Lama")
    then = days_back(cast, 40)
    actions.change_element(cast.actor("diskominfo"), one, version=1, name="Baru")
    add(cast, "Tambahan")
    known = Moment("known", day=then)
    page = moments.elements_at(cast.actor("operator"), cast.institution, known, queries.Filters())
    assert [record.name for record in page.rows] == ["Lama"]
    assert (
        moments.elements_at(
            cast.actor("operator"),
            cast.institution,
            Moment("known", day=then - timedelta(days=1)),
            queries.Filters(),
        ).rows
        == []
    )
    assert names(cast, known, NOW) == {"added": ["Tambahan"], "removed": [], "changed": ["Baru"]}


def test_as_it_is_planned_lays_agreed_proposals_and_periods_over_what_is(cast: Cast) -> None:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["verify"])
    year = timezone.localdate().year + 1
    changes, ends = add(cast, "Berubah"), add(cast, "Berakhir", valid_to=date(year - 1, 12, 31))
    add(cast, "Kelak", valid_from=date(year + 1, 1, 1))
    operator = cast.actor("operator")
    draft = actions.change_element(operator, changes, version=1, name="Sudah berubah").draft
    actions.create_element(operator, cast.institution, "applications", cast.unit, name="Baru dibangun")
    planned = Moment("planned", year=year)

    def shown(who: str = "operator") -> list[str]:
        page = moments.elements_at(cast.actor(who), cast.institution, planned, queries.Filters())
        return [record.name for record in page.rows]

    assert shown() == ["Berubah"], "a draft is no plan"
    review.submit(operator, draft, effective_on=date(year, 6, 1))
    review.agree(cast.actor("diskominfo"), draft)
    assert shown() == ["Baru dibangun", "Sudah berubah"]
    assert [
        r.name
        for r in moments.elements_at(
            operator, cast.institution, Moment("planned", year=year + 1), queries.Filters(query="kelak")
        ).rows
    ] == ["Kelak"]
    assert names(cast, NOW, planned) == {
        "added": ["Baru dibangun"],
        "removed": ["Berakhir", "Kelak"],
        "changed": ["Sudah berubah"],
    }
    assert ends.name == "Berakhir"


def test_a_link_between_planned_things_is_part_of_the_plan(cast: Cast) -> None:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["verify"])
    year = timezone.localdate().year + 1
    service = add(cast, "Pendaftaran", domain="services")
    operator = cast.actor("operator")

    def work() -> None:
        made = actions.create_element(operator, cast.institution, "applications", cast.unit, name="SIMRS").row
        actions.link(operator, made, "application_service", service)

    _none, draft = review.through(operator, cast.institution, work)
    assert draft is not None
    review.submit(operator, draft, effective_on=date(year, 1, 1))
    review.agree(cast.actor("diskominfo"), draft)
    found = moments.relations_at(operator, cast.institution, Moment("planned", year=year), service.uid)
    assert [record.name for record in found] == ["SIMRS → Pendaftaran"]


def test_what_one_may_not_see_is_neither_named_nor_counted(cast: Cast) -> None:
    secret = add(cast, "Rahasia", unit=cast.other_unit, classification="restricted")
    add(cast, "Terbuka")
    freeze(cast, "2025")
    actions.change_element(cast.actor("diskominfo"), secret, version=1, attributes={"fungsi": "x"})
    for who, sees in (("operator", False), ("other_operator", True), ("assessor", False)):
        actor = cast.actor(who)
        for at in (
            release_moment("2025"),
            Moment("known", day=timezone.localdate()),
            Moment("planned", year=2099),
        ):
            page = moments.elements_at(actor, cast.institution, at, queries.Filters())
            assert ("Rahasia" in [r.name for r in page.rows]) is sees, (who, at)
        compared = comparing.compare(actor, cast.institution, release_moment("2025"), NOW)
        assert compared.total == (1 if sees else 0)


def test_what_was_restricted_then_stays_closed_for_the_past(cast: Cast) -> None:
    one = add(cast, "Dulu rahasia", unit=cast.other_unit, classification="restricted")
    freeze(cast, "2025")
    actions.change_element(cast.actor("diskominfo"), one, version=1, classification="internal")
    with pytest.raises(NotFound):
        moments.element_at(cast.actor("operator"), cast.institution, release_moment("2025"), one.uid)
    assert moments.element_at(cast.actor("operator"), cast.institution, NOW, one.uid).name == "Dulu rahasia"


def test_pages_of_a_moment_follow_one_another(cast: Cast) -> None:
    for number in range(7):
        add(cast, f"Aplikasi {number}")
    freeze(cast, "2025")
    for at in (release_moment("2025"), Moment("planned", year=2099)):
        seen: list[str] = []
        mark = ""
        while True:
            page = moments.elements_at(
                cast.actor("operator"), cast.institution, at, queries.Filters(after=mark), size=3
            )
            seen += [record.name for record in page.rows]
            mark = page.next
            if not mark:
                break
        assert seen == [f"Aplikasi {number}" for number in range(7)]


def test_only_the_secretariat_freezes(cast: Cast) -> None:
    add(cast, "SIMRS")
    for who in ("operator", "head", "sekda", "assessor", "stranger"):
        with pytest.raises(NotFound):
            releasing.create_release(cast.actor(who), cast.institution, code="2026")


@pytest.mark.parametrize("code", ["", "  ", "2026-01-31", "sekarang", "rencana-2027", "<b>", "x" * 41])
def test_a_code_that_means_something_else_or_nothing_is_refused(cast: Cast, code: str) -> None:
    add(cast, "SIMRS")
    with pytest.raises(releasing.Refused):
        releasing.create_release(cast.actor("diskominfo"), cast.institution, code=code)
    assert not Release.objects.exists()


def test_a_code_is_given_once_and_an_empty_register_is_not_frozen(cast: Cast) -> None:
    with pytest.raises(releasing.Refused):
        freeze(cast, "2026")
    add(cast, "SIMRS")
    freeze(cast, "2026")
    with pytest.raises(releasing.Refused):
        freeze(cast, "2026")
    assert Release.objects.count() == 1


@given(
    some.dictionaries(some.integers(0, 20), some.integers(0, 3)),
    some.dictionaries(some.integers(0, 20), some.integers(0, 3)),
)
def test_a_difference_turns_the_one_into_the_other(before: dict[int, int], after: dict[int, int]) -> None:
    found = compare(before, after)
    made = {k: v for k, v in before.items() if k not in found.removed}
    made |= {k: after[k] for k in found.added | found.changed}
    assert made == after
    assert not (found.added & found.removed) and not (found.changed & (found.added | found.removed))


@given(some.dates(), some.integers(1, 9999))
def test_a_moment_is_read_back_from_its_own_words(day: date, year: int) -> None:
    for one in (Moment("known", day=day), Moment("planned", year=year), release_moment("2026"), NOW):
        if one.kind != "planned" or year >= 1000:
            assert moment(one.key) == one


@given(some.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    read = moment(text)
    assert read is None or read.kind in ("now", "known", "planned", "release")


def test_the_page_of_releases_stands_before_the_first_and_after(cast: Cast) -> None:
    page = reverse("architecture:releases", args=[cast.institution.code])
    empty = cast.client("operator").get(page)
    assert empty.status_code == 200 and "Belum ada rilis" in empty.content.decode()
    add(cast, "SIMRS")
    client = cast.client("diskominfo")
    form = reverse("architecture:new_release", args=[cast.institution.code])
    client.post(
        form, {"code": "2026", "name": "Arsitektur 2026", "decree_number": "12", "decree_date": "2026-02-02"}
    )
    told = client.get(page).content.decode()
    assert "Arsitektur 2026" in told and "2 Feb 2026" in told
    assert client.post(form, {"code": "2026"}).status_code == 422


def test_pages_of_other_moments_stand_for_everybody_who_may_look(cast: Cast) -> None:
    one = add(cast, "SIMRS", attributes={"fungsi": "Mencatat"})
    freeze(cast, "2026")
    client = cast.client("assessor")
    lists = reverse("architecture:list", args=[cast.institution.code])
    detail = reverse("architecture:detail", args=[cast.institution.code, one.uid])
    today = timezone.localdate().isoformat()
    for at in ("rilis-2026", today, "rencana-2030"):
        assert "SIMRS" in client.get(lists, {"pada": at}).content.decode()
        assert "Mencatat" in client.get(detail, {"pada": at}).content.decode()
    assert client.get(lists, {"pada": "rilis-2099"}).status_code == 404
    assert client.get(detail, {"pada": "2001-01-01"}).status_code == 404
    compared = client.get(
        reverse("architecture:compare", args=[cast.institution.code]), {"sebelum": "rilis-2026"}
    )
    assert compared.status_code == 200 and "Keduanya sama" in compared.content.decode()
