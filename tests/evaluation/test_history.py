"""The index over the years: own assessments and published figures, for officers and for the public."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from pendapa.evaluation.actions import assessments as actions
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries import assessments as queries
from pendapa.kernel.access.actor import NotFound
from pendapa.regulations import packs
from tests.cast import Cast, cast  # noqa: F401

ALL = packs.instrument("spbe-2020").indicators


def complete(cast: Cast, year: int, level: str, stage: str = "self") -> Assessment:  # noqa: F811
    boss = cast.actor("diskominfo")
    row = actions.open_assessment(boss, cast.institution, year, "spbe-2020", stage)
    return actions.set_levels(boss, row, {one.number: level for one in ALL}, row.version)


def test_figures_without_a_year_come_first_and_are_called_earlier(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    for year, index in ((None, "1.7"), (None, "2.6"), (2021, "3.2")):
        actions.record_published(boss, cast.institution, year, index, source="Trenggalek")
    complete(cast, 2026, "3")
    known = queries.history(boss, cast.institution)
    assert [(p.year, p.value) for p in known.points] == [
        (None, Decimal("1.7")),
        (None, Decimal("2.6")),
        (2021, Decimal("3.2")),
        (2026, Decimal("3")),
    ]
    with override("id"):
        assert [p.when for p in known.points][:2] == ["sebelumnya", "sebelumnya"]
    with override("en"):
        assert known.points[0].when == "earlier"


def test_the_public_sees_only_what_is_published(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    hidden, shown = complete(cast, 2025, "2"), complete(cast, 2026, "3")
    actions.publish(boss, shown, shown.version)
    actions.record_published(boss, cast.institution, 2020, "1.9", source="rahasia", is_public=False)
    actions.record_published(boss, cast.institution, 2021, "2.2", source="terbuka")
    for who in ("public", "stranger", "foreigner"):
        actor = cast.actor(who)
        assert [p.year for p in queries.history(actor, cast.institution).points] == [2021, 2026]
        assert queries.assessments(actor, cast.institution) == [shown]
        assert queries.current(actor, cast.institution) == shown
        with pytest.raises(NotFound):
            queries.assessment(actor, cast.institution, 2025, "spbe-2020", "self")
    for who in ("operator", "other_operator", "head", "sekda", "assessor"):
        assert [p.year for p in queries.history(cast.actor(who), cast.institution).points] == [
            2020,
            2021,
            2025,
            2026,
        ]
        assert queries.assessments(cast.actor(who), cast.institution) == [shown, hidden]


def test_of_several_figures_of_a_year_the_weightiest_is_drawn_and_all_are_told(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    complete(cast, 2025, "4", "self")
    complete(cast, 2025, "3", "internal")
    actions.record_published(boss, cast.institution, 2025, "2.5", source="KepmenPANRB")
    known = queries.history(boss, cast.institution)
    assert [(p.kind, p.index) for p in known.points] == [("published", Fraction(5, 2))]
    assert [p.kind for p in known.figures] == ["self", "internal", "published"]
    complete(cast, 2025, "2", "external")
    assert queries.history(boss, cast.institution).points[0].kind == "external"


def test_an_incomplete_assessment_is_no_point(cast):  # noqa: F811
    row = actions.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    actions.set_levels(cast.actor("diskominfo"), row, {"1": "3"}, row.version)
    assert queries.history(cast.actor("diskominfo"), cast.institution).points == ()


def test_the_target_is_that_of_the_newest_assessment_else_that_of_a_source(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.record_published(boss, cast.institution, 2019, "1.55", source="Mojokerto", target="4.0")
    assert queries.public_history(cast.institution).target == Decimal("4.0")
    row = complete(cast, 2026, "2")
    actions.set_target(boss, row, "3,5", row.version)
    assert queries.history(boss, cast.institution).target == Decimal("3.5")
    assert queries.public_history(cast.institution).target == Decimal("4.0")


def test_the_one_to_work_on_is_the_last_stage_of_the_newest_year_with_levels(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    assert queries.current(boss, cast.institution) is None
    complete(cast, 2025, "2")
    mine = actions.open_assessment(boss, cast.institution, 2026, "spbe-2020", "self")
    actions.open_assessment(boss, cast.institution, 2026, "spbe-2020", "external")
    assert queries.current(boss, cast.institution) == mine
