"""The catalogue of gaps: since when, until when, who sees what, how it follows, and the trend over releases."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.architecture import actions, releasing
from pendapa.architecture.models import Element, Gap, GapMark, Relation
from pendapa.architecture.queries import checks, keeping
from pendapa.architecture.queries.gap_trends import trends
from pendapa.architecture.queries.gaps import (
    Asked,
    by_rule,
    catalogue,
    count_by_element,
    figures,
    gap_numbers,
)
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Revision
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
RULE = "application_without_data"
PAGE = "/di/uji/arsitektur/celah/"
API = "/api/v1/institutions/uji/gaps"


def rows(cast: Cast, who: str = "diskominfo", **asked: str):
    return catalogue(cast.actor(who), cast.institution, Asked(**{"rule": RULE, **asked})).rows


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def test_a_gap_is_open_since_the_change_that_opened_it_not_since_it_was_read(cast: Cast) -> None:
    keeping.keep(cast.institution)
    element = make(cast.unit, "SIMPUS")
    Revision.objects.filter(target_uid=element.uid).update(recorded_from=timezone.now() - timedelta(days=12))
    (found,) = rows(cast)
    assert found.opened_on == days_ago(12) and found.closed_on is None


def test_the_first_catalogue_of_a_register_takes_the_day_of_what_is_written_now(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    Revision.objects.filter(target_uid=element.uid).update(recorded_from=timezone.now() - timedelta(days=90))
    GapMark.objects.all().delete()
    assert rows(cast)[0].opened_on == days_ago(90)


def test_a_closed_gap_is_kept_with_its_day_and_opens_again_as_another(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    (first,) = rows(cast)
    relation = join(element, "application_data", make(cast.unit, "Pasien", "data"))
    assert rows(cast) == []
    (closed,) = rows(cast, state="closed")
    assert (closed.uid, closed.closed_on) == (first.uid, timezone.localdate())
    actions.unlink(system(), relation)
    (again,) = rows(cast)
    assert again.uid != first.uid and len(rows(cast, state="all")) == 2


def test_what_is_deleted_has_no_gaps_and_what_comes_back_has_them_again(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    keeping.keep(cast.institution)
    actions.delete_element(system(), element)
    assert rows(cast) == []
    actions.restore_element(system(), cast.institution, str(element.uid))
    assert len(rows(cast)) == 1


def test_a_mark_that_no_ledger_tells_opens_its_gap_as_well(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    keeping.keep(cast.institution)
    Element.objects.filter(pk=element.pk).update(remap=True)
    keeping.again(cast.institution)
    assert len(rows(cast, rule="map_again")) == 1


def test_many_relations_between_few_do_not_pass_for_all_of_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, *others = (make(cast.unit, name) for name in ("Gerbang", "Antrean", "SIMPUS"))
    for other in others:
        join(gate, "application_flow", other)
        join(other, "application_flow", gate)
    join(gate, "application_data", make(cast.unit, "Pasien", "data"))
    keeping.keep(cast.institution)
    seq = GapMark.objects.get().seq
    monkeypatch.setattr(keeping, "MOST", 3)
    gate = Element.objects.get(pk=gate.pk)
    actions.change_element(system(), gate, version=gate.version, attributes={"fungsi": "Pintu"})
    assert not keeping._touched(cast.institution, seq).complete


def test_the_passing_of_time_opens_a_gap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = (timezone.localdate() + timedelta(days=3)).isoformat()
    make(
        cast.unit, "Awan", "infrastructure", kind="komputasi_awan", attributes={"tanggal_akhir_lisensi": ends}
    )
    assert rows(cast, rule="licence_expired") == []
    later = timezone.localdate() + timedelta(days=4)
    monkeypatch.setattr(timezone, "localdate", lambda *_when: later)
    (found,) = rows(cast, rule="licence_expired")
    assert found.opened_on == later


def test_a_check_of_another_part_opens_and_closes_gaps_and_may_not_know_yet(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    element, named = make(cast.unit, "SIMPUS"), {"now": set()}
    monkeypatch.setitem(checks._checks, "national_unused", lambda institution: named["now"])
    process = make(cast.unit, "Kepegawaian", "processes")
    assert rows(cast, rule="shared_application_unused") == []
    for answer, count in (({process.pk}, 1), (None, 1), (set(), 0), ({process.pk, 10**9}, 1)):
        named["now"] = answer
        actions.change_element(
            system(), Element.objects.get(pk=element.pk), version=Element.objects.get(pk=element.pk).version,
            attributes={"fungsi": str(answer)},
        )  # fmt: skip
        assert len(rows(cast, rule="shared_application_unused")) == count, answer
    with pytest.raises(ValueError, match="no gap rule asks"):
        checks.register("entah", lambda institution: set())


def test_gaps_of_hidden_elements_are_neither_listed_nor_counted(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    hidden = make(cast.other_unit, "Sandi", classification="restricted")
    for who, count in (("diskominfo", 2), ("operator", 1), ("other_operator", 2), ("assessor", 1)):
        actor = cast.actor(who)
        assert len(rows(cast, who)) == count, who
        assert by_rule(actor, cast.institution)[RULE] == count
        assert gap_numbers(actor, cast.institution)[RULE] == count
        every = Counter(one.element_id for one in catalogue(actor, cast.institution).rows)
        assert count_by_element(actor, cast.institution) == every
        told = cast.client(who).get(f"{API}?rule={RULE}").json()
        assert len(told) == count
        page = cast.client(who).get(f"{PAGE}?rule={RULE}").content.decode()
        assert ("Sandi" in page) is (count == 2)
    wide, narrow = (figures(cast.actor(who), cast.institution) for who in ("diskominfo", "operator"))
    assert wide.open == 2 * narrow.open and wide.units == 2 and narrow.units == 1
    join(hidden, "application_data", make(cast.other_unit, "Kunci", "data"))
    assert figures(cast.actor("diskominfo"), cast.institution).closed == 1
    assert figures(cast.actor("operator"), cast.institution).closed == 0


def test_figures_tell_what_came_and_went(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    before = figures(system(), cast.institution)
    assert before.month == before.open == before.undecided and before.units == 1 and before.closed == 0
    Gap.objects.update(opened_on=days_ago(400))
    join(element, "application_data", make(cast.unit, "Pasien", "data"))
    keeping.keep(cast.institution)
    Gap.objects.filter(element__domain="data").update(opened_on=days_ago(400))
    after = figures(system(), cast.institution)
    assert after.closed == 1 and after.month == -1
    assert after.of == after.open + 1


def test_filters_narrow_page_export_and_api_alike(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    make(cast.other_unit, "SIAK")
    make(cast.unit, "Rawat jalan", "services")
    client, unit = cast.client("diskominfo"), str(cast.unit.uid)
    page = client.get(PAGE, {"rule": RULE, "unit": unit}).content.decode()
    assert "SIMPUS" in page and "SIAK" not in page
    sheet = client.get(f"{PAGE}ekspor/", {"unit": unit, "domain": "applications", "format": "csv"})
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")
    assert "SIMPUS" in text and "SIAK" not in text and "Rawat jalan" not in text
    told = client.get(API, {"unit": "1.02", "domain": "applications"}).json()
    assert {one["name"] for one in told} == {"SIMPUS"}
    assert client.get(API, {"decision": "entah"}).status_code == 422
    assert (
        client.get(PAGE, {"rule": RULE, "unit": "x", "decision": "entah", "after": "z|x"}).status_code == 200
    )


def test_what_came_and_went_lately_is_listed_alike_on_page_export_and_api(cast: Cast) -> None:
    old, mended, new = (make(cast.unit, name) for name in ("Lama", "Simpus", "Siak"))
    rows(cast)
    Gap.objects.filter(element__in=(old.pk, mended.pk)).update(opened_on=days_ago(90))
    for element in (old, mended):
        join(element, "application_data", make(cast.unit, f"Data {element.name}", "data"))
    rows(cast)
    Gap.objects.filter(element=old.pk, rule=RULE).update(closed_on=days_ago(90))
    assert {one.name for one in rows(cast, state="closed-90")} == {"Simpus"}
    assert {one.name for one in rows(cast, state="opened-90")} == {"Siak"}
    assert rows(cast, state="opened-90")[0].element == str(new.uid)
    client = cast.client("diskominfo")
    for state, (there, absent) in {
        "closed-90": ("Simpus", "Siak"),
        "opened-90": ("Siak", "Simpus"),
    }.items():
        asked = {"rule": RULE, "state": state}
        assert {one["name"] for one in client.get(API, asked).json()} == {there}
        sheet = client.get(f"{PAGE}ekspor/", asked | {"format": "csv"})
        text = b"".join(sheet.streaming_content).decode("utf-8-sig")
        assert there in text and absent not in text
        shown = client.get(PAGE, asked).content.decode()
        assert there in shown and absent not in shown
        assert f'<option value="{state}" selected>' in shown and f"state={state}" in shown
    assert client.get(API, {"state": "entah"}).status_code == 422
    assert '<option value="open" selected>' in client.get(PAGE, {"state": "entah"}).content.decode()


def test_the_page_opens_at_a_rule_that_has_what_was_asked_for_and_says_how_much_there_is(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    keeping.keep(cast.institution)
    low = {one.key for one in gap_rules.RULES if one.severity == "low"}
    weak = Gap.objects.filter(rule__in=low).first()
    assert weak is not None
    Gap.objects.exclude(pk=weak.pk).update(opened_on=days_ago(400))
    answer = cast.client("diskominfo").get(PAGE, {"state": "opened-90"})
    assert answer.context["asked"].rule == weak.rule and answer.context["chosen_count"] == 1
    assert [door["count"] for door in answer.context["doors"]] == [1] and not answer.context["more"]
    assert "<b>1 celah</b> sesuai saringan" in answer.content.decode()


def test_a_closed_gap_says_its_day_and_asks_for_no_decision(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    rows(cast)
    join(element, "application_data", make(cast.unit, "Pasien", "data"))
    asked = {"rule": RULE, "state": "closed-90"}
    shown = cast.client("diskominfo").get(PAGE, asked).content.decode().partition("<main")[2]
    assert "SIMPUS" in shown and "ditutup pada" in shown
    assert 'name="gap"' not in shown and "putusan/?" not in shown


def test_a_decision_leads_back_to_the_list_with_its_state(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    (one,) = rows(cast)
    client = cast.client("diskominfo")
    asked = {"rule": RULE, "state": "opened-90"}
    shown = client.get(PAGE, asked).content.decode()
    form = client.get(f"{PAGE}putusan/", {"gap": one.uid, "decision": "accept"} | asked).content.decode()
    assert "state=opened-90" in shown and 'name="state" value="opened-90"' in form
    given = {"gap": one.uid, "decision": "accept", "reason": "Hanya dipakai di satu ruangan."} | asked
    answer = client.post(f"{PAGE}putusan/", given)
    assert answer.status_code == 302 and "state=opened-90" in answer.url


def test_the_api_gives_pages_that_together_are_the_whole(cast: Cast) -> None:
    for number in range(7):
        make(cast.unit, f"Aplikasi {number}")
    client = cast.client("diskominfo")
    everything = {one["gap"] for one in client.get(API).json()}
    found, address = [], f"{API}?limit=10"
    while address:
        answer = client.get(address)
        found += [one["gap"] for one in answer.json()]
        address = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]
    assert len(found) == len(everything) and set(found) == everything


def test_the_api_tells_rules_with_their_sources_and_the_trend(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    client = cast.client("operator")
    rules = {one["key"]: one for one in client.get(f"{API}/rules").json()}
    assert rules["audit_expired"]["verified"] is False and rules["audit_expired"]["source"]
    (now,) = client.get(f"{API}/trends").json()
    assert now["release"] == "" and now["total"] == sum(now["by_rule"].values()) > 0
    for address in (API, f"{API}/rules", f"{API}/trends"):
        assert cast.client("stranger").get(address).status_code == 404


def test_the_trend_tells_the_gaps_of_each_release_as_they_were(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    make(cast.other_unit, "Sandi", classification="restricted")
    office = cast.actor("diskominfo")
    releasing.create_release(office, cast.institution, code="2026")
    join(element, "application_data", make(cast.unit, "Pasien", "data"))
    releasing.create_release(office, cast.institution, code="2027")
    told = {
        who: [(p.code, p.by_rule.get(RULE, 0)) for p in trends(cast.actor(who), cast.institution)]
        for who in ("diskominfo", "operator")
    }
    assert told["diskominfo"] == [("2026", 2), ("2027", 1), ("", 1)]
    assert told["operator"] == [("2026", 1), ("2027", 0), ("", 0)]
    points = trends(office, cast.institution)
    assert dict(points[1].by_rule) == dict(points[2].by_rule)
    page = cast.client("operator").get(f"{PAGE}tren/")
    assert page.status_code == 200 and "2027" in page.content.decode()
    assert cast.client("stranger").get(f"{PAGE}tren/").status_code == 404


def large(cast: Cast, size: int) -> None:
    elements = [
        Element(
            institution=cast.institution, unit=cast.unit, domain=domain, kind=kind, code=f"{domain}-{n}",
            name=f"{domain} {n}", attributes={"operator": "Tim"} if n % 2 else {},
        )
        for n in range(size // 4)
        for domain, kind in (("applications", "applications"), ("services", "services"), ("data", ""), ("processes", ""))
    ]  # fmt: skip
    for element in elements:
        element.derive()
    history.write(system(), cast.institution, "import", history.Writes(add=list(elements)))
    applications = [e for e in elements if e.domain == "applications"]
    services = [e for e in elements if e.domain == "services"]
    relations = [
        Relation(institution=cast.institution, type="application_service", source=a, target=s)
        for a, s in zip(applications, services, strict=True)
    ]
    history.write(system(), cast.institution, "import", history.Writes(add=list(relations)))


def asked(cast: Cast) -> dict[str, int]:
    """How many queries each takes: the first catalogue, one change, and reading a page of it."""
    counts = {}
    with CaptureQueriesContext(connection) as first:
        keeping.keep(cast.institution)
    counts["first"] = sum(not one["sql"].startswith("INSERT INTO") for one in first.captured_queries)
    element = Element.objects.filter(domain="applications").latest("pk")
    actions.change_element(system(), element, version=element.version, attributes={"operator": "Lain"})
    with CaptureQueriesContext(connection) as change:
        keeping.keep(cast.institution)
    counts["change"] = len(change)
    with CaptureQueriesContext(connection) as page:
        catalogue(system(), cast.institution, Asked(), size=50)
        figures(system(), cast.institution)
        by_rule(system(), cast.institution)
    counts["page"] = len(page)
    return counts


def test_a_register_of_5000_elements_takes_as_many_queries_as_one_of_40(cast: Cast) -> None:
    large(cast, 40)
    small = asked(cast)
    Gap.objects.all().delete()
    GapMark.objects.all().delete()
    Relation.objects.all().delete()
    Element.objects.all().delete()
    large(cast, 5000)
    assert asked(cast) == small
    assert Gap.objects.filter(closed_on=None).count() > 15_000
