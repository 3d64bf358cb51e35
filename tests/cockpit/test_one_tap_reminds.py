"""One tap in the cockpit reminds of the report of an OPD that wrote nothing, and of an action that is late."""

from __future__ import annotations

from typing import Any

import pytest

from pendapa.kernel.notices.models import Notice
from tests.cast import WHO, Cast, cast
from tests.cockpit.scene import add_action, add_initiative, add_roadmap, ago

__all__ = ["cast"]
pytestmark = pytest.mark.django_db
COCKPIT, SILENT, REMIND = "/di/uji/kokpit/", "/di/uji/kokpit/belum-lapor/", "/di/uji/pengingat/ingatkan/"


def page(cast: Cast, who: str, address: str) -> str:
    answer = cast.client(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def tap(cast: Cast, who: str, key: str) -> Any:
    return cast.client(who).post(REMIND, {"key": key, "next": COCKPIT})


@pytest.fixture
def report(cast: Cast) -> str:
    """The name of the report of an OPD in which something runs and nobody wrote this quarter."""
    add_initiative(cast.unit, add_roadmap(cast.institution), "Sepi", starts_on=ago(200), ends_on=None)
    return f"report:{cast.unit.uid}"


@pytest.mark.parametrize("address", [COCKPIT, SILENT])
def test_the_head_of_an_opd_without_a_report_is_asked_for_it_once_a_day(
    cast: Cast, report: str, address: str
) -> None:
    assert f'value="{report}"' in page(cast, "sekda", address)
    assert tap(cast, "sekda", report).status_code == 302
    told = Notice.objects.get()
    assert told.user == cast.users["head"] and told.items[0]["url"].endswith("/aksi/?milik=opd")
    assert f'value="{report}"' not in page(cast, "sekda", address)


@pytest.mark.parametrize("who", sorted(set(WHO) - {"sekda", "diskominfo", "head", "public"}))
def test_nobody_else_asks_for_a_report(cast: Cast, report: str, who: str) -> None:
    assert tap(cast, who, report).status_code == 404
    assert not Notice.objects.exists()


def test_a_head_asks_for_no_report_of_another_opd(cast: Cast) -> None:
    assert tap(cast, "head", f"report:{cast.other_unit.uid}").status_code == 404
    assert not Notice.objects.exists()


def test_the_head_reminds_of_a_late_action_and_sees_that_it_was_done(cast: Cast) -> None:
    under = add_initiative(
        cast.unit, add_roadmap(cast.institution), "Antrean", starts_on=ago(200), ends_on=None
    )
    row = add_action(under, ago(5), person=cast.users["operator"], person_name="Operator")
    key = f'value="action:{row.uid}"'
    assert key in page(cast, "head", COCKPIT)
    assert tap(cast, "head", f"action:{row.uid}").status_code == 302
    assert Notice.objects.get().user == cast.users["operator"]
    assert key not in page(cast, "head", COCKPIT)
