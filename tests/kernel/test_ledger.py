"""The chain of digests: whole as long as nobody writes behind the application, and telling where it was broken."""

from __future__ import annotations

import pytest
from django.db.models import F

from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import LedgerEntry, Revision
from tests.cast import Cast
from tests.kernel.things import SYSTEM, edit, element, write


@pytest.fixture
def chain(cast: Cast) -> Cast:
    row = element(cast.unit, "A1", "Satu", attributes={"basis": "web"})
    write(SYSTEM, cast.unit, add=[row])
    edit(SYSTEM, row, name="Dua")
    edit(SYSTEM, row, name="Tiga")
    return cast


def test_an_untouched_chain_holds(chain: Cast) -> None:
    assert history.verify(chain.institution) == []
    assert history.verify(chain.other_institution) == []


def test_each_entry_holds_the_digest_of_the_one_before(chain: Cast) -> None:
    entries = list(LedgerEntry.objects.filter(institution=chain.institution).order_by("seq"))
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    assert [e.previous for e in entries] == ["", *(e.digest for e in entries[:-1])]


def test_a_changed_snapshot_is_found(chain: Cast) -> None:
    revision = Revision.objects.order_by("-pk")[0]
    revision.snapshot["name"] = "Diganti"
    revision.save(update_fields=["snapshot"])
    assert _places(chain) == [_last(chain)]


def test_a_changed_snapshot_with_a_matching_digest_is_found(chain: Cast) -> None:
    r = Revision.objects.order_by("-pk")[0]
    r.snapshot["name"] = "Diganti"
    r.digest = history.revision_digest(r.salt, r.target_type, r.target_uid, r.version, r.verb, r.snapshot)
    r.save()
    assert _places(chain) == [_last(chain)]


def test_a_removed_revision_is_found(chain: Cast) -> None:
    Revision.objects.order_by("-pk")[0].delete()
    assert _places(chain) == [_last(chain)]


def test_a_removed_entry_is_found(chain: Cast) -> None:
    LedgerEntry.objects.get(institution=chain.institution, seq=2).delete()
    assert 3 in _places(chain)


def test_a_removed_entry_whose_gap_was_closed_is_found(chain: Cast) -> None:
    mine = LedgerEntry.objects.filter(institution=chain.institution)
    mine.get(seq=2).delete()
    for entry in mine.filter(seq__gt=2).order_by("seq"):
        LedgerEntry.objects.filter(pk=entry.pk).update(seq=F("seq") - 1)
    assert 2 in _places(chain)


def test_a_changed_digest_is_found(chain: Cast) -> None:
    LedgerEntry.objects.filter(institution=chain.institution, seq=2).update(digest="0" * 64)
    assert {2, 3} <= set(_places(chain))


def test_erasing_a_change_set_the_law_asks_for_shows_where(chain: Cast) -> None:
    Revision.objects.order_by("-pk")[0].change_set.delete()
    assert _places(chain) == [_last(chain)]


def test_the_chain_of_one_institution_does_not_hang_on_another(chain: Cast) -> None:
    LedgerEntry.objects.filter(institution=chain.other_institution).delete()
    assert history.verify(chain.institution) == []


def _places(cast: Cast) -> list[int]:
    return sorted({broken.seq for broken in history.verify(cast.institution)})


def _last(cast: Cast) -> int:
    return LedgerEntry.objects.filter(institution=cast.institution).latest("seq").seq
