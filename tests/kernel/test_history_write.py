"""Writing through change sets: everything in one transaction, or nothing."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from pendapa.architecture.models import Element
from pendapa.kernel.events.models import StreamEvent
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet, LedgerEntry, Revision
from pendapa.kernel.search import index
from pendapa.kernel.search.models import SearchEntry
from tests.cast import Cast, make_cast
from tests.kernel.things import SYSTEM, edit, element, write


def test_a_change_set_writes_rows_revisions_ledger_and_search_together(cast: Cast) -> None:
    actor = cast.actor("operator")
    before = LedgerEntry.objects.count()
    rows = [
        element(cast.unit, f"A{n}", f"Aplikasi {n}", attributes={"basis": "web", "n": n}) for n in range(3)
    ]
    done = write(actor, cast.unit, reason="uji", within=cast.unit, add=rows)

    assert (done.author, done.author_name, done.unit, done.reason) == (
        actor.user,
        actor.name,
        cast.unit,
        "uji",
    )
    assert done.counts == {"add": 3, "change": 0, "delete": 0, "restore": 0}
    written = list(done.revisions.order_by("pk"))
    assert [(r.target_uid, r.version, r.verb) for r in written] == [(row.uid, 1, "add") for row in rows]
    assert written[2].snapshot["attributes"] == {"basis": "web", "n": 2}
    assert written[2].snapshot["_names"] == {"unit": "Dinas Kesehatan"}
    assert written[2].recorded_to is None
    assert LedgerEntry.objects.count() == before + 1
    assert list(index.matching("element", "aplikasi 2")) == [rows[2].pk]
    assert StreamEvent.objects.filter(topic="changed", payload={}).exists()


def test_a_change_closes_the_revision_before_it(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Lama")
    write(SYSTEM, cast.unit, add=[row])
    edit(SYSTEM, row, name="Baru")

    first, second = Revision.objects.filter(target_uid=row.uid).order_by("version")
    assert first.recorded_to == second.recorded_from
    assert (second.version, second.snapshot["name"], row.version) == (2, "Baru", 2)
    assert list(index.matching("element", "lama")) == []
    assert list(index.matching("element", "baru")) == [row.pk]


def test_a_deleted_thing_leaves_the_search_and_comes_back_with_restore(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Simpus")
    write(SYSTEM, cast.unit, add=[row])
    write(SYSTEM, cast.unit, delete=[row])
    assert row.deleted_at is not None
    assert not index.matching("element", "simpus").exists()
    write(SYSTEM, cast.unit, restore=[row])
    assert row.deleted_at is None
    assert list(index.matching("element", "simpus")) == [row.pk]


def test_a_stale_version_refuses_the_whole_set(cast: Cast) -> None:
    stale, other = element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")
    write(SYSTEM, cast.unit, add=[stale, other])
    read_early = Element.objects.get(pk=stale.pk)
    edit(SYSTEM, stale, name="Satu baru")
    state = _state()

    read_early.name, other.name = "Satu lain", "Dua baru"
    with pytest.raises(history.Conflict) as told, transaction.atomic():
        write(SYSTEM, cast.unit, add=[element(cast.unit, "A3")], change=[other, read_early])
    assert told.value.names == ["Satu lain"]
    assert _state() == state


def test_parts_are_written_in_order_and_a_fault_in_a_late_one_undoes_the_early_ones(cast: Cast) -> None:
    state = _state()

    def parts():
        yield history.Writes(add=[element(cast.unit, "A1")])
        raise RuntimeError("mati lampu")

    with pytest.raises(RuntimeError), transaction.atomic():
        history.write(SYSTEM, cast.institution, "import", parts())
    assert _state() == state


def test_statements_grow_with_the_chunks_and_not_with_the_rows(
    cast: Cast, django_assert_max_num_queries
) -> None:
    rows = [element(cast.unit, f"A{n}") for n in range(500)]
    with django_assert_max_num_queries(40):
        write(SYSTEM, cast.unit, add=rows)


def test_a_number_of_any_size_keeps_its_digest(cast: Cast) -> None:
    odd = {"besar": 10**30, "pecahan": 1e16, "kecil": 1e-7, "biasa": 1.5, "teks": "1e5 e+ 🏛"}
    write(SYSTEM, cast.unit, add=[element(cast.unit, "A1", attributes=odd)])
    assert history.verify(cast.institution) == []


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_neither_block_each_other_nor_break_the_chain() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, and tests keep it in memory")
    people = make_cast()
    faults: list[Exception] = []

    def work(letter: str) -> None:
        try:
            for n in range(8):
                write(SYSTEM, people.unit, add=[element(people.unit, f"{letter}{n}")])
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Element.objects.count() == 24
    assert history.verify(people.institution) == []


def _state() -> tuple[int, ...]:
    counted = (Element.objects, ChangeSet.objects, Revision.objects, LedgerEntry.objects, SearchEntry.objects)
    return (*(m.count() for m in counted), StreamEvent.objects.count())
