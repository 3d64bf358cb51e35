"""The holiday calendar of an institution: the nation's, with its own word over it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.calendars import actions, queries
from pendapa.kernel.calendars.actions import Values
from pendapa.kernel.calendars.models import Holiday
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.ledger import verify
from pendapa.kernel.history.models import Revision
from pendapa.kernel.refusing import Refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
EID, JOINT, TOWN = date(2026, 3, 21), date(2026, 12, 24), date(2026, 11, 11)
PAGE = "/di/uji/hari-libur/"


def keep(cast: Cast, day: date = TOWN, name: str = "Hari Jadi Kabupaten Uji", **more: Any) -> Holiday:
    return actions.add(cast.actor("diskominfo"), cast.institution, Values(day, name, **more))


def posted(day: str = "2026-11-11", name: str = "Hari Jadi", **more: str) -> dict[str, str]:
    return {"day": day, "name": name, "kind": "local"} | more


def test_the_national_calendar_knows_holidays_and_joint_leave() -> None:
    found = queries.national(2026)
    assert found[date(2026, 8, 17)] == ("Hari Kemerdekaan Republik Indonesia", "national")
    assert found[EID][1] == "national" and found[JOINT] == ("Cuti Bersama Hari Raya Natal", "joint")


def test_the_own_word_adds_a_day_off_and_takes_one_away(cast: Cast) -> None:
    assert queries.calendar(cast.institution).workday(TOWN)
    assert not queries.calendar(cast.institution).workday(JOINT)
    keep(cast)
    keep(cast, JOINT, "Pelayanan tetap buka", kind="joint", works=True)
    known = queries.calendar(cast.institution)
    assert not known.workday(TOWN) and known.workday(JOINT)
    assert known.add(date(2026, 11, 10), 1) == date(2026, 11, 12)
    elsewhere = queries.calendar(cast.other_institution)
    assert elsewhere.workday(TOWN) and not elsewhere.workday(JOINT)


def test_a_saturday_may_be_worked_and_a_week_may_have_six_days(cast: Cast) -> None:
    saturday = date(2026, 11, 21)
    keep(cast, saturday, "Pengganti", works=True)
    assert queries.calendar(cast.institution).workday(saturday)
    cast.institution.settings = {"reminders": {"workdays": [1, 2, 3, 4, 5, 6]}}
    assert queries.calendar(cast.institution).workday(date(2026, 11, 28))


def test_a_word_is_changed_taken_back_and_remembered(cast: Cast) -> None:
    row = keep(cast)
    changed = actions.change(cast.actor("diskominfo"), row, 1, Values(date(2026, 11, 12), "Hari Jadi"))
    assert queries.calendar(cast.institution).workday(TOWN)
    actions.remove(cast.actor("diskominfo"), changed, 2)
    assert queries.calendar(cast.institution).workday(date(2026, 11, 12))
    assert [r.verb for r in Revision.objects.filter(target_uid=row.uid).order_by("version")] == [
        "add",
        "change",
        "delete",
    ]
    assert verify(cast.institution) == []
    assert keep(cast, date(2026, 11, 12)).pk != row.pk, "the day is free again"


def test_what_says_nothing_new_is_refused_with_its_field(cast: Cast) -> None:
    keep(cast)
    for values, field in (
        (Values(TOWN, "Sekali lagi"), "day"),
        (Values(EID, "Idul Fitri"), "day"),
        (Values(date(1850, 1, 1), "Lama"), "day"),
        (Values(date(2026, 11, 13), " \x00 "), "name"),
        (Values(date(2026, 11, 13), "x" * 300), "name"),
    ):
        with pytest.raises(Refused) as caught:
            actions.add(cast.actor("diskominfo"), cast.institution, values)
        assert list(caught.value.faults) == [field]
    assert Holiday.objects.count() == 1


def test_two_who_change_one_day_do_not_overwrite_each_other(cast: Cast) -> None:
    row = keep(cast)
    actions.change(cast.actor("diskominfo"), row, 1, Values(TOWN, "Pertama"))
    with pytest.raises(Conflict):
        actions.change(cast.actor("diskominfo"), row, 1, Values(TOWN, "Kedua"))
    with pytest.raises(Conflict):
        actions.remove(cast.actor("diskominfo"), row, 1)
    assert Holiday.objects.get().name == "Pertama"


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "verifier", "assessor"])
def test_everybody_with_a_role_reads_and_only_the_secretariat_writes(cast: Cast, who: str) -> None:
    row = keep(cast)
    page = cast.client(who).get(PAGE, {"tahun": "2026"})
    assert page.status_code == 200 and "Hari Jadi Kabupaten Uji" in page.content.decode()
    assert f"{PAGE}baru/" not in page.content.decode()
    for address in (f"{PAGE}baru/", f"{PAGE}{row.uid}/"):
        assert cast.client(who).post(address, posted()).status_code == 404
    assert cast.client(who).post(f"{PAGE}{row.uid}/hapus/", {"version": "1"}).status_code == 404
    with pytest.raises(NotFound):
        actions.add(cast.actor(who), cast.institution, Values(date(2026, 11, 13), "x"))
    assert Holiday.objects.get(deleted_at=None).name == "Hari Jadi Kabupaten Uji"


def test_people_of_elsewhere_find_nothing(cast: Cast) -> None:
    row = keep(cast)
    for who in ("stranger", "foreigner"):
        assert cast.client(who).get(PAGE).status_code == 404
    assert (
        history.registered("holiday").visible(cast.actor("foreigner"), cast.institution, [row.uid]) == set()
    )
    assert cast.client("public").get(PAGE).status_code == 302


def test_the_page_counts_working_days_and_says_what_was_not_checked(cast: Cast) -> None:
    keep(cast)
    text = cast.client("diskominfo").get(PAGE, {"tahun": "2026"}).content.decode()
    days = sum(
        queries.calendar(cast.institution).workday(date.fromordinal(n))
        for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    )
    assert f"{days} " in text and "(SKB) 3 Menteri" in text
    assert "Cuti Bersama Hari Raya Natal" in text
    for odd in ("abc", "99999", "-1", "0000", "٢٠٢٦"):
        assert cast.client("diskominfo").get(PAGE, {"tahun": odd}).status_code == 200


def test_the_form_adds_changes_and_removes(cast: Cast) -> None:
    client = cast.client("diskominfo")
    made = client.post(f"{PAGE}baru/", posted())
    assert made.status_code == 302 and made["Location"].endswith("?tahun=2026")
    row = Holiday.objects.get()
    assert client.post(f"{PAGE}{row.uid}/", posted(name="Hari Jadi ke-77", version="1")).status_code == 302
    late = client.post(f"{PAGE}{row.uid}/", posted(name="Punya saya", version="1"))
    assert late.status_code == 409
    assert "Punya saya" in late.content.decode() and 'name="version" value="2"' in late.content.decode()
    bad = client.post(f"{PAGE}baru/", posted(name="Dua kali"))
    assert bad.status_code == 422 and "Dua kali" in bad.content.decode()
    assert client.post(f"{PAGE}baru/", posted(day="besok")).status_code == 422
    client.post(f"{PAGE}{row.uid}/hapus/", {"version": "1"})
    assert Holiday.objects.filter(deleted_at=None).exists(), "somebody changed it meanwhile"
    client.post(f"{PAGE}{row.uid}/hapus/", {"version": "2"})
    assert not Holiday.objects.filter(deleted_at=None).exists()


def test_a_day_of_the_national_calendar_is_offered_to_be_worked(cast: Cast) -> None:
    text = cast.client("diskominfo").get(f"{PAGE}baru/", {"hari": "2026-12-24"}).content.decode()
    assert 'value="2026-12-24"' in text and "Cuti Bersama Hari Raya Natal" in text and "checked" in text
    assert cast.client("diskominfo").get(f"{PAGE}baru/", {"hari": "x"}).status_code == 200
