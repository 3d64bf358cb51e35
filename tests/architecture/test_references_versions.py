"""A newer national tree holds for all, and marks what was mapped to nodes that are gone, renamed or moved."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.architecture import actions, references
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import Actor, NotFound, system
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.overlays import trees
from pendapa.kernel.tenancy.models import User
from pendapa.regulations import packs
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def nodes(**changed: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The shipped RAB with some nodes changed (by their code with underscores), or left out (None)."""
    kept = []
    for node in packs.references().tree("RAB"):
        told: dict[str, Any] = {
            "code": node.code,
            "name": node.name,
            "level": node.level,
            "also": list(node.also),
        }
        if node.parent:
            told["parent"] = node.parent
        change = changed.get((node.code or "").replace(".", "_"), {})
        if change is not None:
            kept.append(told | change)
    return kept


def bring(actor: Actor | None = None, **changed: dict[str, Any] | None) -> None:
    references.bring(actor or system(), "RAB", nodes(**changed), label="Perpres 9/2027")


def mapped(cast: Cast, name: str, code: str, **more: Any) -> Element:
    return make(more.pop("unit", cast.unit), name, "processes", attributes={"rab": code}, **more)


def marked() -> set[str]:
    return set(Element.objects.filter(remap=True).values_list("name", flat=True))


def test_mappings_to_nodes_that_are_gone_renamed_or_moved_are_marked_and_no_others(cast: Cast) -> None:
    mapped(cast, "Hilang", "RAB.08.02")
    mapped(cast, "Berganti", "RAB.06.01")
    mapped(cast, "Sekolah", "Pendidikan")  # by name, as somebody wrote it
    mapped(cast, "Tetap", "RAB.04.01")
    mapped(cast, "Kosong", "")
    mapped(cast, "Lain", "RAB.06.01", unit=cast.foreign_unit)
    gone = mapped(cast, "Terhapus", "RAB.06.01")
    actions.delete_element(system(), gone)
    bring(RAB_08_02=None, RAB_06_01={"name": "Pendidikan Dasar"})
    assert marked() == {"Hilang", "Berganti", "Sekolah", "Lain", "Terhapus"}
    assert Element.objects.get(name="Berganti").attributes["rab"] == "RAB.06.01"


def test_the_effect_is_told_before_over_all_institutions_without_deleted_ones(cast: Cast) -> None:
    mapped(cast, "Satu", "RAB.06.01")
    mapped(cast, "Dua", "RAB.06.01", unit=cast.foreign_unit)
    actions.delete_element(system(), mapped(cast, "Tiga", "RAB.06.01"))
    newer = packs.references().with_trees([]).tree("RAB")
    without = [node for node in newer if node.code != "RAB.06.01"]
    done = references.effect("RAB", without)
    assert ([node.code for node in done.differences.gone], done.marked) == (["RAB.06.01"], 2)
    assert references.effect("RAB", newer).marked == 0 and not marked()


def test_services_are_marked_by_their_affair_as_well(cast: Cast) -> None:
    make(cast.unit, "Layanan", "services", attributes={"urusan": "RAB.06.01"})
    bring(RAB_06_01=None)
    assert marked() == {"Layanan"}


def test_mapping_again_takes_the_mark_away_other_changes_do_not(cast: Cast) -> None:
    element = mapped(cast, "Satu", "RAB.08.02")
    bring(RAB_08_02=None)
    done = actions.change_element(cast.actor("diskominfo"), element, version=1, name="Satu Baru")
    assert marked() == {"Satu Baru"}
    actions.change_element(system(), done.row, version=2, attributes={"rab": "RAB.06.01"})
    assert marked() == set()


def test_who_finds_the_mapping_still_right_says_so(cast: Cast) -> None:
    element = mapped(cast, "Satu", "RAB.06.01")
    bring(RAB_06_01={"name": "Pendidikan Dasar"})
    with pytest.raises(NotFound):
        references.confirm(cast.actor("other_operator"), element, version=1)
    with pytest.raises(Conflict):
        references.confirm(cast.actor("operator"), element, version=7)
    assert marked() == {"Satu"}
    references.confirm(cast.actor("operator"), element, version=1)
    assert marked() == set() and Element.objects.get().version == 1


def test_only_who_runs_the_installation_brings_a_tree(cast: Cast) -> None:
    for who in ("diskominfo", "operator", "sekda", "stranger", "public"):
        with pytest.raises(NotFound):
            bring(cast.actor(who))
    User.objects.filter(pk=cast.users["stranger"].pk).update(is_platform_admin=True)
    cast.users["stranger"].refresh_from_db()
    bring(cast.actor("stranger"), RAB_06_01=None)
    version = trees.versions("RAB")[0]
    assert (version.number, version.label, version.author) == (1, "Perpres 9/2027", "Stranger")


def test_the_newest_version_holds_and_the_earlier_ones_stay_to_be_read(cast: Cast) -> None:
    bring(RAB_06_01=None)
    assert trees.references_now().lookup("RAB.06.01", "RAB") is None
    bring(RAB_06_01={"name": "Pendidikan Dasar"})
    assert trees.references_now().node("RAB.06.01").name == "Pendidikan Dasar"
    newest, before, shipped = trees.versions("RAB")
    assert [newest.number, before.number, shipped.number] == [2, 1, 0]
    assert trees.references_of(before).lookup("RAB.06.01", "RAB") is None
    assert trees.references_of(shipped) is packs.references()


def test_forms_and_doubts_read_the_tree_that_holds(cast: Cast) -> None:
    bring(RAB_06_01={"name": "Pendidikan Dasar"}, RAB_08_02=None)
    done = actions.create_element(
        system(), cast.institution, "processes", cast.unit, name="X", attributes={"rab": "RAB.08.02"}
    )
    assert any("RAB.08.02" in warning for warning in done.warnings)


def test_asking_for_the_trees_takes_one_query(cast: Cast) -> None:
    bring(RAB_06_01=None)
    trees.references_now()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        trees.references_now()
    assert len(asked) == 1


def test_many_are_marked_by_a_job_with_the_same_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "AT_ONCE", 1)
    for number in range(3):
        mapped(cast, f"P{number}", "RAB.08.02")
    User.objects.filter(pk=cast.users["stranger"].pk).update(is_platform_admin=True)
    cast.users["stranger"].refresh_from_db()
    bring(cast.actor("stranger"), RAB_08_02=None)
    assert marked() == set()
    job = Job.objects.get(name="references.mark")
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.result, len(marked())) == ("done", {"marked": 3}, 3)


def test_a_kept_version_that_cannot_be_read_any_more_leaves_the_shipped_tree(cast: Cast) -> None:
    from pendapa.kernel.overlays import store

    store.keep(system(), None, "references/RAB", {"id": "broken"}, label="x")
    assert trees.references_now().node("RAB.06.01").name == "Pendidikan"


def test_the_counts_of_a_node_are_of_what_one_may_see(cast: Cast) -> None:
    mapped(cast, "Satu", "RAB.06.01")
    mapped(cast, "Dua", "rab 6.1")
    mapped(cast, "Rahasia", "RAB.06.01", unit=cast.other_unit, classification="restricted")
    mapped(cast, "Asing", "RAB.06.01", unit=cast.foreign_unit)
    assert references.mapped(cast.actor("diskominfo"), cast.institution, "RAB") == {"RAB.06.01": 3}
    assert references.mapped(cast.actor("operator"), cast.institution, "RAB") == {"RAB.06.01": 2}
    assert references.mapped(cast.actor("public"), cast.institution, "RAB") == {}


def test_an_undone_mapping_is_not_marked_anew_and_breaks_nothing(cast: Cast) -> None:
    element = mapped(cast, "Satu", "RAB.08.02")
    bring(RAB_08_02=None)
    done = actions.change_element(system(), element, version=1, attributes={"rab": "RAB.06.01"})
    assert done.change_set is not None
    undoing.undo(system(), done.change_set)
    assert Element.objects.get().attributes["rab"] == "RAB.08.02" and marked() == set()
