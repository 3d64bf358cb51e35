"""What the rooms measure from live records, through the port, as every colleague sees it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.architecture import actions, releasing
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.review import actions as review
from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.regulations import packs
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def read(cast: Cast, key: str) -> Reading:
    return ports.read(cast.institution, [key])[key]


def value(cast: Cast, key: str) -> Fraction | None:
    return read(cast, key).value


def test_an_empty_register_says_nothing_of_elements_and_nothing_fails(cast: Cast):
    found = ports.read(cast.institution, ports.known())
    assert not any(one.failed for one in found.values())
    assert found["architecture.services_mapped"].value is None
    assert found["architecture.units_with_applications"].value is None, "nothing recorded is not nought"
    assert found["architecture.release_domains"].value is None


def test_opd_with_applications_are_counted_with_the_units_below_them(cast: Cast):
    make(cast.subunit, "SIMPUS")
    told = read(cast, "architecture.units_with_applications")
    assert told.value == Fraction(1, 3)
    assert cast.other_unit.name in told.missing and cast.unit.name not in told.missing


def test_a_restricted_application_counts_for_nobody_and_is_not_named(cast: Cast):
    keys = [key for key in ports.known() if not key.startswith("decree.")]
    before = ports.read(cast.institution, keys)
    hidden = make(cast.unit, "Sandi", classification="restricted")
    other = make(cast.other_unit, "Sandi Lain", "data", classification="restricted")
    join(hidden, "application_data", other)
    assert ports.read(cast.institution, keys) == before


def test_an_application_list_is_verified_when_a_decree_set_it_as_it_stands(cast: Cast):
    one = make(cast.unit, "SIMPUS")
    assert value(cast, "architecture.units_verified") == 0
    releasing.create_release(cast.actor("diskominfo"), cast.institution, code="2026")
    assert value(cast, "architecture.units_verified") == 0, "a release without a decree sets nothing"
    releasing.create_release(
        cast.actor("diskominfo"), cast.institution, code="2026b", decree_number="Perbup 1/2026", decree_date=date(2026, 1, 5)
    )  # fmt: skip
    assert value(cast, "architecture.units_verified") == Fraction(1, 3)
    actions.change_element(cast.actor("diskominfo"), one, version=1, name="SIMPUS baru")
    assert value(cast, "architecture.units_verified") == 0, "it stands otherwise than it was set"


def test_an_application_list_is_verified_when_the_verifier_agreed_to_it(cast: Cast):
    make(cast.other_unit, "SIAK")
    chief = User.objects.create_user("kepala.lain@uji.example", "Kepala Lain", "kata-sandi-uji")
    Assignment.objects.create(user=chief, institution=cast.institution, unit=cast.other_unit, role="head")
    cast.users["other_head"] = chief
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    draft = actions.create_element(
        cast.actor("operator"), cast.institution, "applications", cast.unit, name="SIMPUS"
    ).draft
    review.submit(cast.actor("operator"), draft)
    assert value(cast, "architecture.units_with_applications") == Fraction(1, 3), "a proposal is not in force"
    review.agree(cast.actor("head"), draft)
    review.agree(cast.actor("verifier"), draft)
    told = read(cast, "architecture.units_verified")
    assert told.value == Fraction(1, 3) and cast.unit.name not in told.missing


def test_a_release_tells_its_decree_its_domains_and_its_age(cast: Cast):
    make(cast.unit, "SIMPUS")
    make(cast.unit, "Pendaftaran", "services")
    assert value(cast, "architecture.release_decree") is None
    day = timezone.localdate() - timedelta(days=800)
    releasing.create_release(
        cast.actor("diskominfo"), cast.institution, code="lama", decree_number="Perbup 1", decree_date=day
    )
    assert value(cast, "architecture.release_decree") == 1
    assert value(cast, "architecture.release_domains") == 2
    assert value(cast, "architecture.release_fresh") == 0
    releasing.create_release(
        cast.actor("diskominfo"), cast.institution, code="baru", decree_number="Perbup 2", decree_date=timezone.localdate()
    )  # fmt: skip
    assert value(cast, "architecture.release_fresh") == 1
    assert value(cast, "architecture.releases_decreed") == 2


def test_links_are_told_as_shares_of_elements_and_of_opd(cast: Cast):
    app, other = make(cast.unit, "SIMPUS"), make(cast.other_unit, "SIAK")
    service = make(cast.unit, "Pendaftaran", "services")
    process = make(cast.unit, "Melayani pasien", "processes")
    bus = make(cast.unit, "SPLP Uji", "infrastructure", kind="sistem_penghubung_layanan")
    join(app, "application_service", service)
    join(service, "service_process", process)
    assert value(cast, "architecture.applications_with_service") == Fraction(1, 2)
    assert value(cast, "architecture.services_with_application") == 1
    assert value(cast, "architecture.services_with_process") == 1
    assert value(cast, "architecture.processes_with_application") is None, "no such relation at all"
    assert value(cast, "architecture.units_on_bus") is None
    join(other, "application_splp", bus)
    told = read(cast, "architecture.units_on_bus")
    assert told.value == Fraction(1, 2) and told.missing == (cast.unit.name,)
    assert value(cast, "architecture.bus") == 1


def test_audits_count_by_their_years_and_by_what_they_cover(cast: Cast):
    year = timezone.localdate().year
    app = make(cast.unit, "SIMPUS")
    for number in (0, 1, 9):
        audit = make(
            cast.unit, f"Audit {number}", "security", kind="audit_keamanan",
            attributes={"tanggal_kegiatan": f"{year - number}-01-15"},
        )  # fmt: skip
        if number == 0:
            join(app, "secured_by", audit)
    assert value(cast, "architecture.audits.security") == 2, "one of nine years ago is too old"
    assert value(cast, "architecture.audits.applications") == 1
    assert value(cast, "architecture.audits.infrastructure") is None


def test_the_national_data_centre_is_read_from_the_place_of_servers(cast: Cast):
    make(cast.unit, "SIMPUS", attributes={"lokasi_server": "Ruang server Diskominfo, dekat pdnsukses"})
    assert value(cast, "architecture.national_hosting") is None
    make(cast.unit, "SIMPUS 2", attributes={"lokasi_server": "Pusat Data Nasional Sementara"})
    assert value(cast, "architecture.national_hosting") == 1


def test_a_national_application_in_the_register_speaks_for_its_fields(cast: Cast):
    assert value(cast, "architecture.national.records") is None
    app = make(cast.unit, "SRIKANDI")
    assert value(cast, "architecture.national.records") == 1
    assert value(cast, "architecture.connected.records") == 0
    other = make(cast.unit, "E-Surat Uji Coba Lokal")
    actions.link(cast.actor("diskominfo"), app, "application_flow", other, attributes={"lewat": "API"})
    assert value(cast, "architecture.connected.records") == 1
    assert value(cast, "architecture.national.procurement") is None


def test_the_analyses_tell_owners_coverage_and_people(cast: Cast):
    make(
        cast.unit, "Data pasien", "data", attributes={"produsen": cast.unit.name, "data_pribadi": "spesifik"}
    )
    make(cast.unit, "Data obat", "data")
    make(cast.unit, "Pendaftaran", "services", attributes={"operator": "Ayu"})
    make(cast.unit, "Rujukan", "services", attributes={"operator": "Ayu", "operator_pengganti": "Budi"})
    assert value(cast, "analysis.data_with_owner") == Fraction(1, 2)
    assert value(cast, "analysis.personal_classified") == Fraction(1, 2)
    assert value(cast, "analysis.personal_recorded") == 0
    assert value(cast, "analysis.security_covered") is None, "no security object at all"
    assert value(cast, "architecture.intranet") is None, "no infrastructure at all"
    make(cast.unit, "Server", "infrastructure")
    assert value(cast, "architecture.intranet") == 0
    assert value(cast, "analysis.services_operated") == 1
    assert value(cast, "analysis.services_covered") == Fraction(1, 2)
    assert "Ayu" not in " ".join(one.told for one in ports.read(cast.institution, ports.known()).values())


def test_opd_with_an_operator_are_those_of_whom_one_holds_the_role_today(cast: Cast):
    assert value(cast, "organisation.units_with_operator") == Fraction(2, 3)
    Assignment.objects.filter(user=cast.users["operator"]).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    told = read(cast, "organisation.units_with_operator")
    assert told.value == Fraction(1, 3) and cast.unit.name in told.missing


def test_reading_all_takes_the_same_number_of_queries_however_much_there_is(cast: Cast):
    def fill(number: int) -> None:
        for n in range(number):
            app = make(cast.unit, f"Aplikasi {n}-{number}")
            join(app, "application_service", make(cast.unit, f"Layanan {n}-{number}", "services"))
            join(app, "application_data", make(cast.other_unit, f"Data {n}-{number}", "data"))

    counts = []
    for number in (2, 6):
        fill(number)
        with CaptureQueriesContext(connection) as asked:
            ports.read(cast.institution, sorted(packs.signals().measures))
        counts.append(len(asked))
        ports.read(cast.institution, sorted(packs.signals().measures))
    assert counts[1] <= counts[0] and counts[0] <= 80, counts
