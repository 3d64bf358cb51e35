"""Relations: what the metamodel allows, who may make them, and who may take them away."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from pendapa.architecture import actions, queries
from pendapa.kernel.access.actor import NotFound, system
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_what_the_metamodel_does_not_allow_is_refused_in_clear_words(cast: Cast) -> None:
    application, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    with override("en"), pytest.raises(actions.Refused) as refused:
        actions.link(system(), service, "application_service", application)
    assert "leads from Application to Service" in str(refused.value)


def test_a_kind_that_the_relation_does_not_name_is_refused(cast: Cast) -> None:
    application = make(cast.unit, "SIMPUS")
    network = make(cast.unit, "Jaringan", "infrastructure", kind="jaringan_intra")
    with pytest.raises(actions.Refused):
        actions.link(system(), application, "application_server", network)
    actions.link(system(), application, "application_network", network)


def test_an_unknown_relation_and_one_to_itself_are_refused(cast: Cast) -> None:
    one, other = make(cast.unit, "Satu"), make(cast.unit, "Dua", "services")
    with pytest.raises(actions.Refused, match="kawan"):
        actions.link(system(), one, "kawan", other)
    with pytest.raises(actions.Refused):
        actions.link(system(), one, "application_service", one)


def test_the_same_link_twice_is_refused_and_a_second_of_one_is_doubted(cast: Cast) -> None:
    application = make(cast.unit, "SIMPUS")
    first, second = (make(cast.unit, name, "infrastructure") for name in ("VM 1", "VM 2"))
    assert actions.link(system(), application, "application_server", first).warnings == []
    with pytest.raises(actions.Refused):
        actions.link(system(), application, "application_server", first)
    assert "SIMPUS" in actions.link(system(), application, "application_server", second).warnings[0]


def test_a_link_never_leaves_the_institution(cast: Cast) -> None:
    mine, foreign = make(cast.unit, "SIMPUS"), make(cast.foreign_unit, "Rawat jalan", "services")
    with pytest.raises(NotFound):
        actions.link(system(), mine, "application_service", foreign)


def test_an_operator_links_the_own_to_what_others_have(cast: Cast) -> None:
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.other_unit, "Data penduduk", "data")
    actions.link(cast.actor("operator"), mine, "application_data", theirs)
    with pytest.raises(NotFound):
        actions.link(cast.actor("operator"), make(cast.other_unit, "SIAK"), "application_data", theirs)


def test_nobody_links_to_what_they_may_not_see(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS")
    hidden = make(cast.other_unit, "Data sandi", "data", classification="restricted")
    with pytest.raises(NotFound):
        actions.link(cast.actor("operator"), mine, "application_data", hidden)


def test_either_end_may_take_a_link_away_and_nobody_else(cast: Cast) -> None:
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.other_unit, "Data penduduk", "data")
    for who, may in (("assessor", False), ("sekda", False), ("operator", True), ("other_operator", True)):
        relation = join(mine, "application_data", theirs)
        if may:
            actions.unlink(cast.actor(who), relation)
        else:
            with pytest.raises(NotFound):
                actions.unlink(cast.actor(who), relation)
            actions.unlink(system(), relation)


def test_an_element_shows_its_relations_both_ways_in_the_language_of_the_reader(cast: Cast) -> None:
    application, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    join(application, "application_service", service)
    with override("id"):
        (there,) = queries.relations_of(system(), application)
        (back,) = queries.relations_of(system(), service)
    assert (there["label"], there["outgoing"], there["other"]["name"]) == ("melayani", True, "Rawat jalan")
    assert (back["label"], back["outgoing"], back["other"]["name"]) == ("memakai aplikasi", False, "SIMPUS")
    with override("en"):
        assert queries.relations_of(system(), application)[0]["label"] == "serves"


def test_a_hidden_end_does_not_show_in_the_relations(cast: Cast) -> None:
    service = make(cast.unit, "Rawat jalan", "services")
    join(make(cast.other_unit, "Rahasia", classification="restricted"), "application_service", service)
    assert queries.relations_of(cast.actor("operator"), service) == []
    assert len(queries.relations_of(cast.actor("diskominfo"), service)) == 1
