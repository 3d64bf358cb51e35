"""Who may do what: by role, unit and day; and what is not granted looks like what does not exist."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pendapa.architecture.permissions import EDIT, RESTRICTED
from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import PUBLIC, NotFound, Scope, system
from pendapa.kernel.permissions import IMPORT, UNDO_ANY
from pendapa.kernel.tenancy.models import Assignment, Unit
from tests.cast import WHO, Cast, make_unit

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("who", "own", "below", "other", "foreign"),
    [
        ("operator", True, True, False, False),
        ("other_operator", False, False, True, False),
        ("head", True, True, False, False),
        ("diskominfo", True, True, True, False),
        ("sekda", False, False, False, False),
        ("assessor", False, False, False, False),
        ("stranger", False, False, False, False),
        ("foreigner", False, False, False, True),
        ("public", False, False, False, False),
    ],
)
def test_who_may_edit_where(cast: Cast, who: str, own: bool, below: bool, other: bool, foreign: bool) -> None:
    person = cast.actor(who)
    here = [person.may(EDIT, cast.institution, unit) for unit in (cast.unit, cast.subunit, cast.other_unit)]
    assert here == [own, below, other]
    assert person.may(EDIT, cast.other_institution, cast.foreign_unit) is foreign


def test_a_subtree_is_not_reached_by_a_path_that_only_begins_alike(cast: Cast) -> None:
    cast.unit.path, near = "/1/", Unit(path="/12/")
    assert Scope(paths=("/1/",)).covers(cast.unit)
    assert not Scope(paths=("/1/",)).covers(near)


def test_the_condition_on_rows_says_the_same_as_the_question(cast: Cast) -> None:
    units = list(Unit.objects.filter(institution=cast.institution))
    for who in WHO:
        scope = cast.actor(who).scope(RESTRICTED, cast.institution)
        found = set(Unit.objects.filter(institution=cast.institution).filter(scope.filter("")))
        assert found == {unit for unit in units if scope.covers(unit)}


def test_what_has_no_unit_is_reached_by_the_whole_institution_alone(cast: Cast) -> None:
    assert cast.actor("diskominfo").may(IMPORT, cast.institution, None)
    assert not cast.actor("operator").may(IMPORT, cast.institution, None)
    assert cast.actor("operator").may(IMPORT, cast.institution)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (None, None, True),
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY, True),
        (None, TODAY - timedelta(days=1), False),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=9), True),
    ],
)
@pytest.mark.parametrize("acting", [False, True])
def test_a_role_holds_on_its_days_and_no_others(
    cast: Cast,
    start: date | None,
    end: date | None,
    holds: bool,
    acting: bool,
) -> None:
    cast.users["head"].assignments.update(valid_from=start, valid_to=end, acting=acting)
    assert access.of(cast.users["head"], TODAY).belongs(cast.institution) is holds


def test_a_role_ends_for_a_signed_in_person_as_well(cast: Cast) -> None:
    client = cast.client("sekda")
    assert client.get("/di/uji/riwayat/").status_code == 200
    cast.users["sekda"].assignments.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get("/di/uji/riwayat/").status_code == 404


def test_several_roles_add_up(cast: Cast) -> None:
    user = cast.users["operator"]
    Assignment.objects.create(user=user, institution=cast.institution, unit=cast.other_unit, role="head")
    person = access.of(user)
    assert person.may(EDIT, cast.institution, cast.unit) and person.may(
        EDIT, cast.institution, cast.other_unit
    )
    assert not person.may(UNDO_ANY, cast.institution)


def test_a_unit_that_moves_takes_its_people_along(cast: Cast) -> None:
    from pendapa.kernel.history import actions as history

    moved = make_unit(cast.institution, "7", "UPT Pindah", cast.other_unit)
    assert not cast.actor("operator").may(EDIT, cast.institution, moved)
    moved.parent = cast.unit
    history.write(system(), cast.institution, "edit", history.Writes(change=[moved]))
    moved.refresh_from_db()
    assert cast.actor("operator").may(EDIT, cast.institution, moved)
    assert not cast.actor("other_operator").may(EDIT, cast.institution, moved)


def test_a_unit_that_moves_takes_those_below_it_along(cast: Cast) -> None:
    from pendapa.kernel.history import actions as history

    above = make_unit(cast.institution, "7", "UPT Pindah", cast.other_unit)
    below = make_unit(cast.institution, "7.1", "Seksi Pindah", above)
    above.parent = cast.unit
    history.write(system(), cast.institution, "edit", history.Writes(change=[above]))
    below.refresh_from_db()
    assert below.path == f"{cast.unit.path}{above.pk}/{below.pk}/"
    assert cast.actor("operator").may(EDIT, cast.institution, below)


@pytest.mark.parametrize("who", WHO)
def test_absent_and_foreign_institutions_are_refused_alike(cast: Cast, who: str) -> None:
    codes = {"diskominfo": "lain", "foreigner": "uji"}
    for code in ("tidak-ada", codes.get(who, "lain"), "uji'--", ""):
        with pytest.raises(NotFound) as told:
            access.institution_for(cast.actor(who), code)
        assert told.value.args == ()


def test_the_code_of_an_address_is_read_without_case(cast: Cast) -> None:
    assert access.institution_for(cast.actor("sekda"), "UJI") == cast.institution


def test_an_unknown_permission_is_a_fault_and_no_silent_refusal(cast: Cast) -> None:
    with pytest.raises(KeyError):
        cast.actor("operator").may("tidak.ada", cast.institution)


def test_the_public_holds_nothing(cast: Cast) -> None:
    assert PUBLIC.is_anonymous and not PUBLIC.belongs(cast.institution)
    assert not any(PUBLIC.may(name, cast.institution) for name in access.grants())
    assert list(access.institutions(PUBLIC)) == []


def test_a_demo_administrator_of_the_platform_holds_no_role_in_an_institution(cast: Cast) -> None:
    user = cast.users["stranger"]
    user.is_platform_admin = True
    user.save()
    assert not access.of(user).belongs(cast.institution)


def test_who_runs_the_installation_is_known_in_person_and_not_through_a_key(cast: Cast) -> None:
    user = cast.users["stranger"]
    assert not access.of(user).runs_platform and not PUBLIC.runs_platform and access.system().runs_platform
    user.is_platform_admin = True
    assert access.of(user).runs_platform
    assert not access.Actor(user=user, scopes=frozenset()).runs_platform
    user.is_active = False
    assert not access.of(user).runs_platform
