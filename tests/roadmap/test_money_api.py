"""Money and lines of the budget through the API: exact, of what one may see, nulls where nothing is known."""

from __future__ import annotations

import pytest

from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.test_money_pages import OFFICERS, filled, line

pytestmark = pytest.mark.django_db
URL = "/api/v1/institutions/uji"


def test_money_travels_exactly_and_what_is_not_known_is_null(cast: Cast) -> None:  # noqa: F811
    line(cast)
    filled(cast)
    told = cast.client("sekda").get(f"{URL}/roadmap-money").json()
    assert told["total"] == {
        "initiatives": 3,
        "unknown": 1,
        "planned": "750000000",
        "budgeted": "400000000",
        "spent": "100000000",
    }
    assert [one["key"] for one in told["by_year"]] == ["2027", "2028"]
    assert told["by_year"][1]["budgeted"] is None and told["index"]["now"] is None
    assert len(told["without_programme"]) == 1 and told["over"] == []
    assert cast.client("sekda").get(f"{URL}/roadmap-money?year=2028").json()["total"]["planned"] == "50000000"
    assert cast.client("sekda").get(f"{URL}/roadmap-money?roadmap=lain").status_code == 404


@pytest.mark.parametrize("who", WHO)
def test_lines_are_read_by_who_may_and_absent_to_others(cast: Cast, who: str) -> None:  # noqa: F811
    own = line(cast, unit=cast.unit)
    client = cast.client(who)
    answer = client.get(f"{URL}/programmes")
    if who in OFFICERS:
        codes = [one["code"] for one in answer.json()["items"]]
        assert codes == ([] if who == "other_operator" else ["2.16.03"])
    else:
        assert answer.status_code in (401, 404)
    seen = client.get(f"{URL}/programmes/{own.uid}").status_code
    assert (seen == 200) == (who in OFFICERS - {"other_operator"})
    if who in OFFICERS:
        assert client.get(f"{URL}/programmes/x").status_code == 404
