"""The port of measures: what rooms register, how it is read together, who may be told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from tests.cast import Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _withdrawn():
    yield
    for key in ("uji.satu", "uji.dua", "uji.rusak"):
        ports.withdraw(key)


def test_a_measure_is_known_by_its_key_until_it_is_withdrawn():
    ports.register("uji.satu", "Satu", "count", "uji", lambda institution: ports.count(1, "satu"))
    assert (ports.known()["uji.satu"].room, ports.known()["uji.satu"].needs) == ("uji", "")
    ports.withdraw("uji.satu")
    assert "uji.satu" not in ports.known()


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="share, count, flag"):
        ports.register("uji.satu", "Satu", "percent", "uji", lambda institution: ports.count(1, ""))


def test_a_measure_that_fails_harms_no_other_and_says_nothing(cast: Cast):  # noqa: F811
    def broken(institution: object) -> Reading:
        raise RuntimeError("no disk")

    ports.register("uji.rusak", "Rusak", "count", "uji", broken)
    ports.register("uji.satu", "Satu", "count", "uji", lambda institution: ports.count(1, "satu"))
    found = ports.read(cast.institution, ["uji.rusak", "uji.satu", "uji.tak-ada"])
    assert found.keys() == {"uji.rusak", "uji.satu"}
    assert found["uji.rusak"].value is None and found["uji.rusak"].failed
    assert found["uji.satu"].value == 1 and not found["uji.satu"].failed


def test_what_several_measures_need_is_computed_once_while_they_are_read_together(cast: Cast):  # noqa: F811
    computed = []

    def shared(institution: object) -> Reading:
        value = ports.once("uji", cast.institution, lambda: computed.append(1) or len(computed))
        return ports.count(value, "")

    ports.register("uji.satu", "Satu", "count", "uji", shared)
    ports.register("uji.dua", "Dua", "count", "uji", shared)
    assert [one.value for one in ports.read(cast.institution, ["uji.satu", "uji.dua"]).values()] == [1, 1]
    ports.read(cast.institution, ["uji.satu"])
    assert len(computed) == 2, "nothing is kept from one reading to the next"


def test_a_share_of_nothing_is_not_known_and_never_nought():
    assert ports.share(0, 0, "0 of 0", "nothing there").value is None
    assert ports.share(0, 0, "0 of 0", "nothing there").told == "nothing there"
    assert ports.share(38, 40, "38 of 40", "").value == Fraction(19, 20)


def test_at_most_ten_names_of_what_is_lacking_are_told():
    names = tuple(f"Dinas {n}" for n in range(40))
    assert ports.share(0, 40, "", "", missing=names).missing == names[:10]


def test_an_onlooker_holds_what_is_open_and_nothing_else(cast: Cast):  # noqa: F811
    look = ports.onlooker("architecture.view")
    assert look.may("architecture.view", cast.institution)
    assert not look.may("architecture.view_restricted", cast.institution)
    assert look.is_anonymous and not look.runs_platform and not look.belongs(cast.institution)
