"""A release goes out as it was frozen, whatever was written since; what one may not see stays out of it."""

from __future__ import annotations

import io
import json

import pytest

from pendapa.architecture import actions, exporting, releasing
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import NotFound, system
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def document(cast: Cast, who: str = "", **more) -> dict:
    out = io.BytesIO()
    actor = cast.actor(who) if who else system()
    exporting.export(actor, cast.institution, "json", out=out, **more)
    return json.loads(out.getvalue())


def test_a_release_goes_out_as_it_was_frozen(cast: Cast) -> None:
    first = make(cast.unit, "SIMPUS", attributes={"fungsi": "Mencatat"})
    service = make(cast.unit, "Rawat jalan", "services")
    join(first, "application_service", service)
    release = releasing.create_release(system(), cast.institution, code="R1")
    actions.change_element(system(), first, version=1, name="SIMPUS Baru")
    make(cast.unit, "Sesudahnya")
    frozen = document(cast, release=release)
    assert [one["name"] for one in frozen["elements"]] == ["Rawat jalan", "SIMPUS"]
    assert frozen["elements"][1]["attributes"] == {"fungsi": "Mencatat"}
    assert [(r["source"]["name"], r["target"]["code"]) for r in frozen["relations"]] == [
        ("SIMPUS", service.code)
    ]
    assert frozen["release"]["code"] == "R1" and frozen["release"]["digest"]
    assert len(document(cast)["elements"]) == 3
    out = io.BytesIO()
    exporting.export(system(), cast.institution, "csv", out=out, domains=["applications"], release=release)
    assert "SIMPUS Baru" not in out.getvalue().decode() and service.code in out.getvalue().decode()


@pytest.mark.parametrize("frozen", [False, True])
def test_what_one_may_not_see_stays_out_with_its_relations(cast: Cast, frozen: bool) -> None:
    own = make(cast.unit, "SIMPUS", attributes={"operator": "Budi"})
    hidden = make(cast.other_unit, "Antrean Rahasia", "services", classification="restricted")
    join(own, "application_service", hidden)
    release = releasing.create_release(system(), cast.institution, code="R1") if frozen else None
    told = json.dumps(document(cast, "operator", release=release))
    assert "SIMPUS" in told and "Rahasia" not in told and hidden.code not in told
    assert "Rahasia" in json.dumps(document(cast, release=release))


def test_who_may_not_look_gets_nothing(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    for who in ("stranger", "foreigner"):
        with pytest.raises(NotFound):
            document(cast, who)
    assert Element.objects.count() == 1


@pytest.mark.parametrize("form", ["json", "sia", "archimate"])
def test_the_page_gives_the_whole_register_in_each_form(cast: Cast, form: str) -> None:
    make(cast.unit, "SIMPUS")
    answer = cast.client("operator").get(f"/di/uji/arsitektur/ekspor/?format={form}&all=1")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content)
    assert cast.client("stranger").get(f"/di/uji/arsitektur/ekspor/?format={form}").status_code == 404
