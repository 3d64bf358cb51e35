"""Evidence in the API: hand in by chunks, use, judge, and nothing of another agency."""

from __future__ import annotations

import json

import pytest

from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.models import Cycle, Evidence, EvidenceUse, Upload
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.evaluation.proving import begin, hand_in, pdf

API = "/api/v1/institutions/uji/"
USES = API + "cycles/2026/spbe-2020/evidence"


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    return begin(cast)


def post(client, address: str, body: dict, **more: str):
    return client.post(address, json.dumps(body), content_type="application/json", **more)


def test_a_file_goes_up_in_chunks_becomes_a_piece_is_used_and_judged(cast, cycle):  # noqa: F811
    content, client = pdf(2), cast.client("operator")
    up = post(client, API + "uploads", {"name": "a.pdf", "size": len(content)}).json()
    address = f"{API}uploads/{up['uid']}"
    raw = {"content_type": "application/octet-stream"}
    assert client.put(address + "?offset=0", content[:99], **raw).json()["received"] == 99
    wrong = client.put(address + "?offset=0", content[:99], **raw)
    assert wrong.status_code == 409 and wrong.json()["received"] == 99
    assert client.get(address).json()["received"] == 99
    early = post(client, API + "evidence", {"upload": up["uid"], "unit": str(cast.unit.uid)})
    assert early.status_code == 422
    client.put(address + "?offset=99", content[99:], **raw)
    made = post(client, API + "evidence", {"upload": up["uid"], "unit": str(cast.unit.uid), "title": "Laporan"})  # fmt: skip
    assert made.status_code == 201 and made.json()["pages"] == 2 and not Upload.objects.exists()
    used = post(client, USES, {"evidence": made.json()["uid"], "indicator": "11", "level": 3, "page": "9"})
    assert used.status_code == 201 and "no_such_page" in {one["key"] for one in used.json()["problems"]}
    judge = f"{USES}/{used.json()['uid']}/judge"
    assert post(cast.client("assessor"), judge, {"state": "accepted"}).status_code == 428
    said = post(cast.client("assessor"), judge, {"state": "rejected"}, HTTP_IF_MATCH=used["ETag"])
    assert said.status_code == 422 and said.json()["errors"][0]["field"] == "reason"
    done = post(cast.client("assessor"), judge, {"state": "accepted"}, HTTP_IF_MATCH=used["ETag"])
    assert done.status_code == 200 and done.json()["state"] == "accepted"
    late = post(cast.client("assessor"), judge, {"state": "revise", "reason": "x"}, HTTP_IF_MATCH=used["ETag"])  # fmt: skip
    assert late.status_code == 412


def test_too_much_is_refused_before_it_is_sent(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    assert post(client, API + "uploads", {"name": "a.pdf", "size": 300 << 20}).status_code == 413
    assert post(client, API + "uploads", {"name": "a.pdf", "size": 0}).status_code == 422


@pytest.mark.parametrize("who", WHO)
def test_everybody_reads_what_the_rights_reach(cast, cycle, who):  # noqa: F811
    row = hand_in(cast, "other_operator", "Rahasia Dapur")
    actions.hang(cast.actor("other_operator"), cycle, "12", row)
    client = cast.client(who)
    reads = who in ("other_operator", "diskominfo", "sekda", "verifier", "assessor")
    inside = reads or who in ("operator", "head")
    assert client.get(f"{API}evidence/{row.uid}").status_code == (200 if reads else 404)
    for address in (API + "evidence", USES):
        answer = client.get(address)
        assert answer.status_code == (200 if inside else 404)
        assert ("Rahasia Dapur" in answer.content.decode()) is reads
    bad = post(client, USES, {"evidence": str(row.uid), "indicator": "12", "level": 2})
    assert bad.status_code == (201 if who in ("other_operator", "diskominfo") else 404)
    assert Evidence.objects.count() == 1 and EvidenceUse.objects.count() == (2 if bad.status_code == 201 else 1)  # fmt: skip
