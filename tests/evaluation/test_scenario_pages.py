"""What if: levels moved on the page, kept under a name, shared, compared."""

from __future__ import annotations

import re

import pytest

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import scenarios as actions
from pendapa.evaluation.models import Assessment, Scenario
from pendapa.evaluation.queries import scenarios as queries
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
SPBE = packs.instrument("spbe-2020")
ALL = "/di/uji/penilaian/andaikan/"
TRY = ALL + "coba/?dari=2026-spbe-2020-self"
LIVE = {"HTTP_HX_REQUEST": "true"}
TWO = {one.number: "2" for one in SPBE.indicators}
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture
def sheet(cast: Cast) -> Assessment:  # noqa: F811
    who = cast.actor("diskominfo")
    row = assessments.open_assessment(who, cast.institution, 2026, "spbe-2020")
    return assessments.set_levels(who, row, TWO, row.version)


def packed(**moved: str) -> str:
    levels = TWO | {name.removeprefix("i"): level for name, level in moved.items()}
    return "_".join(levels[one.number] for one in SPBE.indicators)


def kept(cast: Cast, who: str, name: str, shared: bool = False, **moved: str) -> Scenario:  # noqa: F811
    levels = TWO | {key.removeprefix("i"): level for key, level in moved.items()}
    return actions.keep(
        cast.actor(who), cast.institution, name, "spbe-2020", None, TWO, levels, shared=shared
    )


def page(cast: Cast, who: str, address: str) -> str:  # noqa: F811
    answer = cast.client(who).get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.mark.parametrize("who", WHO)
def test_officers_may_try_levels_and_others_cannot_tell_that_the_pages_exist(cast, sheet, who):  # noqa: F811
    for address in (ALL, TRY, ALL + "sandingkan/"):
        answer = cast.client(who).get(address)
        if who == "public":
            assert answer.status_code == 302 and "/masuk/" in answer["Location"]
        else:
            assert answer.status_code == (200 if who in OFFICERS else 404), (who, address)


def test_the_page_begins_with_the_levels_of_the_assessment(cast, sheet):  # noqa: F811
    html = page(cast, "operator", TRY)
    assert '<span class="big">2,00</span>' in html
    assert html.count('type="range"') == 47


def test_without_a_script_the_form_leads_to_an_address_that_carries_the_levels(cast, sheet):  # noqa: F811
    sent = {f"level_{n}": level for n, level in (TWO | {"1": "5"}).items()} | {"dari": "2026-spbe-2020-self"}
    answer = cast.client("operator").get(ALL + "coba/", sent)
    assert answer.status_code == 302 and f"t={packed(i1='5')}" in answer["Location"]
    html = page(cast, "operator", answer["Location"])
    assert "2 → 5" in html and "2,04" in html  # 1.3 points of 100 three levels higher


def test_a_moved_level_is_answered_with_the_new_index_and_its_address(cast, sheet):  # noqa: F811
    sent = {f"level_{n}": level for n, level in (TWO | {"1": "5"}).items()} | {"dari": "2026-spbe-2020-self"}
    answer = cast.client("operator").get(ALL + "coba/", sent, **LIVE)
    assert answer.status_code == 200 and "<html" not in answer.content.decode()
    assert "2,04" in answer.content.decode() and packed(i1="5") in answer["HX-Replace-Url"]


def test_a_level_off_the_scale_is_told_and_nothing_else_is_lost(cast, sheet):  # noqa: F811
    html = page(cast, "operator", f"{TRY}&t={packed(i1='9', i2='4')}")
    assert 'role="alert"' in html and "2 → 4" in html


def test_an_empty_sheet_tells_the_bounds_and_invents_no_index(cast, sheet):  # noqa: F811
    html = page(cast, "operator", ALL + "coba/?dari=spbe-2020")
    assert "1,00" in html and "5,00" in html and 'type="range"' not in html


def test_an_address_to_no_assessment_answers_404(cast, sheet):  # noqa: F811
    for key in ("2019-spbe-2020-self", "apa", "2026-spbe-2020-lain"):
        assert cast.client("operator").get(ALL + f"coba/?dari={key}").status_code == 404


def test_what_is_tried_is_kept_under_a_name_with_its_start(cast, sheet):  # noqa: F811
    client = cast.client("operator")
    sent = {"dari": "2026-spbe-2020-self", "levels": packed(i3="4"), "name": " Tahun  depan "}
    answer = client.post(ALL + "simpan/", sent)
    row = Scenario.objects.get()
    assert answer["Location"].endswith(f"/andaikan/{row.uid}/")
    assert (row.name, row.base, row.levels) == ("Tahun depan", TWO, TWO | {"3": "4"})
    assert sheet.levels == Assessment.objects.get().levels  # nothing of the assessment moved


def test_without_a_name_nothing_is_kept_and_nothing_is_lost(cast, sheet):  # noqa: F811
    answer = cast.client("operator").post(
        ALL + "simpan/", {"dari": "2026-spbe-2020-self", "levels": packed(i3="4"), "name": ""}
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and "2 → 4" in html and not Scenario.objects.exists()
    assert re.search(r'<form class="card whatif-levels"[^>]*action="/di/uji/penilaian/andaikan/coba/"', html)


def test_a_scenario_is_its_authors_until_it_is_shared(cast, sheet):  # noqa: F811
    row = kept(cast, "operator", "Rahasia", i1="3")
    address = f"{ALL}{row.uid}/"
    assert cast.client("sekda").get(address).status_code == 404
    assert "Rahasia" not in page(cast, "sekda", ALL)
    cast.client("operator").post(address + "ubah/", {"verb": "share", "version": row.version})
    assert "Rahasia" in page(cast, "sekda", ALL) and "Rahasia" in page(cast, "sekda", address)


def test_a_shared_scenario_is_changed_by_its_author_alone(cast, sheet):  # noqa: F811
    row = kept(cast, "operator", "Bersama", shared=True, i1="3")
    for verb in ("levels", "delete", "unshare"):
        sent = {"verb": verb, "version": row.version, "levels": packed(i1="5")}
        assert cast.client("diskominfo").post(f"{ALL}{row.uid}/ubah/", sent).status_code == 404
    with pytest.raises(NotFound):
        actions.delete(cast.actor("diskominfo"), row, row.version)
    row.refresh_from_db()
    assert row.shared and row.levels["1"] == "3" and row.deleted_at is None


def test_two_who_change_one_scenario_at_once_do_not_write_over_each_other(cast, sheet):  # noqa: F811
    row = kept(cast, "operator", "Bersama", i1="3")
    actions.change(cast.actor("operator"), row, row.version, shared=True)
    with pytest.raises(history.Conflict):
        actions.change(cast.actor("operator"), row, 1, levels=TWO)
    sent = {"verb": "levels", "version": 1, "levels": packed(i1="5")}
    assert cast.client("operator").post(f"{ALL}{row.uid}/ubah/", sent).status_code == 409


def test_own_scenarios_are_deleted_and_the_list_no_longer_shows_them(cast, sheet):  # noqa: F811
    row = kept(cast, "operator", "Sementara", i1="3")
    cast.client("operator").post(f"{ALL}{row.uid}/ubah/", {"verb": "delete", "version": row.version})
    assert not queries.visible(cast.actor("operator"), cast.institution).exists()


def test_two_or_three_stand_side_by_side_with_only_what_differs(cast, sheet):  # noqa: F811
    rows = [kept(cast, "operator", f"Nomor {n}", **{f"i{n}": "4"}) for n in (1, 2, 3)]
    query = "&".join(f"s={row.uid}" for row in rows)
    html = page(cast, "operator", f"{ALL}sandingkan/?{query}")
    assert all(f"Nomor {n}" in html for n in (1, 2, 3))
    assert html.count('<td class="num muted">') == 3


def test_others_unshared_scenarios_are_not_compared(cast, sheet):  # noqa: F811
    mine, theirs = kept(cast, "operator", "Milikku", i1="3"), kept(cast, "sekda", "Milik sekda", i1="4")
    html = page(cast, "operator", f"{ALL}sandingkan/?s={mine.uid}&s={theirs.uid}&s=apa")
    assert "Milik sekda" not in html


def test_the_scenario_keeps_its_edition_when_the_pack_is_changed(cast, sheet):  # noqa: F811
    client = cast.client("operator")
    client.post(ALL + "simpan/", {"dari": "2026-spbe-2020-self", "levels": packed(), "name": "A"})
    assert Scenario.objects.get().edition == sheet.cycle.edition
