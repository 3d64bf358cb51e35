"""Nobody judges what they asked for, whoever handed it in since; what was judged holds for the text that was read alone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.architecture.models import Element
from pendapa.clearance import actions, queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Assignment
from tests.architecture.scene import make
from tests.cast import Cast
from tests.clearance.scene import RISK, begun, filled, headless, recommended, submitted

pytestmark = pytest.mark.django_db
PAGE = "/di/uji/rekomendasi/"


def also(cast: Cast, who: str, *roles: str) -> None:
    for role in roles:
        unit = cast.unit if role in ("operator", "head") else None
        Assignment.objects.create(user=cast.users[who], institution=cast.institution, role=role, unit=unit)


def waits(cast: Cast, who: str) -> bool:
    return "Antrean Puskesmas" in cast.client(who).get("/di/uji/kotak-masuk/").content.decode()


# ---- who asked


def test_who_asked_neither_recommends_nor_returns_it(cast: Cast) -> None:
    also(cast, "head", "diskominfo")
    row = submitted(cast)
    for act in (
        lambda: actions.recommend(cast.actor("head"), row, row.version, "go", "Saya setuju."),
        lambda: actions.move(cast.actor("head"), row, "return", row.version, "Lengkapi."),
    ):
        with pytest.raises(actions.Refused):
            act()
    assert "recommend" not in queries.verbs(cast.actor("head"), row)
    row = actions.recommend(cast.actor("diskominfo"), row, row.version, "go", "Sesuai.")
    assert row.state == "recommended"


def test_who_asked_writes_no_justification_for_it(cast: Cast) -> None:
    also(cast, "head", "sekda")
    row = submitted(cast, "E-Arsip Dinas", bidang_umum="records")
    with pytest.raises(actions.Refused) as told:
        actions.justify(cast.actor("head"), row, row.version, "Tetap perlu.")
    assert "tidak boleh menilai" in str(told.value) or "does not judge" in str(told.value)
    assert "justify" not in queries.verbs(cast.actor("head"), row)


def test_who_submitted_it_the_first_time_does_not_judge_it_after_somebody_else_submitted_it_again(
    cast: Cast,
) -> None:
    also(cast, "head", "diskominfo", "sekda")
    row = submitted(cast)
    row = actions.move(cast.actor("diskominfo"), row, "return", row.version, "Lengkapi KAK.")
    also(cast, "stranger", "head")
    row = actions.move(cast.actor("stranger"), row, "submit", row.version)
    assert row.submitter_id == cast.users["stranger"].pk
    assert not waits(cast, "head")
    row = actions.recommend(cast.actor("diskominfo"), row, row.version, "go", "Sesuai.")
    for one in (row, queries.request(cast.actor("head"), cast.institution, row.uid)):
        with pytest.raises(actions.Refused):
            actions.decide(cast.actor("head"), one, one.version, "go", "Setuju.")
        assert "decide" not in queries.verbs(cast.actor("head"), one)
    assert not waits(cast, "head")
    assert waits(cast, "sekda")


def test_who_handed_it_to_the_head_does_not_judge_it(cast: Cast) -> None:
    also(cast, "head", "operator")
    row = filled(cast, "head")
    row = actions.move(cast.actor("operator"), row, "hand_in", row.version)
    row = actions.move(cast.actor("head"), row, "submit", row.version)
    also(cast, "operator", "diskominfo")
    assert not waits(cast, "operator")
    assert waits(cast, "diskominfo")
    with pytest.raises(actions.Refused):
        actions.recommend(cast.actor("operator"), row, row.version, "not", "Tidak.")


def test_what_is_ones_own_does_not_wait_to_be_recommended_and_its_page_says_why(cast: Cast) -> None:
    headless(cast)
    also(cast, "operator", "diskominfo")
    row = filled(cast)
    row = actions.move(cast.actor("operator"), row, "submit", row.version)
    assert not waits(cast, "operator")
    told = cast.client("operator").get(f"{PAGE}{row.uid}/rekomendasi/").content.decode()
    assert 'name="verdict"' not in told
    assert f'href="{PAGE}{row.uid}/"' in told


def test_who_never_may_judge_is_told_nothing(cast: Cast) -> None:
    row = submitted(cast)
    for who in ("operator", "head", "verifier"):
        with pytest.raises(NotFound):
            actions.recommend(cast.actor(who), row, row.version, "go", "Ya")
        with pytest.raises(NotFound):
            actions.justify(cast.actor(who), row, row.version, "Ya")


# ---- another text


def test_a_justification_holds_for_the_text_it_was_written_for(cast: Cast) -> None:
    row = submitted(cast, "E-Arsip Dinas", bidang_umum="records")
    row = actions.justify(cast.actor("sekda"), row, row.version, "Arsip statis tidak dilayani.")
    row = actions.move(cast.actor("diskominfo"), row, "return", row.version, "Jelaskan.")
    row = actions.save(cast.actor("operator"), row, row.version, {"ruang_lingkup": "Semua arsip"})
    row = actions.move(cast.actor("head"), row, "submit", row.version)
    assert row.justification == ""
    with pytest.raises(actions.Refused):
        actions.recommend(cast.actor("diskominfo"), row, row.version, "go", "Boleh.")
    assert "Arsip statis tidak dilayani." in [step.comment for step in queries.trail(row)]


def test_saving_all_at_once_overwrites_nothing_that_was_saved_since_it_was_read(cast: Cast) -> None:
    row = begun(cast)
    read = ClearanceRequest.objects.select_related("unit", "institution").get(pk=row.pk)
    actions.save(cast.actor("head"), row, row.version, {"maksud_tujuan": "Kata kepala"})
    with pytest.raises(actions.Stale) as told:
        actions.save_whole(
            cast.actor("operator"), read, read.version, {"maksud_tujuan": "Kata operator"}, risks=[RISK]
        )
    assert told.value.theirs == {"maksud_tujuan": "Kata kepala"}
    row.refresh_from_db()
    assert (row.answers["maksud_tujuan"], row.risks) == ("Kata kepala", [])


def shown_version(answer: object) -> str:
    found = re.search(r'name="version" value="(\d+)"', answer.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_a_refused_list_of_risks_does_not_overwrite_what_somebody_saved_meanwhile(cast: Cast) -> None:
    row, client = filled(cast), cast.client("operator")
    other = actions.save_risks(
        cast.actor("head"), row, row.version, [RISK | {"uraian_kejadian": "Tulisan kepala"}]
    )
    sent = {"version": row.version, "r0-uraian_kejadian": "Tulisan operator", "r0-level_dampak": "9"}
    refused = client.post(f"{PAGE}{row.uid}/isi/risiko/", sent)
    assert (refused.status_code, shown_version(refused)) == (422, str(row.version))
    stale = client.post(f"{PAGE}{row.uid}/isi/risiko/", sent | {"r0-level_dampak": "4"})
    assert stale.status_code == 409
    assert "Tulisan kepala" in stale.content.decode()
    assert "Tulisan operator" in stale.content.decode()
    assert shown_version(stale) == str(other.version)
    row.refresh_from_db()
    assert row.risks[0]["uraian_kejadian"] == "Tulisan kepala"


def test_a_refused_judgement_keeps_the_version_that_was_read(cast: Cast) -> None:
    row = submitted(cast)
    actions.recommend(cast.actor("diskominfo"), row, row.version, "conditions", "Rekan sudah menilai.")
    client, sent = cast.client("diskominfo"), {"version": row.version - 1, "verdict": "go", "text": ""}
    refused = client.post(f"{PAGE}{row.uid}/rekomendasi/", sent)
    assert (refused.status_code, shown_version(refused)) == (422, str(row.version - 1))
    assert client.post(f"{PAGE}{row.uid}/rekomendasi/", sent | {"text": "Sesuai."}).status_code == 409


def test_a_step_that_was_refused_keeps_the_version_that_was_read(cast: Cast) -> None:
    row = submitted(cast)
    sent = {"version": row.version - 1, "verb": "return", "comment": ""}
    refused = cast.client("diskominfo").post(f"{PAGE}{row.uid}/langkah/", sent)
    assert (refused.status_code, shown_version(refused)) == (422, str(row.version - 1))


# ---- nobody waits for a comparison


@pytest.mark.parametrize("verb", ["submit", "recommend", "decide"])
def test_the_register_is_compared_before_others_have_to_wait(cast: Cast, verb: str) -> None:
    row = {"submit": filled, "recommend": submitted, "decide": recommended}[verb](cast)
    make(cast.other_unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"})
    with CaptureQueriesContext(connection) as told:
        if verb == "submit":
            actions.move(cast.actor("head"), row, verb, row.version)
        elif verb == "recommend":
            actions.recommend(cast.actor("diskominfo"), row, row.version, "go", "Sesuai.")
        else:
            actions.decide(cast.actor("sekda"), row, row.version, "go", "Silakan.")
    asked = [one["sql"] for one in told.captured_queries]
    held = next(n for n, sql in enumerate(asked) if sql.startswith("SAVEPOINT"))
    attributes = f'"{Element._meta.db_table}"."attributes"'
    compared = [n for n, sql in enumerate(asked) if attributes in sql and "completeness" in sql]
    assert compared
    assert all(n < held for n in compared)
