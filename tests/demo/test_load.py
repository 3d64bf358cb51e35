"""What the demo holds: units, six domains, relations, gaps, twins, assessments, one import that waits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from django.contrib.auth import authenticate
from django.db.models import Max, Min
from django.test import Client
from django.utils import timezone

from pendapa.architecture import queries as architecture
from pendapa.architecture.models import Element, Gap, GapDecision, Relation
from pendapa.architecture.queries import comparing
from pendapa.architecture.rules.moments import NOW, moment
from pendapa.demo import facts, load
from pendapa.demo.accounts import ACCOUNTS, PASSWORD
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.rules import scoring as rules
from pendapa.kernel.access import actor
from pendapa.kernel.access.actor import PUBLIC, system
from pendapa.kernel.files import store
from pendapa.kernel.history.models import ChangeSet, LedgerEntry, Revision
from pendapa.kernel.tables import queries as imports
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.organisation.models import UnitAlias
from pendapa.regulations import packs

DOMAINS = {domain.key for domain in packs.metamodel().domains} | {"strategy"}
EVERYTHING = (Institution, Unit, UnitAlias, User, Assignment, Element, Relation, Assessment, ImportBatch, StagedRow,
              ChangeSet, Revision, LedgerEntry)  # fmt: skip


def test_it_is_marked_as_a_demo(place: Institution) -> None:
    assert place.is_demo
    assert place.name == "Kabupaten Contoh"
    assert Institution.objects.count() == 1
    assert not User.objects.filter(is_demo=False).exists()


def test_loading_again_changes_nothing(place: Institution) -> None:
    before = [model.objects.count() for model in EVERYTHING]
    assert load.load() == ["contoh"]
    assert [model.objects.count() for model in EVERYTHING] == before


def test_every_row_of_the_lists_is_there(place: Institution) -> None:
    assert Unit.objects.count() == 53
    found = Counter(Element.objects.values_list("domain", flat=True))
    assert found == {
        "processes": 32, "services": 38, "data": 32, "applications": 62, "infrastructure": 23, "security": 13,
        "strategy": 14,
    }  # fmt: skip
    assert set(found) == DOMAINS
    assert sum(found.values()) >= 60


def test_the_indicators_tell_of_this_quarter(place: Institution) -> None:
    today = timezone.localdate()
    key = f"{today.year}-TW{(today.month + 2) // 3}"
    rows = {row.code: row.attributes for row in Element.objects.filter(kind="iku")}
    told = {code for code, row in rows.items() if key in row.get("realisasi_triwulan", {})}
    assert {"PS-10", "PS-11", "PS-13"} <= told and "PS-14" not in told
    assert all(len(rows[code]["target_triwulan"]) == 4 for code in told)


def test_units_stand_below_their_parents(place: Institution) -> None:
    parents = dict(
        Unit.objects.filter(code__in=["1.02.05", "4.01.03", "7.01.01"]).values_list("code", "parent__code")
    )
    assert parents == {"1.02.05": "1.02", "4.01.03": "4.01", "7.01.01": "7.01"}


def test_domains_are_linked_with_one_another(place: Institution) -> None:
    found = Counter(Relation.objects.values_list("type", flat=True))
    assert set(found) >= {
        "service_process", "data_process", "data_service", "application_process", "application_service", "application_data",
        "application_server", "application_cloud", "secured_by", "hosted_in", "connected_to",
    }  # fmt: skip
    assert sum(found.values()) > 250


def test_what_cells_point_to_is_found(place: Institution) -> None:
    """No code of another list is left hanging: missing links are gaps, not typing mistakes of ours."""
    named = {
        "proses_bisnis",
        "layanan",
        "data",
        "server",
        "komputasi_awan",
        "keamanan",
        "fasilitas_komputasi",
        "jaringan_intra",
    }
    # What was found is a relation; only what names nothing would still stand as text.
    for element in Element.objects.all():
        assert not named & element.attributes.keys(), element.name
    linked = Element.objects.exclude(outgoing=None).distinct()
    assert linked.count() > Element.objects.count() / 2


def test_many_rules_of_gaps_find_something_and_all_spare_something(place: Institution) -> None:
    gaps = Counter(gap["rule"] for gap in architecture.gaps(actor.system(), place))
    assert set(gaps) >= {
        "service_without_application", "application_without_process", "application_without_data", "application_without_hosting",
        "application_without_security", "application_without_operator", "application_without_substitute", "data_typed_by_hand",
        "exchange_not_through_splp", "personal_data_without_record", "licence_expired",
    }  # fmt: skip
    assert all(count < 62 for count in gaps.values())


def test_twins_are_found_over_several_offices(place: Institution) -> None:
    groups = [
        {member["name"] for member in group["members"]} for group in architecture.twins(actor.system(), place)
    ]
    for wanted in (
        {"Antrean Puskesmas", "Antrean RSUD", "Antrean Dukcapil", "Antrean Mal Pelayanan"},
        {"Lapor Contoh", "Aduan Tertib", "Aduan Sampah dan Lingkungan"},
        {"Arsip Digital Dinkes", "Arsip Disdikbud", "Surat Contoh"},
        {"Gaji ASN Contoh", "Gaji Tenaga Kontrak RSUD"},
        {"Aset Daerah Contoh", "Inventaris RSUD", "Inventaris Sekolah"},
        {"Profil Desa Contoh", "Profil Desa dan Kelurahan", "Monografi Kecamatan Timur"},
    ):
        assert any(wanted <= group for group in groups), wanted


def test_the_public_sees_the_public_part_only(place: Institution) -> None:
    seen = Counter(architecture.visible(PUBLIC, place).values_list("domain", flat=True))
    assert seen["services"] == 38
    assert 10 <= seen["applications"] < 62
    assert not architecture.visible(PUBLIC, place).filter(code__in=facts.RESTRICTED).exists()
    assert Element.objects.filter(classification="restricted").count() == len(facts.RESTRICTED)
    assert Element.objects.filter(code__in=facts.PUBLIC, classification="public").count() == len(facts.PUBLIC)


def test_everything_says_that_it_is_invented(place: Institution) -> None:
    unmarked = Element.objects.exclude(attributes__sumber="data contoh")
    assert not unmarked.exists()


def test_the_index_rises_and_this_year_is_under_way(place: Institution) -> None:
    rows = {row.year: row for row in Assessment.objects.all()}
    instrument = packs.instrument("spbe-2020")
    index = [rules.score(instrument, rows[year].levels).index for year in (2023, 2024, 2025)]
    assert index == sorted(index)
    assert Fraction("1.65") < index[0] < Fraction("1.8")
    assert Fraction("2.05") < index[1] < Fraction("2.2")
    assert Fraction("2.55") < index[2] < Fraction("2.7")
    assert all(rows[year].is_public and rows[year].stage == "external" for year in (2023, 2024, 2025))
    now = rows[2026]
    assert (now.stage, now.target, now.is_public) == ("self", "3.5", False)
    assert 30 < len(now.levels) < 47


def test_one_import_waits_with_the_documented_faults(place: Institution) -> None:
    operator = User.objects.get(username=facts.WAITING_FOR)
    batch = imports.batches(actor.of(operator), place).get()
    assert (batch.state, batch.user, batch.unit.code) == ("preview", operator, "1.02")
    assert dict(imports.counts(batch)[0]) == dict(facts.WAITING_ROWS)
    faults = {
        row.row: [error["column"] for error in row.errors] for row in batch.rows.filter(verdict="faulty")
    }
    name, unit = ["Nama Apliaksi"], ["Nama OPD Pengampu"]
    assert faults == {9: unit, 14: unit, 17: name, 22: unit, 31: unit, 36: unit, 40: name}
    assert list(batch.rows.order_by("row").values_list("row", flat=True)) == list(range(4, 52))
    assert batch.file is not None
    assert store.path(batch.file).read_bytes() == (facts.DATA / facts.WAITING).read_bytes()


def test_an_operators_changes_stand_at_every_station_of_the_way(place: Institution) -> None:
    operator = User.objects.get(username=facts.WAITING_FOR)
    # beside them the same operator works through the action plan
    worked = Revision.objects.filter(target_type__startswith="action").values("change_set")
    own = ChangeSet.objects.filter(author=operator).exclude(pk__in=worked).order_by("pk")
    assert [(one.kind, one.state, one.unit.code) for one in own] == [
        ("edit", "applied", "1.02"),
        ("plan", "agreed", "1.02"),
        ("edit", "submitted", "1.02"),
    ]
    assert own[2].step == "approve"


def test_a_release_was_frozen_before_the_operators_changes(place: Institution) -> None:
    release = place.releases.get()
    found = comparing.compare(system(), place, moment(f"rilis-{release.code}") or NOW, NOW)
    assert found.counts["changed"] == {"element": 1}
    assert found.counts["added"] == {"relation": 1}


def test_completeness_differs_from_row_to_row(place: Institution) -> None:
    found = set(Element.objects.filter(domain="applications").values_list("completeness", flat=True))
    assert len(found) >= 5
    assert max(found) > 80


def test_history_names_roles_and_the_file(place: Institution) -> None:
    sets = ChangeSet.objects.filter(kind="import").order_by("pk")
    assert [one.reason for one in sets] == list(facts.FILES)
    assert {one.author_name for one in sets} == {"Diskominfo (walidata)"}


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_each_account_signs_in(place: Institution, account, rf) -> None:
    user = authenticate(rf.post("/masuk/"), username=account.username, password=PASSWORD)
    assert user is not None
    assert (user.name, user.is_demo, user.is_platform_admin) == (account.name, True, not account.role)
    held = list(user.assignments.values_list("role", "unit__code"))
    assert held == ([(account.role, account.unit or None)] if account.role else [])


@pytest.mark.parametrize("account", [a for a in ACCOUNTS if a.role], ids=lambda account: account.username)
def test_each_officer_opens_the_home_of_the_institution(place: Institution, account) -> None:
    client = Client()
    client.force_login(
        User.objects.get(username=account.username), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/di/contoh/beranda/").status_code == 200


def test_gaps_were_found_over_a_year_and_some_of_them_closed_and_decided(place: Institution) -> None:
    found = Gap.objects.filter(institution=place)
    days = found.aggregate(first=Min("opened_on"), last=Max("opened_on"))
    assert days["last"] - days["first"] > timedelta(days=250)
    closed = found.exclude(closed_on=None)
    assert closed.count() >= 5 and all(one.opened_on < one.closed_on for one in closed)
    decided = Counter(GapDecision.objects.filter(institution=place).values_list("decision", flat=True))
    assert decided["close"] >= 10 and decided["postpone"] >= 1
