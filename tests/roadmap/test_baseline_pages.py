"""Pages of baselines and reviews."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.roadmap.actions import baselines as actions
from pendapa.roadmap.actions import reviews as review_actions
from pendapa.roadmap.models import Baseline, Roadmap, RoadmapReview
from pendapa.roadmap.queries import baselines as queries
from tests.cast import WHO, Cast, cast
from tests.roadmap.frozen import changed, decreed, initiative, roadmap

__all__ = ["cast"]
TODAY = timezone.localdate()


def address(row: Roadmap, *more: object) -> str:
    return "/".join(["/di/uji/peta-rencana/dokumen", str(row.uid), "baku", *map(str, more)]) + "/"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def moved(cast: Cast) -> tuple[Roadmap, Baseline]:
    """A decreed roadmap of which one is two months later and dearer, one went, one came."""
    row = roadmap(cast)
    first, gone = (
        initiative(cast, row, "Antrean pasien"),
        initiative(cast, row, "Jaringan intra", money=5_000_000),
    )
    initiative(cast, row, "Tetap", money=1)
    decreed(cast, row)
    changed(cast, first, later=61, money=410_000_000)
    changed(cast, gone, state="cancelled")
    changed(cast, gone, state="draft")
    initiative(cast, row, "Pusat data", unit=cast.other_unit, money=7_000_000)
    known = queries.measure(row)
    assert known is not None
    return row, known


@pytest.mark.parametrize("who", WHO)
def test_who_reads_the_roadmap_reads_its_baselines(cast: Cast, moved, who: str) -> None:
    row, known = moved
    for url in (address(row), address(row, known.uid)):
        answer = cast.client(who).get(url)
        expected = 302 if who == "public" else 404 if who in ("stranger", "foreigner") else 200
        assert answer.status_code == expected, url


def test_a_draft_of_a_roadmap_and_its_baseline_are_not_there_for_an_opd(cast: Cast) -> None:
    row = roadmap(cast)
    initiative(cast, row)
    known = actions.freeze(cast.actor("diskominfo"), row, "Kerja")
    assert cast.client("operator").get(address(row, known.uid)).status_code == 404
    assert cast.client("sekda").get(address(row, known.uid)).status_code == 200


def test_the_page_says_in_one_sentence_what_moved_and_in_rows_how_far(cast: Cast, moved) -> None:
    row, known = moved
    told = text_of(cast.client("sekda").get(address(row, known.uid) + "?lang=id"))
    assert "Perbup 52/2026" in told and "Rp 312 jt" in told
    assert "Antrean pasien" in told and "Pusat data" in told and "Tetap" not in told
    assert "Jaringan intra" in told and "Dinas Kependudukan" in told


def test_the_table_narrows_and_an_unknown_word_shows_all(cast: Cast, moved) -> None:
    row, known = moved
    client = cast.client("sekda")
    later = text_of(client.get(address(row, known.uid) + "?jenis=mundur"))
    assert "Antrean pasien" in later and "Pusat data" not in later
    assert "Pusat data" in text_of(client.get(address(row, known.uid) + "?jenis=entah"))


@pytest.mark.parametrize("beside", ["bukan-uid", "11111111-1111-4111-8111-111111111111"])
def test_a_baseline_to_compare_with_that_is_none_is_not_found(cast: Cast, moved, beside: str) -> None:
    row, known = moved
    assert cast.client("sekda").get(address(row, known.uid) + f"?dengan={beside}").status_code == 404


def test_two_baselines_stand_beside_each_other(cast: Cast, moved) -> None:
    row, known = moved
    newer = actions.freeze(cast.actor("sekda"), row, "Sesudah reviu")
    answer = text_of(cast.client("sekda").get(address(row, known.uid) + f"?dengan={newer.uid}"))
    assert "Sesudah reviu" in answer and "Antrean pasien" in answer


def test_the_secretariat_freezes_on_the_page_and_what_was_typed_is_kept_when_refused(
    cast: Cast, moved
) -> None:
    row, _known = moved
    client = cast.client("diskominfo")
    given = {"name": "Perubahan pertama", "decree_number": "Perbup 9/2026", "decree_on": ""}
    refused = client.post(address(row, "baru"), given)
    assert refused.status_code == 422 and "Perbup 9/2026" in refused.content.decode()
    given["decree_on"] = TODAY.isoformat()
    assert client.post(address(row, "baru"), given).status_code == 302
    assert queries.measure(row).decree_number == "Perbup 9/2026"


def test_an_opd_cannot_freeze_nor_review(cast: Cast, moved) -> None:
    row, _known = moved
    client = cast.client("head")
    assert client.post(address(row, "baru"), {"name": "x"}).status_code == 404
    url = f"/di/uji/peta-rencana/dokumen/{row.uid}/reviu/"
    assert client.post(url, {}).status_code == 404
    assert "/baku/baru/" not in client.get(address(row)).content.decode()


def test_a_tampered_baseline_says_so(cast: Cast, moved) -> None:
    row, known = moved
    known.items.filter(snapshot__title="Tetap").update(snapshot={"title": "Diganti"})
    assert 'role="alert"' in cast.client("sekda").get(address(row, known.uid)).content.decode()


def review(**more: str) -> dict[str, str]:
    given = {
        "kind": "needed",
        "held_on": TODAY.isoformat(),
        "findings": "SPLP terlambat",
        "decisions": "",
        "freeze": "",
    }
    return {f"baru-{name}": value for name, value in {**given, **more}.items()}


def test_a_review_is_kept_with_a_new_baseline_where_one_is_wanted(cast: Cast, moved) -> None:
    row, _known = moved
    url = f"/di/uji/peta-rencana/dokumen/{row.uid}/reviu/"
    assert cast.client("sekda").post(url, review(freeze="Hasil reviu")).status_code == 302
    kept = RoadmapReview.objects.get()
    assert kept.baseline is not None and kept.baseline.name == "Hasil reviu"
    assert "SPLP terlambat" in text_of(cast.client("operator").get(address(row)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": (TODAY + timedelta(days=1)).isoformat()},
        {"held_on": "1999-01-01"},
        {"held_on": ""},
        {"kind": "setiap-hari"},
        {"findings": ""},
        {"freeze": "x" * 201},
        {"freeze": "", "findings": " "},
    ],
)
def test_a_review_that_cannot_be_is_refused_and_leaves_nothing(
    cast: Cast, moved, wrong: dict[str, str]
) -> None:
    row, _known = moved
    url = f"/di/uji/peta-rencana/dokumen/{row.uid}/reviu/"
    answer = cast.client("sekda").post(url, review(**wrong))
    assert answer.status_code == 422
    assert not RoadmapReview.objects.exists() and Baseline.objects.count() == 1


def test_a_review_whose_baseline_cannot_be_named_so_is_not_half_kept(cast: Cast, moved) -> None:
    row, known = moved
    url = f"/di/uji/peta-rencana/dokumen/{row.uid}/reviu/"
    assert cast.client("sekda").post(url, review(freeze=known.name)).status_code == 422
    assert not RoadmapReview.objects.exists()


def test_two_people_who_change_one_review_are_told_and_nothing_typed_is_lost(cast: Cast, moved) -> None:
    row, _known = moved
    given = review_actions.Values("needed", TODAY, "Satu")
    kept = review_actions.add(cast.actor("sekda"), row, given)
    url = f"/di/uji/peta-rencana/dokumen/{row.uid}/reviu/{kept.uid}/"
    head = str(kept.uid)[:8]
    typed = {f"{head}-kind": "needed", f"{head}-held_on": TODAY.isoformat(), f"{head}-findings": "Dari saya"}
    assert cast.client("sekda").post(url, {**typed, "version": "1"}).status_code == 302
    late = {**typed, f"{head}-findings": "Dari orang lain", "version": "1"}
    answer = cast.client("diskominfo").post(url, late)
    assert answer.status_code == 409 and "Dari orang lain" in answer.content.decode()
    kept.refresh_from_db()
    assert kept.findings == "Dari saya"
    assert cast.client("sekda").post(url, {"verb": "remove", "version": "2"}).status_code == 302
    kept.refresh_from_db()
    assert kept.deleted_at is not None


def test_a_baseline_of_which_no_ceiling_is_known_does_not_say_nought(cast: Cast) -> None:
    row = roadmap(cast)
    initiative(cast, row, budgets=())
    decreed(cast, row)
    told = text_of(cast.client("diskominfo").get(address(row)))
    assert "Rp 0" not in told.replace("\xa0", " ") and "belum diketahui" in told
